"""Proof sets: the recommendation's own vectors, and everything that must not pass."""

import hashlib
import json
from datetime import UTC, datetime

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import (
    CertoriginError,
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.canonical import jcs_bytes, strict_bytes
from certorigin.seal.multikey import public_key, public_key_from_raw
from certorigin.seal.proof import (
    ASSERTION,
    Sealed,
    VerifiedProof,
    attach,
    make_proof,
    proof_options,
    seal_document,
    signing_input,
    verify_proofs,
    verify_sealed,
)
from certorigin.seal.sealer import FileSealer, make_private_key
from tests.data import shared, vectors
from tests.library.seal.samples import CHAMBER, CONTEXT, NOON, OFFICER, document, sealer

FOLDERS = {
    "eddsa/eddsa-jcs-2022": ("JCS", "eddsa/keyPair.json"),
    "ecdsa/ecdsa-jcs-2019-p256": ("JCSECDSAP256", "ecdsa/p256KeyPair.json"),
}
KEY = sealer("chamber")
OTHER = sealer("officer", "ecdsa-jcs-2019")


# -- W3C's vectors: eight checks a folder ---------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS)
def test_w3c_vectors(folder):
    suffix, _ = FOLDERS[folder]
    place = shared("w3c-di-vectors") / folder

    def text(name):
        return (place / f"{name}{suffix}.txt").read_text().strip()

    options = json.loads((place / f"proofConfig{suffix}.json").read_bytes())
    unsecured = json.loads((place.parent / "unsigned.json").read_bytes())
    signed = json.loads((place / f"signed{suffix}.json").read_bytes())
    both = signing_input(unsecured, options)
    checks = [
        strict_bytes(unsecured).decode() == text("canonDoc"),
        hashlib.sha256(strict_bytes(unsecured)).hexdigest() == both[32:].hex() == text("docHash"),
        strict_bytes(options).decode() == text("proofCanon"),
        both[:32].hex() == text("proofHash"),
        both.hex() == text("combinedHash"),
        base58_decode(text("sigBTC58")[1:]).hex() == text("sigHex"),
        signed["proof"]["proofValue"] == text("sigBTC58"),
        signed == {**unsecured, "proof": {**options, "proofValue": text("sigBTC58")}},
    ]
    assert checks == [True] * 8
    vectors.count(f"seal.w3c.{folder.split('/')[1]}", len(checks))
    (proof,) = verify_proofs(signed)
    (again,) = verify_proofs(signed, canonical=jcs_bytes)
    assert proof == again
    assert proof.controller == "did:key:" + proof.key
    assert proof.created == datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    assert (proof.suite, proof.purpose) == (options["cryptosuite"], ASSERTION)


@pytest.mark.parametrize("folder", FOLDERS)
def test_w3c_secret_keys_seal_so_that_it_verifies(folder):
    suffix, pair = FOLDERS[folder]
    place = shared("w3c-di-vectors")
    keys = json.loads((place / pair).read_bytes())
    secret = base58_decode((keys.get("privateKeyMultibase") or keys["secretKeyMultibase"])[1:])[2:]
    options = json.loads((place / folder / f"proofConfig{suffix}.json").read_bytes())
    if "eddsa" in folder:
        private = FileSealer(make_private_key(lambda _: secret))
    else:  # undo the reduction of `make_private_key`, to reach the given scalar
        scalar = int.from_bytes(secret, "big") - 1
        private = FileSealer(
            make_private_key(lambda size: scalar.to_bytes(size, "big"), suite="ecdsa-jcs-2019")
        )
    assert private.key == keys["publicKeyMultibase"]
    unsecured = json.loads((place / folder).parent.joinpath("unsigned.json").read_bytes())
    proof = make_proof(unsecured, options, private)
    if "eddsa" in folder:
        published = (place / folder / f"sigBTC58{suffix}.txt").read_text().strip()
        assert proof["proofValue"] == published
    assert verify_proofs(attach(unsecured, [proof]))


def test_a_foreign_credential_with_numbers_takes_the_slow_path():
    foreign = document(weight=12.0, pieces=None)
    did = f"did:key:{KEY.key}"
    options = proof_options(KEY.suite, f"{did}#{KEY.key}", NOON, ASSERTION, CONTEXT)
    signature = KEY.sign(signing_input(foreign, options, canonical=jcs_bytes))
    signed = attach(foreign, [{**options, "proofValue": "z" + base58_encode(signature)}])
    assert verify_proofs(signed, canonical=jcs_bytes)[0].controller == did
    with pytest.raises(MalformedError, match=r"seal\.number"):
        verify_proofs(signed)


# -- our own seals --------------------------------------------------------------------------------


def _sealed(*sealers, **members):
    pairs = sealers or ((KEY, CHAMBER), (OTHER, OFFICER))
    return seal_document(document(**members), pairs, created=NOON)


def test_a_proof_set_of_two_suites():
    raw = _sealed(text="Ə")
    found = verify_sealed(raw)
    assert found == Sealed(
        raw,
        orjson.loads(raw),
        (
            VerifiedProof(KEY.key, CHAMBER, NOON, "eddsa-jcs-2022", ASSERTION),
            VerifiedProof(OTHER.key, OFFICER, NOON, "ecdsa-jcs-2019", ASSERTION),
        ),
    )
    assert _sealed(text="Ə") == raw


class P384Sealer:
    """A sealer of another kind: what a hardware module would be."""

    suite = "ecdsa-jcs-2019"

    def __init__(self):
        self._key = ec.derive_private_key(7, ec.SECP384R1())
        public = self._key.public_key()
        raw = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self.key = public_key_from_raw("P-384", raw).multibase

    def sign(self, data):
        assert len(data) == 96  # two SHA-384 hashes
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(SHA384())))
        return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def test_hashes_follow_the_key_and_hardware_can_seal():
    raw = _sealed((P384Sealer(), CHAMBER), (OTHER, OFFICER))
    assert [proof.key[:3] for proof in verify_sealed(raw).proofs] == ["z82", "zDn"]


def test_a_proof_can_join_later():
    first = orjson.loads(_sealed((KEY, CHAMBER)))
    options = proof_options(OTHER.suite, f"{OFFICER}#{OTHER.key}", NOON, ASSERTION, CONTEXT)
    both = attach(first, [make_proof(first, options, OTHER)])
    assert strict_bytes(both) == _sealed()


def test_a_proof_may_leave_the_context_to_the_document():
    options = proof_options(KEY.suite, f"{CHAMBER}#{KEY.key}", NOON, ASSERTION, CONTEXT)
    del options["@context"]
    sealed = attach(document(), [make_proof(document(), options, KEY)])
    assert verify_proofs(sealed)


_RAW = _sealed(text="Гомель", flag=True)


@given(st.integers(0, len(_RAW) - 1), st.integers(1, 255))
def test_any_changed_byte_fails(at, change):
    broken = bytearray(_RAW)
    broken[at] ^= change
    with pytest.raises(CertoriginError):
        verify_sealed(bytes(broken))


@given(st.integers(0, len(_RAW)))
def test_any_cut_fails(size):
    with pytest.raises(CertoriginError):
        verify_sealed(_RAW[:size] + _RAW[size + 1 :] if size < len(_RAW) else _RAW + b" ")


def _changed(at=0, **members):
    data = orjson.loads(_sealed())
    for name, value in members.items():
        if value is None:
            del data["proof"][at][name]
        else:
            data["proof"][at][name] = value
    return data


FAULTS = {
    "value of another proof": (
        {"proofValue": orjson.loads(_sealed())["proof"][1]["proofValue"]},
        SignatureError,
        "seal.signature_invalid",
    ),
    "short value": ({"proofValue": "z2222"}, SignatureError, "seal.signature_size"),
    "value in base64": ({"proofValue": "uAAAA"}, MalformedError, "seal.proof_value_malformed"),
    "value with a foreign letter": ({"proofValue": "z0"}, MalformedError, "seal.base58_malformed"),
    "no value": ({"proofValue": None}, MalformedError, "seal.proof_malformed"),
    "no moment": ({"created": None}, MalformedError, "seal.proof_malformed"),
    "line feed after the moment": (
        {"created": "2026-05-16T12:00:00Z\n"},
        MalformedError,
        "moment.malformed",
    ),
    "later moment": ({"created": "2026-05-16T12:00:01Z"}, SignatureError, "seal.signature_invalid"),
    "other purpose": (
        {"proofPurpose": "authentication"},
        SignatureError,
        "seal.proof_purpose_differs",
    ),
    "other type": ({"type": "Ed25519Signature2020"}, UnknownError, "seal.proof_type_unknown"),
    "other suite": ({"cryptosuite": "bign-jcs-2026"}, UnknownError, "seal.suite_unknown"),
    "suite of another key": (
        {"cryptosuite": "ecdsa-jcs-2019"},
        SignatureError,
        "seal.key_does_not_fit_suite",
    ),
    "proof chain": ({"previousProof": "urn:x"}, UnknownError, "seal.proof_member_unknown"),
    "expiry": ({"expires": "2026-05-16T12:00:00Z"}, UnknownError, "seal.proof_member_unknown"),
    "shorter context": ({"@context": CONTEXT[:1]}, SignatureError, "seal.proof_context_differs"),
    "no context": ({"@context": None}, SignatureError, "seal.signature_invalid"),
    "other controller": (
        {"verificationMethod": f"{OFFICER}#{KEY.key}"},
        SignatureError,
        "seal.signature_invalid",
    ),
    "other key": (
        {"verificationMethod": f"{CHAMBER}#{sealer('x').key}"},
        SignatureError,
        "seal.signature_invalid",
    ),
    "no fragment": ({"verificationMethod": CHAMBER}, MalformedError, "seal.key_id_malformed"),
    "no controller": (
        {"verificationMethod": f"#{KEY.key}"},
        MalformedError,
        "seal.key_id_malformed",
    ),
    "did of another key": (
        {"verificationMethod": f"did:key:{sealer('x').key}#{KEY.key}"},
        MalformedError,
        "seal.key_id_malformed",
    ),
    "key to fetch": (
        {"verificationMethod": f"https://x.example/k#{KEY.key}"},
        UnknownError,
        "seal.key_method_unknown",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_proof_beside_a_good_one_fails_the_set(name):
    members, error, code = FAULTS[name]
    with pytest.raises(error) as caught:
        verify_proofs(_changed(**members))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("proof", "error", "code"),
    [
        (None, MalformedError, "seal.proof_missing"),
        ([], MalformedError, "seal.proof_missing"),
        ("z", MalformedError, "seal.proof_missing"),
        (["z"], MalformedError, "seal.proof_malformed"),
        ([{}] * 9, LimitError, "seal.too_many_proofs"),
    ],
)
def test_a_proof_set_has_a_shape(proof, error, code):
    with pytest.raises(error) as caught:
        verify_proofs({"a": "b"} if proof is None else {"a": "b", "proof": proof})
    assert caught.value.code == code


def test_one_key_seals_once():
    with pytest.raises(MalformedError, match=r"seal\.key_twice_in_proof_set"):
        verify_sealed(_sealed((KEY, CHAMBER), (KEY, OFFICER)))


def test_another_key_does_not_seal():
    options = proof_options(KEY.suite, f"{CHAMBER}#{KEY.key}", NOON, ASSERTION, CONTEXT)
    with pytest.raises(SignatureError, match=r"seal\.sealer_is_another_key"):
        make_proof(document(), options, OTHER)


def test_options_are_checked_before_a_key_is_used():
    with pytest.raises(SignatureError, match=r"seal\.key_does_not_fit_suite"):
        proof_options("ecdsa-jcs-2019", f"{CHAMBER}#{KEY.key}", NOON, ASSERTION, CONTEXT)


def test_another_purpose_can_be_asked_for():
    options = proof_options(KEY.suite, f"{CHAMBER}#{KEY.key}", NOON, "authentication", CONTEXT)
    sealed = attach(document(), [make_proof(document(), options, KEY)])
    assert verify_proofs(sealed, purpose="authentication")
    raw = seal_document(document(), [(KEY, CHAMBER)], created=NOON, purpose="authentication")
    assert verify_sealed(raw, purpose="authentication").raw == raw == strict_bytes(sealed)


def test_a_point_that_openssl_takes_is_refused_in_a_proof():
    identity = "z" + base58_encode(b"\xed\x01\x01" + bytes(31))
    data = _changed(verificationMethod=f"{CHAMBER}#{identity}")
    with pytest.raises(MalformedError, match=r"seal\.key_point_refused"):
        verify_proofs(data)


def test_values_compare():
    proof = verify_sealed(_RAW).proofs[0]
    assert proof._replace(key="z") != proof
    assert "check" not in repr(public_key(KEY.key))
