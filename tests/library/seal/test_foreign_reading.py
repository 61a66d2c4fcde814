"""JSON and keys of others at their edges: one meaning, or a refusal."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certorigin.errors import CertoriginError, LimitError, MalformedError, SignatureError
from certorigin.seal.foreign.keys import key_from_bytes, key_from_jwk, signer_from_jwk
from certorigin.seal.foreign.reading import (
    MAX_DEPTH,
    base64url_decode,
    base64url_encode,
    read_json,
    read_object,
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "seal.too_deep"),
        (b"[" * 200_000, "seal.too_deep"),
        (b"NaN", "seal.not_json"),
        (b"-Infinity", "seal.not_json"),
        (b"9" * 5_000, "seal.not_json"),
        (b"\xff", "seal.not_json"),
        (b'"\\ud83d"', "seal.lone_surrogate"),
        (b'{"a":{"b":1,"b":2}}', "seal.duplicate_member"),
        (b'"a"x', "seal.not_json"),
        (b"[]" * 200_000, "seal.too_large"),
    ],
)
def test_json_that_is_refused(raw, code):
    with pytest.raises(MalformedError) as error:
        read_json(raw)
    assert error.value.code == code


def test_json_that_is_read():
    assert read_json(b' [1, 1.5e3, null, "\\ud83d\\ude00"] ') == [1, 1500.0, None, "😀"]
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(MalformedError, match=r"seal\.not_an_object"):
        read_object(b"[]")
    with pytest.raises(LimitError):
        read_object(b"{}", max_bytes=1)


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "A+", "A A", "é"])
def test_base64url_has_one_spelling(text):
    with pytest.raises(MalformedError, match=r"foreign\.not_base64url"):
        base64url_decode(text, "here")


def _jwk(secret, **changes):
    public = ec.derive_private_key(7, ec.SECP384R1()).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-384", "d": base64url_encode(secret.to_bytes(48))}
    jwk |= {name: base64url_encode(getattr(public, name).to_bytes(48)) for name in "xy"}
    return {**jwk, **changes}


def test_a_secret_signs_for_its_own_key_alone():
    sign = signer_from_jwk(_jwk(7))
    key_from_jwk(_jwk(7)).verify(b"data", sign(b"data"))
    assert sign(b"data") == sign(b"data")
    for jwk in (_jwk(8), _jwk(0), _jwk(7, d="x")):
        with pytest.raises(MalformedError):
            signer_from_jwk(jwk)


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"alg": "ES256"},
        {"kty": "OKP"},
        {"crv": "secp256k1"},
        {"x": 5},
        {"x": "AAAA"},
    ],
)
def test_a_web_key_that_must_not_verify(changes):
    with pytest.raises(CertoriginError):
        key_from_jwk(_jwk(7, **changes))


def test_a_key_in_der_is_of_the_kind_that_was_asked_for():
    p384 = ec.derive_private_key(7, ec.SECP384R1()).public_key()
    der = p384.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_from_bytes("P-384", der).kind == "P-384"
    numbers = rsa.RSAPublicNumbers(65_537, (1 << 2_047) + 1)
    other = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for kind, data in (("Ed25519", der), ("P-256", der), ("P-384", other), ("P-384", b"0" * 80)):
        with pytest.raises(MalformedError):
            key_from_bytes(kind, data)


def test_a_p521_signature_has_its_whole_width():
    p521 = ec.derive_private_key(7, ec.SECP521R1()).public_key()
    point = p521.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    key = key_from_bytes("P-521", point)
    assert key.algorithm == "ES512"
    with pytest.raises(SignatureError, match=r"seal\.signature_size"):
        key.verify(b"", bytes(131))
