"""An application from an invoice, by the machine interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router, Status

from certorigin_server.application.api import ApplicationOut, whole
from certorigin_server.application.findings import tell
from certorigin_server.application.intake.services import begin_from_file
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router(tags=["application"])


@router.post("/invoice", response={201: ApplicationOut})
def create_from_invoice(
    request: HttpRequest,
    behalf: Text = "",
    name: Text = "invoice",
    currency: Text = "",
    packing: Text = "",
) -> Status[ApplicationOut]:
    """Keep a first draft read from an invoice: the body is a UBL 2 invoice, XLSX or CSV file.

    The file stays with the draft under its `name`. `currency` and `packing` hold where a table
    names none; `reading` tells what could not be taken over.
    """
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row, read, _ = begin_from_file(
        raw=request.body,
        name=name,
        by=caller.user,
        at=caller.at,
        behalf=behalf,
        currency=currency,
        packing=packing,
    )
    found = whole(row, request, caller)
    found.reading = tell(read.findings, request)
    return Status(201, found)
