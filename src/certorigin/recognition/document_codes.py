"""Codes of the EAEU's classifier of documents for documents of origin (box 44 of a declaration).

The codes of forms that are known stand in the forms' own folders of data; those here belong to
forms that have no folder. A declaration may name a certificate by such a code instead of its form.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.vocabulary.form import form_names, get_form

if TYPE_CHECKING:
    from collections.abc import Mapping

ORIGIN_DECLARATION = "06016"
PRELIMINARY_DECISION = "06015"
OTHER = "06999"
_WITHOUT_FOLDER = {"06013": "A", "06017": "ST-2", "06020": "EAS"}


@cache
def forms_by_code() -> Mapping[str, str]:
    """Return the form of certificate that each code stands for."""
    known = {get_form(name).document_code: name for name in form_names()}
    return _WITHOUT_FOLDER | known


def form_cited(code: str, form: str, *, place: str) -> str:
    """Return the form that a code and a form (either may be left out) name together.

    Raises MalformedError when the code is that of no certificate (`…document_code_unknown`), or
    names another form (`declaration.document_code_differs`).
    """
    meant = forms_by_code().get(code, "")
    if not meant and not (code == OTHER and form):
        codes = ", ".join(sorted(forms_by_code()))
        raise MalformedError(
            "declaration.document_code_unknown", place=place, value=code[:20], codes=codes
        )
    if form and meant and form != meant:
        raise MalformedError(
            "declaration.document_code_differs", place=place, value=code, form=meant
        )
    return form or meant
