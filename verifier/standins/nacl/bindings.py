"""What libsodium refuses and OpenSSL lets pass is refused here: points outside the subgroup."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nacl.exceptions import BadSignatureError

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_ONE = (0, 1, 1, 0)


def crypto_core_ed25519_is_valid_point(raw: bytes) -> bool:
    """Say whether a point is canonical, on the curve, and in the group of prime order."""
    point = _point(raw)
    return point is not None and not _is_one(point) and _is_one(_times(_L, point))


def crypto_sign_open(signed: bytes, key: bytes) -> bytes:
    """Return the message of a signed one. Raises BadSignatureError."""
    signature, message = signed[:64], signed[64:]
    if _is_small(signature[:32]):
        raise BadSignatureError("Signature was forged or corrupt")
    try:
        _loaded(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignatureError("Signature was forged or corrupt") from None
    return message


@lru_cache(maxsize=4096)
def _loaded(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


def _is_small(raw: bytes) -> bool:
    """Say whether a point is one of the eight of small order, however it is written."""
    folded = int.from_bytes(raw[:31] + bytes([raw[31] & 127]), "little") % _P
    return folded in _small_heights()


@lru_cache(maxsize=1)
def _small_heights() -> frozenset[int]:
    # Orders 1, 2 and 4 have y of 1, -1 and 0; of order 8 are the y with y^4*D + 2*y^2 = 1.
    inverse = pow(_D, _P - 2, _P)
    heights = {0, 1, _P - 1}
    root = _square_root((1 + _D) % _P)
    for sign in (1, -1):
        square = (sign * root - 1) * inverse % _P if root is not None else None
        height = _square_root(square) if square is not None else None
        if height is not None:
            heights |= {height, _P - height}
    return frozenset(heights)


def _square_root(value: int) -> int | None:
    found = pow(value, (_P + 3) // 8, _P)
    if found * found % _P != value % _P:
        found = found * _ROOT % _P
    return found if found * found % _P == value % _P else None


def _point(raw: bytes):
    if len(raw) != 32:
        return None
    number = int.from_bytes(raw, "little")
    sign, height = number >> 255, number & (1 << 255) - 1
    if height >= _P:
        return None
    square = (height * height - 1) * pow(_D * height * height + 1, _P - 2, _P) % _P
    width = _square_root(square)
    if width is None or (width == 0 and sign):
        return None
    width = _P - width if width & 1 != sign else width
    return (width, height, 1, width * height % _P)


def _plus(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(count: int, point):
    result = _ONE
    while count:
        if count & 1:
            result = _plus(result, point)
        point = _plus(point, point)
        count >>= 1
    return result


def _is_one(point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
