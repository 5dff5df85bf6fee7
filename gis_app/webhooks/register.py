"""What a new webhook has to be: a name, an address that may be sent to, and events that there are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from gis_app.errors import BadInput
from gis_app.webhooks import signing
from gis_app.webhooks.addresses import Resolve, checked, resolved, target_of
from gis_app.webhooks.events import NAMES

MAX_NAME = 60


class Made(NamedTuple):
    """A webhook as the store keeps it, and its secret, which is shown this once."""

    values: dict[str, Any]
    secret: str


def new_webhook(
    name: str,
    url: str,
    events: Collection[str],
    server_key: str,
    networks: Collection[str],
    ports: str,
    resolve: Resolve = resolved,
) -> Made:
    """Return a webhook with a secret of its own; no `events` means all. Raises BadInput naming the field."""
    title = name.strip()
    if not title or len(title) > MAX_NAME or not title.isprintable():
        raise BadInput("bad_webhook_name", "请填写名称，最多 60 个字", {"name": f"1–{MAX_NAME}"})
    unknown = set(events) - set(NAMES)
    if unknown:
        raise BadInput("unknown_event", "没有这种事件", {"events": " ".join(NAMES)})
    target = target_of(url, ports)
    checked(target, networks, resolve)
    chosen = "" if set(events) == set(NAMES) else ";".join(one for one in NAMES if one in events)
    salt, secret = new_secret(server_key)
    values = {"name": title, "url": url.strip(), "events": chosen, "salt": salt}
    return Made(values | {"secret_mark": signing.mark_of(secret)}, secret)


def new_secret(server_key: str) -> tuple[str, str]:
    """Return what a new secret is derived from, and the secret."""
    salt = signing.new_salt()
    return salt, signing.secret_of(server_key, salt)
