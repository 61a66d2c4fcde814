"""A form of certificate, read from its folder of data (`forms/<form>/form.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDERS = {"ST-1": "st1"}


@dataclass(frozen=True)
class Box:
    """A box of the form: its number, the data member behind it, its legal title."""

    number: int
    name: str
    title: str
    mandatory: bool


@dataclass(frozen=True)
class Form:
    """What is particular to a form: everything else is the same for all."""

    name: str
    language: str
    validity_months: int
    quantity_tolerance: Decimal
    criteria: tuple[str, ...]
    agreements: tuple[str, ...]
    document_code: str
    boxes: tuple[Box, ...]
    markers: Mapping[str, str]
    consignee_marks: Mapping[str, str]
    declaration: str

    def box_of(self, member: str) -> int | None:
        """Return the number of the box behind a member of the data, if any."""
        return next((box.number for box in self.boxes if box.name == member), None)


@cache
def get_form(name: str) -> Form:
    """Return a form by its name. Raises UnknownError (`form.unknown`)."""
    folder = _FOLDERS.get(name)
    if folder is None:
        raise UnknownError("form.unknown", form=name)
    text = files("certorigin.vocabulary").joinpath(f"forms/{folder}/form.toml").read_text("utf-8")
    data = tomllib.loads(text)
    boxes = tuple(Box(int(number), **box) for number, box in data["boxes"].items())
    return Form(
        name=data["form"],
        language=data["language"],
        validity_months=data["validity_months"],
        quantity_tolerance=Decimal(data["quantity_tolerance"]),
        criteria=tuple(data["criteria"]),
        agreements=tuple(data["agreements"]),
        document_code=data["document_code"],
        boxes=boxes,
        markers=data["markers"],
        consignee_marks=data["consignee_marks"],
        declaration=data["declaration"],
    )
