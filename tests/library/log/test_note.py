import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError, SignatureError
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.log.note import MAX_NOTE, MAX_SIGNATURES, Note, Signature, sign_text, verify_note
from tests.library.log.sample import HEARTBEAT, LOG, STRANGER

TEXT = "Паведамленне\n\nsecond part\n".encode()
SIGNED = Note(TEXT, (sign_text(TEXT, LOG),))

texts = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n"), max_size=60
).map(lambda text: f"{text}\n".encode())
names = st.from_regex(r"[a-z][a-z0-9./-]{0,20}", fullmatch=True)
signatures = st.builds(
    Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
notes = st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=5).map(tuple))


@given(notes)
def test_round_trip(note):
    assert Note.from_bytes(note.to_bytes()) == note


@given(notes, st.data())
def test_round_trip_the_other_way(note, data):
    written = bytearray(note.to_bytes())
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = Note.from_bytes(bytes(written))
    except MalformedError:
        return
    assert read.to_bytes() == written


@given(st.data())
def test_any_flipped_bit_fails(data):
    written = bytearray(SIGNED.to_bytes())
    bit = data.draw(st.integers(0, len(written) * 8 - 1))
    written[bit // 8] ^= 1 << bit % 8
    with pytest.raises((MalformedError, SignatureError)):
        verify_note(Note.from_bytes(bytes(written)), [LOG.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n\n",
        SIGNED.to_bytes()[:-1],
        SIGNED.to_bytes() + b"\n",
        SIGNED.to_bytes() + b"trailing\n",
        SIGNED.to_bytes().replace(b"\n", b"\r\n"),
        b"\xff" + SIGNED.to_bytes(),
        b"text\n\n\xff\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name QUFBQQ==\n".encode(),
        "text\n\n— na+me QUFBQUE=\n".encode(),
        "text\n\n— name QUFBQUE= \n".encode(),
        b"text\n\n- name QUFBQUE=\n",
    ],
)
def test_malformed(data):
    with pytest.raises(MalformedError):
        Note.from_bytes(data)


@pytest.mark.parametrize("note", [Note(TEXT, ()), Note(b"text", SIGNED.signatures)])
def test_nothing_unreadable_is_written(note):
    with pytest.raises(MalformedError, match="note_malformed"):
        note.to_bytes()


def test_limits():
    line = SIGNED.to_bytes()[len(TEXT) + 1 :]
    assert len(Note.from_bytes(TEXT + b"\n" + line * MAX_SIGNATURES).signatures) == MAX_SIGNATURES
    with pytest.raises(LimitError, match="note_too_long"):
        Note.from_bytes(TEXT + b"\n" + line * (MAX_SIGNATURES + 1))
    with pytest.raises(LimitError, match="note_too_long"):
        Note.from_bytes(b"x" * MAX_NOTE + SIGNED.to_bytes())


def test_a_known_key_is_verified_and_others_are_kept_but_not_trusted():
    note = SIGNED.with_signature(sign_text(TEXT, STRANGER))
    read = Note.from_bytes(note.to_bytes())
    assert len(read.signatures) == 2
    assert [item.verifier for item in verify_note(read, [LOG.verifier])] == [LOG.verifier]


def test_a_repeated_line_counts_once():
    assert SIGNED.with_signature(SIGNED.signatures[0]) is SIGNED
    twice = Note(TEXT, SIGNED.signatures * 2)
    assert len(verify_note(Note.from_bytes(twice.to_bytes()), [LOG.verifier])) == 1


def test_one_wrong_signature_of_a_known_key_spoils_the_note():
    good = SIGNED.signatures[0]
    bad = Signature(good.name, good.key_id, bytes(64))
    for lines in [(bad,), (good, bad), (bad, good)]:
        with pytest.raises(SignatureError, match="signature_wrong"):
            verify_note(Note(TEXT, lines), [LOG.verifier])


@pytest.mark.parametrize(
    "verifiers",
    [
        [],
        [STRANGER.verifier],
        [Verifier(LOG.name, KeyKind.ED25519, STRANGER.verifier.public_key)],
        [Verifier(STRANGER.name, KeyKind.ED25519, LOG.verifier.public_key)],
        [Verifier(LOG.name, KeyKind.COSIGNATURE, LOG.verifier.public_key)],
    ],
)
def test_no_known_key_has_signed(verifiers):
    with pytest.raises(SignatureError, match="signature_missing"):
        verify_note(SIGNED, verifiers)


def test_two_keys_that_cannot_be_told_apart():
    twin = Verifier(LOG.name, KeyKind.ED25519, STRANGER.verifier.public_key)
    vars(twin)["key_id"] = (
        LOG.verifier.key_id
    )  # four bytes collide after some thousand million tries
    with pytest.raises(SignatureError, match="key_ambiguous"):
        verify_note(SIGNED, [LOG.verifier, twin])
    assert verify_note(SIGNED, [LOG.verifier, LOG.verifier])


def test_a_faulty_key_signs_nothing():
    faulty = Signer(LOG.verifier, STRANGER.sign)
    with pytest.raises(SignatureError, match="signature_wrong"):
        sign_text(TEXT, faulty)


def test_a_key_for_cosignatures_signs_no_plain_text():
    with pytest.raises(SignatureError, match="key_kind"):
        sign_text(TEXT, HEARTBEAT)
