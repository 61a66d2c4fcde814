"""The machine interface of a decision's evidence: the desk's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router

from certorigin_server.recognition.court.giving import evidence_answer, print_answer
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

router = Router(tags=["recognition"])


@router.get("/decision/{decision}/evidence", response=None)
def get_evidence(request: HttpRequest, decision: int) -> HttpResponse:
    """Give the evidence of a decision out as one file, which `certorigin evidence` checks."""
    return evidence_answer(Caller.of(request, Right.RECOGNITION_READ), decision)


@router.get("/decision/{decision}/print", response=None)
def get_print(request: HttpRequest, decision: int) -> HttpResponse:
    """Give a decision out as a PDF to print, with its evidence attached."""
    return print_answer(request, Caller.of(request, Right.RECOGNITION_READ), decision)
