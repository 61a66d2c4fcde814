from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError, ProofError
from certorigin.log.entry import MAX_OBJECT, Reference, data_of, entry_of, object_name_of

LONG = b"{" + bytes(65_535)
DIGEST = sha256(LONG).hexdigest()


def test_up_to_65535_bytes_the_entry_is_the_bytes():
    data = b"{" + bytes(65_534)
    assert entry_of(data) is data
    assert object_name_of(data) is None
    assert data_of(data, {}.__getitem__) is data


def test_beyond_the_entry_is_a_reference():
    entry = entry_of(LONG)
    assert entry == f"certorigin-object/v1\n{DIGEST}\n65536\n".encode()
    assert object_name_of(entry) == f"object/{DIGEST}"
    assert data_of(entry, {f"object/{DIGEST}": LONG}.__getitem__) == LONG


@pytest.mark.parametrize("data", [LONG[:-1], LONG[:-1] + b"x", LONG + b"x"])
def test_object_altered(data):
    with pytest.raises(ProofError, match="object_altered"):
        data_of(entry_of(LONG), lambda _: data)


@given(st.binary(min_size=32, max_size=32), st.integers(65_536, MAX_OBJECT))
def test_reference_round_trip(digest, size):
    reference = Reference(digest.hex(), size)
    assert Reference.from_bytes(reference.to_bytes()) == reference


@pytest.mark.parametrize(
    "entry",
    [
        f"certorigin-object/v1\n{DIGEST}\n65536",
        f"certorigin-object/v1\n{DIGEST}\n65536\n\n",
        f"certorigin-object/v1\n{DIGEST}\n065536\n",
        f"certorigin-object/v1\n{DIGEST}\n65535\n",
        f"certorigin-object/v1\n{DIGEST.upper()}\n65536\n",
        f"certorigin-object/v2\n{DIGEST}\n65536\n",
    ],
)
def test_reference_malformed(entry):
    with pytest.raises(MalformedError, match="reference_malformed"):
        object_name_of(entry.encode())


def test_reference_to_something_too_long():
    with pytest.raises(LimitError, match="object_too_long"):
        object_name_of(f"certorigin-object/v1\n{DIGEST}\n{MAX_OBJECT + 1}\n".encode())
    with pytest.raises(LimitError, match="object_too_long"):
        entry_of(bytes(MAX_OBJECT + 1))


def test_data_that_pretends_to_be_a_reference():
    with pytest.raises(MalformedError, match="entry_like_reference"):
        entry_of(entry_of(LONG))
