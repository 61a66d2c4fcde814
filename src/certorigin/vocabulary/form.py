"""A form of certificate, read from its folder of data (`forms/<form>/form.toml`).

A form that has a folder is known, and nothing else names forms. How one is made is told in
docs/guide/forms.md.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from certorigin.errors import UnknownError
from certorigin.late import Later, dataclass, read_beside

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Mapping
    from importlib import resources
    from importlib.resources.abc import Traversable

    from certorigin.vocabulary.tariff import TariffCode
else:
    resources, tomllib = Later(".resources", "importlib"), Later("tomllib")


@dataclass(frozen=True)
class Box:
    """A box of the form: its number, the data member behind it, its legal title."""

    number: int
    name: str
    title: str
    mandatory: bool


@dataclass(frozen=True)
class Form:
    """What is particular to a form: everything else is the same for all.

    `clauses` names the law behind the checks that not every form has (`parties`, `marks`,
    `language`, `heading`): a check whose clause a form does not name is not made for it.
    `periodicals` are headings of goods whose box of quantity may stay empty (R24).
    """

    name: str
    preferential: bool
    languages: tuple[str, ...]
    validity_months: int
    quantity_tolerance: Decimal
    criteria: tuple[str, ...]
    agreements: tuple[str, ...]
    document_code: str
    clauses: Mapping[str, str]
    boxes: tuple[Box, ...]
    markers: Mapping[str, str]
    consignee_marks: Mapping[str, str]
    periodicals: tuple[str, ...]
    declaration: str
    names: Mapping[str, str]

    def name_in(self, language: str) -> str:
        """Return what the form is called; by its name where the folder has no word for it."""
        return self.names.get(language, self.name)

    @property
    def language(self) -> str:
        """The language of the legal print; a form may allow others beside it."""
        return self.languages[0]

    def box_of(self, member: str) -> int | None:
        """Return the number of the box behind a member of the data, if any."""
        return next((box.number for box in self.boxes if box.name == member), None)

    def clause_of(self, box: int | None) -> str:
        """Return the clause of the form's law for a box."""
        return self.clauses["box"].format(box=box) if box else self.clauses["form"]

    def has_marker(self, name: str, mark: str) -> bool:
        """Say whether a mark of the box for official marks is of the kind `name`."""
        marker = self.markers.get(name)
        return marker is not None and mark.startswith(marker)

    def is_periodical(self, code: TariffCode | None) -> bool:
        """Say whether goods are such whose box of quantity may stay empty (R24)."""
        return code is not None and code.heading in self.periodicals

    def serves(self, agreement: str) -> bool:
        """Say whether certificates of this form can travel under an agreement.

        A form that gives no preference is bound to no agreement (R43).
        """
        return not self.preferential or agreement in self.agreements


@cache
def form_names() -> tuple[str, ...]:
    """Return the names of all forms, in alphabetical order."""
    return tuple(sorted(_forms()))


def forms_under(agreement: str) -> tuple[str, ...]:
    """Return the forms whose goods are judged by an agreement, those with preference first."""
    found = [form for form in map(get_form, form_names()) if agreement in form.agreements]
    return tuple(form.name for form in sorted(found, key=lambda form: not form.preferential))


def get_form(name: str) -> Form:
    """Return a form by its name. Raises UnknownError (`form.unknown`)."""
    found = _find_form(name)
    if found is None:
        raise UnknownError("form.unknown", form=name)
    return found


def read_form(folder: Traversable) -> Form:
    """Read the form that a folder of data describes."""
    return form_from_data(tomllib.loads(folder.joinpath("form.toml").read_text("utf-8")))


def form_from_data(data: Mapping[str, Any]) -> Form:
    """Return the form that data describe. They ship with the package; a fault is a KeyError."""
    return Form(
        name=data["form"],
        preferential=data["preferential"],
        languages=tuple(data["languages"]),
        validity_months=data["validity_months"],
        quantity_tolerance=Decimal(data["quantity_tolerance"]),
        criteria=tuple(data["criteria"]),
        agreements=tuple(data["agreements"]),
        document_code=data["document_code"],
        clauses=data["clauses"],
        boxes=tuple(Box(int(number), **box) for number, box in data["boxes"].items()),
        markers=data["markers"],
        consignee_marks=data["consignee_marks"],
        periodicals=tuple(data.get("periodicals", ())),
        declaration=data["declaration"],
        names=data.get("names", {}),
    )


@lru_cache(maxsize=64)
def _find_form(name: str) -> Form | None:
    """Look first into the folder that is called like the form, so as not to read them all."""
    folder = "".join(letter for letter in name.lower() if letter.isalnum())
    try:
        text = read_beside(__spec__, f"forms/{folder}/form.toml").decode()
    except OSError:
        return _forms().get(name)
    form = form_from_data(tomllib.loads(text))
    return form if form.name == name else _forms().get(name)


@cache
def _forms() -> dict[str, Form]:
    forms = resources.files("certorigin.vocabulary").joinpath("forms")
    found = (read_form(one) for one in forms.iterdir() if one.joinpath("form.toml").is_file())
    return {form.name: form for form in found}
