"""A log of test keys, each made from one repeated byte: they are public, and worth nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from nacl.signing import SigningKey

from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity
from certorigin.log.key import KeyKind, Signer, Verifier

ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"
NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)


def signer(name: str, kind: KeyKind, seed: int) -> Signer:
    key = SigningKey(bytes([seed]) * 32)
    return Signer(Verifier(name, kind, bytes(key.verify_key)), lambda m: key.sign(m).signature)


LOG = signer(ORIGIN, KeyKind.ED25519, 1)
HEARTBEAT = signer(f"{ORIGIN}/heartbeat", KeyKind.COSIGNATURE, 2)
WITNESS = signer("certorigin/AZ-1/witness", KeyKind.COSIGNATURE, 3)
STRANGER = signer("example.org/stranger", KeyKind.ED25519, 4)
KEYS = {"signer": LOG, "heartbeat": HEARTBEAT}
VERIFIERS = [LOG.verifier, HEARTBEAT.verifier]
IDENTITY = Identity(*VERIFIERS)


class MemoryHead:
    """A head store as a database would be: it outlives the process that writes to it."""

    def __init__(self, head: bytes | None = None) -> None:
        self.head = head

    def get(self) -> bytes | None:
        return self.head

    def swap(self, old: bytes | None, new: bytes) -> None:
        assert self.head == old
        self.head = new


def create(folder: Path, store=None, at: datetime = NOON) -> Log:
    store = store or FileHead(folder / "private/head")
    return Log.create(Directory(folder), store, IDENTITY, **KEYS, at=at)


def reopen(folder: Path, store=None) -> Log:
    return Log.open(Directory(folder), store or FileHead(folder / "private/head"), **KEYS)


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)
