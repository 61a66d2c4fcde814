"""The bundle: a sealed act and the proof of its registration in one file (docs/spec/bundle.md)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from certorigin.errors import LimitError, MalformedError

FORMAT = "certorigin-bundle/v1"
MAX_BUNDLE_FILE = 4 << 20

_NAMES = ["act", "format", "proof"]


@dataclass(frozen=True)
class Bundle:
    """The exact bytes of a sealed act, and those of its tlog-proof; neither is believed yet."""

    act: bytes
    proof: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> Bundle:
        """Read a bundle; the exact inverse of `to_bytes`. Raises MalformedError, LimitError."""
        if len(raw) > MAX_BUNDLE_FILE:
            raise LimitError("bundle.too_large", place="", limit=str(MAX_BUNDLE_FILE))
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as fault:
            raise MalformedError("bundle.not_json", place=f"character {fault.pos}") from None
        if type(data) is not dict or data.get("format") != FORMAT:
            raise MalformedError("bundle.not_a_bundle", place="format")
        act, proof = data.get("act"), data.get("proof")
        if type(act) is not str or type(proof) is not str or len(data) != len(_NAMES):
            raise MalformedError("bundle.malformed", place="members")
        # One spelling: no blanks, no doubled members, no other order.
        if [*data] != _NAMES or orjson.dumps(data) != raw:
            raise MalformedError("bundle.not_canonical", place="")
        return cls(act.encode(), proof.encode())

    def to_bytes(self) -> bytes:
        """Write the bundle. Raises MalformedError when its parts are not UTF-8."""
        try:
            data = {"act": self.act.decode(), "format": FORMAT, "proof": self.proof.decode()}
        except UnicodeDecodeError:
            raise MalformedError("bundle.not_text", place="") from None
        return orjson.dumps(data)


def is_bundle(raw: bytes) -> bool:
    """Say whether bytes look like a bundle: a person may also hold a sealed act alone."""
    return raw.startswith(b'{"act":')
