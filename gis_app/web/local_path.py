"""Tells whether an address to go back to lies on this server, so that a link cannot lead people elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_LENGTH = 2000


def local_path(address: str | None) -> str | None:
    """Return the address if it is a plain path on this server, with its query and fragment, else None."""
    if not address or len(address) > MAX_LENGTH or not address.startswith("/"):
        return None
    if address.startswith("//") or "\\" in address or any(ord(c) <= 32 or ord(c) == 127 for c in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address
