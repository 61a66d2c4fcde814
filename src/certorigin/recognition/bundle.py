"""The bundle: a sealed act and the proof of its registration in one file (docs/spec/bundle.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.log.entry import entry_of
from certorigin.log.national import commitment_to
from certorigin.seal.canonical import MAX_BYTES
from certorigin.vocabulary.gist import find_written_gist

if TYPE_CHECKING:
    from certorigin.vocabulary.gist import Gist

FORMAT = "certorigin-bundle/v1"
SALTED_FORMAT = "certorigin-bundle/v2"
MAX_BUNDLE_FILE = 4 << 20

_FORMATS = (FORMAT, SALTED_FORMAT)
_NAMES = ["act", "format", "proof"]
_SALT = re.compile(r"[0-9a-f]{64}", re.ASCII)
# A bundle of version 1 in its one spelling: what stands before, between and after its two texts.
_BEFORE, _BETWEEN, _AFTER = b'{"act":"', f'","format":"{FORMAT}","proof":"'.encode(), b'"}'
# What a text of JSON holds only escaped.
_ESCAPED = bytes(range(0x20)) + b'"'


@dataclass(frozen=True)
class Bundle:
    """The exact bytes of a sealed act, and those of its tlog-proof; neither is believed yet.

    `salt` is there when a national log holds a salted hash in place of the act.
    """

    act: bytes
    proof: bytes
    salt: bytes = b""

    @classmethod
    def from_bytes(cls, raw: bytes) -> Bundle:
        """Read a bundle; the exact inverse of `to_bytes`. Raises MalformedError, LimitError."""
        if len(raw) > MAX_BUNDLE_FILE:
            raise LimitError("bundle.too_large", place="", limit=str(MAX_BUNDLE_FILE))
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as fault:
            raise MalformedError("bundle.not_json", place=f"character {fault.pos}") from None
        if type(data) is not dict or data.get("format") not in _FORMATS:
            raise MalformedError("bundle.not_a_bundle", place="format")
        names = _NAMES if data["format"] == FORMAT else [*_NAMES, "salt"]
        act, proof, salt = data.get("act"), data.get("proof"), data.get("salt", "")
        if type(act) is not str or type(proof) is not str or len(data) != len(names):
            raise MalformedError("bundle.malformed", place="members")
        if "salt" in names and (type(salt) is not str or not _SALT.fullmatch(salt)):
            raise MalformedError("bundle.malformed", place="salt")
        # One spelling: no blanks, no doubled members, no other order.
        if [*data] != names or orjson.dumps(data) != raw:
            raise MalformedError("bundle.not_canonical", place="")
        return cls(act.encode(), proof.encode(), bytes.fromhex(salt))

    def to_bytes(self) -> bytes:
        """Write the bundle. Raises MalformedError when its parts are not UTF-8."""
        try:
            data = {"act": self.act.decode(), "format": FORMAT, "proof": self.proof.decode()}
            if self.salt:
                data |= {"format": SALTED_FORMAT, "salt": self.salt.hex()}
        except UnicodeDecodeError:
            raise MalformedError("bundle.not_text", place="") from None
        return orjson.dumps(data)

    @property
    def entry(self) -> bytes:
        """The entry that the log holds for the act: itself, a reference, or its salted hash.

        Raises MalformedError, LimitError for an act that no log takes.
        """
        return commitment_to(self.act, self.salt) if self.salt else entry_of(self.act)


def find_plain_bundle(raw: bytes) -> tuple[Bundle, Gist] | None:
    """Read a bundle with a plain certificate, as `from_bytes` does, and its gist; else return None.

    Neither text is taken out of its JSON and written again: the gist has seen each quotation mark
    of the act in its place, and in a proof the ends of lines alone are escaped.
    """
    at = raw.find(_BETWEEN)
    if not (raw.startswith(_BEFORE) and raw.endswith(_AFTER) and 0 < at <= 2 * MAX_BYTES):
        return None
    found = find_written_gist(raw[len(_BEFORE) : at])
    if found is None or len(found[0]) > MAX_BYTES or len(raw) > MAX_BUNDLE_FILE:
        return None
    written = raw[at + len(_BETWEEN) : -len(_AFTER)]
    proof = written.replace(b"\\n", b"\n")
    if b"\\" in proof or len(written.translate(None, _ESCAPED)) != len(written):
        return None
    try:
        proof.decode()
    except UnicodeDecodeError:
        return None
    return Bundle(found[0], proof), found[1]


def is_bundle(raw: bytes) -> bool:
    """Say whether bytes look like a bundle: a person may also hold a sealed act alone."""
    return raw.startswith(b'{"act":')


def open_file(raw: bytes) -> Bundle:
    """Take a bundle, or a sealed act alone, which comes without a proof.

    Raises MalformedError for a broken bundle; an act is not looked at here.
    """
    return Bundle.from_bytes(raw) if is_bundle(raw) else Bundle(raw, b"")
