"""Keys in a PKCS#11 device: Ed25519 (`EDDSA`) and P-256 (`ECDSA` over SHA-256).

The private key never leaves the device. A PIN is an argument, kept to open a session again, and
stands in no error, no repr and no pickle. Faults of a device say what is wrong with it, never what
was given to it.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import (
    MultipleObjectsReturned,
    MultipleTokensReturned,
    NoSuchKey,
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.multikey import ED25519, P256, public_key_from_raw
from certorigin.seal.suite import ECDSA_JCS_2019, EDDSA_JCS_2022

if TYPE_CHECKING:
    from collections.abc import Callable

_Found = TypeVar("_Found")

# DER: the object identifiers of Ed25519 (RFC 8410) and of the curve P-256 (RFC 5480).
_CURVES: Final = {
    EDDSA_JCS_2022.name: (KeyType.EC_EDWARDS, bytes.fromhex("06032b6570")),
    ECDSA_JCS_2019.name: (KeyType.EC, bytes.fromhex("06082a8648ce3d030107")),
}
_GENERATE: Final = {
    KeyType.EC_EDWARDS: Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
    KeyType.EC: Mechanism.EC_KEY_PAIR_GEN,
}
_WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)


@dataclass(frozen=True)
class DevicePlace:
    """Where a device is: the maker's module, the label of the token, and the PIN that opens it."""

    module: str
    token: str
    pin: str = field(repr=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError("the place of a device is not copied or pickled: it holds the PIN")


class Device:
    """One token with one session, which is opened when it is needed and again after a fault."""

    def __init__(self, place: DevicePlace) -> None:
        self._place = place
        self._lock = threading.RLock()
        self._session: Any = None

    def __repr__(self) -> str:
        return f"Device(token={self._place.token!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a device is not copied or pickled")

    def sealer(self, label: str) -> DeviceSealer:
        """Return the sealer of the key of that label.

        Raises UnknownError when device, token or key is not there, RightError for a wrong PIN,
        MalformedError for a kind of key that seals nothing.
        """
        key, suite = self._with_session(lambda session: _public_key(session, label))
        return DeviceSealer(self, label, key, suite)

    def make_key(self, label: str, *, suite: str = EDDSA_JCS_2022.name) -> DeviceSealer:
        """Let the device make a key that it never hands out. Raises ConflictError when it is there.

        Raises UnknownError for a suite that no device key has, and as `sealer`.
        """
        if suite not in _CURVES:
            raise UnknownError("seal.suite_unknown", suite=suite[:60])
        self._with_session(lambda session: _make_key(session, label, suite))
        return self.sealer(label)

    def sign(self, label: str, data: bytes) -> bytes:
        """Sign with the key of that label. Raises as `sealer`."""
        return self._with_session(lambda session: _sign(session, label, data))

    def close(self) -> None:
        """End the session. Closing twice is harmless."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                with suppress(PKCS11Error):  # a device that was pulled out has none to end
                    session.close()

    def _with_session(self, use: Callable[[Any], _Found]) -> _Found:
        """Use the session; after a fault open it once more, for it may have been the old one's."""
        with self._lock:
            was_open = self._session is not None
            try:
                return self._attempt(use)
            except UnknownError as fault:
                if not was_open or fault.code != "device.fault":
                    raise
            return self._attempt(use)

    def _attempt(self, use: Callable[[Any], _Found]) -> _Found:
        try:
            if self._session is None:
                self._session = self._open()
            return use(self._session)
        except (NoSuchToken, MultipleTokensReturned):
            raise UnknownError("device.token_missing", token=self._place.token) from None
        except PinLocked:
            raise RightError("device.pin_locked", token=self._place.token) from None
        except _WRONG_PIN:
            raise RightError("device.pin_wrong", token=self._place.token) from None
        except PKCS11Error as fault:
            self.close()
            kind = type(fault).__name__
            raise UnknownError("device.fault", token=self._place.token, kind=kind) from None

    def _open(self) -> Any:  # noqa: ANN401 - a class of the extension, without a public name
        try:
            library = pkcs11.lib(self._place.module)
        except (PKCS11Error, RuntimeError, OSError):
            raise UnknownError("device.module_missing", path=self._place.module) from None
        token = library.get_token(token_label=self._place.token)
        try:
            return token.open(rw=True, user_pin=self._place.pin)
        except UserAlreadyLoggedIn:  # by another session of this process
            return token.open(rw=True)


class DeviceSealer:
    """A sealer whose private key lies in a device."""

    __slots__ = ("_device", "_label", "key", "suite")

    def __init__(self, device: Device, label: str, key: str, suite: str) -> None:
        self._device = device
        self._label = label
        self.key = key
        self.suite = suite

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature of `data`; of P-256 it is another one each time."""
        return self._device.sign(self._label, data)

    def __repr__(self) -> str:
        return f"DeviceSealer(key={self.key!r}, suite={self.suite!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealer is not copied or pickled")


def _object(session: Any, label: str, kind: ObjectClass) -> Any:  # noqa: ANN401 - as above
    try:
        return session.get_key(object_class=kind, label=label)
    except NoSuchKey:
        raise UnknownError("device.key_missing", label=label) from None
    except MultipleObjectsReturned:
        raise ConflictError("device.key_twice", label=label) from None


def _public_key(session: Any, label: str) -> tuple[str, str]:  # noqa: ANN401 - as above
    found = _object(session, label, ObjectClass.PUBLIC_KEY)
    point = _octets(bytes(found[Attribute.EC_POINT]))
    if found.key_type is KeyType.EC_EDWARDS and len(point) == 32:
        return public_key_from_raw(ED25519, point).multibase, EDDSA_JCS_2022.name
    if found.key_type is KeyType.EC and len(point) == 65:
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise MalformedError("device.key_kind", place=label) from None
        compressed = key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        return public_key_from_raw(P256, compressed).multibase, ECDSA_JCS_2019.name
    raise MalformedError("device.key_kind", place=label)


def _octets(point: bytes) -> bytes:
    """Return the point itself: most devices wrap it in an OCTET STRING, some don't."""
    if len(point) in {34, 67} and point[0] == 4 and point[1] == len(point) - 2:
        return point[2:]
    return point


def _sign(session: Any, label: str, data: bytes) -> bytes:  # noqa: ANN401 - as above
    found = _object(session, label, ObjectClass.PRIVATE_KEY)
    if found.key_type is KeyType.EC:
        digest = hashlib.sha256(data).digest()
        return bytes(found.sign(digest, mechanism=Mechanism.ECDSA))
    return bytes(found.sign(data, mechanism=Mechanism.EDDSA))


def _make_key(session: Any, label: str, suite: str) -> None:  # noqa: ANN401 - as above
    if list(session.get_objects({Attribute.LABEL: label})):
        raise ConflictError("device.key_twice", label=label)
    kind, curve = _CURVES[suite]
    # Held by name: the extension reads them while it makes the pair.
    parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
    parameters.generate_keypair(store=True, label=label, mechanism=_GENERATE[kind])
