"""Input that arrives after the session ended is carried through the sign-in, so nothing is lost.

Every form of a desk carries a mark: the person for whom it was made, signed. When a form comes
back without a session, the mark says whose it was; the fields travel in the sign-in form, signed,
and after the same person has signed in they are offered for sending again. Nothing is stored.

The mark can't be forged or read by another site, so a form with it was made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing

if TYPE_CHECKING:
    from django.http import HttpRequest

MARK = "person"
CARRIED = "carried"
# What belongs to one sending and not to what the person typed.
OWN_FIELDS = frozenset({"csrfmiddlewaretoken", MARK, CARRIED})
LARGEST = 1_500_000
MOST_SECONDS = 12 * 60 * 60

_MARK_SALT = "certorigin.desk.mark"
_CARRY_SALT = "certorigin.desk.carry"


@dataclass(frozen=True)
class Carried:
    """What somebody sent to an address when the session had ended."""

    person: str
    path: str
    fields: list[tuple[str, str]]


def mark_for(username: str) -> str:
    """Return the mark that the forms of a person carry."""
    return signing.dumps(username, salt=_MARK_SALT)


def person_of_mark(mark: str) -> str:
    """Return for whom a form was made, or an empty text when it does not say so truly."""
    return str(_loaded(mark, _MARK_SALT) or "")


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what the person typed: the fields of the request without those of its sending."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
        if isinstance(value, str)
    ]


def carry(request: HttpRequest) -> str:
    """Pack what came without a session, or return an empty text when it can't be carried."""
    person = person_of_mark(request.POST.get(MARK, ""))
    fields = typed_fields(request)
    size = sum(len(name) + len(value) for name, value in fields)
    if not person or not fields or size > LARGEST:
        return ""
    packed = {"person": person, "path": request.get_full_path(), "fields": fields}
    return signing.dumps(packed, salt=_CARRY_SALT, compress=True)


def unpack(text: str) -> Carried | None:
    """Read what `carry` packed, or return None when it is not ours or too old."""
    found = _loaded(text, _CARRY_SALT)
    if not isinstance(found, dict):
        return None
    fields = [(str(name), str(value)) for name, value in found["fields"]]
    return Carried(found["person"], found["path"], fields)


def _loaded(text: str, salt: str) -> Any:  # noqa: ANN401 - JSON that we signed
    if not text:
        return None
    try:
        return signing.loads(text, salt=salt, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return None
