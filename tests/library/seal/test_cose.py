"""COSE_Sign1 of others: the working group's examples and the EU's certificates of health."""

import base64
import json
from hashlib import sha256
from itertools import chain

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certorigin.errors import CertoriginError, MalformedError, SignatureError, UnknownError
from certorigin.recognition.foreign_code import PREFIX, is_foreign, read_foreign, unpack
from certorigin.recognition.picture import read_codes
from certorigin.seal.base45 import base45_decode
from certorigin.seal.cose import KEY_ID, Message, read_cbor
from tests.data import shared, vectors


def loaded(jwk):
    def raw(name):
        return bytes.fromhex(jwk[f"{name}_hex"]) if f"{name}_hex" in jwk else _unpadded(jwk[name])

    if jwk["kty"] == "OKP":
        return ed25519.Ed25519PublicKey.from_public_bytes(raw("x"))
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    x, y = (int.from_bytes(raw(name)) for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, curves[jwk["crv"]]).public_key()


def _unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def judged(raw, key, external=b""):
    message = Message.from_bytes(raw)
    message.verify(key, external=external)
    return message


def test_the_working_groups_messages():
    folder = shared("cose/cose-wg")
    files = chain(folder.glob("sign1-tests/*.json"), folder.glob("e*/*-sig-*.json"))
    for path in sorted(files):
        case = json.loads(path.read_text())
        raw, sign = bytes.fromhex(case["output"]["cbor"]), case["input"]["sign0"]
        external = bytes.fromhex(sign.get("external", ""))
        expected = not case.get("fail", case["input"].get("fail", False))
        vectors.count("cose.sign1")
        if path.stem == "eddsa-sig-02":  # Ed448 is not taken
            with pytest.raises((ValueError, CertoriginError)):
                judged(raw, loaded(sign["key"]), external)
        elif expected:
            found = judged(raw, loaded(sign["key"]), external)
            assert found.payload == case["input"]["plaintext"].encode(), path.stem
        else:
            with pytest.raises(CertoriginError):
                judged(raw, loaded(sign["key"]), external)


def test_an_untagged_message_is_known_as_such():
    path = shared("cose/cose-wg/sign1-tests/sign-pass-03.json")
    raw = bytes.fromhex(json.loads(path.read_text())["output"]["cbor"])
    assert not Message.from_bytes(raw).is_tagged


def test_certificates_of_health_agree_with_what_is_expected_of_each_step():
    for path in sorted(shared("eu-dcc/testdata").rglob("*.json")):
        case = json.loads(path.read_text("utf-8-sig"))
        expected = case["EXPECTEDRESULTS"]
        where = f"{path.parent.name}/{path.name}"
        if "EXPECTEDUNPREFIX" in expected and case.get("PREFIX"):
            is_ours = is_foreign(case["PREFIX"]) and (
                case["PREFIX"].removeprefix(PREFIX) == case.get("BASE45")
            )
            assert is_ours == expected["EXPECTEDUNPREFIX"], where
            vectors.count("dcc.prefix")
        if "EXPECTEDB45DECODE" in expected and case.get("BASE45"):
            assert _holds(lambda case=case: _packed(case)) == expected["EXPECTEDB45DECODE"], where
            vectors.count("dcc.base45")
        if "EXPECTEDCOMPRESSION" in expected and case.get("COMPRESSED"):
            found = _holds(lambda case=case: _unpacked(case))
            assert found == expected["EXPECTEDCOMPRESSION"], where
            vectors.count("dcc.zlib")
        if "EXPECTEDVERIFY" in expected and case.get("COSE"):
            found = _holds(lambda case=case: _verified(case))
            assert found == expected["EXPECTEDVERIFY"], where
            vectors.count("dcc.verify")


def _holds(step):
    try:
        return step()
    except (CertoriginError, ValueError):
        return False


def _packed(case):
    return base45_decode(case["BASE45"]).hex() == case["COMPRESSED"].lower()


def _unpacked(case):
    return unpack(bytes.fromhex(case["COMPRESSED"])).hex() == case["COSE"].lower()


def _verified(case):
    certificate = case["TESTCTX"]["CERTIFICATE"]
    der = base64.b64decode(certificate)
    message = judged(bytes.fromhex(case["COSE"]), x509.load_der_x509_certificate(der).public_key())
    return message.header(KEY_ID) == sha256(der).digest()[:8]


def test_pictures_of_codes_of_others_are_read():
    for path in sorted(shared("eu-dcc/qr-png").glob("*.png")):
        (code,) = read_codes(path.read_bytes())
        assert type(read_cbor(read_foreign(code.text).payload)) is dict, path.name
        vectors.count("dcc.picture")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xd2",
        b"\xd2\x84\x40\xa0\x41\x78",
        b"\x84\x40\xa0\x41\x78\x41\x78\x00",
        b"\x80",
        b"\x81" * 5_000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xbf" * 2_000,
        b"\xc2\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    ],
)
def test_what_is_no_message_is_refused(raw):
    with pytest.raises(MalformedError):
        Message.from_bytes(raw)


def test_a_header_that_must_be_understood_is_not_passed_over():
    message = Message.from_bytes(bytes.fromhex("8447a2012602811863a041784178"))
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    with pytest.raises(UnknownError) as caught:
        message.verify(key)
    assert caught.value.code == "code.header_unknown"


def test_another_kind_of_key_never_fits():
    message = Message.from_bytes(bytes.fromhex("8443a10127a041784178"))
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    with pytest.raises(UnknownError):
        message.verify(key)
    short = Message.from_bytes(bytes.fromhex("8443a10126a041784178"))
    with pytest.raises(SignatureError):
        short.verify(key)
