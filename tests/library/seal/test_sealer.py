"""Key files: made once, readable by their owner alone, silent about what they hold."""

import copy
import pickle

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certorigin import crash
from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin.seal.multikey import public_key
from certorigin.seal.sealer import FileSealer, make_private_key

KINDS = [
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]


def _randomness(size):
    return bytes(range(size))


@pytest.mark.parametrize(("suite", "algorithm"), KINDS)
def test_a_key_file_goes_both_ways(tmp_path, suite, algorithm):
    path = tmp_path / "seal.pem"
    made = FileSealer.create(path, b"secret", _randomness, suite=suite, algorithm=algorithm)
    assert public_key(made.key).algorithm == algorithm
    found = FileSealer.open(path, b"secret")
    assert (found.key, found.suite) == (made.key, suite)
    assert found.sign(b"data") == made.sign(b"data")
    public_key(found.key).verify(b"data", found.sign(b"data"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert [file.name for file in tmp_path.iterdir()] == ["seal.pem"]


def test_pynacl_seals_as_openssl_does():
    key = make_private_key(_randomness)
    assert FileSealer(key).sign(b"data") == key.sign(b"data")


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "seal.pem"
    FileSealer.create(path, b"secret", _randomness)
    before = path.read_bytes()
    with pytest.raises(ConflictError, match=r"seal\.key_file_exists"):
        FileSealer.create(path, b"other", bytes)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["seal.pem"]


def test_a_crash_before_the_key_is_kept_leaves_no_key(tmp_path):
    path = tmp_path / "seal.pem"

    def die(name):
        assert name == "seal.key_staged"
        raise KeyboardInterrupt

    crash.arm(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            FileSealer.create(path, b"secret", _randomness)
    finally:
        crash.disarm()
    assert not path.exists()
    FileSealer.create(path, b"secret", _randomness)
    assert [file.name for file in tmp_path.iterdir()] == ["seal.pem"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_open_to_others_is_refused(tmp_path, mode):
    path = tmp_path / "seal.pem"
    FileSealer.create(path, b"secret", _randomness)
    path.chmod(mode)
    with pytest.raises(RightError, match=r"seal\.key_file_open_to_others"):
        FileSealer.open(path, b"secret")


def test_only_a_file_is_opened(tmp_path):
    with pytest.raises(UnknownError, match=r"seal\.key_file_missing"):
        FileSealer.open(tmp_path / "none.pem", b"secret")
    with pytest.raises(UnknownError, match=r"seal\.key_file_missing"):
        FileSealer.open(tmp_path, b"secret")


def _pem(key, encryption=None):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )


def test_what_cannot_be_opened_says_nothing_of_its_content():
    locked = _pem(make_private_key(_randomness), serialization.BestAvailableEncryption(b"secret"))
    for pem, passphrase in (
        (locked, b"other"),
        (locked, b""),
        (b"-----BEGIN NOTHING-----", b"secret"),
        (_pem(make_private_key(_randomness)), b"secret"),  # not encrypted
    ):
        with pytest.raises(MalformedError) as error:
            FileSealer.from_pem(pem, passphrase)
        assert str(error.value) == "seal.key_file_unreadable (place='')"


@pytest.mark.parametrize(
    "key",
    [
        ec.derive_private_key(7, ec.SECP521R1()),
        ed448.Ed448PrivateKey.from_private_bytes(bytes(57)),
    ],
)
def test_another_kind_of_key_is_unknown(key):
    pem = _pem(key, serialization.BestAvailableEncryption(b"secret"))
    with pytest.raises(UnknownError, match=r"seal\.key_kind_unknown"):
        FileSealer.from_pem(pem, b"secret")


def test_no_key_without_a_passphrase(tmp_path):
    with pytest.raises(MalformedError, match=r"seal\.passphrase_empty"):
        FileSealer.create(tmp_path / "seal.pem", b"", _randomness)


def test_no_key_for_an_unknown_suite():
    with pytest.raises(UnknownError, match=r"seal\.suite_unknown"):
        make_private_key(_randomness, suite="bign-jcs-2026")


def test_a_sealer_shows_and_gives_away_nothing():
    secret = Ed25519PrivateKey.from_private_bytes(_randomness(32))
    sealer = FileSealer(secret)
    assert repr(sealer) == f"FileSealer(key='{sealer.key}', suite='eddsa-jcs-2022')"
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not copied"):
            copied(sealer)
    assert not hasattr(sealer, "__dict__")
