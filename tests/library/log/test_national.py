"""Salted hashes: what stands in a national log for an act, and what it takes to show it."""

from hashlib import sha256

import pytest

from certorigin.errors import MalformedError
from certorigin.log.entry import find_reference
from certorigin.log.national import commitment_to, is_commitment, is_national
from certorigin.recognition.bundle import Bundle

ACT, SALT = b'{"a":"1"}', bytes([7]) * 32


def test_a_commitment_is_one_entry_of_one_shape_and_depends_on_every_byte():
    entry = commitment_to(ACT, SALT)
    assert is_commitment(entry)
    assert find_reference(entry) is None
    assert entry.endswith(
        sha256(b"certorigin-commitment/v1\n" + SALT + ACT).hexdigest().encode() + b"\n"
    )
    others = {commitment_to(ACT + b" ", SALT), commitment_to(ACT, bytes(32)), entry}
    assert len(others) == 3
    for wrong in (ACT, entry[:-1], entry + b"\n", entry.upper(), b"\n" + entry):
        assert not is_commitment(wrong)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_has_one_size(size):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment_to(ACT, bytes(size))


def test_a_national_log_is_known_by_its_origin():
    assert is_national("certorigin/BY-1/AZ-BY/NATIONAL/2026")
    assert not is_national("certorigin/BY-1/AZ-BY/CIS-2009/2026")
    assert not is_national("certorigin/BY-1/AZ-BY/CIS-2009/NATIONAL")
    assert not is_national("NATIONAL")


def test_a_bundle_with_a_salt_is_read_back_and_leads_to_the_hash():
    bundle = Bundle(ACT, b"proof", SALT)
    raw = bundle.to_bytes()
    assert Bundle.from_bytes(raw) == bundle
    assert bundle.entry == commitment_to(ACT, SALT)
    assert Bundle(ACT, b"proof").entry == ACT
    assert b"certorigin-bundle/v2" in raw
    assert b"certorigin-bundle/v1" in Bundle(ACT, b"proof").to_bytes()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (SALT.hex(), SALT.hex()[:-2], "bundle.malformed"),
        (SALT.hex(), "zz" * 32, "bundle.malformed"),
        (f'"{SALT.hex()}"', "7", "bundle.malformed"),
        ("bundle/v2", "bundle/v1", "bundle.malformed"),
        ("bundle/v2", "bundle/v3", "bundle.not_a_bundle"),
        (f',"salt":"{SALT.hex()}"', "", "bundle.malformed"),
        ('"proof":"proof",', "", "bundle.malformed"),
    ],
)
def test_every_other_spelling_is_refused(old, new, code):
    raw = Bundle(ACT, b"proof", SALT).to_bytes().decode()
    assert old in raw
    with pytest.raises(MalformedError) as error:
        Bundle.from_bytes(raw.replace(old, new).encode())
    assert error.value.code == code
