"""The desk of the customs officer: a decision is taken away, as evidence and as a print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.access import for_right
from certorigin_server.recognition.court.giving import evidence_answer, print_answer
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_READ)
def take_evidence(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Give the evidence of a decision out as one file, which `certorigin evidence` checks."""
    del request
    return evidence_answer(caller, decision)


@for_right(Right.RECOGNITION_READ)
def take_print(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Give a decision out as a PDF to print, with its evidence attached."""
    return print_answer(request, caller, decision)
