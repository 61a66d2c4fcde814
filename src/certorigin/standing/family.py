"""Certificates that stand for one another: an original, its duplicates, its corrected versions.

What customs took under one of them is taken from all. Box 5 names the first, and the acts
`Replaced` lead from each to the one that followed (R32, R46).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.standing.entry import read_body
from certorigin.standing.twice import NumberTaken
from certorigin.standing.validity import continuing_marks, day_of_mark
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Replacement
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.certificate import Certificate

# More versions and duplicates of one certificate are not followed.
LONGEST_LINE = 50
_NUMBER = re.compile(r"(?<![A-Z0-9/-])(?=[A-Z/-]*[0-9])[A-Z0-9][A-Z0-9/-]{3,39}", re.ASCII)
_DAY = re.compile(r"\d\d\.\d\d\.\d{4}", re.ASCII)


def family(
    certificate: Certificate,
    *,
    subjects_under: Callable[[NumberTaken], Iterable[str]],
    acts_about: Callable[[str], Iterable[LoggedAct]],
) -> list[LoggedAct]:
    """Return the acts about the certificates for which one stands; none for an original.

    Raises MalformedError for an act that can't be read, UnknownError for an unknown form.
    """
    waiting = [name for number in named_before(certificate) for name in subjects_under(number)]
    found: dict[str, list[LoggedAct]] = {}
    while waiting and len(found) < LONGEST_LINE:
        subject = waiting.pop(0)
        if subject not in found:
            found[subject] = list(acts_about(subject))
            waiting += _followers(found[subject])
    return [entry for acts in found.values() for entry in acts]


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


def _followers(acts: Iterable[LoggedAct]) -> Iterator[str]:
    for entry in acts:
        if entry.act.kind is Kind.REPLACED:
            yield read_body(entry.act, Replacement.from_record).by_subject
