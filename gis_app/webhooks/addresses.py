"""To which addresses anything may be sent: private ones that a setting names, on ports that a setting names.

A name is resolved anew for every message and every address that it has must be allowed; the connection then
goes to the one that was checked, so a name that changes its mind in between reaches nothing else.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from typing import NamedTuple
from urllib.parse import urlsplit

from gis_app.errors import BadInput
from gis_app.networks import has_port, lies_in

PORTS_OF = {"http": 80, "https": 443}
MAX_URL = 500
Resolve = Callable[[str, int], Collection[str]]


class Target(NamedTuple):
    """Where a message goes: the address that was checked, and what the request says of it."""

    scheme: str
    host: str
    port: int
    path: str
    address: str = ""

    @property
    def authority(self) -> str:
        """Return the host as the Host header writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS_OF[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, ports: str) -> Target:
    """Return the parts of an address of a webhook; raises BadInput saying what is wrong with it."""
    text = url.strip()
    if not text or len(text) > MAX_URL or not text.isascii() or not text.isprintable() or " " in text:
        raise _bad("bad_webhook_url", "应为 http:// 或 https:// 开头的地址，不含空格和中文")
    try:
        parts = urlsplit(text)
        port = PORTS_OF.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError:
        raise _bad("bad_webhook_url", "应为 http:// 或 https:// 开头的地址，不含空格和中文") from None
    if parts.scheme not in PORTS_OF or not parts.hostname:
        raise _bad("bad_webhook_url", "应为 http:// 或 https:// 开头的地址，不含空格和中文")
    if parts.username is not None or parts.password is not None or parts.fragment or "\\" in text:
        raise _bad("bad_webhook_url", "地址中不能有用户名、密码、反斜杠和 # 部分")
    if not has_port(port, ports):
        raise _bad("webhook_port", f"端口只能是 {ports}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def resolved(host: str, port: int) -> list[str]:
    """Return every address of a name; none where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def checked(target: Target, networks: Collection[str], resolve: Resolve = resolved) -> Target:
    """Return the target with the address to connect to; raises BadInput where any of its addresses is not
    allowed, or it has none.
    """
    addresses = resolve(target.host, target.port)
    if not addresses:
        raise _bad("webhook_unknown_host", "找不到这个主机")
    if not all(lies_in(one, networks) for one in addresses):
        raise _bad("webhook_not_private", f"只能是内网地址：{'、'.join(networks)}")
    return target._replace(address=next(iter(addresses)))


def _bad(code: str, remedy: str) -> BadInput:
    return BadInput(code, f"接收地址不可用：{remedy}", {"url": remedy})
