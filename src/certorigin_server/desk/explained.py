"""What a field explains about itself where its form says nothing: one table, by the label.

The same question has the same help and the same clause on every page; `help.toml` has them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin_server.desk.layout import Field


@dataclass(frozen=True)
class Explained:
    """The code of a sentence of help, and the clause behind the field; both may be empty."""

    help: str = ""
    clause: str = ""


@cache
def explained_labels() -> Mapping[str, Explained]:
    """Return the table: what is explained, by the code of the label."""
    text = files("certorigin_server.desk").joinpath("help.toml").read_text("utf-8")
    return {label: Explained(*told) for label, told in tomllib.loads(text).items()}


def explain(field: Field) -> Explained:
    """Return what a field explains: its own words first, then those of the table."""
    told = explained_labels().get(field.label, Explained())
    return Explained(field.help or told.help, field.clause or told.clause)
