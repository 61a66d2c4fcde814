"""The marks in the box for official marks: their legal wording, and what each has to name.

The wording is the form's (`[markers]` of its data); what follows it is fixed here: number and day
of the certificate to which a mark refers, who issued that one, who made the goods (R45 to R49;
domain.md 2.9).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.certification.beside import beside
from certorigin.errors import UnknownError
from certorigin.standing.validity import day_of_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference

_DAY_IN_MARK = re.compile(r"\d\d\.\d\d\.\d{4}", re.ASCII)
_NUMBER_IN_MARK = re.compile(r"[A-Z0-9/-]{4,40}", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_NAME = re.compile(r"[^\W\d_]{3,}")
_CONTRACT = re.compile(r"№ ?\S.* от \d\d\.\d\d\.\d{4}")
_RULES_OF = 1993
BEFORE_1993, LONG_TERM, SUBSTITUTE = "before_1993", "long_term", "substitute"
# In box 8, not in box 5: the paper that lists all goods, in place of additional sheets (R29).
GOODS_LIST = "goods_list"
LIST_REFERENCE = re.compile(r"№ ?\S.* от \d\d\.\d\d\.\d{4}, листов: [1-9]\d{0,3}(?!\d)", re.ASCII)


def marker_of(form: Form, name: str) -> str:
    """Return the legal wording of a mark. Raises UnknownError (`form.without_marker`)."""
    wording = form.markers.get(name)
    if wording is None:
        raise UnknownError("form.without_marker", form=form.name, marker=name)
    return wording


def after_export_mark(form: Form) -> str:
    """Return the mark of a certificate issued after the goods had left (R45; Rules 8.1)."""
    return marker_of(form, "after_export")


def duplicate_mark(form: Form, original: CertificateReference) -> str:
    """Return the mark of a duplicate of a lost certificate (R46; Rules 8.2)."""
    return _referring(form, "duplicate", original)


def replacement_mark(form: Form, replaced: CertificateReference) -> str:
    """Return the mark of a certificate that stands in place of another (R47; Rules 8.3)."""
    return _referring(form, "replacement", replaced)


def substitute_mark(form: Form, base: CertificateReference, *, body_name: str) -> str:
    """Return the mark of a certificate for re-export or a part of the goods (R48; Rules 8.4).

    `body_name` is who issued the base.
    """
    return f"{_referring(form, 'substitute', base)}, {body_name}"


def correction_mark(form: Form, version: CertificateReference) -> str:
    """Return the mark of a corrected version, which keeps the number (R32; Rules 7.3)."""
    return _referring(form, "correction", version)


def exhibition_mark(form: Form, name: str) -> str:
    """Return the mark of goods that go to an exhibition (R49; Rules 8.5)."""
    return f"{marker_of(form, 'exhibition')}: {name}"


def before_1993_mark(form: Form, *, country: str, maker: str, year: int) -> str:
    """Return the mark of goods that were made before the Rules of 1993; box 9 then holds a dash.

    `country` is today's name of the country, in the form's language (Rules 8.7).
    """
    return f"{marker_of(form, 'before_1993')}: {country}, {maker}, {year}"


def long_term_mark(form: Form, contract: DocumentReference) -> str:
    """Return why box 11 is empty: goods delivered under a long-term contract (R24; Rules 7.4)."""
    return f"{marker_of(form, LONG_TERM)} № {contract.number} от {_written(contract.date)}"


def outage_mark(form: Form, day: date) -> str:
    """Return the mark of a paper issued during an outage and entered afterwards (R18)."""
    return f"{marker_of(form, 'outage')} {_written(day)}"


def goods_list_reference(form: Form, document: DocumentReference, *, sheets: int) -> str:
    """Return how box 8 refers to a paper with the whole list of goods (R29; Rules 7.4, box 8)."""
    named = f"№ {document.number} от {_written(document.date)}"
    return f"{marker_of(form, GOODS_LIST)} {named}, листов: {sheets}"


def country_mark(form: Form, country_name: str) -> str:
    """Return the mark in which a form without a criterion names the country of origin."""
    return f"{marker_of(form, 'country')}: {country_name}"


def has_dash_case(certificate: Certificate, form: Form) -> bool:
    """Say whether the marks allow a dash in place of the criterion (domain.md 2.9, box 9).

    Goods made before the Rules have one (Rules 8.7), and a substitute for a certificate on an old
    blank, which had no criterion (8.4). A form without criteria has dashes only.
    """
    if not form.criteria:
        return True
    return any(has_mark(certificate, form, name) for name in (BEFORE_1993, SUBSTITUTE))


def has_mark(certificate: Certificate, form: Form, name: str) -> bool:
    """Say whether box 5 holds a mark of the kind `name`."""
    return any(form.has_marker(name, mark) for mark in certificate.marks)


def check_marks(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Look for what the marks do not name and have to, and for a mark that the form demands."""
    for index, mark in enumerate(certificate.marks):
        for name in _NEEDS:
            if form.has_marker(name, mark) and not _is_complete(name, mark, form):
                yield beside(
                    form,
                    "certificate.mark_incomplete",
                    "officialMarks",
                    f"officialMarks[{index}]",
                    clause=form.clauses.get("marks", ""),
                    mark=mark[:80],
                )
    demands = form.clauses.get("country")
    if demands and not any(form.has_marker("country", mark) for mark in certificate.marks):
        code, member = "certificate.country_not_named", "officialMarks"
        yield beside(form, code, member, member, clause=demands)


def _names_certificate(rest: str) -> bool:
    return _names_number(rest) and day_of_mark(rest) is not None


def _names_certificate_and_body(rest: str) -> bool:
    return _names_certificate(rest) and _names_somebody(rest)


def _names_somebody(rest: str) -> bool:
    """Say whether words follow that are no number."""
    return _NAME.search(_NUMBER_IN_MARK.sub(" ", rest)) is not None


def _names_maker(rest: str) -> bool:
    """Say whether a country, a maker and a year up to the Rules of 1993 follow (Rules 8.7)."""
    years = [int(year) for year in _YEAR.findall(rest)]
    named = [part for part in rest.split(",") if _names_somebody(part)]
    return len(named) > 1 and any(year <= _RULES_OF for year in years)


def _names_number(text: str) -> bool:
    """Say whether a text holds what can be a number: capitals and digits, at least one digit."""
    words: Sequence[str] = _NUMBER_IN_MARK.findall(_DAY_IN_MARK.sub(" ", text))
    return any(any(char.isdigit() for char in word) for word in words)


def _names_contract(rest: str) -> bool:
    return _CONTRACT.search(rest) is not None


# What has to follow the wording of each mark; a mark that is not here says all by itself.
_NEEDS = {
    "duplicate": _names_certificate,
    "replacement": _names_certificate,
    "substitute": _names_certificate_and_body,
    "correction": _names_certificate,
    "exhibition": _names_somebody,
    "before_1993": _names_maker,
    "outage": lambda rest: day_of_mark(rest) is not None,
    "country": _names_somebody,
    LONG_TERM: _names_contract,
}


def _is_complete(name: str, mark: str, form: Form) -> bool:
    return _NEEDS[name](mark.removeprefix(form.markers[name]))


def _referring(form: Form, name: str, other: CertificateReference) -> str:
    return f"{marker_of(form, name)} № {other.number} от {_written(other.date)}"


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y}"
