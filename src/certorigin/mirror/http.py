"""The only module of the library that opens a connection: it gets files from a partner.

A partner may be slow, silent, huge or hostile: every wait has an end, every answer has a limit that
is kept while it streams in, redirects are not followed, and the environment's proxies are not
asked. Whatever goes wrong on the way is UnknownError: what was to be had is not here, which says
nothing about what it would be.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Timer
from typing import TYPE_CHECKING, Any, Self

import httpx

from certorigin.errors import LimitError, MalformedError, UnknownError
from certorigin.mirror.line import sign_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from certorigin.seal.proof import Sealer

WAIT = 10.0
LONGEST = timedelta(seconds=60)
_OK, _NO_CONTENT, _NOT_FOUND = 200, 204, 404


def tls_context(
    *, certificate: Path | None = None, key: Path | None = None, authorities: Path | None = None
) -> ssl.SSLContext:
    """Return by what a partner's proxy is believed, and what it is shown (docs/operate/tls.md).

    The files are PEM. Without `authorities` those of the machine hold; without `certificate` none
    is shown. Raises MalformedError (`settings.tls_unreadable`) with the setting at fault.
    """
    place = "corridor.authorities"
    try:
        context = ssl.create_default_context(cafile=authorities)
        place = "corridor.certificate"
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise MalformedError("settings.tls_unreadable", place=place) from error
    return context


class HttpLine:
    """A line to one partner under one base address, such as `http://127.0.0.1:8702/exchange`.

    `clock` gives the time of each request and measures how long an answer takes; `nonce` gives a
    fresh text for each request. `context` says by which authorities the partner's proxy is
    believed, and with which certificate it is shown who asks. `transport` lets a test stand in for
    the network.
    """

    def __init__(
        self,
        base_url: str,
        *,
        sealer: Sealer,
        clock: Callable[[], datetime],
        nonce: Callable[[], str],
        wait: float = WAIT,
        longest: timedelta = LONGEST,
        context: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._sealer = sealer
        self._clock = clock
        self._nonce = nonce
        self._longest = longest
        self._socket: socket.socket | None = None
        self._client = httpx.Client(
            timeout=wait,
            follow_redirects=False,
            trust_env=False,
            verify=True if context is None else context,
            transport=transport,
            headers={"Accept-Encoding": "identity", "User-Agent": "certorigin"},
        )

    def fetch(self, path: str, limit: int) -> bytes:
        """Return what lies at a path below the base address.

        Raises UnknownError: `line.absent` when the partner says that it has no such file,
        `line.refused` when it answers otherwise, `line.unreachable` when no whole answer came in
        time. Raises LimitError when the answer is longer than `limit`.
        """
        url = f"{self.base_url}/{path}"
        at = self._clock()
        headers = sign_request("GET", url, sealer=self._sealer, at=at, nonce=self._nonce())
        told = {"trace": self._note_socket}
        try:
            with (
                self._ending(self._longest.total_seconds()),
                self._client.stream("GET", url, headers=headers, extensions=told) as answer,
            ):
                _check_status(answer, path)
                return b"".join(self._limited(answer, path, limit, at + self._longest))
        except httpx.HTTPError as fault:
            raise UnknownError("line.unreachable", path=path, reason=type(fault).__name__) from None

    def hint(self, path: str, *, wait: float) -> None:
        """Tell the partner to look: a signed request without data, whose answer has none.

        `wait` is how long it may take, in seconds. Raises UnknownError as `fetch`.
        """
        url = f"{self.base_url}/{path}"
        headers = sign_request(
            "POST", url, sealer=self._sealer, at=self._clock(), nonce=self._nonce()
        )
        told = {"trace": self._note_socket}
        try:
            with (
                self._ending(wait),
                self._client.stream(
                    "POST", url, headers=headers, timeout=wait, extensions=told
                ) as answer,
            ):
                if answer.status_code != _NO_CONTENT:
                    raise UnknownError("line.refused", path=path, status=str(answer.status_code))
        except httpx.HTTPError as fault:
            raise UnknownError("line.unreachable", path=path, reason=type(fault).__name__) from None

    def under(self, prefix: str) -> Callable[[str, int], bytes]:
        """Return a `fetch` for the files below a prefix, such as `log/<origin>`."""

        def fetch(path: str, limit: int) -> bytes:
            return self.fetch(f"{prefix}/{path}", limit)

        return fetch

    def close(self) -> None:
        """Close what is open. Closing twice is harmless."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _ending(self, seconds: float) -> Iterator[None]:
        """Shut the line after so many seconds: httpx begins each wait anew with every byte."""
        timer = Timer(seconds, self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _note_socket(self, event: str, facts: dict[str, Any]) -> None:
        """Note the socket when one was opened: of all that httpx tells of, only that has one."""
        del event
        stream: Any = facts.get("return_value")
        if stream is not None and hasattr(stream, "get_extra_info"):
            self._socket = stream.get_extra_info("socket")

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it may be closed already
                # Of the plain socket: that of TLS would take its state from under a reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _limited(
        self, answer: httpx.Response, path: str, limit: int, end: datetime
    ) -> Iterator[bytes]:
        """Hand on the body as it streams in, until it is too long or has taken too long."""
        size = 0
        for part in answer.iter_raw():
            size += len(part)
            if size > limit:
                raise LimitError("line.too_long", place=path, limit=str(limit))
            if self._clock() > end:
                raise UnknownError("line.unreachable", path=path, reason="slow")
            yield part


def _check_status(answer: httpx.Response, path: str) -> None:
    if answer.status_code == _NOT_FOUND:
        raise UnknownError("line.absent", path=path)
    if (
        answer.status_code != _OK
        or answer.headers.get("content-encoding", "identity") != "identity"
    ):
        raise UnknownError("line.refused", path=path, status=str(answer.status_code))
