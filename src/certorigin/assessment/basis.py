"""What a decision rests on, each part by the digest of its bytes: no exchange stays unseen."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certorigin.errors import UnknownError
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "certorigin-basis/v1"


@dataclass(frozen=True)
class File:
    """A file by kind, name and digest."""

    kind: str
    name: str
    digest: str

    @classmethod
    def from_record(cls, record: Record) -> File:
        """Read a file's line. Raises MalformedError."""
        return cls(record.text("kind"), record.text("name"), record.text("digest"))

    def to_data(self) -> dict[str, Any]:
        """Write the line; the inverse of reading."""
        return {"kind": self.kind, "name": self.name, "digest": self.digest}


@dataclass(frozen=True)
class Basis:
    """The digests of application, facts, rules and files that lay before a decision.

    `worksheet` is empty where nobody had stated facts; `acts` name the acts of examination used.
    """

    application: str
    worksheet: str
    agreement: str
    rules: str
    files: tuple[File, ...] = ()
    acts: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: object) -> Basis:
        """Read a basis. Raises MalformedError."""
        record = Record(data)
        record.choice("format", (FORMAT,))
        basis = cls(
            application=record.text("application"),
            worksheet=record.text_or("worksheet"),
            agreement=record.text_or("agreement"),
            rules=record.text_or("rules"),
            files=record.parts("files", File.from_record),
            acts=record.texts("acts"),
        )
        record.finish()
        return basis

    def to_data(self) -> dict[str, Any]:
        """Write the basis; the inverse of reading."""
        data: dict[str, Any] = {"format": FORMAT, "application": self.application}
        optional = {"worksheet": self.worksheet, "agreement": self.agreement, "rules": self.rules}
        data |= {name: value for name, value in optional.items() if value}
        return data | {"files": [one.to_data() for one in self.files], "acts": list(self.acts)}

    def changed_files(self, now: Iterable[File]) -> tuple[tuple[File, ...], tuple[File, ...]]:
        """Return the files that are no longer there, and those that came since."""
        present = {one.digest: one for one in now}
        held = {one.digest for one in self.files}
        gone = tuple(one for one in self.files if one.digest not in present)
        return gone, tuple(one for digest, one in present.items() if digest not in held)


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a document's canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def digest_of_rules(agreement: str) -> str:
    """Return the SHA-256 over the data of an agreement: another digest, other rules.

    Raises UnknownError (`assessment.agreement_unknown`).
    """
    for folder in files("certorigin.assessment").joinpath("agreements").iterdir():
        head = folder.joinpath("agreement.toml")
        if not head.is_file() or tomllib.loads(head.read_text("utf-8"))["agreement"] != agreement:
            continue
        whole = hashlib.sha256()
        for part in sorted(folder.iterdir(), key=lambda one: one.name):
            if part.name.endswith(".toml"):
                whole.update(hashlib.sha256(part.read_bytes()).digest())
        return whole.hexdigest()
    raise UnknownError("assessment.agreement_unknown", agreement=agreement)
