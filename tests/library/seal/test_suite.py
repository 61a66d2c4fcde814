"""Signature checks by public vectors, and by a second implementation."""

import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, SignatureError
from certorigin.seal.multikey import public_key, public_key_from_raw
from certorigin.seal.suite import ECDSA_JCS_2019, EDDSA_JCS_2022
from tests.data import shared, vectors
from tests.library.seal.samples import sealer

CURVES = {"secp256r1": ("P-256", SECP256R1()), "secp384r1": ("P-384", SECP384R1())}


def _verifies(cryptosuite, key, data, signature):
    try:
        cryptosuite.verify(key, data, signature)
    except SignatureError:
        return False
    return True


def _key_of(group):
    public = group["publicKey"]
    if public["type"] == "EDDSAPublicKey":
        return EDDSA_JCS_2022, public_key_from_raw("Ed25519", bytes.fromhex(public["pk"]))
    name, curve = CURVES[public["curve"]]
    point = EllipticCurvePublicKey.from_encoded_point(curve, bytes.fromhex(public["uncompressed"]))
    raw = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return ECDSA_JCS_2019, public_key_from_raw(name, raw)


@pytest.mark.parametrize(
    "name", ["ed25519", "ecdsa_secp256r1_sha256_p1363", "ecdsa_secp384r1_sha384_p1363"]
)
def test_wycheproof_says_yes_exactly_where_valid(name):
    data = json.loads(shared(f"wycheproof/{name}_test.json").read_bytes())
    ran = 0
    for group in data["testGroups"]:
        cryptosuite, key = _key_of(group)
        for case in group["tests"]:
            found = _verifies(
                cryptosuite, key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            )
            assert found == (case["result"] == "valid"), case
            ran += 1
    assert ran == data["numberOfTests"]
    vectors.count(f"seal.wycheproof.{name}", ran)


@given(st.binary(max_size=64), st.integers(0, 63), st.integers(0, 255))
def test_two_implementations_agree_on_ed25519(data, at, change):
    private = sealer("differential")
    signature = bytearray(private.sign(data))
    signature[at] ^= change
    key = public_key_from_raw("Ed25519", _raw(private))
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(bytes(signature), data)
        other = True
    except InvalidSignature:
        other = False
    assert _verifies(EDDSA_JCS_2022, key, data, bytes(signature)) == other == (change == 0)


def _raw(private):
    return public_key(private.key).raw


def test_a_key_of_another_kind_does_not_fit():
    ed25519 = public_key_from_raw("Ed25519", _raw(sealer("a")))
    p256 = public_key_from_raw("P-256", _raw(sealer("a", "ecdsa-jcs-2019")))
    for cryptosuite, key in ((EDDSA_JCS_2022, p256), (ECDSA_JCS_2019, ed25519)):
        with pytest.raises(SignatureError, match=r"seal\.key_does_not_fit_suite"):
            cryptosuite.hash(key, b"")
        with pytest.raises(SignatureError, match=r"seal\.key_does_not_fit_suite"):
            cryptosuite.verify(key, b"", b"")


def test_an_unreadable_point_is_no_key():
    with pytest.raises(MalformedError):
        public_key_from_raw("P-256", bytes(33))
