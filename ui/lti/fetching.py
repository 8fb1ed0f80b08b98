"""Fetching JSON from a learning platform: an address that somebody gave us, so nothing is trusted about it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import anyio
import httpx2

from ui.errors import FetchFailed
from ui.lti.addresses import LONGEST_SHOWN, is_address

SECONDS: Final = 5.0
"""For everything together: names, connection, headers, body."""

LARGEST: Final = 256 * 2**10
"""Bytes of an answer."""

_DONE: Final = (200, 201, 202, 204)

_WITHIN_V6: Final = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Ways to say an IPv4 address in IPv6."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is posted: `body`, whose media type is `kind`."""

    body: bytes
    kind: str


def json_content(row: Mapping[str, Any], kind: str = "application/json") -> Content:
    """A JSON object; `kind` is one of the media types that are written so."""
    return Content(json.dumps(row).encode("ascii"), kind)


def form_content(fields: Mapping[str, str]) -> Content:
    """The fields of a form."""
    return Content(urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded")


async def fetch_json(
    address: str, *, private_network: bool = False, sent: Content | None = None, bearer: str = ""
) -> dict[str, Any]:
    """The JSON object at `address`, or what it answers to what is `sent`. Raises as `fetch` does."""
    body = await fetch(address, private_network=private_network, sent=sent, bearer=bearer)
    host = urlsplit(address).hostname
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed("What {host} answered is no JSON.", host=host) from error
    if not isinstance(found, dict):
        raise FetchFailed("What {host} answered is not what was asked for.", host=host)
    return found


async def fetch(address: str, *, private_network: bool = False, sent: Content | None = None, bearer: str = "") -> bytes:
    """What is at `address`, or what it answers to what is `sent`. Raises `FetchFailed`.

    Only addresses that the whole world can reach are asked, unless it may be in a `private_network`; the
    address that was looked at is the one that is connected to, whatever its name may say a moment later.
    Redirects are not followed, and neither the time nor the size of the answer can be stretched.
    """
    try:
        with anyio.fail_after(SECONDS):
            if not is_address(address, private_network=private_network):
                raise FetchFailed("{address} is no address that may be asked.", address=address[:LONGEST_SHOWN])
            found_at = await _reachable(address, private_network)
            return await _exchanged(address, found_at, sent, bearer)
    except TimeoutError as error:
        raise FetchFailed(
            "{host} did not answer within {seconds} seconds; try again later.",
            host=urlsplit(address).hostname,
            seconds=f"{SECONDS:.0f}",
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise FetchFailed("{host} cannot be reached; try again later.", host=urlsplit(address).hostname) from error


async def _reachable(address: str, private_network: bool) -> list[str]:
    """The numeric addresses behind a name. Raises `FetchFailed` where one of them is not for the whole world."""
    parts = urlsplit(address)
    found = await anyio.getaddrinfo(str(parts.hostname), parts.port or 443, type=socket.SOCK_STREAM)
    numeric = [str(one[4][0]).partition("%")[0] for one in found]
    if not private_network and not all(is_public(one) for one in numeric):
        raise FetchFailed("{host} is at an address of a private network, which is not asked.", host=parts.hostname)
    return list(dict.fromkeys(numeric))


def is_public(address: str) -> bool:
    """Whether the whole world can reach a numeric address.

    >>> [is_public(one) for one in ("9.9.9.9", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False, False]
    """
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        if any(found in network for network in _WITHIN_V6):
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


async def _exchanged(address: str, found_at: list[str], sent: Content | None, bearer: str) -> bytes:
    """What the first of these addresses says that can be connected to."""
    for numeric in found_at[:-1]:
        with suppress(httpx2.ConnectError):
            return await _exchanged_at(numeric, address, sent, bearer)
    return await _exchanged_at(found_at[-1], address, sent, bearer)


async def _exchanged_at(numeric: str, address: str, sent: Content | None, bearer: str) -> bytes:
    url = httpx2.URL(address)
    headers = {"Host": url.netloc.decode("ascii"), "Accept": "application/json", "Accept-Encoding": "identity"}
    if sent:
        headers["Content-Type"] = sent.kind
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    async with (
        httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream(
            "GET" if sent is None else "POST",
            url.copy_with(host=numeric),
            headers=headers,
            content=sent.body if sent else None,
            extensions={"sni_hostname": url.host},
        ) as response,
    ):
        if response.status_code not in _DONE:
            raise FetchFailed("{host} answered with an error ({status}).", response.status_code, host=url.host)
        return await _read(response, url.host)


async def _read(response: httpx2.Response, host: str) -> bytes:
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST:
            raise FetchFailed("{host} answered with more than {most} KB.", host=host, most=LARGEST // 2**10)
    return body
