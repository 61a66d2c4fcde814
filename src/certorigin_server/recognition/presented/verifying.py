"""Verifying what is presented, with what lies on this side of the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.recognition.verify import Verifier
from certorigin_server.mirror.queries import logs_of
from certorigin_server.recognition.examination import views_of
from certorigin_server.recognition.queries import citing, document_of
from certorigin_server.recognition.view import RegisterView, open_view
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import find_issued, issued_act_of

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.recognition.carrier import Carried
    from certorigin.recognition.report import Report
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User


@dataclass(frozen=True)
class Presented:
    """What was presented: its report, and where the desk has the certificate, if it has it.

    `matched` is the declaration that it was compared with: the only one of the person's that cites
    it. With none or several the person chooses.
    """

    carried: Carried
    report: Report
    issued: RegisteredAct | None
    declarations: list[GoodsDeclaration]
    matched: GoodsDeclaration | None

    @property
    def is_at_hand(self) -> bool:
        """Say whether the desk's own certificate is the very act that was presented."""
        return self.issued is not None and self.issued.digest == self.carried.digest.hex()


def verify_presented(carried: Carried, *, user: User, at: datetime) -> Presented:
    """Verify what was handed over. Raises MalformedError when there is nothing to answer about."""
    issued = _find(carried)
    declarations = list(citing(issued, user=user)[:20]) if issued else []
    matched = declarations[0] if len(declarations) == 1 else None
    verifier = Verifier(get_trust(), _views(carried, issued, at))
    declared = document_of(matched) if matched else None
    report = carried.verify(verifier, at=at, declaration=declared)
    return Presented(carried, report, issued, declarations, matched)


def _find(carried: Carried) -> RegisteredAct | None:
    """Find the certificate that is meant among those received, the very act before others."""
    act, slip = carried.act, carried.slip
    if act is not None:
        row = issued_act_of(act.subject)
        return row if row and row.publisher != settings.SYSTEM.installation else None
    if slip is None:
        return None
    rows = find_issued(
        number=slip.number,
        issued_on=slip.date,
        issued_in=slip.issued_in,
        form=slip.form,
        received_by=settings.SYSTEM.installation,
    )
    same = [row for row in rows if row.digest == slip.digest.hex()]
    return next(iter([*same, *rows]), None)


def _views(carried: Carried, issued: RegisteredAct | None, at: datetime) -> list[RegisterView]:
    """Open the mirror that has it, else those of its corridor: they say that it is not there."""
    if issued is not None:
        first, *later = views_of(issued, at=at)
        first.twins = {**first.twins, issued.subject: first.known}
        return [first, *later]
    corridor = str(carried.act.corridor) if carried.act else ""
    here = [row.origin for row in logs_of(corridor)] if corridor else []
    folders = settings.SYSTEM.mirror_folder
    return [open_view(origin) for origin in here if (folders(origin) / "checkpoint").is_file()]
