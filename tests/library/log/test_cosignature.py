from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import SignatureError
from certorigin.log.cosignature import cosign, verify_cosignature
from certorigin.log.key import Signer
from certorigin.log.note import Signature, sign_text
from tests.library.log.sample import HEARTBEAT, LOG, NOON, WITNESS

TEXT = b"origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@given(st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - UTC is added
def test_round_trip(at):
    signature = cosign(TEXT, WITNESS, at=at)
    assert verify_cosignature(TEXT, signature, WITNESS.verifier) == at.replace(microsecond=0)


def test_the_message_is_that_of_the_specification():
    seen = []
    signer = Signer(WITNESS.verifier, lambda message: seen.append(message) or WITNESS.sign(message))
    cosign(TEXT, signer, at=datetime.fromtimestamp(1679315147, tz=UTC))
    assert seen == [b"cosignature/v1\ntime 1679315147\n" + TEXT]


def test_another_time_or_text_fails():
    signature = cosign(TEXT, WITNESS, at=NOON)
    later = cosign(TEXT, WITNESS, at=NOON + timedelta(seconds=1)).value[:8] + signature.value[8:]
    for text, value in [(TEXT, later), (TEXT + b"x\n", signature.value)]:
        forged = Signature(signature.name, signature.key_id, value)
        with pytest.raises(SignatureError, match="signature_wrong"):
            verify_cosignature(text, forged, WITNESS.verifier)


def test_another_key():
    with pytest.raises(SignatureError, match="signature_missing"):
        verify_cosignature(TEXT, cosign(TEXT, WITNESS, at=NOON), HEARTBEAT.verifier)


def test_a_plain_signature_is_no_cosignature():
    with pytest.raises(SignatureError, match="key_kind"):
        cosign(TEXT, LOG, at=NOON)
    with pytest.raises(SignatureError, match="key_kind"):
        verify_cosignature(TEXT, sign_text(TEXT, LOG), LOG.verifier)


def test_a_faulty_key_cosigns_nothing():
    with pytest.raises(SignatureError, match="signature_wrong"):
        cosign(TEXT, Signer(WITNESS.verifier, LOG.sign), at=NOON)
