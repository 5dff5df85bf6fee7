"""Networks that nobody reaches from outside: the only ones to which this service ever sends something itself.

Link-local networks are not among them, nor a few single addresses: there clouds tell a machine its secrets.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
# Also carrier-grade ones, and this machine; a setting has to name them.
_KNOWN = tuple(map(ipaddress.ip_network, (*PRIVATE_NETWORKS, "100.64.0.0/10", "127.0.0.0/8", "::1/128")))
# Private by their numbers, and yet where clouds tell a machine its secrets.
_NEVER = frozenset(
    map(ipaddress.ip_address, ("fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "100.100.100.200"))
)


def is_private(network: str) -> bool:
    """Tell whether a text names a network that lies in a private one."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return False
    return any(found.version == one.version and found.subnet_of(one) for one in _KNOWN)


def lies_in(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address is private and lies in one of the networks; one that is none is nowhere.

    An IPv6 address that stands for an IPv4 one is judged as that.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    if mapped in _NEVER:
        return False
    known = map(ipaddress.ip_network, networks)
    return is_private(str(mapped)) and any(mapped.version == one.version and mapped in one for one in known)


def has_port(port: int, ports: str) -> bool:
    """Tell whether a port is among "80,443,8000-8999"."""
    parts = (part.partition("-") for part in ports.split(","))
    return any(int(first) <= port <= int(last or first) for first, _dash, last in parts)
