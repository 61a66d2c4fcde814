"""Forms beside ST-1 are folders of data: the same checks find what they demand (R12, R43)."""

from dataclasses import replace

import pytest

from certorigin.assessment.assess import Decision
from certorigin.certification.check import check_certificate
from certorigin.certification.issue import issued
from certorigin.errors import FindingsError, MalformedError
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.form import Form, form_names, get_form
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode
from tests.library.certification.test_draft import application, assessment, draft
from tests.library.standing.sample import CORRIDOR, START, SUBJECT, act_id, certificate, item

HANOI = Party("Nha may", "Ha Noi, Pho Hue 1", "VN")


def english(form, criterion, **changes):
    goods = item(description="Wheeled tractors", criterion=Criterion.from_text(criterion))
    facts = {"form": form, "presented_in": HANOI.country, "importer": HANOI, "items": (goods,)}
    return certificate(**(facts | changes))


def codes_of(subject):
    return [one.code for one in check_certificate(subject, form=get_form(subject.form))]


def boxes_of(subject):
    found = check_certificate(subject, form=get_form(subject.form))
    return [(one.code.partition(".")[2], one.facts["box"]) for one in found]


def test_the_forms_are_those_that_have_a_folder():
    assert form_names() == ("EAV", "GENERAL", "ST-1", "ST-3")
    assert all(isinstance(get_form(name), Form) for name in form_names())


@pytest.mark.parametrize("criterion", ["WO", "PE", "PSR", "VAC 45%", "VAC 100%", "VAC 0.5%"])
def test_st_3_takes_the_english_criteria(criterion):
    subject = english("ST-3", criterion)
    assert codes_of(subject) == []
    again = type(subject).from_record(Record(subject.to_data()))
    assert str(again.items[0].criterion) == criterion


@pytest.mark.parametrize("text", ["VAC", "VAC 45", "VAC 101%", "VAC 045%", "VAC 45 %", "РЕ", "wo"])
def test_what_is_no_criterion_is_refused(text):
    with pytest.raises(MalformedError):
        Criterion.from_text(text)


def test_a_form_refuses_the_criteria_of_another():
    assert codes_of(english("EAV", "VAC 45%")) == ["certificate.criterion_not_in_form"]
    assert codes_of(english("ST-3", "П")) == ["certificate.criterion_not_in_form"]
    assert codes_of(certificate(items=(item(criterion=Criterion("WO")),))) == [
        "certificate.criterion_not_in_form"
    ]


def test_eav_asks_for_six_digits_and_st_3_does_not():
    goods = replace(english("EAV", "WO").items[0], tariff_code=TariffCode("8701"))
    assert codes_of(english("EAV", "WO", items=(goods,))) == ["certificate.code_too_short"]
    assert codes_of(english("ST-3", "WO", items=(goods,))) == []


def general(**changes):
    facts = {
        "form": "GENERAL",
        "items": (item(criterion=None),),
        "marks": ("Страна происхождения: Беларусь",),
    }
    return certificate(**(facts | changes))


def test_the_general_form_names_the_country_and_no_criterion():
    assert codes_of(general()) == []
    assert boxes_of(general(marks=())) == [("country_not_named", "5")]
    assert boxes_of(general(items=(item(),))) == [("criterion_not_in_form", "–")]


def test_the_general_form_counts_its_boxes_by_itself():
    """Where ST-1 has boxes 10, 11 and 13, the general form has 9, 10 and 12."""
    goods = item(criterion=None, quantity=item().net, gross=item().quantity)
    found = dict(boxes_of(general(items=(goods,))))
    assert found == {"not_a_mass": "9"}
    nobody = replace(certificate().declaration, declarant=" ")
    assert dict(boxes_of(general(declaration=nobody))) == {"box_empty": "12"}


def test_the_general_form_takes_goods_without_invoice_and_of_another_state():
    foreign = replace(certificate().declaration, country="RU")
    subject = general(items=(item(criterion=None, invoice=None),), declaration=foreign)
    assert codes_of(subject) == []


def drafted(form, decision):
    """Draft for an application whose items were all decided in this way."""
    whole = assessment(items=tuple(replace(one, **decision) for one in assessment().items))
    return draft(application(form=form), whole)


def test_where_st_1_falls_the_general_form_stands():
    """R43: not originating by the Rules, but good enough for a certificate without preference."""
    general_only = {"decision": Decision.NOT_ORIGINATING, "criterion": None, "form": "general"}
    with pytest.raises(FindingsError):
        drafted("ST-1", general_only)
    made = drafted("GENERAL", general_only)
    assert made.marks == ("Страна происхождения: Беларусь",)
    assert {one.criterion for one in made.items} == {None}
    assert codes_of(made) == []


def test_goods_of_unknown_origin_have_no_form_at_all():
    nothing = {"decision": Decision.UNDETERMINED, "criterion": None}
    with pytest.raises(FindingsError):
        drafted("GENERAL", nothing)


def test_a_form_without_preference_is_bound_to_no_agreement():
    act = issued(general(), act_id=act_id(1), subject=SUBJECT, corridor=CORRIDOR, at=START)
    assert act.body["form"] == "GENERAL"
    with pytest.raises(MalformedError):
        issued(
            replace(english("ST-3", "WO"), presented_in="AZ"),
            act_id=act_id(1),
            subject=SUBJECT,
            corridor=CORRIDOR,
            at=START,
        )
