"""Where a webhook may go: https alone, and no address of a private network unless the settings say.

The name is looked up at each delivery, every address that it has is judged, and the connection goes
to the very address that was judged: a name that changes between the two leads nowhere else.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Resolve = Callable[[str, int], Iterable[str]]

LONGEST = 500
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]", re.ASCII)
_PLAIN = re.compile(r"[\x21-\x7e]+", re.ASCII)


@dataclass(frozen=True)
class Target:
    """The parts of an address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def read_url(url: str) -> Target:
    """Read an address. Raises MalformedError (`webhook.no_url`, `webhook.not_https`)."""
    if not _PLAIN.fullmatch(url) or len(url) > LONGEST or "#" in url or "\\" in url:
        raise MalformedError("webhook.no_url", place="url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise MalformedError("webhook.no_url", place="url") from None
    if parts.scheme not in ("https", "http"):
        raise MalformedError("webhook.not_https", place="url")
    if "@" in parts.netloc or not _HOST.fullmatch(re.sub(r":[0-9]*$", "", parts.netloc)):
        raise MalformedError("webhook.no_url", place="url")
    number = port or {"https": 443, "http": 80}[parts.scheme]
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, parts.hostname or "", number, f"{parts.path or '/'}{query}")


def look_up(host: str, port: int) -> list[str]:
    """Return every address of a name. Raises MalformedError (`webhook.no_such_host`)."""
    with suppress(ValueError):
        return [str(ip_address(host))]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise MalformedError("webhook.no_such_host", place="url") from None
    return [str(one[4][0]) for one in found]


def choose_address(target: Target, *, allowed: Iterable[str], resolve: Resolve = look_up) -> str:
    """Return the address to connect to, once all that the name has are allowed.

    `allowed` are networks that may be reached though they are private. Raises MalformedError
    (`webhook.private_address`, `webhook.not_https` for http beyond this machine).
    """
    networks = [ip_network(one) for one in allowed]
    addresses = [_unwrapped(one) for one in resolve(target.host, target.port)]
    if not addresses:
        raise MalformedError("webhook.no_such_host", place="url")
    for one in addresses:
        is_excepted = any(one in network for network in networks if network.version == one.version)
        if not is_excepted and (not one.is_global or one.is_multicast):
            raise MalformedError("webhook.private_address", place="url")
        if target.scheme == "http" and not (one.is_loopback and is_excepted):
            raise MalformedError("webhook.not_https", place="url")
    return str(addresses[0])


def _unwrapped(text: str) -> IPv4Address | IPv6Address:
    """Read an address; one of IPv4 written inside one of IPv6 is judged as what it is."""
    found = ip_address(text.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            return inner
        if found in _NAT64:
            return IPv4Address(int(found) & 0xFFFFFFFF)
    return found


_NAT64 = ip_network("64:ff9b::/96")
