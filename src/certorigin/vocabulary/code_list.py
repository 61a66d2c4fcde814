"""Codes of others: units (UNECE Recommendation 20), packages (21), currencies (ISO 4217).

Documents keep a code as it stands. Whether it may stand in a new certificate is asked here: a code
that the list has withdrawn is still read in old documents and refused in new ones.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

from certorigin.late import dataclass


class CodeStatus(StrEnum):
    """What a list says about a code."""

    CURRENT = "current"
    DEPRECATED = "deprecated"  # marked D: still allowed, another code is better
    WITHDRAWN = "withdrawn"  # marked X: not for new documents
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CodeList:
    """The codes of one list with what became of them."""

    name: str
    codes: dict[str, CodeStatus]

    def status(self, code: str) -> CodeStatus:
        """Say what the list says about the code."""
        return self.codes.get(code, CodeStatus.UNKNOWN)


@cache
def _get_list(name: str) -> CodeList:
    path = files("certorigin.vocabulary.code_lists").joinpath(f"{name}.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    kept = (CodeStatus.CURRENT, CodeStatus.DEPRECATED, CodeStatus.WITHDRAWN)
    codes = {code: status for status in kept for code in data[status].split()}
    return CodeList(data["name"], codes)


def get_units() -> CodeList:
    """Return Recommendation 20: units of measure."""
    return _get_list("units")


def get_packages() -> CodeList:
    """Return Recommendation 21: kinds of packages and bulk."""
    return _get_list("packages")


def get_currencies() -> CodeList:
    """Return ISO 4217: currencies."""
    return _get_list("currencies")
