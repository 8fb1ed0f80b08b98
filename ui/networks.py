"""Networks: where requests come from, to count by."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection


def address_of(connection: HTTPConnection) -> str:
    """The address that a request came from; empty where the server does not know it."""
    return connection.client.host if connection.client else ""


def network_behind(connection: HTTPConnection) -> str:
    """The network that a request came from."""
    return network_of(address_of(connection))


def network_of(address: str) -> str:
    """The address to count by: whoever has one IPv6 address has a whole network of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address or "unknown"
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
