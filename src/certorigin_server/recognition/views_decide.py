"""The desk of the customs officer: one certificate examined, decided about, and looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, FindingsError, StandingError, UnknownError
from certorigin.recognition.declaration import duty_of
from certorigin.returns.grounds import GROUNDS, Phase
from certorigin.returns.paper_original import find_closed
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.written import quantity_in
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.mirror.shown import shown_notices
from certorigin_server.recognition import services
from certorigin_server.recognition.comparison import comparison_of
from certorigin_server.recognition.examination import Examination, examine_one, find_hindrance
from certorigin_server.recognition.forms import ACCEPTING, NOTING, REFUSING
from certorigin_server.recognition.paper.emergency import entry_on, notice_for
from certorigin_server.recognition.paper.queries import demands_on, outcomes_on, position_of
from certorigin_server.recognition.queries import (
    decisions_on,
    document_of,
    duty_under,
    get_decision,
    get_visible,
    has_unanswered_request,
    issued_for,
    lines_on,
    reference_of,
    report_of,
    review_of,
    taken_under,
)
from certorigin_server.recognition.received import signatory_of
from certorigin_server.recognition.risk.shown import shown_risks
from certorigin_server.recognition.shown import sources_of, verdict_from, verdict_of
from certorigin_server.recognition.uses.rechecks import causes_of, is_granted
from certorigin_server.seal.queries import find_act
from certorigin_server.standing.fallen import find_fallen
from certorigin_server.standing.queries import certificate_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from certorigin_server.recognition.models import Decision


@for_right(Right.RECOGNITION_READ, fresh=True)
def examine(request: HttpRequest, caller: Caller, declaration: UUID, subject: str) -> HttpResponse:
    """Show certificate and declaration side by side with the verdict; decide."""
    page = _ExaminePage(request, caller, declaration, subject)
    if request.method == "POST":
        Caller.of(request, Right.RECOGNITION_DECIDE)
        return page.decided()
    if is_partial(request):
        return page.asked_again()
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return page.answer()


class _ExaminePage:
    """One request to the page of one certificate under one declaration."""

    def __init__(
        self, request: HttpRequest, caller: Caller, declaration: UUID, subject: str
    ) -> None:
        self.request, self.caller = request, caller
        self.language = language_of(request)
        self.row = get_visible(declaration, user=caller.user)
        self.issued = issued_for(self.row, subject)
        self.made = list(decisions_on(self.row, subject=subject))
        self.accepting = Form.from_post(ACCEPTING, request.POST, self.language)
        if request.method == "POST":
            self.refusing = Form.from_post(REFUSING, request.POST, self.language)
        else:
            phase = Phase.AFTER_RELEASE if self.made else Phase.AT_RELEASE
            self.refusing = Form.from_data(REFUSING, {"phase": phase}, self.language)

    def answer(self, *, status: int = 200, refused: str = "") -> HttpResponse:
        """Show the page."""
        found = examine_one(self.row, self.issued, at=self.caller.at)
        context = self._context(found) | {"refused": refused}
        return render(self.request, "recognition/examine.html", context, status=status)

    def asked_again(self) -> HttpResponse:
        """Answer the page's own question whether anything changed: nothing, when nothing did."""
        found = examine_one(self.row, self.issued, at=self.caller.at)
        verdict = verdict_of(found, at=self.caller.at, language=self.language)
        if self.request.GET.get("was") == verdict.line:
            return HttpResponse(status=204)
        return render(self.request, "recognition/examine.html", self._context(found))

    def decided(self) -> HttpResponse:
        """Carry out what the officer decided, or show the page again with what hinders it."""
        order = self.request.POST.get("order", "")
        form = self.refusing if order == "refuse" else self.accepting
        try:
            decision = self._refuse() if order == "refuse" else self._accept()
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            return self.answer(status=422)
        except (ConflictError, StandingError, UnknownError) as error:
            said = say(error.code, _worded(error.facts, self.language), self.language)
            return self.answer(status=409, refused=said)
        messages.success(self.request, say(_DONE[decision.outcome], {}, self.language))
        return redirect("recognition-decision", decision=decision.pk)

    def _accept(self) -> Decision:
        override = str(self.accepting.to_data().get("override", ""))[:1001]
        _check_length(override, "override")
        try:
            return services.accept(
                declaration=self.row.pk,
                subject=self.issued.subject,
                override=override,
                by=self.caller.user,
                at=self.caller.at,
            )
        except FindingsError as error:
            code = error.code if error.code.startswith("demand.") else "web.override_missing"
            raise FindingsError(error.code, [Finding(code, "override")]) from error

    def _refuse(self) -> Decision:
        data = self.refusing.to_data()
        ground, phase = str(data.get("ground", "")), str(data.get("phase", ""))
        remark = str(data.get("remark", ""))[:1001]
        _check_length(remark, "remark")
        if ground not in GROUNDS:
            raise FindingsError("web.ground_missing", [Finding("web.ground_missing", "ground")])
        if phase not in {str(one) for one in Phase}:
            raise FindingsError("web.phase_missing", [Finding("web.phase_missing", "phase")])
        try:
            return services.refuse(
                declaration=self.row.pk,
                subject=self.issued.subject,
                ground=ground,
                remark=remark,
                phase=phase,
                by=self.caller.user,
                at=self.caller.at,
            )
        except StandingError as error:
            if not error.code.startswith("refusal."):
                raise
            facts = _worded(error.facts, self.language)
            raise FindingsError(error.code, [Finding(error.code, "ground", facts=facts)]) from error

    def _context(self, found: Examination) -> dict[str, Any]:
        row, document = self.row, document_of(self.row)
        report, issued = found.report, self.issued
        certificate = certificate_of(issued)
        hindrance = find_hindrance(report) if report else found.reason
        is_last, at, language = row.amended_at is None, self.caller.at, self.language
        open_for = {str(phase): is_last and services.is_open(self.made, phase) for phase in Phase}
        return {
            "row": row,
            "document": document,
            "issued": issued,
            "certificate": certificate,
            "verdict": verdict_of(found, at=at, language=language),
            "sources": sources_of(issued.corridor, issued.issued_in, at=at, language=language),
            "comparison": report and comparison_of(report, document, language=language),
            "notices": shown_notices([issued.corridor], at),
            "review": review_of(issued.subject, at=at),
            "signatory": signatory_of(issued, certificate),
            "duties": duty_of(lines_on(document, reference_of(issued))),
            "decisions": self.made,
            "may_accept": open_for[str(Phase.AT_RELEASE)] and not hindrance,
            "may_refuse": any(open_for.values()) and report is not None,
            "hindrance": say(hindrance, {}, self.language) if hindrance else "",
            "accepting": self.accepting,
            "refusing": self.refusing,
            "grounds": _grounds(
                certificate.medium,
                open_for,
                outcomes_on(row, reference_of(issued)),
                is_unanswered=has_unanswered_request(issued.subject, at=self.caller.at),
            ),
            "risks": shown_risks(issued, self.language),
            "paper_rules": notice_for(issued.issued_in, at=self.caller.at),
            "emergency": entry_on(row, reference_of(issued)),
            "demands": demands_on(row, reference_of(issued)),
            "position": position_of(row, reference_of(issued)),
            "phases": [phase for phase in Phase if open_for[str(phase)]],
        }


_DONE = {"accepted": "web.decision_accepted", "refused": "web.decision_refused"}


@for_right(Right.RECOGNITION_READ)
def show_decision(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Show a decision with the evidence it rested on, how far its act is, and what came later."""
    row = get_decision(decision, user=caller.user)
    language, status = language_of(request), 200
    form = Form.from_post(NOTING, request.POST, language)
    if request.method == "POST":
        Caller.of(request, Right.RECOGNITION_DECIDE)
        remark = str(form.to_data().get("remark", ""))
        cause = request.POST.get("cause", "")
        try:
            _check_length(remark.strip(), "remark")
            services.note_recheck(
                decision=row.pk, cause=cause, remark=remark, by=caller.user, at=caller.at
            )
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
        else:
            messages.success(request, say("web.recheck_noted", {}, language))
            return redirect("recognition-decision", decision=row.pk)
    if not is_partial(request):
        record_read(by=caller.user.username, at=caller.at, subject=row.subject)
    context = _decision_context(row, language) | {"form": form}
    return render(request, "recognition/decision.html", context, status=status)


def _decision_context(row: Decision, language: str) -> dict[str, Any]:
    issued = find_fallen(row.subject) or issued_for(row.declaration, row.subject)
    act = find_act(row.act)
    return {
        "row": row,
        "declaration": row.declaration,
        "document": document_of(row.declaration),
        "certificate": certificate_of(issued),
        "verdict": verdict_from(report_of(row), language),
        "duties": duty_under(row),
        "taken": [
            {"item": use.sequence, "amount": quantity_in(use.quantity, language)}
            for use in taken_under(row)
        ],
        "ground": f"ground.{row.ground}" if row.ground else "",
        "law": GROUNDS[row.ground].clause if row.ground in GROUNDS else "",
        "act": act,
        "is_on_its_way": act is None or act.mirrored_at is None,
        "causes": causes_of(row) if is_granted(row) else [],
        "rechecks": row.rechecks.exclude(noted_at=None).select_related("noted_by"),
        "corrections": row.corrections.select_related("corrected_by"),
        "is_last": row.declaration.amended_at is None,
    }


def _grounds(
    medium: str, open_for: dict[str, bool], outcomes: list[str], *, is_unanswered: bool
) -> list[dict[str, Any]]:
    """Return every ground of the closed list, and whether it can be chosen here (R57)."""
    found = []
    for ground in GROUNDS.values():
        is_of_paper = ground.paper_only and medium == "electronic-only"
        without = ground.code in services.AFTER_REQUEST and not is_unanswered
        needs_paper = find_closed(ground.code, outcomes)
        is_open = any(open_for[str(phase)] for phase in ground.phases)
        found.append(
            {
                "code": ground.code,
                "title": f"ground.{ground.code}",
                "clause": ground.clause,
                "is_of_paper": ground.paper_only,
                "is_after_only": Phase.AT_RELEASE not in ground.phases,
                "needs_request": without,
                "needs_paper": needs_paper,
                "is_closed": is_of_paper or without or bool(needs_paper) or not is_open,
            }
        )
    return found


def _worded(facts: dict[str, str], language: str) -> dict[str, str]:
    """Write the codes among the facts of an error as people read them."""
    said = dict(facts)
    if "ground" in said:
        ground = said["ground"]
        said["ground"] = f"“{say(f'ground.{ground}', {}, language)}”"
    if "reason" in said:
        said["reason"] = say(said["reason"], {}, language)
    return said


def _check_length(text: str, place: str) -> None:
    if len(text) > services.MAX_REASON:
        limit = str(services.MAX_REASON)
        found = Finding("web.text_too_long", place, facts={"limit": limit})
        raise FindingsError("web.text_too_long", [found], limit=limit)
