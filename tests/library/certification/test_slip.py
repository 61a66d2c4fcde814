import base64
import io
import random
import zlib
from dataclasses import replace

import cbor2
import cwt
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from certorigin.certification.record import (
    BYTES,
    RecordPart,
    join_parts,
    record_parts,
)
from certorigin.certification.render.pdf import Printable
from certorigin.certification.render.symbol import modules, version_of
from certorigin.certification.slip import (
    ABOUT,
    MOST_HEADINGS,
    Slip,
    address_of,
    is_address,
    key_id_of,
    read_address,
)
from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.seal.base45 import base45_decode, base45_encode
from certorigin.seal.cose import Message, sign_message
from certorigin.seal.multikey import public_key
from certorigin.vocabulary.tariff import TariffCode
from tests.library.certification.printed import sealed
from tests.library.certification.scanned import page, scanned
from tests.library.recognition import world as w
from tests.library.standing import sample

HOST = "origin.example.by"
KEY = w.sealer("BY seal")


def slip_of(raw):
    printable = Printable.of(raw)
    return Slip.of(printable.act, printable.certificate, digest=printable.digest)


SLIP = slip_of(sealed())
ADDRESS = address_of(SLIP, KEY, host=HOST)


def many_headings():
    items = tuple(
        sample.item(number, tariff_code=TariffCode(f"87{number:02}10"), criterion=None)
        for number in range(1, 30)
    )
    return slip_of(w.issued(1, certificate=sample.certificate(items=items)))


def test_the_code_is_an_address_that_a_phone_opens():
    assert ADDRESS.startswith("HTTPS://ORIGIN.EXAMPLE.BY/CHECK#")
    assert set(ADDRESS) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$*+-./:#") | {"#"}
    assert is_address(ADDRESS)
    assert read_address(ADDRESS).slip == SLIP


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
def test_the_signature_is_one_that_another_implementation_accepts(suite):
    key = w.sealer("BY seal", suite)
    raw = _message(address_of(SLIP, key, host=HOST))
    public = public_key(key.key)
    if suite == "eddsa-jcs-2022":
        members = {1: 1, -1: 6, -2: public.raw, 3: -8}
    else:
        x, y = _point(public.raw)
        members = {1: 2, -1: 1, -2: x, -3: y, 3: -7}
    theirs = cwt.COSEKey.new(members | {2: key_id_of(key.key), 4: [2]})
    payload = cwt.COSE.new().decode(raw, keys=theirs)
    claims = payload if isinstance(payload, dict) else cbor2.loads(payload)
    assert claims[1] == SLIP.issuer
    assert claims[ABOUT][6] == SLIP.digest


def _message(address):
    letters = address.partition("#")[2]
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def _point(compressed):
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), compressed)
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")


def test_a_code_is_never_larger_than_version_13():
    slip = many_headings()
    assert len(slip.headings) == MOST_HEADINGS
    for host in ("by.example", "certificates-of-origin.chamber-of-commerce.example.gov.by:8443"):
        address = address_of(slip, KEY, host=host)
        assert version_of(address) <= 13
        assert read_address(address).slip.number == slip.number
    issuer = "urn:certorigin:body:BY:" + "x" * 100
    with pytest.raises(LimitError):
        address_of(replace(slip, issuer=issuer), KEY, host=HOST)
    long = address_of(replace(slip, issuer=issuer[:74]), KEY, host=HOST)
    assert 0 < len(read_address(long).slip.headings) < MOST_HEADINGS


def test_the_symbol_holds_the_text_at_level_m():
    (found,) = zxingcpp.read_barcodes(_drawn(modules(ADDRESS)))
    assert (found.text, found.ec_level) == (ADDRESS, "M")


def _drawn(rows):
    picture = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    quiet = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    quiet.paste(picture, (4, 4))
    return quiet.resize((quiet.width * 4, quiet.height * 4))


@pytest.mark.parametrize("seed", range(4))
def test_the_code_on_the_page_reads_after_print_and_scan_at_150_dpi(seed):
    """36 mm of modules: version 13 within the 41 mm that its quiet zone takes too."""
    long = address_of(many_headings(), KEY, host="certificates.origin.example.gov.by:8443")
    assert version_of(long) == 13
    printable = Printable.of(sealed(3), code=long)
    picture = scanned(page(printable), degrees=(-1.7, 1.7, 0.6, 3)[seed], seed=seed)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert [one.text for one in found] == [long]


# -- what is not a slip ---------------------------------------------------------------------------


def claims_with(change):
    claims = cbor2.loads(SLIP.to_claims())
    change(claims)
    return cbor2.dumps(claims, canonical=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims.pop(ABOUT),
        lambda claims: claims.update({1: "not a urn"}),
        lambda claims: claims.update({6: -1}),
        lambda claims: claims.update({6: True}),
        lambda claims: claims.update({99: "more"}),
        lambda claims: claims[ABOUT].update({6: b"short"}),
        lambda claims: claims[ABOUT].update({3: 20261332}),
        lambda claims: claims[ABOUT].update({8: list(range(9))}),
        lambda claims: claims[ABOUT].update({2: "lower case"}),
        lambda claims: claims[ABOUT].update({8: None}),
    ],
)
def test_claims_of_another_shape_are_refused(change):
    with pytest.raises(MalformedError) as caught:
        Slip.from_claims(claims_with(change))
    assert caught.value.code == "code.slip_malformed"


def test_claims_have_one_spelling():
    claims = cbor2.loads(SLIP.to_claims())
    turned = cbor2.dumps(dict(reversed(claims.items())))
    assert turned != SLIP.to_claims()
    with pytest.raises(MalformedError):
        Slip.from_claims(turned)


@pytest.mark.parametrize(
    "address",
    ["", "HTTPS://X/CHECK#", ADDRESS + "=", ADDRESS[:-30], ADDRESS.replace("/CHECK", "/OTHER")],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(MalformedError):
        read_address(address)


@given(st.binary(max_size=300))
def test_whatever_stands_in_the_fragment_is_read_or_refused(raw):
    text = base64.b32encode(raw).decode().rstrip("=")
    try:
        found = read_address(f"HTTPS://X/CHECK#{text}")
    except MalformedError:
        return
    assert found.slip.to_claims() == found.message.payload


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_changed_bit_goes_unnoticed(place, bit):
    raw = bytearray(_message(ADDRESS))
    raw[place % len(raw)] ^= 1 << bit
    try:
        message = Message.from_bytes(bytes(raw))
        public_key(KEY.key).verify(message.to_be_signed(), message.signature)
    except CertoriginError:
        return
    # What is not under the signature is the key's name, which only finds the key.
    assert message.payload == SLIP.to_claims()
    assert message.unprotected != Message.from_bytes(_message(ADDRESS)).unprotected


def test_the_algorithm_has_to_be_protected():
    message = Message.from_bytes(sign_message(b"x", KEY, key_id=b"k"))
    bare = cbor2.dumps(cbor2.CBORTag(18, [b"", {1: -8}, b"x", message.signature]))
    with pytest.raises(MalformedError) as caught:
        _ = Message.from_bytes(bare).algorithm
    assert caught.value.code == "code.algorithm_unprotected"


# -- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 40])
def test_a_record_is_cut_and_joined_in_any_order(lines):
    bundle = sealed(lines)
    texts = record_parts(bundle)
    assert all(version_of(text) <= 13 for text in texts)
    parts = [RecordPart.from_text(text) for text in [*reversed(texts), texts[0]]]
    assert join_parts(parts) == bundle


def test_missing_and_foreign_parts_are_named():
    one, two = (
        [RecordPart.from_text(text) for text in record_parts(sealed(lines))] for lines in (9, 10)
    )
    with pytest.raises(MalformedError) as caught:
        join_parts([one[0], one[2]])
    assert (caught.value.code, caught.value.facts["missing"]) == ("code.parts_missing", "2, 4")
    with pytest.raises(MalformedError) as caught:
        join_parts([one[0], *two[1:]])
    assert caught.value.code == "code.parts_differ"
    altered = replace(one[1], data=bytes(one[1].data[:-1]) + b"?")
    with pytest.raises(MalformedError) as caught:
        join_parts([one[0], altered, *one[2:]])
    assert caught.value.code == "code.parts_differ"


def test_a_record_that_explodes_is_refused():
    packed = zlib.compress(b" " * (8 << 20), 9)
    pieces = [packed[start : start + BYTES] for start in range(0, len(packed), BYTES)]
    parts = [RecordPart("00000000", n, len(pieces), one) for n, one in enumerate(pieces, 1)]
    with pytest.raises(LimitError) as caught:
        join_parts(parts)
    assert caught.value.code == "code.record_too_long"


def test_a_bundle_too_long_for_paper_is_refused():
    with pytest.raises(LimitError) as caught:
        record_parts(random.Random(1).randbytes(BYTES * 100))
    assert caught.value.code == "code.record_too_long"


# -- base45 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_is_that_of_the_rfc(plain, text):
    assert base45_encode(plain) == text
    assert base45_decode(text) == plain


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "aa", "::", "AAAA", "Ä1"])
def test_other_base45_is_refused(text):
    with pytest.raises(MalformedError) as caught:
        base45_decode(text)
    assert caught.value.code == "code.not_base45"


@given(st.binary(max_size=64))
def test_base45_goes_both_ways(data):
    assert base45_decode(base45_encode(data)) == data
