"""Lists and pages say what became of an application, and never "submitted" of what was decided."""

import re

import pytest

from certorigin.terminal.sentences import say
from certorigin.vocabulary.acts import Cause
from certorigin.vocabulary.bodies import CertificateReference
from certorigin_server.certification.models import Certificate
from certorigin_server.standing.models import RegisteredAct
from tests.server import partner_customs as abroad
from tests.server.factories import (
    Api,
    certified,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
OUTCOMES = {
    "submitted": "application.submitted",
    "withdrawn": "application.withdrawn",
    "refused": "assessment.refused",
    "to_certify": "application.to_certify",
    "certified": "application.certified",
    "annulled": "application.annulled",
}


@pytest.fixture
def people(partner):
    return make_exporter(), make_assessor(), make_certifier()


@pytest.fixture
def cases(people, exchange):
    """One application for each thing that may become of it."""
    exporter, assessor, certifier = (Api(person) for person in people)
    made = {outcome: submitted(exporter) for outcome in ("submitted", "withdrawn", "refused")}
    assert exporter.post(f"/application/{made['withdrawn']}/withdraw").status == 200
    ground = {"ground": "false_documents", "remark": "Счёт 15 не выдавался"}
    ground |= {"worksheet_version": "1"}
    assert assessor.post(f"/assessment/{made['refused']}/refuse", ground).status == 201
    for outcome in ("to_certify", "certified", "annulled"):
        made[outcome] = decided(exporter, assessor)
    certified(made["certified"], certifier)
    fallen = certified(made["annulled"], certifier)["id"]
    exchange()
    ground = {"ground": "error_in_certificate", "remark": "по заявлению"}
    assert certifier.post(f"/returns/{fallen}/annul", ground).status == 201
    return made


def tags_by_case(page, cases):
    """The status beside each application of a list, by the first letters of its number."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    return {
        outcome: re.findall(r'class="tag [a-z]+">([^<]+)<', row)[-1]
        for outcome, pk in cases.items()
        for row in rows
        if f">{pk[:8]}<" in row
    }


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_each_list_tells_what_became_of_it(people, cases, language):
    exporter, assessor, _ = people
    expected = {one: say(code, {}, language) for one, code in OUTCOMES.items()}
    for person in (exporter, assessor):
        client = client_of(person, language)
        for address in ("/application/", "/search?text="):
            page = client.get(address).content.decode()
            assert tags_by_case(page, cases) == expected, (person.username, address)
    for outcome, pk in cases.items():
        page = client_of(exporter, language).get(f"/application/{pk}").content.decode()
        title = re.search(r"<h1>.*?</h1>", page, re.DOTALL)[0]
        assert expected[outcome] in title


def test_the_machine_interface_says_the_same(people, cases):
    api = Api(people[0])
    rows = api.get("/application").data["applications"]
    assert {row["id"]: row["outcome"] for row in rows} == {pk: one for one, pk in cases.items()}
    one = api.get(f"/application/{cases['annulled']}").data
    assert (one["status"], one["outcome"]) == ("submitted", "annulled")


def test_an_appeal_that_was_upheld_puts_it_back_among_what_waits(people, cases):
    exporter, *_ = people
    case = cases["refused"]
    appeal = Api(exporter).post(f"/assessment/{case}/appeal", {"text": "Счёт приложен"})
    assert appeal.status == 201, appeal.data
    other = Api(make_assessor("other-assessor"))
    order = {"outcome": "upheld", "reason": "Счёт подлинный"}
    upheld = other.post(f"/assessment/appeals/{appeal.data['id']}/resolve", order)
    assert upheld.status == 200, upheld.data
    assert Api(exporter).get(f"/application/{case}").data["outcome"] == "submitted"


def test_certificates_that_were_annulled_say_so_in_their_lists(people, cases):
    _, _, certifier = people
    client = client_of(certifier)
    for address in ("/certification/", "/search?text=", "/"):
        page = client.get(address).content.decode()
        assert ">annulled<" in page, address
    importer = consignment()["application"]["importer"]["name"]
    assert f"{importer}, " in page
    assert "(Azerbaijan)" in page


@pytest.mark.parametrize(
    ("answer", "told"),
    [(abroad.use_of, "accepted by customs"), (abroad.refusal_of, "refused by customs")],
)
def test_what_the_other_states_customs_answered_stands_in_the_exporters_list(
    people, cases, partner, turns, answer, told
):
    issued = Certificate.objects.get(application=cases["certified"])
    row = RegisteredAct.objects.get(kind="Issued", subject=issued.pk)
    reference = CertificateReference("ST-1", row.number, row.issued_on, "BY")
    cause = Cause(row.act, row.digest)
    partner.enter(answer(row.subject, reference, cause, partner.clock.tick()))
    turns.follow(partner)
    exporter, _, certifier = people
    for person in (exporter, certifier):
        for address in ("/certification/", "/search?text="):
            page = client_of(person).get(address).content.decode()
            assert f">{told}<" in page, (person, address)
