from hashlib import sha256

import pytest

from certorigin.errors import MalformedError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.layout import is_public
from certorigin.log.note import Note, sign_text
from certorigin.log.stage import Stage
from tests.library.log.sample import LOG, ORIGIN

CHECKPOINT = Checkpoint(ORIGIN, 2, bytes(32))
HEAD = Note(CHECKPOINT.to_text(), (sign_text(CHECKPOINT.to_text(), LOG),)).to_bytes()
STAGE = Stage(HEAD, {"tile/entries/000.p/2": b"\0\1a\0\1b", "tile/0/000.p/2": bytes(64)})


def test_round_trip():
    data = STAGE.to_bytes()
    assert Stage.from_bytes(data) == STAGE
    assert Stage.from_bytes(data).to_bytes() == data
    assert Stage.from_bytes(data + b"of a longer one") == STAGE
    assert STAGE.checkpoint == CHECKPOINT
    assert Stage.from_bytes(Stage(HEAD, {}).to_bytes()).files == {}


def sealed(body, header=b"certorigin-stage/v2\n"):
    length = len(body).to_bytes(8, "big")
    return header + length + sha256(length + body).digest() + body


def framed(*items):
    return sealed(b"".join(len(item).to_bytes(4, "big") + item for item in items))


def old(*items):
    """A stage as version 0.1 wrote it."""
    body = b"".join(len(item).to_bytes(4, "big") + item for item in items)
    whole = b"certorigin-stage/v1\n" + body
    return whole + sha256(whole).digest()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        STAGE.to_bytes()[:-1],
        STAGE.to_bytes()[1:],
        bytes(len(STAGE.to_bytes())),
        sealed(b"", b"certorigin-stage/v3\n"),
        sealed(b""),
        sealed(b"\0\0\0\2a"),
        framed(HEAD)[:60],
        old(HEAD),
        framed(HEAD, b"tile/0/000"),
        framed(HEAD, b"private/head", b""),
        framed(HEAD, b"tile/0/\xff", b""),
        framed(HEAD, b"tile/0/001", b"", b"tile/0/000", b""),
        framed(HEAD, b"tile/0/001", b"", b"tile/0/001", b""),
    ],
)
def test_malformed(data):
    with pytest.raises(MalformedError):
        Stage.from_bytes(data)


def test_a_stage_of_the_version_before():
    items = [item for path, content in sorted(STAGE.files.items()) for item in (path, content)]
    data = old(HEAD, *(item if isinstance(item, bytes) else item.encode() for item in items))
    assert Stage.from_old_bytes(data) == STAGE
    for damaged in (data[:-1], data + b"\0", data[:40] + b"x" + data[41:], STAGE.to_bytes()):
        with pytest.raises(MalformedError):
            Stage.from_old_bytes(damaged)


def test_any_flipped_bit_is_seen():
    data = STAGE.to_bytes()
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(MalformedError):
            Stage.from_bytes(changed)


@pytest.mark.parametrize("path", ["checkpoint", "log.json", "tile/0/000", "object/ab"])
def test_readers_may_see(path):
    assert is_public(path)


@pytest.mark.parametrize(
    "path", ["private/staged", "private/stage", "private/head", "private/tmp/0", "other"]
)
def test_readers_may_not_see(path):
    assert not is_public(path)
