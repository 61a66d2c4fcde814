"""The findings about one application, each with the box of the form that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.vocabulary.finding import Finding, Grade

if TYPE_CHECKING:
    from certorigin.vocabulary.form import Form

# Members of an application that stand in a box which is named after another member.
_BEHIND = {
    "consignor": "exporter",
    "consignee": "importer",
    "destinationCountry": "number",
    "grossWeight": "quantity",
    "netWeight": "quantity",
    "tariffCode": "originCriterion",
    "goodsList": "description",
    "declaration": "applicantDeclaration",
    "originCountry": "applicantDeclaration",
}


def find_box(form: Form, place: str) -> int | None:
    """Return the number of the box that a place of an application leads to, if any."""
    return form.box_of(_box_name(place))


def _box_name(place: str) -> str:
    steps = place.split(".")
    member = steps[1] if steps[0].startswith("items[") and len(steps) > 1 else steps[0]
    return _BEHIND.get(member, member)


class Findings:
    """Collects findings for a form; the fact `box` is the number of the box, where there is one."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._found: list[Finding] = []

    def error(self, code: str, place: str, clause: str, **facts: str) -> None:
        """Add what stops the application."""
        self._add(code, place, Grade.ERROR, clause, facts)

    def warn(self, code: str, place: str, clause: str, **facts: str) -> None:
        """Add what a person should look at."""
        self._add(code, place, Grade.WARNING, clause, facts)

    def note(self, code: str, place: str, clause: str, **facts: str) -> None:
        """Add what is worth knowing."""
        self._add(code, place, Grade.NOTE, clause, facts)

    def missing(self, code: str, place: str, clause: str) -> None:
        """Add what is lacking: an error in a mandatory box, else a note (R24)."""
        name = _box_name(place)
        mandatory = next((box.mandatory for box in self.form.boxes if box.name == name), True)
        self._add(code, place, Grade.ERROR if mandatory else Grade.NOTE, clause, {})

    def all(self) -> tuple[Finding, ...]:
        """Return what was found, in the order of the checks."""
        return tuple(self._found)

    def _add(self, code: str, place: str, grade: Grade, clause: str, facts: dict[str, str]) -> None:
        box = find_box(self.form, place)
        own = {"box": str(box)} if box else {}
        self._found.append(Finding(code, place, grade, clause, facts | own))
