"""A simulated partner as our mirror sees it, without trust lists: its keys are simply given."""

from datetime import UTC, datetime, timedelta

from nacl.signing import SigningKey

from certorigin.errors import UnknownError
from certorigin.log.directory import Directory
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.mirror.follow import Mirror
from certorigin.mirror.partner import Partner
from certorigin.vocabulary.corridor import Corridor
from tests.simulator import COSIGNATURE, NoteKey, Publisher, sha256

ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"
NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)
WITNESS = NoteKey.make("certorigin/AZ-1/witness", COSIGNATURE, sha256(b"simulated witness"))


def minutes(count):
    return NOON + timedelta(minutes=count)


def seconds(moment):
    return int(moment.timestamp())


def verifier(key):
    return Verifier(key.name, KeyKind(key.kind), key.public)


def cosigner():
    return Signer(verifier(WITNESS), lambda data: SigningKey(WITNESS.seed).sign(data).signature)


def partner(publisher, entitled=lambda *_: True):
    return Partner(
        origin=publisher.origin,
        publisher="BY-1",
        corridor=Corridor.from_text("AZ-BY/CIS-2009"),
        term="2026",
        logs=(verifier(publisher.log),),
        heartbeats=(verifier(publisher.heartbeat),),
        witnesses=(verifier(WITNESS),),
        is_entitled=entitled,
    )


class Line:
    """The files of a publisher, straight from memory; counts what is asked for."""

    def __init__(self, publisher):
        self.publisher, self.asked, self.spoiled = publisher, [], {}

    def __call__(self, path, limit):
        self.asked.append(path)
        spoiled = self.spoiled.get(path)
        if isinstance(spoiled, list):
            data = spoiled.pop(0) if spoiled else self.publisher.files[path]
        else:
            data = spoiled or self.publisher.files.get(path)
        if isinstance(data, Exception):
            raise data
        if data is None:
            raise UnknownError("line.absent", path=path)
        assert len(data) <= limit
        return data


class Case:
    """A lying or honest partner, the line to it, and the folder of our mirror."""

    def __init__(self, folder, count=3):
        self.publisher = Publisher.make(ORIGIN)
        self.publish(0, count)
        self.line = Line(self.publisher)
        self.partner = partner(self.publisher)
        self.directory = Directory(folder)
        self.folder = folder

    def publish(self, at, count=1):
        start = len(self.publisher.entries)
        entries = [f'{{"entry":"{start + number}"}}'.encode() for number in range(count)]
        self.publisher.publish(seconds(minutes(at)), *entries)

    def mirror(self):
        return Mirror.create(self.directory, self.partner, self.line)

    def follow(self, at=1, **changes):
        facts = {"cosigner": cosigner()} | changes
        with self.mirror() as mirror:
            return mirror.follow(self.line, at=minutes(at), **facts)

    def evidence(self, name, number=0):
        return self.directory.read(f"evidence/{number}/{name}")
