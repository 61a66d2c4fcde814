"""How long the papers of a case are kept, and the protocol of their destruction (R16).

Forms, supporting files and copies are kept for at least three years from issue (Annex 4, 2.1 d;
Rules 7.2).
What both logs hold is no paper: it stays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import MalformedError
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import seal_document
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from certorigin.seal.proof import Sealer

LEAST_YEARS: Final = 3
FORMAT: Final = "certorigin-destruction/v1"
TYPES: Final = ("VerifiableCredential", "DestructionProtocol")


@dataclass(frozen=True)
class Case:
    """What is kept and destroyed as one, as far as keeping it is concerned; `name` is its URN.

    `days` are those on which something happened: issue, decision, end of validity, later acts.
    `open_matters` are codes of what is still going on: nothing of such a case is destroyed.
    """

    name: str
    certificates: tuple[str, ...]
    days: tuple[date, ...]
    files: tuple[tuple[str, int], ...] = ()
    open_matters: tuple[str, ...] = ()

    def kept_until(self, years: int) -> date:
        """Return the last day on which it must be there. Raises MalformedError for too few years.

        A year from 29 February ends with the February after (R16).
        """
        if years < LEAST_YEARS:
            raise MalformedError("retention.too_short", place="years", value=str(years))
        last = max(self.days)
        try:
            return last.replace(year=last.year + years)
        except ValueError:
            return last.replace(year=last.year + years, day=28)

    def is_due(self, years: int, *, today: date) -> bool:
        """Say whether its papers may be destroyed: the term is over, and nothing is going on."""
        return not self.open_matters and self.kept_until(years) < today


@dataclass(frozen=True)
class Protocol:
    """Who let which papers be destroyed, when and why. It names files by their digests alone.

    All its cases are of one `kind`: applications with what hangs on them, tables of batches,
    declarations of suppliers, or goods declarations with what customs decided about them.
    """

    id: str
    installation: str
    kind: str
    years: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime
    cases: Sequence[Case]

    def to_document(self) -> dict[str, Any]:
        """Write the whole credential, without its proof."""
        issuer = f"urn:certorigin:installation:{self.installation}"
        return {
            "@context": list(CONTEXT),
            "credentialSubject": {
                "cases": [self._case(one) for one in self.cases],
                "confirmedAt": moment_to_text(self.confirmed_at),
                "confirmedBy": self.confirmed_by,
                "format": FORMAT,
                "installation": self.installation,
                "kind": self.kind,
                "proposedAt": moment_to_text(self.proposed_at),
                "proposedBy": self.proposed_by,
                "reason": self.reason,
                "years": str(self.years),
            },
            "id": self.id,
            "issuer": issuer,
            "type": list(TYPES),
            "validFrom": moment_to_text(self.confirmed_at),
        }

    def seal(self, sealer: Sealer) -> bytes:
        """Return the protocol as the installation seals it."""
        document = self.to_document()
        return seal_document(document, [(sealer, document["issuer"])], created=self.confirmed_at)

    def _case(self, case: Case) -> dict[str, Any]:
        files = [{"digest": digest, "size": str(size)} for digest, size in case.files]
        return {
            "certificates": list(case.certificates),
            "files": files,
            "id": case.name,
            "keptUntil": case.kept_until(self.years).isoformat(),
        }


def digest_of_cases(cases: Iterable[Case], years: int) -> str:
    """Return what tells one list of cases from another: what was proposed is what is destroyed."""
    told = [
        [case.name, case.kept_until(years).isoformat(), *(digest for digest, _ in case.files)]
        for case in sorted(cases, key=lambda one: one.name)
    ]
    return hashlib.sha256(strict_bytes({"cases": told})).hexdigest()
