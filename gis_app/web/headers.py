"""Security headers on every response, errors and static files included.

Pages get a policy with a fresh nonce; everything else gets one that allows nothing, since data are never
a page.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from gis_app.web.services import services

HSTS = "max-age=31536000; includeSubDomains"
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "geolocation=(self), fullscreen=(self), camera=(), microphone=(), payment=(), usb=()",
    ),
)
# The field page reads QR codes, and takes photos and voice notes.
FIELD_PAGE = "/field"
FIELD_PERMISSIONS = (
    "geolocation=(self), fullscreen=(self), camera=(self), microphone=(self), payment=(), usb=()"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
# A kept page holds this word wherever the nonce of an answer goes; nobody outside can know it.
NONCE_PLACEHOLDER = f"nonce-{secrets.token_hex(16)}"


def csp_nonce() -> str:
    """Return the nonce for inline scripts and styles of the page being rendered."""
    g.uses_nonce = True
    return NONCE_PLACEHOLDER


def page_policy(nonce: str, image_hosts: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy of a page."""
    images = " ".join(("'self'", "data:", "blob:", *image_hosts))
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        f"img-src {images}; media-src 'self' blob:; connect-src 'self'; font-src 'self'; "
        "worker-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def install(app: Flask) -> None:
    """Add the headers after every request of the application."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    parts = services()
    headers = response.headers
    for name, value in ALWAYS:
        headers.add(name, value)
    if request.path == FIELD_PAGE:
        headers.set("Permissions-Policy", FIELD_PERMISSIONS)
    if "Content-Security-Policy" not in headers:
        policy = DATA_POLICY
        if response.mimetype == "text/html":
            policy = page_policy(_put_nonce(response), parts.image_hosts)
        headers.add("Content-Security-Policy", policy)
    if parts.settings.secure_cookies:
        headers.add("Strict-Transport-Security", HSTS)
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    return response


def _put_nonce(response: Response) -> str:
    """Replace the placeholder in a page that has not been encoded yet; return the nonce."""
    nonce = secrets.token_urlsafe(16)
    if not response.is_streamed and "Content-Encoding" not in response.headers:
        body = response.get_data()
        if NONCE_PLACEHOLDER.encode() in body:
            response.set_data(body.replace(NONCE_PLACEHOLDER.encode(), nonce.encode()))
    return nonce
