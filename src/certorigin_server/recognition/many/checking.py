"""Verifying what a file asks, line by line: the same answer as the desk's, in short."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from certorigin_server.recognition.examination import Examiner
from certorigin_server.recognition.many.ahead import find_all, plain_acts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from certorigin.recognition.batch import Asked
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.examination import Examination
    from certorigin_server.standing.queries import RegisteredAct

AT_ONCE = 100


def answers_to(asked: Iterable[Asked], *, at: datetime) -> Iterator[dict[str, Any]]:
    """Answer each line: one answer for each certificate that it names, or why there is none."""
    examiner, lines = Examiner(at=at), iter(asked)
    while some := list(islice(lines, AT_ONCE)):
        cited = find_all(reference for one in some for reference in one.references)
        examiner.plain = plain_acts((issued for found in cited.values() for issued in found), at=at)
        for one in some:
            for answer in _answers(one, cited, examiner):
                yield {"line": one.line, **answer}


def _answers(
    one: Asked,
    cited: Mapping[CertificateReference, list[RegisteredAct]],
    examiner: Examiner,
) -> Iterator[dict[str, Any]]:
    if one.fault:
        yield {"bottom_line": "unreadable", "reason": one.fault}
    elif not one.references:
        yield {"bottom_line": "not_asked", "reason": "web.cites_nothing"}
    for reference in one.references:
        for found in examiner.examine_issues(one.declaration, reference, cited[reference]):
            yield in_short(found)


def in_short(found: Examination) -> dict[str, Any]:
    """Write an examination as one line: the bottom line, the codes of the parts, the findings."""
    short: dict[str, Any] = {
        "number": found.reference.number,
        "subject": found.subject,
        "bottom_line": "undetermined",
        "reason": found.reason,
    }
    if found.report is None:
        return short
    matched = found.report.match.all_findings if found.report.match else ()
    return short | {
        "bottom_line": str(found.report.bottom_line),
        "as_of": found.report.as_of,
        "parts": {name: part.code for name, part in found.report.parts.items()},
        "findings": [{"code": one.code, "place": one.place} for one in matched],
    }
