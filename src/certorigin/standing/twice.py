"""A number issued twice: certificates that cannot both be true, none of which may be used (R33).

A number belongs to one certificate of one body, form and day. Where two acts `Issued` that count
carry the same one and say different things, nobody but the issuer can tell which is meant: exactly
these are set aside, as of the moment at which the second was registered. It ends by itself when the
issuer has annulled or replaced all but one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certorigin.seal.canonical import strict_bytes
from certorigin.standing.entry import publisher_of
from certorigin.standing.fold import fold
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.gist import Gist

_OVER = frozenset({StandingStatus.ANNULLED, StandingStatus.REPLACED})


class NumberTaken(NamedTuple):
    """What may be there once: a number as people read it, of a body, form and day."""

    key: str
    form: str
    body: str
    date: str


def number_taken(certificate: Mapping[str, Any]) -> NumberTaken:
    """Return which number a certificate takes, from its data as they stand in the act."""
    certification = certificate["certification"]
    return NumberTaken(
        number_key(certificate["number"]),
        certificate["form"],
        certification["body"],
        certification["date"],
    )


def number_told(gist: Gist) -> NumberTaken:
    """Return the same from the gist of a certificate."""
    return NumberTaken(number_key(gist.number), gist.form, gist.body, gist.date)


def issued_twice(acts: Iterable[LoggedAct], *, at: datetime) -> tuple[LoggedAct, ...]:
    """Return the acts `Issued` that contradict one another at a moment, in order, or none.

    `acts` are those that count about all certificates that take one number. The same act entered
    twice contradicts nothing. Raises as `fold`.
    """
    known = list(acts)
    contents: dict[tuple[str, bytes], LoggedAct] = {}
    for subject in sorted({entry.act.subject for entry in known}):
        if fold(known, subject=subject, at=at).status in _OVER:
            continue
        for entry in sorted(known, key=lambda one: one.order):
            if _may_issue(entry, subject) and entry.is_registered(at):
                contents.setdefault((subject, strict_bytes(dict(entry.act.body))), entry)
    found = sorted(contents.values(), key=lambda one: one.order)
    return tuple(found) if len(found) > 1 else ()


def _may_issue(entry: LoggedAct, subject: str) -> bool:
    """Say whether an entry issues a subject, by the installation that the subject names."""
    act = entry.act
    names = {None, entry.publisher}
    return act.kind is Kind.ISSUED and act.subject == subject and publisher_of(subject) in names
