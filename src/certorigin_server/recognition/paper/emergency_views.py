"""The page of the emergency form: filled while service is disturbed, compared afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import (
    ConflictError,
    FindingsError,
    LimitError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.recognition.paper import emergency
from certorigin_server.recognition.paper.forms import CLOSING, EMERGENCY, EMERGENCY_OUTCOMES
from certorigin_server.recognition.paper.queries import cited_at
from certorigin_server.recognition.queries import get_visible
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.models import EmergencyEntry, GoodsDeclaration


@for_right(Right.RECOGNITION_READ)
def show(request: HttpRequest, caller: Caller, declaration: UUID, position: int) -> HttpResponse:
    """Show the entry of one cited certificate, or the form while service is disturbed."""
    row = get_visible(declaration, user=caller.user)
    reference = cited_at(row, position)
    language, status, refused = language_of(request), 200, ""
    entry = emergency.entry_on(row, reference)
    form = Form.from_post(CLOSING if entry else EMERGENCY, request.POST, language)
    if request.method == "POST":
        Caller.of(request, Right.RECOGNITION_DECIDE)
        try:
            done = _carry_out(form, entry, row, reference, caller)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
        except LimitError as error:
            form.show([Finding(error.code, error.facts["place"], facts=error.facts)])
            status = 422
        except (ConflictError, StandingError, UnknownError) as error:
            status, refused = 409, say(error.code, error.facts, language)
        else:
            messages.success(request, say(done, {}, language))
            return redirect("recognition-emergency", declaration=row.pk, position=position)
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    context = {
        "row": row,
        "reference": reference,
        "entry": entry,
        "outcome": EMERGENCY_OUTCOMES[entry.outcome] if entry else "",
        "codes": [one for one in entry.codes.split(", ") if one] if entry else [],
        "notice": emergency.notice_for(reference.issued_in, at=caller.at),
        "form": form,
        "refused": refused,
    }
    return render(request, "recognition/emergency.html", context, status=status)


def _carry_out(
    form: Form,
    entry: EmergencyEntry | None,
    row: GoodsDeclaration,
    reference: CertificateReference,
    caller: Caller,
) -> str:
    data = form.to_data()
    if entry is not None:
        remark = str(data.get("remark", ""))
        emergency.close(entry=entry.pk, remark=remark, by=caller.user, at=caller.at)
        return "web.emergency_closed"
    if not data.get("seen"):
        found = [Finding("web.emergency_unseen", "seen")]
        raise FindingsError("web.emergency_unseen", found)
    emergency.enter(
        declaration=row.pk,
        reference=reference,
        blank=str(data.get("blank", "")),
        remark=str(data.get("remark", "")),
        by=caller.user,
        at=caller.at,
    )
    return "web.emergency_entered"
