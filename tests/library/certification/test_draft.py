from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certorigin.application.confirmation import confirm
from certorigin.application.draft import Application, ApplicationItem, GoodsList
from certorigin.assessment.assess import Assessment, Decision, ItemDecision
from certorigin.certification.draft import draft_certificate
from certorigin.certification.issue import issued
from certorigin.certification.lines import goods_boxes
from certorigin.certification.numbering import NumberGrammar
from certorigin.errors import FindingsError, MalformedError, UnknownError
from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.certificate import ApplicantDeclaration, Certificate, Transport
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.schema import check_schema
from certorigin.vocabulary.tariff import TariffCode
from tests.library.standing.sample import (
    BODY,
    CORRIDOR,
    DAY,
    EXPORTER,
    IMPORTER,
    OFFICER,
    START,
    SUBJECT,
    act_id,
    butter,
    certificate,
    codes,
    declared,
    item,
    newspapers,
)


def applied(goods, **changes):
    facts = {
        "sequence": goods.sequence,
        "packages": goods.packages,
        "description": goods.description,
        "tariff_code": goods.tariff_code,
        "quantity": goods.quantity,
        "gross": goods.gross,
        "net": goods.net,
        "invoice": goods.invoice,
    }
    return ApplicationItem(**(facts | changes))


def decided(goods, **changes):
    facts = {
        "sequence": goods.sequence,
        "tariff_code": goods.tariff_code,
        "decision": Decision.ORIGINATING,
        "criterion": goods.criterion,
        "steps": (),
    }
    return ItemDecision(**(facts | changes))


def application(**changes):
    facts = {
        "form": "ST-1",
        "presented_in": "AZ",
        "exporter": EXPORTER,
        "importer": IMPORTER,
        "items": (applied(item()), applied(butter())),
        "declaration": ApplicantDeclaration("BY", "Петров", DAY),
    }
    return Application(**(facts | changes))


def assessment(**changes):
    facts = {
        "agreement": "CIS-2009",
        "edition": DAY,
        "production_country": "BY",
        "at": DAY,
        "items": (decided(item()), decided(butter())),
    }
    return Assessment(**(facts | changes))


def draft(asked=None, found=None, **changes):
    facts = {
        "number": "BYAZ6001000001",
        "body": BODY,
        "body_name": "УП «Минское отделение»",
        "body_address": "г. Минск, ул. Я. Коласа, 65",
        "officer": OFFICER,
        "officer_name": "Иванова",
        "issued_in": "BY",
        "medium": "electronic-only",
        "at": DAY,
    }
    return draft_certificate(asked or application(), found or assessment(), **(facts | changes))


def test_an_assessed_application_becomes_a_certificate():
    assert draft() == certificate()


def test_the_invoice_of_the_whole_stands_for_its_items():
    lines = tuple(replace(line, invoice=None) for line in application().items)
    drafted = draft(application(items=lines, invoice=declared("99")))
    assert [line.invoice for line in drafted.items] == [declared("99"), declared("99")]


def test_who_acts_for_himself_is_named_once():
    drafted = draft(application(consignor=EXPORTER, consignee=replace(IMPORTER, name="Anbar")))
    assert drafted.consignor is None
    assert drafted.consignee.name == "Anbar"


def test_transport_and_marks_are_taken_over():
    transport = Transport("автомобиль", "Минск - Баку")
    drafted = draft(application(transport=transport), marks=["Выдан впоследствии"])
    assert drafted.transport == transport
    assert drafted.marks == ("Выдан впоследствии",)


def test_the_goods_of_a_person_carry_the_mark_of_free_circulation():
    lines = tuple(replace(line, invoice=None) for line in application().items)
    drafted = draft(application(natural_person=True, items=lines))
    assert drafted.consignee_mark == "Для свободного обращения"
    assert drafted.to_data()["consigneeMark"] == "Для свободного обращения"
    assert "consigneeMark" not in draft().to_data()


def test_the_producer_that_asks_stands_in_no_box():
    producer = replace(EXPORTER, name="ОАО «Литейный завод»")
    assert draft(application(applicant="producer", producer=producer)) == certificate()


def test_box_13_says_how_the_declaration_was_confirmed():
    asked = application()
    said = confirm(asked, at=START, position="Директор")
    drafted = draft(asked, confirmation=said)
    assert drafted.declaration.confirmation == said
    assert Certificate.from_record(Record(drafted.to_data())) == drafted


def test_a_confirmation_of_an_earlier_state_carries_no_certificate():
    said = confirm(application(), at=START)
    changed = application(importer=replace(IMPORTER, name="Anbar"))
    with pytest.raises(FindingsError) as fault:
        draft(changed, confirmation=said)
    (finding,) = fault.value.findings
    assert finding.code == "certificate.confirmation_of_another_document"
    assert finding.facts["box"] == "13"


@pytest.mark.parametrize("member", ["exporter", "importer", "declaration"])
def test_an_application_that_lacks_a_party_is_not_ready(member):
    with pytest.raises(FindingsError) as fault:
        draft(application(**{member: None}))
    assert codes(fault.value.findings) == ["certificate.member_missing"]
    assert fault.value.code == "certificate.not_ready"


def test_an_application_without_goods_is_not_ready():
    with pytest.raises(FindingsError) as fault:
        draft(application(items=(), presented_in=""))
    assert [finding.place for finding in fault.value.findings] == ["destinationCountry", "items"]


@pytest.mark.parametrize(
    ("member", "place"),
    [
        ("packages", "packages"),
        ("description", "description"),
        ("tariff_code", "tariffCode"),
        ("quantity", "quantity"),
        ("gross", "grossWeight"),
        ("net", "netWeight"),
    ],
)
def test_an_item_that_lacks_a_box_is_not_ready(member, place):
    empty = "" if member == "description" else None
    lines = (applied(item()), applied(butter(), **{member: empty}))
    with pytest.raises(FindingsError) as fault:
        draft(application(items=lines))
    (finding,) = fault.value.findings
    assert finding.place == f"items[1].{place}"


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (assessment(items=(decided(item()),)), "item_not_assessed"),
        (
            assessment(items=(decided(item()), decided(butter(), decision=Decision.UNDETERMINED))),
            "item_not_originating",
        ),
        (
            assessment(items=(decided(item()), decided(butter(), criterion=None))),
            "item_not_originating",
        ),
        (
            assessment(
                items=(decided(item()), decided(butter(), tariff_code=TariffCode("040520100")))
            ),
            "item_assessed_otherwise",
        ),
        (assessment(agreement="CIS-1993"), "assessed_under_another_agreement"),
        (assessment(production_country="KZ"), "assessed_for_another_state"),
    ],
)
def test_an_assessment_that_does_not_carry_it_stops_the_draft(found, code):
    with pytest.raises(FindingsError) as fault:
        draft(found=found)
    assert codes(fault.value.findings) == [f"certificate.{code}"]


def test_what_the_form_forbids_stops_the_draft():
    tomorrow = ApplicantDeclaration("BY", "Петров", DAY + timedelta(days=1))
    with pytest.raises(FindingsError) as fault:
        draft(application(declaration=tomorrow))
    assert codes(fault.value.findings) == ["certificate.declared_after_certification"]


def test_a_number_outside_the_grammar_of_the_body_stops_the_draft():
    grammar = NumberGrammar.from_text("BY{serial6}")
    with pytest.raises(FindingsError) as fault:
        draft(grammar=grammar)
    assert codes(fault.value.findings) == ["certificate.number_not_in_grammar"]


def test_a_warning_does_not_stop_the_draft():
    assert draft(application(exporter=replace(EXPORTER, country="PL"))).exporter.country == "PL"


def test_an_unknown_form_cannot_be_drafted():
    with pytest.raises(UnknownError, match="unknown"):
        draft(application(form="EUR-1"))


def issue(**changes):
    facts = {"act_id": act_id(1), "subject": SUBJECT, "corridor": CORRIDOR, "at": START}
    return issued(changes.pop("of", certificate()), **(facts | changes))


def test_the_issued_act_is_read_back_and_keeps_its_schema():
    cause = Cause(act_id(9), "0" * 64)
    act = issue(causes=[cause])
    document = act.to_document()
    assert Act.from_document(document) == act
    assert act.kind is Kind.ISSUED
    assert act.issuer == BODY
    assert act.causes == (cause,)
    assert Certificate.from_record(Record(act.body)) == certificate()
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-05-16T09:00:00Z",
        "verificationMethod": "urn:certorigin:officer:BY:ivanova#z6Mk",
        "proofPurpose": "assertionMethod",
        "proofValue": "z" + "1" * 88,
    }
    check_schema(document | {"proof": [proof]})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"corridor": Corridor.from_text("BY-RU/CIS-2009")}, "certificate.not_of_this_corridor"),
        ({"corridor": Corridor.from_text("AZ-BY/EAEU-1")}, "certificate.not_of_this_agreement"),
        ({"subject": "urn:uuid:1"}, "certificate.subject_malformed"),
        ({"subject": "urn:certorigin:certificate:AZ-1:1"}, "certificate.subject_malformed"),
    ],
)
def test_an_act_that_does_not_fit_its_corridor_is_refused(changes, code):
    with pytest.raises(MalformedError) as fault:
        issue(**changes)
    assert fault.value.code == code


def test_the_moment_of_the_act_is_the_claim_of_its_issuer():
    assert issue(at=datetime(2026, 5, 16, 12, tzinfo=UTC)).at.hour == 12


def test_a_long_term_contract_and_a_list_of_goods_are_named_where_the_rules_want_them():
    goods = item(invoice=None)
    asked = application(
        items=(applied(goods),),
        contract=DocumentReference("8/26", DAY),
        long_term=True,
        goods_list=GoodsList(DocumentReference("ТН-9", DAY), 4),
    )
    found = assessment(items=(decided(goods),))
    made = draft(asked, found)
    assert made.marks == (f"По долгосрочному договору № 8/26 от {DAY:%d.%m.%Y}",)
    named = f"Полный перечень товаров: № ТН-9 от {DAY:%d.%m.%Y}, листов: 4"
    assert made.items[0].description == f"{goods.description}. {named}"
    with pytest.raises(FindingsError):
        draft(replace(asked, long_term=False), found)


def test_box_10_of_periodicals_stays_empty_under_a_long_term_contract_alone():
    goods = newspapers()
    line = applied(goods, quantity=None, gross=None, net=None)
    contract = DocumentReference("К-17", DAY)
    asked = application(items=(line,), invoice=None, contract=contract, long_term=True)
    found = assessment(items=(decided(goods),))
    made = draft(asked, found)
    assert not made.items[0].is_counted
    words = {"gross": "брутто", "net": "нетто"}
    shown = goods_boxes(made.items[0], "П", invoice=None, words=words, language="ru")
    assert not shown[10]
    for other in (
        replace(asked, long_term=False, invoice=contract),
        replace(asked, items=(replace(line, tariff_code=TariffCode("490110000")),)),
        replace(asked, items=(replace(line, net=item().net),)),
    ):
        with pytest.raises(FindingsError) as refused:
            draft(other, found)
        assert "certificate.member_missing" in codes(refused.value.findings)
