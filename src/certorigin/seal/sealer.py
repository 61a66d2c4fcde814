"""Sealers: what signs. Key files serve small installations; hardware joins by the same Protocol.

Making and reading key files takes paths, passphrases and randomness as arguments. A sealer never
shows its private key: not in repr, not in an error, not through pickling.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from nacl.signing import SigningKey

from certorigin.crash import crash_point
from certorigin.durable import fsync_folder
from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.multikey import ED25519, P256, P384, public_key_from_raw
from certorigin.seal.proof import Sealer
from certorigin.seal.suite import ECDSA_JCS_2019, EDDSA_JCS_2022

__all__ = ["FileSealer", "Randomness", "Sealer", "make_private_key"]

MAX_KEY_FILE = 16_384

Randomness = Callable[[int], bytes]
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class _Curve:
    """What signing on an elliptic curve needs (FIPS 186-5, SP 800-186)."""

    curve: ec.EllipticCurve
    digest: hashes.HashAlgorithm
    width: int
    order: int


_CURVES = {
    P256: _Curve(
        ec.SECP256R1(),
        hashes.SHA256(),
        32,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    P384: _Curve(
        ec.SECP384R1(),
        hashes.SHA384(),
        48,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
}


def make_private_key(
    randomness: Randomness, *, suite: str = EDDSA_JCS_2022.name, algorithm: str = P256
) -> PrivateKey:
    """Make a private key from the given randomness; `algorithm` chooses the curve of ECDSA.

    Raises UnknownError for another suite or curve.
    """
    if suite == EDDSA_JCS_2022.name:
        return ed25519.Ed25519PrivateKey.from_private_bytes(randomness(32))
    if suite != ECDSA_JCS_2019.name:
        raise UnknownError("seal.suite_unknown", suite=suite[:60])
    chosen = _CURVES.get(algorithm)
    if chosen is None:
        raise UnknownError("seal.key_kind_unknown", value=algorithm[:60])
    # FIPS 186-5 A.2.1: 64 bits more than the order, so that the remainder carries no bias.
    secret = int.from_bytes(randomness(chosen.width + 8)) % (chosen.order - 1) + 1
    return ec.derive_private_key(secret, chosen.curve)


class FileSealer:
    """A sealer whose private key lies in an encrypted PKCS#8 file (Ed25519, P-256 or P-384)."""

    __slots__ = ("_sign", "key", "suite")

    def __init__(self, private_key: PrivateKey) -> None:
        if isinstance(private_key, ed25519.Ed25519PrivateKey):
            self.suite = EDDSA_JCS_2022.name
            raw = private_key.public_key().public_bytes_raw()
            self.key = public_key_from_raw(ED25519, raw).multibase
            self._sign = _ed25519_signer(private_key)
        else:
            self.suite = ECDSA_JCS_2019.name
            point = private_key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            )
            algorithm = P384 if isinstance(private_key.curve, ec.SECP384R1) else P256
            self.key = public_key_from_raw(algorithm, point).multibase
            self._sign = _ecdsa_signer(private_key, _CURVES[algorithm])

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes) -> FileSealer:
        """Open an encrypted PKCS#8 key.

        Raises MalformedError when it can't be opened, UnknownError for another kind of key.
        """
        try:
            private_key = serialization.load_pem_private_key(pem, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # their texts may quote the file
            raise MalformedError("seal.key_file_unreadable", place="") from None
        match private_key:
            case (
                ed25519.Ed25519PrivateKey()
                | ec.EllipticCurvePrivateKey(curve=ec.SECP256R1() | ec.SECP384R1())
            ):
                return cls(private_key)
        raise UnknownError("seal.key_kind_unknown", value=type(private_key).__name__)

    @classmethod
    def open(cls, path: Path, passphrase: bytes) -> FileSealer:
        """Open a key file. Raises RightError when others may read it, UnknownError when missing."""
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
                    raise RightError("seal.key_file_open_to_others", path=str(path))
                pem = file.read(MAX_KEY_FILE)
        except OSError:
            raise UnknownError("seal.key_file_missing", path=str(path)) from None
        return cls.from_pem(pem, passphrase)

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: bytes,
        randomness: Randomness,
        *,
        suite: str = EDDSA_JCS_2022.name,
        algorithm: str = P256,
    ) -> FileSealer:
        """Make a key and keep it at `path`, readable by its owner alone.

        Raises ConflictError when the file exists: a key is never overwritten. Raises MalformedError
        for an empty passphrase.
        """
        if not passphrase:
            raise MalformedError("seal.passphrase_empty", place="")
        private_key = make_private_key(randomness, suite=suite, algorithm=algorithm)
        pem = private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        )
        _keep(path, pem)
        return cls(private_key)

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature of `data`, deterministic in both suites (RFC 8032, RFC 6979)."""
        return self._sign(data)

    def __repr__(self) -> str:
        return f"FileSealer(key={self.key!r}, suite={self.suite!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealer is not copied or pickled")


def _ed25519_signer(private_key: ed25519.Ed25519PrivateKey) -> Callable[[bytes], bytes]:
    signing_key = SigningKey(private_key.private_bytes_raw())  # loading costs as much as signing

    def sign(data: bytes) -> bytes:
        return signing_key.sign(data).signature

    return sign


def _ecdsa_signer(
    private_key: ec.EllipticCurvePrivateKey, chosen: _Curve
) -> Callable[[bytes], bytes]:
    scheme = ec.ECDSA(chosen.digest, deterministic_signing=True)

    def sign(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private_key.sign(data, scheme))
        return r.to_bytes(chosen.width) + s.to_bytes(chosen.width)

    return sign


def _keep(path: Path, pem: bytes) -> None:
    """Write the file whole or not at all: a crash before the link leaves only `<name>.new`."""
    staged = path.with_name(path.name + ".new")
    staged.unlink(missing_ok=True)
    with os.fdopen(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    crash_point("seal.key_staged")
    try:
        os.link(staged, path)
    except FileExistsError:
        raise ConflictError("seal.key_file_exists", path=str(path)) from None
    finally:
        staged.unlink()
    fsync_folder(path.parent)
