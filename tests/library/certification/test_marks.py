"""Every mark that is written is complete when read, in each form that knows it (R45 to R49)."""

from dataclasses import replace
from datetime import date

import pytest

from certorigin.certification import marks
from certorigin.certification.check import check_certificate
from certorigin.errors import UnknownError
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.form import form_names, get_form
from certorigin.vocabulary.goods import DocumentReference
from tests.library.standing.sample import DAY, certificate, item

OLD = {"country": "Беларусь", "maker": "МТЗ", "year": 1989}
OTHER = CertificateReference("ST-1", "BYAZ6001000007", date(2026, 5, 2), "BY")
WRITTEN = {
    "after_export": marks.after_export_mark,
    "duplicate": lambda form: marks.duplicate_mark(form, OTHER),
    "replacement": lambda form: marks.replacement_mark(form, OTHER),
    "substitute": lambda form: marks.substitute_mark(form, OTHER, body_name="ТПП Казахстана"),
    "exhibition": lambda form: marks.exhibition_mark(form, "Caspian Agro"),
    "before_1993": lambda form: marks.before_1993_mark(form, **OLD),
    "outage": lambda form: marks.outage_mark(form, DAY),
    "long_term": lambda form: marks.long_term_mark(form, DocumentReference("К-17", DAY)),
    "country": lambda form: marks.country_mark(form, "Беларусь"),
}
KNOWN = [
    (form, name) for form in form_names() for name in WRITTEN if name in get_form(form).markers
]


def codes_with(form, *written):
    subject = certificate(form=form.name, marks=written, items=(item(criterion=None),))
    return {finding.code for finding in check_certificate(subject, form=form)}


@pytest.mark.parametrize(("form", "name"), KNOWN)
def test_a_written_mark_is_complete(form, name):
    form = get_form(form)
    mark = WRITTEN[name](form)
    assert form.has_marker(name, mark)
    assert "certificate.mark_incomplete" not in codes_with(form, mark)


@pytest.mark.parametrize(("form", "name"), [pair for pair in KNOWN if pair[1] != "after_export"])
def test_the_bare_wording_is_not(form, name):
    form = get_form(form)
    assert "certificate.mark_incomplete" in codes_with(form, form.markers[name])


def test_the_marks_of_st_1_read_as_the_rules_have_them():
    form = get_form("ST-1")
    written = [WRITTEN[name](form) for name in ("duplicate", "substitute", "before_1993")]
    assert written == [
        "Дубликат № BYAZ6001000007 от 02.05.2026",
        f"{form.markers['substitute']} № BYAZ6001000007 от 02.05.2026, ТПП Казахстана",
        "Товар изготовлен в: Беларусь, МТЗ, 1989",
    ]


def test_goods_made_before_the_rules_have_a_dash_for_a_criterion():
    form = get_form("ST-1")
    subject = certificate(items=(item(criterion=None),))
    assert [one.code for one in check_certificate(subject, form=form)] == [
        "certificate.criterion_missing"
    ]
    marked = replace(subject, marks=(marks.before_1993_mark(form, **OLD),))
    assert check_certificate(marked, form=form) == ()


def test_a_form_without_that_mark_says_so():
    with pytest.raises(UnknownError) as caught:
        marks.substitute_mark(get_form("EAV"), OTHER, body_name="x")
    assert caught.value.code == "form.without_marker"
