"""Findings as the machine interface tells them: code and facts, and a sentence for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Schema

from certorigin.terminal.sentences import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from certorigin.vocabulary.finding import Finding


class FindingOut(Schema):
    """One thing that is wrong or worth knowing."""

    code: str
    place: str
    grade: str
    clause: str
    facts: dict[str, str]
    message: str


def tell(findings: Iterable[Finding], request: HttpRequest) -> list[FindingOut]:
    """Write findings with sentences in the caller's language."""
    language = request.headers.get("Accept-Language", "en")[:2]
    return [
        FindingOut(
            code=finding.code,
            place=finding.place,
            grade=str(finding.grade),
            clause=finding.clause,
            facts=dict(finding.facts),
            message=say(finding.code, finding.facts, language),
        )
        for finding in findings
    ]
