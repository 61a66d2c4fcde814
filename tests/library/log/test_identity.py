import json
from dataclasses import replace

import pytest

from certorigin.errors import LimitError, MalformedError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.identity import MAX_IDENTITY, Identity, Predecessor
from certorigin.log.key import KeyKind, Verifier
from certorigin.log.note import Note, sign_text
from tests.library.log.sample import HEARTBEAT, IDENTITY, LOG, STRANGER, WITNESS, signer

BEFORE = signer("certorigin/BY-1/AZ-BY/CIS-2009/2025", KeyKind.ED25519, 5)
TEXT = Checkpoint(BEFORE.name, 9, bytes(32)).to_text()
CLOSING = Note(TEXT, (sign_text(TEXT, BEFORE),)).to_bytes()
SECOND = replace(IDENTITY, predecessor=Predecessor(BEFORE.name, CLOSING))


@pytest.mark.parametrize("identity", [IDENTITY, SECOND])
def test_round_trip(identity):
    data = identity.to_bytes()
    assert Identity.from_bytes(data) == identity
    assert Identity.from_bytes(data).to_bytes() == data


def changed(**names):
    value = json.loads(SECOND.to_bytes()) | names
    value = {name: item for name, item in value.items() if item is not None}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


HEAD = CLOSING.decode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 10_000,
        IDENTITY.to_bytes() + b"\n",
        IDENTITY.to_bytes().replace(b":", b": ", 1),
        IDENTITY.to_bytes().replace(b"{", b'{"format":"certorigin-log/v1",'),
        changed(format="certorigin-log/v2"),
        changed(origin="other"),
        changed(origin=None),
        changed(origin=5),
        changed(more="x"),
        changed(log=WITNESS.verifier.to_text()),
        changed(log=HEARTBEAT.verifier.to_text()),
        changed(heartbeat="x"),
        changed(predecessor="x"),
        changed(predecessor={}),
        changed(predecessor={"head": HEAD, "origin": 5}),
        changed(predecessor={"head": 5, "origin": BEFORE.name}),
        changed(predecessor={"head": HEAD, "origin": "other"}),
        changed(predecessor={"head": "x", "origin": BEFORE.name}),
        b'{"a":"\\ud800"}',
    ],
)
def test_malformed(data):
    with pytest.raises(MalformedError):
        Identity.from_bytes(data)


def test_limit():
    with pytest.raises(LimitError, match="identity_too_long"):
        Identity.from_bytes(bytes(MAX_IDENTITY + 1))


def test_a_log_is_not_its_own_predecessor():
    text = Checkpoint(LOG.name, 9, bytes(32)).to_text()
    head = Note(text, (sign_text(text, LOG),)).to_bytes()
    with pytest.raises(MalformedError, match="identity_malformed"):
        replace(IDENTITY, predecessor=Predecessor(LOG.name, head))


@pytest.mark.parametrize(
    "keys",
    [
        (HEARTBEAT.verifier, LOG.verifier),
        (LOG.verifier, STRANGER.verifier),
        (LOG.verifier, Verifier(HEARTBEAT.name, KeyKind.COSIGNATURE, LOG.verifier.public_key)),
    ],
)
def test_two_purposes_need_two_keys(keys):
    with pytest.raises(MalformedError, match="identity_malformed"):
        Identity(*keys)
