"""Public keys: read strictly, refused when small, other or not on their curve."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import (
    ConflictError,
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.seal import multikey
from certorigin.seal.base58 import base58_decode, base58_encode
from certorigin.seal.multikey import (
    KeyKind,
    is_public_key,
    public_key,
    public_key_from_raw,
    register_key_kind,
)

GOOD = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
P = 2**255 - 19

# The y of the two points of order 8, from the curve's equation; the others are 0, 1 and -1.
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7


def _small_order():
    """All spellings of the eight torsion points: both signs, and y + p where it still fits."""
    for y in (0, 1, P - 1, _Y8, P - _Y8):
        for other in (y, y + P):
            if other < 2**255:
                for sign in (0, 1):
                    yield (other | sign << 255).to_bytes(32, "little")


def test_the_points_named_here_are_the_torsion_points():
    # On the curve, and eight times the point is the identity: computed, not copied.
    d = -121665 * pow(121666, -1, P) % P
    for start in (0, 1, P - 1, _Y8, P - _Y8):
        y = start
        x2 = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
        x = pow(x2, (P + 3) // 8, P)
        if x * x % P != x2:
            x = x * pow(2, (P - 1) // 4, P) % P
        assert x * x % P == x2
        for _ in range(3):
            bend = d * x * x * y * y % P
            wide, high = 2 * x * y % P, (y * y + x * x) % P
            x, y = wide * pow(1 + bend, -1, P) % P, high * pow(1 - bend, -1, P) % P
        assert (x, y) == (0, 1)


@pytest.mark.parametrize("raw", list(_small_order()), ids=bytes.hex)
def test_every_small_order_point_is_refused(raw):
    with pytest.raises(MalformedError, match=r"seal\.key_point_refused"):
        public_key_from_raw("Ed25519", raw)


def test_openssl_takes_the_identity_point_and_we_do_not():
    identity = b"\1" + bytes(31)
    signature = identity + bytes(32)  # R is the identity and S is zero: fits any message
    Ed25519PublicKey.from_public_bytes(identity).verify(signature, b"any message")
    with pytest.raises(MalformedError, match=r"seal\.key_point_refused"):
        public_key_from_raw("Ed25519", identity)


def test_a_mixed_order_point_is_refused():
    # A good key plus the point of order two: (x, y) -> (-x, -y).
    raw = int.from_bytes(public_key(GOOD).raw, "little")
    y, sign = raw & (2**255 - 1), raw >> 255
    mixed = (P - y) | ((1 - sign) << 255)
    with pytest.raises(MalformedError, match=r"seal\.key_point_refused"):
        public_key_from_raw("Ed25519", mixed.to_bytes(32, "little"))


@pytest.mark.parametrize(
    ("algorithm", "size", "p"),
    [
        ("P-256", 33, 2**256 - 2**224 + 2**192 + 2**96 - 1),
        ("P-384", 49, 2**384 - 2**128 - 2**96 + 2**32 - 1),
    ],
)
def test_points_off_their_curve_are_refused(algorithm, size, p):
    body = size - 1
    for raw in (
        b"\2" + (5).to_bytes(body, "big") if algorithm == "P-384" else b"\2" + bytes(31) + b"\1",
        b"\2" + (p + 5).to_bytes(body, "big"),  # x is not reduced
        b"\0" + bytes(body),  # the point at infinity, padded
        b"\4" + bytes(body),
        b"\5" + bytes(body),
    ):
        with pytest.raises(MalformedError, match=r"seal\.key_point_refused"):
            public_key_from_raw(algorithm, raw)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_nist_keys_go_both_ways(curve):
    key = ec.derive_private_key(7, curve).public_key()
    raw = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    name = "P-256" if curve.key_size == 256 else "P-384"
    found = public_key_from_raw(name, raw)
    assert (found.raw, found.algorithm) == (raw, name)
    assert found.multibase[:3] in {"zDn", "z82"}
    assert public_key(found.multibase) is found


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("", MalformedError, "seal.key_malformed"),
        (GOOD[1:], MalformedError, "seal.key_malformed"),
        ("u" + GOOD[1:], MalformedError, "seal.key_malformed"),
        ("z" + "2" * 300, MalformedError, "seal.key_malformed"),
        (GOOD + "\n", MalformedError, "seal.base58_malformed"),
        (GOOD[:-1] + "0", MalformedError, "seal.base58_malformed"),
        (GOOD[:-1] + "é", MalformedError, "seal.base58_malformed"),
        (GOOD[:-1], UnknownError, "seal.key_kind_unknown"),
        ("z1" + GOOD[1:], UnknownError, "seal.key_kind_unknown"),
        ("z" + base58_encode(b"\xed\x01" + bytes(31)), MalformedError, "seal.key_size"),
        ("z" + base58_encode(b"\xe7\x01" + bytes(33)), UnknownError, "seal.key_kind_unknown"),
    ],
)
def test_other_texts_are_no_keys(text, error, code):
    with pytest.raises(error) as caught:
        public_key(text)
    assert caught.value.code == code
    assert not is_public_key(text)


def test_a_good_key_says_so():
    assert is_public_key(GOOD)
    assert public_key_from_raw("Ed25519", public_key(GOOD).raw).multibase == GOOD


def test_an_unknown_algorithm_is_unknown():
    with pytest.raises(UnknownError, match=r"seal\.key_kind_unknown"):
        public_key_from_raw("bign", bytes(64))


def test_a_national_kind_of_key_joins(monkeypatch):
    monkeypatch.setattr(multikey, "_kinds", dict(multikey._kinds))

    def load(raw, multibase):
        def check(data, signature):
            if signature != raw + data:
                raise SignatureError("seal.signature_invalid", key=multibase)

        return check

    register_key_kind(KeyKind("bign", b"\xff\x77", 4, load))
    key = public_key_from_raw("bign", b"abcd")
    key.verify(b"data", b"abcddata")
    with pytest.raises(SignatureError):
        key.verify(b"data", b"other")
    public_key.cache_clear()
    for taken in (KeyKind("bign", b"\x99", 1, load), KeyKind("other", b"\xff\x77\x01", 1, load)):
        with pytest.raises(ConflictError, match=r"seal\.key_kind_taken"):
            register_key_kind(taken)


# -- base58 ---------------------------------------------------------------------------------------


@given(st.binary(max_size=120))
def test_base58_goes_both_ways(data):
    assert base58_decode(base58_encode(data)) == data


@given(st.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=120))
def test_base58_has_one_spelling(text):
    assert base58_encode(base58_decode(text)) == text


@given(st.text(max_size=20))
def test_base58_refuses_foreign_characters(text):
    foreign = any(not (c.isascii() and c.isalnum()) or c in "0OIl" for c in text)
    if foreign:
        with pytest.raises(MalformedError, match=r"seal\.base58_malformed"):
            base58_decode(text)


def test_base58_has_a_limit():
    with pytest.raises(LimitError, match=r"seal\.base58_too_long"):
        base58_decode("2" * 257)
