"""What stands on the page of one certificate: the signed data, in the words of its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.certification.lines import (
    certified,
    confirmed,
    declared,
    goods_boxes,
    upper_boxes,
)
from certorigin.certification.render.page import get_page
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.written import state_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.certification.render.page import Page
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form

DASH = "—"
# A word longer than its column is broken where no space is, by a mark that nobody sees.
_LONG_WORD = re.compile(r"[^\s\u200b]{9}(?=[^\s\u200b]{4})")
_BREAK = "\u200b"
_ON_PAPER = "paper+record"

# The members of the data behind the boxes of `certification.lines`, whatever number a form gives.
_UPPER = {1: "exporter", 2: "importer", 3: "transport", 4: "number", 5: "officialMarks"}
_GOODS = {
    "sequence": 6,
    "packages": 7,
    "description": 8,
    "originCriterion": 9,
    "quantity": 10,
    "invoice": 11,
}

Boxes = dict[str, dict[str, Any]]


def texts_of(
    certificate: Certificate, *, digest: str, language: str, is_copy: bool = False
) -> dict[str, Any]:
    """Return the texts of every box and row. `digest` is the SHA-256 of the sealed act.

    In another language than the form's own it is a reading copy; in its own it may be a copy of
    the certificate under the same number (practice of chambers, mark `КОПИЯ`). Raises UnknownError
    for a form without a page (`render.no_page`).
    """
    form, page = get_form(certificate.form), get_page(certificate.form)
    words = page.words[language]
    mark = words["not_original"] if language != form.language else words["copy"] * is_copy
    titles = _titles(form, page, language)
    boxes = _boxes(certificate, form, words, language, digest)
    return {
        "title": f"{words['form']} {certificate.number}",
        "author": certificate.certification.body_name,
        "keywords": [certificate.form, certificate.number],
        "language": language,
        "copy": mark,
        "words": {
            "further": words["further"].replace("{number}", certificate.number),
            **{name: words[name] for name in ("continued", "see_further", "sheet")},
        },
        "titles": titles,
        "boxes": {
            number: {"title": titles[number], **_broken_box(box)} for number, box in boxes.items()
        },
        "rows": [
            [[_broken(line) for line in lines] for lines in row]
            for row in _rows(certificate, form, words, language)
        ],
    }


def _titles(form: Form, page: Page, language: str) -> Mapping[str, str]:
    if language == form.language:
        return {str(box.number): box.title for box in form.boxes}
    return page.titles[language]


def _boxes(
    certificate: Certificate, form: Form, words: Mapping[str, str], language: str, digest: str
) -> Boxes:
    """Return what each box says: `lines` from the data, `before` and `after` from the form."""
    upper = upper_boxes(
        certificate,
        number=certificate.number,
        issued_in=certificate.issued_in,
        words=words,
        language=language,
    )
    places = {box.name: str(box.number) for box in form.boxes}
    number, *states = upper[4]
    found: Boxes = {places[_UPPER[box]]: _box(lines) for box, lines in upper.items()}
    found[places["number"]] = _box(
        [words["number"].format(number=number), *states], before=[words["name"], words["form"]]
    )
    declaration = certificate.declaration
    said = form.declaration if language == form.language else words["declaration"]
    signature = [words["stamp"]] if certificate.medium == _ON_PAPER else []
    found[places["certification"]] = _box(
        certified(certificate.certification),
        before=[words["certified"]],
        after=[*signature, words["sealed"], digest],
    )
    found[places["applicantDeclaration"]] = _box(
        declared(declaration, language),
        before=[said.format(country=state_in(declaration.country, language))],
        after=[
            *confirmed(declaration.declarant, declaration.confirmation, words),
            *signature,
        ],
    )
    return found


def _box(
    lines: Iterable[str], *, before: Iterable[str] = (), after: Iterable[str] = ()
) -> dict[str, Any]:
    return {"before": list(before), "lines": list(lines), "after": list(after)}


def _rows(
    certificate: Certificate, form: Form, words: Mapping[str, str], language: str
) -> Iterable[list[list[str]]]:
    columns = [name for name in (box.name for box in form.boxes) if name in _GOODS]
    for item in certificate.items:
        lines = goods_boxes(
            item,
            str(item.criterion or DASH),
            invoice=None,
            words=words,
            language=language,
        )
        lines[8] = (*lines[8], words["code"].format(code=item.tariff_code))
        yield [list(lines[_GOODS[name]]) for name in columns]


def _broken_box(box: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: [_broken(line) for line in lines] for name, lines in box.items()}


def _broken(line: str) -> str:
    return _LONG_WORD.sub(lambda found: found[0] + _BREAK, line)


def visible_lines(certificate: Certificate) -> list[tuple[str, str]]:
    """Return every line of the data that the original shows, with the number of its box."""
    form = get_form(certificate.form)
    words = get_page(certificate.form).words[form.language]
    boxes = _boxes(certificate, form, words, form.language, "")
    found = [(number, line) for number, box in boxes.items() for line in box["lines"]]
    columns = sorted(get_page(certificate.form).places["columns"], key=int)
    for row in _rows(certificate, form, words, form.language):
        found += [(box, line) for box, lines in zip(columns, row, strict=True) for line in lines]
    return found
