"""Bitstring status lists: bits there and back, and what a verifier must refuse."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, LimitError, MalformedError, SignatureError
from certorigin.seal.foreign.model import check_credential
from certorigin.seal.foreign.reading import base64url_encode
from certorigin.seal.foreign.status_list import (
    MAX_PLACES,
    MIN_PLACES,
    check_entry,
    check_status,
    decode_list,
    encode_list,
    list_credential,
    status_entry,
)
from tests.library.seal.others import CONTEXTS, DID

URL = "https://status.example/lists/1"
MOMENTS = "2026-05-16T00:00:00Z", "2026-05-18T00:00:00Z"


def _listed(places=(), **changes):
    made = list_credential(URL, DID, encode_list(places), *MOMENTS)
    return {**made, "credentialSubject": {**made["credentialSubject"], **changes}}


@given(st.sets(st.integers(0, MIN_PLACES - 1), max_size=20))
def test_bits_there_and_back(places):
    bits = decode_list(encode_list(places))
    assert len(bits) == 16_384
    assert all(bits[at // 8] & 0x80 >> at % 8 for at in places)
    assert int.from_bytes(bits).bit_count() == len(places)


def test_the_first_place_is_the_highest_bit_and_the_text_is_always_the_same():
    assert decode_list(encode_list([0]))[0] == 0x80
    assert encode_list([5, 3]) == encode_list([3, 5])


@pytest.mark.parametrize(
    ("places", "size"), [([], 8), ([], MIN_PLACES + 1), ([-1], 0), ([1 << 17], 0)]
)
def test_lists_that_are_not_written(places, size):
    with pytest.raises(LimitError):
        encode_list(places, size or MIN_PLACES)


def _packed(data):
    return "u" + base64url_encode(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z11",
        "u!",
        _packed(b"not gzip"),
        _packed(gzip.compress(bytes(MIN_PLACES // 8))[:-4]),
        _packed(gzip.compress(bytes(MIN_PLACES // 8)) + b"x"),
        _packed(gzip.compress(bytes(MIN_PLACES // 8 - 1))),
        _packed(gzip.compress(bytes(MAX_PLACES // 8 + 1))),
        _packed(gzip.compress(bytes(64 << 20), compresslevel=1)),
    ],
    ids=range(9),
)
def test_lists_that_are_not_read(text):
    with pytest.raises(MalformedError):
        decode_list(text)


def test_what_is_made_keeps_the_data_model():
    check_credential(_listed(), CONTEXTS)


def test_a_place_that_is_set():
    check_status(status_entry(URL, 7), _listed([8]))
    with pytest.raises(SignatureError, match=r"foreign\.status_set"):
        check_status(status_entry(URL, 7), _listed([7]))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Other"},
        {"statusListIndex": 7},
        {"statusListIndex": "07"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "9" * 40},
        {"statusPurpose": 5},
        {"statusPurpose": "suspension"},
        {"statusListCredential": "list"},
        {"id": URL},
        {"statusListIndex": str(MIN_PLACES)},
    ],
)
def test_an_entry_that_is_refused(changes):
    with pytest.raises(MalformedError):
        check_status({**status_entry(URL, 7), **changes}, _listed())


def test_a_list_that_is_none():
    for listed in (
        {**_listed(), "type": ["VerifiableCredential"]},
        {**_listed(), "credentialSubject": []},
    ):
        with pytest.raises(CertoriginError):
            check_status(status_entry(URL, 7), listed)
    assert check_entry(status_entry(URL, 0), "") == 0
    with pytest.raises(MalformedError):
        check_status(status_entry(URL, 7), _listed(encodedList="x"))
