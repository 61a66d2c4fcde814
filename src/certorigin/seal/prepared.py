"""Prepare, record, then seal: the exact bytes exist and are kept before any key is used.

A prepared act is the canonical document and the options of every proof that it will carry. Sealing
it twice with deterministic keys gives the same bytes; with other keys the first stored seal wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.plain import UNSIGNED, seal_plain
from certorigin.seal.proof import ASSERTION, attach, proof_options, seal_canonical
from certorigin.vocabulary.schema import check_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from certorigin.seal.proof import Sealer


@dataclass(frozen=True)
class Slot:
    """A place in the proof set: which key seals, in whose name, with which suite."""

    controller: str
    key: str
    suite: str


@dataclass(frozen=True)
class Prepared:
    """The exact bytes that will be sealed, and the exact options of each proof."""

    document: bytes
    options: bytes

    def seal(self, sealer_of: Callable[[str], Sealer]) -> bytes:
        """Return the sealed bytes; `sealer_of` finds the sealer of a multibase key.

        Every signature is verified before the result is returned: a broken key module must not
        leave its mark in a log. Raises as `seal_canonical`.
        """
        pairs = [
            (options, sealer_of(str(options["verificationMethod"]).rpartition("#")[2]))
            for options in orjson.loads(self.options)
        ]
        return seal_plain(self.document, pairs) or seal_canonical(self.document, pairs)


def prepare(document: Mapping[str, Any], *, slots: Sequence[Slot], created: datetime) -> Prepared:
    """Build and check everything that will be signed. No key is touched.

    Raises MalformedError when the document is outside the strict profile or the published schema,
    or when no slot is named.
    """
    if not slots:
        raise MalformedError("seal.no_slot", place="proof")
    options = [
        proof_options(
            slot.suite, f"{slot.controller}#{slot.key}", created, ASSERTION, document["@context"]
        )
        for slot in slots
    ]
    check_schema(attach(document, [{**option, "proofValue": UNSIGNED} for option in options]))
    return Prepared(strict_bytes(document), orjson.dumps(options, option=orjson.OPT_SORT_KEYS))
