"""A national suite beside ours: its seals count like any other, and say nothing where it is not."""

import pytest

from certorigin.errors import ConflictError, SignatureError, UnknownError
from certorigin.seal import multikey, suite
from certorigin.seal.multikey import public_key, register_key_kind
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.seal.suite import Suite, get_suite, register
from tests.library.seal.national import KIND, NAME, SUITE, NationalSealer
from tests.library.seal.samples import CHAMBER, NOON, OFFICER, document, sealer


@pytest.fixture
def joined(monkeypatch):
    monkeypatch.setattr(suite, "_suites", dict(suite._suites))
    monkeypatch.setattr(multikey, "_kinds", dict(multikey._kinds))
    public_key.cache_clear()
    register_key_kind(KIND)
    register(SUITE)
    yield
    public_key.cache_clear()


def _sealed():
    pairs = [(sealer("body"), CHAMBER), (NationalSealer(bytes(range(57))), OFFICER)]
    return seal_document(document(remark="Ə"), pairs, created=NOON)


@pytest.mark.usefixtures("joined")
def test_both_seals_of_the_set_verify():
    ours, national = verify_sealed(_sealed()).proofs
    assert (ours.suite, national.suite) == ("eddsa-jcs-2022", NAME)
    assert (ours.controller, national.controller) == (CHAMBER, OFFICER)


@pytest.mark.usefixtures("joined")
def test_an_altered_document_is_found_by_the_national_suite_alone():
    alone = [(NationalSealer(bytes(range(57))), OFFICER)]
    raw = seal_document(document(remark="Ə"), alone, created=NOON)
    assert verify_sealed(raw)
    with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
        verify_sealed(raw.replace("Ə".encode(), "Е".encode()))


@pytest.mark.usefixtures("joined")
def test_names_and_prefixes_are_given_once():
    register(SUITE)
    assert get_suite(NAME) is SUITE
    with pytest.raises(ConflictError, match=r"seal\.suite_name_taken"):
        register(Suite("eddsa-jcs-2022", {}))
    with pytest.raises(ConflictError, match=r"seal\.key_kind_taken"):
        register_key_kind(KIND)


def test_where_the_suite_is_not_known_nothing_is_said_about_the_seal(joined, monkeypatch):
    raw = _sealed()
    monkeypatch.delitem(suite._suites, NAME)
    with pytest.raises(UnknownError, match=r"seal\.suite_unknown"):
        verify_sealed(raw)
