"""Signs what is sent, so that a receiver knows whose it is and that nobody changed or kept it back.

The convention is that of Standard Webhooks: `webhook-id`, `webhook-timestamp` (seconds since 1970) and
`webhook-signature`, which is "v1," and the Base64 of HMAC-SHA256 over "id.timestamp.body". A secret begins
with "whsec_". No secret is kept: it is derived from the server's own and a number of the webhook's, so that a
copy of the database signs nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX, VERSION = "whsec_", "v1"
TOLERANCE_SECONDS = 300


def new_salt() -> str:
    """Return what a new secret is derived from."""
    return secrets.token_hex(16)


def secret_of(server_key: str, salt: str) -> str:
    """Return the secret of a webhook as its receiver is given it."""
    derived = hmac.new(server_key.encode(), f"gis-app webhook {salt}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(derived).decode()


def mark_of(secret: str) -> str:
    """Return by which a secret is known again: what it was derived from may have changed since."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a message sent at a moment."""
    seconds = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"{VERSION},{_signature(secret, message_id, seconds, body)}",
    }


def is_signed(secret: str, given: dict[str, str], body: bytes, now: datetime) -> bool:
    """Tell whether a message is as it was sent, not long ago: what a receiver does with each."""
    try:
        message_id, seconds, signatures = (
            given[f"webhook-{name}"] for name in ("id", "timestamp", "signature")
        )
        late = abs(now.timestamp() - int(seconds))
    except (KeyError, ValueError):
        return False
    right = f"{VERSION},{_signature(secret, message_id, seconds, body)}"
    return late <= TOLERANCE_SECONDS and any(hmac.compare_digest(right, one) for one in signatures.split())


def _signature(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
