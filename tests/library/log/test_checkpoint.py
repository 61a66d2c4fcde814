import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, SignatureError
from certorigin.log.checkpoint import Checkpoint, read_head
from certorigin.log.cosignature import cosign
from certorigin.log.key import Verifier
from certorigin.log.merkle import EMPTY_ROOT
from certorigin.log.note import Note, sign_text
from tests.data import shared, vectors
from tests.library.log.sample import HEARTBEAT, LOG, ORIGIN, STRANGER, WITNESS, minutes

CHECKPOINT = Checkpoint(ORIGIN, 5, bytes(32))
TEXT = CHECKPOINT.to_text()

lines = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=30)
checkpoints = st.builds(
    Checkpoint,
    lines,
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(lines, max_size=3).map(tuple),
)


def signed(text=TEXT, signer=LOG, *more):
    return Note(text, (sign_text(text, signer), *more)).to_bytes()


@given(checkpoints)
def test_round_trip(checkpoint):
    assert Checkpoint.from_text(checkpoint.to_text()) == checkpoint


@given(checkpoints, st.data())
def test_round_trip_the_other_way(checkpoint, data):
    text = bytearray(checkpoint.to_text())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = Checkpoint.from_text(bytes(text))
    except MalformedError:
        return
    assert read.to_text() == text


@pytest.mark.parametrize(
    "text",
    [
        b"",
        TEXT[:-1],
        TEXT + b"\n",
        TEXT + b"\nextension\n",
        b"\n" + TEXT,
        TEXT.replace(b"\n5\n", b"\n05\n"),
        TEXT.replace(b"\n5\n", b"\n5 \n"),
        TEXT.replace(b"\n5\n", b"\n-5\n"),
        TEXT.replace(b"\n5\n", b"\n+5\n"),
        TEXT.replace(b"\n5\n", b"\n\n"),
        TEXT.replace(b"\n5\n", "\n٥\n".encode()),
        TEXT.replace(b"\n5\n", b"\n9223372036854775808\n"),
        TEXT.replace(b"\n5\n", b"\n0\n"),
        TEXT.replace(b"\n5\n", b"\n"),
        TEXT.replace(b"AA=\n", b"AA= \n"),
        TEXT.replace(b"AA=\n", b"AB=\n"),
        TEXT.replace(b"AAAA", b"", 1),
        TEXT.replace(b"\n5\n", b"\n5\t\n"),
        b"\xff" + TEXT,
    ],
)
def test_malformed(text):
    with pytest.raises(MalformedError):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "parts",
    [
        ("", 5, bytes(32)),
        ("a\nb", 5, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", 5, bytes(31)),
        ("a", 0, bytes(32)),
        ("a", 5, bytes(32), ("",)),
    ],
)
def test_odd_parts_make_no_checkpoint(parts):
    with pytest.raises(MalformedError, match="checkpoint_malformed"):
        Checkpoint(*parts)


@pytest.mark.parametrize("origin", ["a\x00", "\ud800"])
def test_what_is_no_text_is_not_written(origin):
    with pytest.raises(MalformedError, match="note_malformed"):
        Checkpoint(origin, 0, EMPTY_ROOT).to_text()


def test_head():
    beats = [cosign(TEXT, HEARTBEAT, at=minutes(count)) for count in (3, 1)]
    data = signed(TEXT, LOG, *beats, cosign(TEXT, WITNESS, at=minutes(2)))
    head = read_head(data, LOG.verifier, [HEARTBEAT.verifier])
    assert (head.data, head.checkpoint) == (data, CHECKPOINT)
    assert head.times_by(HEARTBEAT.verifier) == (minutes(1), minutes(3))
    assert head.times_by(LOG.verifier) == head.times_by(WITNESS.verifier) == ()


def test_head_of_another_log():
    with pytest.raises(SignatureError, match="origin_wrong"):
        read_head(signed(), STRANGER.verifier)


def test_head_that_the_log_has_not_signed():
    data = Note(TEXT, (cosign(TEXT, HEARTBEAT, at=minutes(1)),)).to_bytes()
    with pytest.raises(SignatureError, match="signature_missing"):
        read_head(data, LOG.verifier, [HEARTBEAT.verifier])


def test_head_with_a_wrong_cosignature():
    other = Checkpoint(ORIGIN, 6, bytes(32)).to_text()
    data = signed(TEXT, LOG, cosign(other, HEARTBEAT, at=minutes(1)))
    assert read_head(data, LOG.verifier).checkpoint == CHECKPOINT
    with pytest.raises(SignatureError, match="signature_wrong"):
        read_head(data, LOG.verifier, [HEARTBEAT.verifier])


def test_the_sixteen_checkpoints_of_tessera():
    folder = shared("tlog/tessera-log")
    verifier = Verifier.from_text((folder / "vkey.txt").read_text().strip())
    for size in range(16):
        data = (folder / f"checkpoint.{size}").read_bytes()
        head = read_head(data, verifier)
        assert head.checkpoint.size == size
        assert Note.from_bytes(data).to_bytes() == data
        assert head.checkpoint.to_text() == Note.from_bytes(data).text
    vectors.count("tlog.tessera.checkpoint", 16)
