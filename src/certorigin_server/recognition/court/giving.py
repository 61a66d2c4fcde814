"""A decision as files to take away: its evidence, and a print, for the desk and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from certorigin.recognition.court.file import ATTACHED
from certorigin.recognition.court.page import DecisionPage, decision_pdf
from certorigin.returns.grounds import GROUNDS
from certorigin.seal.canonical import parse_strict
from certorigin.terminal.sentences import say
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.written import quantity_in
from certorigin_server.desk.access import language_of
from certorigin_server.recognition.court.collecting import court_file_of
from certorigin_server.recognition.queries import get_decision, report_of, taken_under
from certorigin_server.recognition.shown import verdict_from
from certorigin_server.seal.choice import installation_sealer
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.services import record_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from certorigin.recognition.court.file import CourtFile
    from certorigin_server.recognition.models import Decision
    from certorigin_server.users.access import Caller


def evidence_answer(caller: Caller, decision: int) -> HttpResponse:
    """Return the evidence as a file. Raises UnknownError, and as `court_file_of`."""
    row, file = _opened(caller, decision)
    return _attached(_sealed(file), "application/json", f"decision-{row.pk}-{ATTACHED}")


def print_answer(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Return the print in the language of a request. Raises as `evidence_answer`."""
    row, file = _opened(caller, decision)
    page = _page(row, file, language_of(request))
    printed = decision_pdf(page, _sealed(file), at=file.at)
    return _attached(printed, "application/pdf", f"decision-{row.pk}.pdf")


def _opened(caller: Caller, decision: int) -> tuple[Decision, CourtFile]:
    row = get_decision(decision, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=row.subject)
    return row, court_file_of(row, at=caller.at.replace(microsecond=0))


def _sealed(file: CourtFile) -> bytes:
    return file.sealed(installation_sealer(get_keyring(), "gateway", at=file.at))


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(row: Decision, file: CourtFile, language: str) -> DecisionPage:
    verdict = verdict_from(report_of(row), language)
    post = row.declaration.post.name

    def told(code: str, **facts: str) -> str:
        return say(code, facts, language)

    return DecisionPage(
        language=language,
        title=told(_TITLES[row.outcome]),
        author=post,
        facts=[(told(code), value) for code, value in _facts(row, file, language) if value],
        evidence=f"{told('web.evidence_rested')}: {told(verdict.line)}",
        columns=(told("web.verdict_part"), told("web.verdict_outcome"), told("web.verdict_found")),
        parts=[(told(one.name), told(one.outcome), one.message) for one in verdict.parts],
        note=told("web.decision_print_note", count=str(len(file.acts))),
        attachment=told("web.evidence_take"),
        signed=row.decided_by.full_name,
        stamped=told("web.decision_print_stamp"),
        footer=f"{row.declaration.number} · {moment_to_text(file.at)}",
    )


_TITLES = {"accepted": "web.decision_accepted", "refused": "web.decision_refused"}
_PHASES = {"at_release": "web.phase_at_release", "after_release": "web.phase_after_release"}


def _facts(row: Decision, file: CourtFile, language: str) -> Iterator[tuple[str, str]]:
    """Name what was decided about, by whom, when and why."""
    act, issued = row.declaration, Act.from_document(parse_strict(file.acts[0].data))
    decided = date_format(timezone.localtime(row.decided_at), "SHORT_DATETIME_FORMAT")
    yield "web.declaration_itself", f"{act.number}, {date_format(act.date, 'SHORT_DATE_FORMAT')}"
    yield "web.certificate", str(issued.body["number"])
    yield "web.decided_at", f"{decided} ({moment_to_text(row.decided_at.replace(microsecond=0))})"
    yield "web.decided_by", f"{row.decided_by.full_name}, {act.post.name}"
    yield "web.phase", say(_PHASES[row.phase], {}, language)
    taken = [f"{use.sequence}: {quantity_in(use.quantity, language)}" for use in taken_under(row)]
    yield "web.taken", "; ".join(taken)
    if row.ground:
        law = GROUNDS[row.ground].clause if row.ground in GROUNDS else ""
        yield "web.refusal_ground", f"{say(f'ground.{row.ground}', {}, language)} {law}".strip()
    yield "web.refusal_remark", row.remark
    yield "web.override", row.override
    yield "web.register_used", f"{row.head_origin}, {row.head_size}"
    yield "web.act_number", row.act
