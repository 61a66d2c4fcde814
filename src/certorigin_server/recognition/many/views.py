"""The page that verifies a file of many certificates; it goes on while it is open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError
from certorigin.recognition.batch import MAX_BATCH, MOST_LINES
from certorigin.terminal.sentences import say
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.uploads import takes
from certorigin_server.recognition.many import services
from certorigin_server.recognition.many.giving import answers_file
from certorigin_server.recognition.shown import line_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

SHOWN = 200
_UNREAD = {"unreadable", "not_asked"}


@takes(MAX_BATCH)
@for_right(Right.RECOGNITION_READ)
def start(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take a file, or tell what is wrong with it; below, the files of the last day."""
    told, status = "", 200
    if request.method == "POST":
        file = request.FILES.get("file")
        language = language_of(request)
        if file is None:
            told, status = say("web.file_missing", {}, language), 422
        else:
            try:
                name, raw = file.name or "", file.read()
                made = services.begin(name=name, raw=raw, by=caller.user, at=caller.at)
            except CertoriginError as error:
                told, status = say(error.code, error.facts, language), 422
            else:
                return redirect("recognition-batch", batch=made.pk)
    context = {"told": told, "batches": services.batches_of(caller.user)[:20], "most": MOST_LINES}
    return render(request, "recognition/batches.html", context, status=status)


@for_right(Right.RECOGNITION_READ)
def follow(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Show how far a file is; each post verifies the next part of it."""
    if request.method == "POST":
        row = services.go_on(batch=batch, by=caller.user, at=caller.at)
        if not is_partial(request):
            return redirect("recognition-batch", batch=row.pk)
    else:
        row = services.get_batch(batch, user=caller.user)
    counts: Counter[str] = Counter()
    first: list[dict[str, object]] = []
    for one in services.answers_of(row):
        counts[str(one["bottom_line"])] += 1
        if one["bottom_line"] != "recognised" and len(first) < SHOWN:
            first.append(_shown(one, language_of(request)))
    lines = [(_line(outcome), count) for outcome, count in sorted(counts.items())]
    context = {"row": row, "is_done": row.done >= row.total, "lines": lines, "first": first}
    return render(request, "recognition/batch.html", context)


@for_right(Right.RECOGNITION_READ)
def take(request: HttpRequest, caller: Caller, batch: UUID) -> HttpResponse:
    """Give the answers out, one JSON object on each line."""
    del request
    return answers_file(services.get_batch(batch, user=caller.user))


def _shown(one: dict[str, object], language: str) -> dict[str, object]:
    """Put the reasons of an answer into words: of the line, or of the parts that are not good."""
    parts = one.get("parts")
    codes = [str(code) for code in parts.values()] if isinstance(parts, dict) else []
    reason = str(one.get("reason", ""))
    said = say(reason, {"place": "", "value": ""}, language) if reason else ""
    return {
        "line": one["line"],
        "number": one.get("number", ""),
        "outcome": _line(str(one["bottom_line"])),
        "reason": said,
        "codes": [code for code in codes if code not in _GOOD],
    }


_GOOD = {
    "integrity.sound",
    "issuer.entitled",
    "registration.registered",
    "standing.valid",
    "freshness.fresh",
    "match.fits",
    "match.not_asked",
}


def _line(outcome: str) -> str:
    return "web.batch_unread" if outcome in _UNREAD else line_of(outcome)
