"""Certificates that stand for one another, and those on which a substitute rests.

What customs took under an original, its duplicate or its corrected version is taken from all. Box 5
names the first, and the acts `Replaced` lead from each to the one that followed (R32, R46). The
base of a substitute, which another body or state may have issued, is the cause of its act (R48).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.standing.entry import read_body, read_certificate
from certorigin.standing.twice import NumberTaken
from certorigin.standing.validity import continuing_marks, day_of_mark, is_substitute
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Replacement
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.acts import Act

# More versions and duplicates of one certificate are not followed.
LONGEST_LINE = 50
_NUMBER = re.compile(r"(?<![A-Z0-9/-])(?=[A-Z/-]*[0-9])[A-Z0-9][A-Z0-9/-]{3,39}", re.ASCII)
_DAY = re.compile(r"\d\d\.\d\d\.\d{4}", re.ASCII)


def family(
    issued: Act,
    *,
    subjects_under: Callable[[NumberTaken], Iterable[str]],
    subjects_of: Callable[[str], Iterable[str]],
    acts_about: Callable[[str], Iterable[LoggedAct]],
) -> list[LoggedAct]:
    """Return the acts about the certificates for which one stands, or on which it rests.

    `issued` is the act by which it was issued; `subjects_of` tells about which certificate an act
    is, by the act's id. Raises MalformedError for an act that can't be read, UnknownError for an
    unknown form.
    """
    waiting = [*_before(issued, subjects_under, subjects_of)]
    found: dict[str, list[LoggedAct]] = {}
    while waiting and len(found) < LONGEST_LINE:
        subject = waiting.pop(0)
        if subject in found:
            continue
        found[subject] = list(acts_about(subject))
        for entry in found[subject]:
            if entry.act.kind is Kind.REPLACED:
                waiting.append(read_body(entry.act, Replacement.from_record).by_subject)
            elif entry.act.kind is Kind.ISSUED:
                waiting += _before(entry.act, None, subjects_of)
    return [entry for acts in found.values() for entry in acts]


def _before(
    issued: Act,
    subjects_under: Callable[[NumberTaken], Iterable[str]] | None,
    subjects_of: Callable[[str], Iterable[str]],
) -> Iterator[str]:
    """Return the certificates that an issue names: by the numbers in box 5, and by its causes."""
    if "officialMarks" not in issued.body:
        return
    certificate = read_certificate(issued)
    if subjects_under is not None:
        for number in named_before(certificate):
            yield from subjects_under(number)
    if is_substitute(certificate, get_form(certificate.form)):
        for cause in issued.causes:
            yield from subjects_of(cause.act)


def named_before(certificate: Certificate) -> Iterator[NumberTaken]:
    """Return the numbers that box 5 names as those of certificates before, of the same body."""
    for mark in continuing_marks(certificate, get_form(certificate.form)):
        day, number = day_of_mark(mark), number_in_mark(mark)
        if day is not None and number:
            body = certificate.certification.body
            yield NumberTaken(number_key(number), certificate.form, body, day.isoformat())


def number_in_mark(mark: str) -> str:
    """Return the number of the certificate that a mark of box 5 names, or an empty text."""
    return next(iter(_NUMBER.findall(_DAY.sub(" ", mark.partition("№")[2] or mark))), "")
