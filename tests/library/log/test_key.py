from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, SignatureError
from certorigin.log.key import KeyKind, Verifier, base64_strict, check_key_name, seconds_of
from tests.data import shared, vectors
from tests.library.log.sample import HEARTBEAT, LOG, ORIGIN

TEXT = b"a\n1\nb\n"


def test_verifier_key_of_tessera():
    text = (shared("tlog/tessera-log") / "vkey.txt").read_text().strip()
    verifier = Verifier.from_text(text)
    assert (verifier.name, verifier.kind) == ("example.com/log/testdata", KeyKind.ED25519)
    assert verifier.to_text() == text
    vectors.count("tlog.verifier_key", 1)


names = st.text(min_size=1, max_size=40).filter(
    lambda text: not any(char.isspace() or char < " " or char == "+" for char in text)
)


@given(names, st.sampled_from(KeyKind), st.binary(min_size=32, max_size=32))
def test_verifier_round_trip(name, kind, public_key):
    verifier = Verifier(name, kind, public_key)
    assert Verifier.from_text(verifier.to_text()) == verifier


GOOD = LOG.verifier.to_text()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key_malformed"),
        (GOOD + "\n", "key_malformed"),
        (GOOD.replace("+", "-"), "key_malformed"),
        (GOOD[:-4], "key_malformed"),
        (GOOD.replace("4cf2e234", "4CF2E234"), "key_malformed"),
        (GOOD.replace("4cf2e234", "4cf2e235"), "key_id_wrong"),
        (GOOD.replace("2026", "2027"), "key_id_wrong"),
        (GOOD.replace("+AYqI", "+AoqI"), "key_kind"),
        (GOOD.replace("+AYqI", "+AYq"), "base64_malformed"),
        ("x" * 600 + GOOD, "key_malformed"),
    ],
)
def test_verifier_malformed(text, code):
    with pytest.raises(MalformedError, match=code):
        Verifier.from_text(text)


@pytest.mark.parametrize(
    "name", ["", "a b", "a\u00a0b", "a+b", "a\nb", "a\x01", "a\u3000b", "\ud800", "x" * 257]
)
def test_key_name_malformed(name):
    with pytest.raises(MalformedError, match="key_name_malformed"):
        check_key_name(name)


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "Q Q=", "QQ==QQ==", "é", "-_8="])
def test_base64_has_one_spelling(text):
    with pytest.raises(MalformedError, match="base64_malformed"):
        base64_strict(text, place="test")


def test_signature_by_ed25519():
    assert LOG.verifier.verify(TEXT, LOG.sign(TEXT)) is None


@pytest.mark.parametrize("value", [b"", bytes(63), bytes(64), bytes(65)])
def test_signature_wrong(value):
    with pytest.raises(SignatureError, match="signature_wrong"):
        LOG.verifier.verify(TEXT, value)
    with pytest.raises(SignatureError, match="signature_wrong"):
        HEARTBEAT.verifier.verify(TEXT, bytes(8) + value)


def test_signature_at_no_time():
    end = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
    with pytest.raises(SignatureError, match="signature_wrong"):
        HEARTBEAT.verifier.verify(TEXT, end.to_bytes(8, "big") + bytes(64))
    with pytest.raises(MalformedError, match="time_malformed"):
        HEARTBEAT.verifier.verify(TEXT, (end + 1).to_bytes(8, "big") + bytes(64))


def test_seconds():
    minsk = timezone(timedelta(hours=3))
    assert seconds_of(datetime(1970, 1, 1, 3, 0, 1, 999_999, tzinfo=minsk)) == 1
    with pytest.raises(ValueError, match="without a time zone"):
        seconds_of(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValueError, match="before 1970"):
        seconds_of(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))


def test_name():
    assert LOG.name == ORIGIN
