"""Papers whose term is over, and the protocols of what was destroyed (R16): nothing goes from here.

Proposing and confirming stay at the terminal, where each says who they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from certorigin_server.audit.retention import (
    FIRST,
    confirmed_destructions,
    find_due,
    open_destructions,
    protocol_of,
)
from certorigin_server.audit.shelves import SHELVES
from certorigin_server.desk.access import for_right
from certorigin_server.desk.paging import page_of
from certorigin_server.published.giving import file_answer
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

# The rest is named by `certorigin retention list`.
MOST_SHOWN = 50


@for_right(Right.ADMINISTRATION_READ)
def list_papers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what falls due, what waits for a second administrator, and what was destroyed.

    One kind at a time: of suppliers' declarations it takes a look through all facts of production.
    """
    kind = request.GET.get("kind", FIRST)
    kind = kind if kind in SHELVES else FIRST
    years = SHELVES[kind].years
    due = find_due(kind, at=caller.at, limit=MOST_SHOWN + 1)
    context = {
        "kinds": list(SHELVES),
        "kind": kind,
        "years": years,
        "cases": [(case, case.kept_until(years)) for case in due[:MOST_SHOWN]],
        "more": MOST_SHOWN if len(due) > MOST_SHOWN else None,
        "waiting": open_destructions(),
        "page": page_of(request, confirmed_destructions()),
    }
    return render(request, "audit/papers.html", context)


@for_right(Right.ADMINISTRATION_READ)
def download_protocol(request: HttpRequest, caller: Caller, destruction: UUID) -> HttpResponse:
    """Give out a sealed protocol, byte for byte. Raises UnknownError."""
    del request, caller
    return file_answer(protocol_of(destruction), f"protocol-{destruction}.json", "no-store")
