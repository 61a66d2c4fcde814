"""Files looked through for malware by `clamd`, before anybody keeps them or reads them again.

The protocol is INSTREAM: pieces, each after its length, closed by an empty one; one line comes
back. Nothing is scanned where the settings name no scanner. Where they do, a file that was not
found clean is refused, for whatever reason.
"""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from certorigin_server.settings.uploads import UploadSettings

PIECE = 1 << 16
MOST_ANSWER = 1000
_FOUND = re.compile(rb"stream: ([ -~]{1,200}) FOUND")


def require_clean(raw: bytes) -> None:
    """Let a file pass that the scanner finds nothing in; every file, where there is no scanner.

    Raises MalformedError: `evidence.malware` with the name of what was found; and
    `evidence.not_scanned` where no scanner answers, or answers anything else.
    """
    wanted: UploadSettings = settings.SYSTEM.uploads
    if not wanted.scanner:
        return
    try:
        answer = _ask(wanted, raw)
    except OSError:
        raise MalformedError("evidence.not_scanned", place="file") from None
    if answer == b"stream: OK":
        return
    found = _FOUND.fullmatch(answer)
    if found is None:
        raise MalformedError("evidence.not_scanned", place="file")
    raise MalformedError("evidence.malware", place="file", value=found[1].decode("ascii"))


def _ask(wanted: UploadSettings, raw: bytes) -> bytes:
    with _connect(wanted) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(raw), PIECE):
                piece = raw[start : start + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
        except BrokenPipeError:
            pass  # it said that this is too much for it, and closed
        answer = b""
        while len(answer) <= MOST_ANSWER and (more := line.recv(MOST_ANSWER)):
            answer += more
            if b"\0" in more:
                break
    return answer.partition(b"\0")[0]


def _connect(wanted: UploadSettings) -> socket.socket:
    if not wanted.scanner.startswith("/"):
        host, _, port = wanted.scanner.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=wanted.seconds)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(wanted.seconds)
    try:
        line.connect(wanted.scanner)
    except BaseException:
        line.close()
        raise
    return line
