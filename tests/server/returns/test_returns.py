"""What travels back: one act a decision, one annulment a certificate; the exporter sees both."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certorigin.errors import CertoriginError, ConflictError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Cause
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.models import Certificate
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.returns.services import annul, return_decision
from certorigin_server.seal.keyring import Keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import Organisation, User
from certorigin_server.web.journeys import journey_of
from tests.server import partner_customs as abroad
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
)
from tests.server.race import at_once
from tests.server.turns import OURS, Crash, crash_at

pytestmark = pytest.mark.django_db

# -- customs --------------------------------------------------------------------------------------


@pytest.fixture
def customs(partner):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return Api(make_customs_officer())


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


def decide(api, issue, number, **facts):
    row = api.post("/recognition/declaration", issue.declaration(number, **facts)).data
    path = f"/recognition/declaration/{row['id']}"
    answer = api.post(f"{path}/accept", {"subject": issue.subject})
    assert answer.status == 201, answer.data
    return Decision.objects.get(act=answer.data["act"])


def refuse(api, issue, number):
    row = api.post("/recognition/declaration", issue.declaration(number)).data
    body = {"subject": issue.subject, "ground": "goods_not_identifiable", "remark": "x"}
    answer = api.post(f"/recognition/declaration/{row['id']}/refuse", body)
    assert answer.status == 201, answer.data
    return Decision.objects.get(act=answer.data["act"])


def test_each_decision_becomes_one_act_in_our_log(customs, issue, turns):
    accepted, refused = decide(customs, issue, "1", amount="500"), refuse(customs, issue, "2")
    assert turns.give_back() == 2
    assert turns.give_back() == 0
    turns.publish()
    rows = {row.act: row for row in RegisteredAct.objects.filter(origin=OURS)}
    assert rows[accepted.act].kind == "Utilised"
    assert rows[refused.act].kind == "Refused"
    act = Act.from_document(parse_strict(rows[accepted.act].raw.encode()))
    assert act.issuer == "urn:certorigin:body:BY:gtk"
    assert act.body["officer"] == "urn:certorigin:officer:BY:customs"
    assert act.causes == (issue.cause,)
    assert TrailEntry.objects.filter(action="returns.prepared", actor="customs").count() == 2
    assert find_broken_link() is None


def test_a_use_counts_once_before_and_after_its_act_was_logged(customs, issue, turns, partner):
    decide(customs, issue, "1", amount="500")

    def uses():
        return [
            one.kind
            for one in (e.act for e in acts_and_decisions(issue.subject, at=timezone.now()))
        ]

    before = uses()
    turns.give_back()
    turns.publish()
    logged = uses()
    partner.follow(OURS)
    turns.follow(partner)
    assert before == logged == uses() == ["Issued", "Utilised"]


def test_a_decision_is_returned_as_it_stood_though_the_certificate_was_annulled_since(
    customs, issue, turns, partner
):
    decision = decide(customs, issue, "1")
    partner.enter(issue.annulment(turns.clock()))
    turns.follow(partner)
    assert turns.give_back() == 1
    stored = SealedAct.objects.get(pk=decision.act)
    assert Act.from_document(parse_strict(stored.document.encode())).to_document() == parse_strict(
        decision.document.encode()
    )


@pytest.mark.parametrize("point", ["returns.prepared"])
def test_a_crash_prepares_nothing_twice(customs, issue, turns, point):
    decide(customs, issue, "1", amount="500")
    decide(customs, issue, "2", amount="500")
    with crash_at(point), pytest.raises(Crash):
        turns.give_back()
    assert SealedAct.objects.filter(kind="Utilised").count() == 1
    assert turns.give_back() == 1
    assert SealedAct.objects.filter(kind="Utilised").count() == 2


def test_returning_twice_is_refused(customs, issue, turns, folder):
    decision = decide(customs, issue, "1")
    facts = {"keyring": turns.keyring, "at": turns.clock()}
    return_decision(decision=decision, **facts)
    with pytest.raises(ConflictError, match=r"recognition\.already_returned"):
        return_decision(decision=decision, **facts)


def test_a_decision_that_somebody_else_returned_meanwhile_is_no_fault(
    customs, issue, turns, monkeypatch
):
    decision = decide(customs, issue, "1")
    return_decision(decision=decision, keyring=turns.keyring, at=turns.clock())
    monkeypatch.setattr("certorigin_server.returns.worker.decisions_to_return", lambda: [decision])
    assert turns.give_back() == 0


def test_a_decision_that_can_not_be_returned_holds_up_no_other(customs, issue, turns, tmp_path):
    decide(customs, issue, "1", amount="500")
    Organisation.objects.filter(slug="gtk").update(slug="renamed")
    decide(customs, issue, "2", amount="500")
    Organisation.objects.filter(slug="renamed").update(slug="gtk")
    decide(customs, issue, "3", amount="500")
    for _ in range(2):
        with pytest.raises(UnknownError, match=r"key\.not_here"):
            turns.give_back()
    assert SealedAct.objects.filter(kind="Utilised").count() == 2
    assert Decision.objects.filter(returned_at=None).count() == 1
    assert Keyring(tmp_path).has("seal-renamed") is False


# -- the issuing side -----------------------------------------------------------------------------


class Own:
    """A certificate of ours, sealed; its exporter and its officer."""

    def __init__(self):
        self.exporter, certifier = Api(make_exporter()), make_certifier()
        self.officer = Api(certifier)
        application = decided(self.exporter, Api(make_assessor()))
        self.subject = certified(application, self.officer)["id"]

    def annul(self, api=None, ground="error_in_certificate", remark=""):
        body = {"ground": ground, "remark": remark}
        return (api or self.officer).post(f"/returns/{self.subject}/annul", body)

    def standing(self):
        return self.exporter.get(f"/returns/{self.subject}")

    @property
    def entry(self):
        return issued_act_of(self.subject)


@pytest.fixture
def own(partner):
    return Own()


@pytest.fixture
def mirrored(own, partner, turns):
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    return own


def test_before_it_is_logged_there_is_no_standing_and_nothing_to_annul(own, turns):
    answer = own.standing()
    assert (answer.status, answer.data["code"]) == (404, "log.not_published")
    assert answer.data["facts"]["status"] == "prepared"
    answer = own.annul()
    assert (answer.status, answer.data["code"]) == (409, "annulment.not_logged_yet")
    turns.publish()
    assert own.standing().data["status"] == "pending"


def test_annulling_is_one_action_and_travels_with_the_log(mirrored, partner, turns):
    assert mirrored.standing().data["status"] == "valid"
    answer = mirrored.annul(remark="по заявлению")
    assert (answer.status, answer.data["kind"]) == (201, "Annulled")
    again = mirrored.annul()
    assert (again.status, again.data["code"]) == (409, "annulment.under_way")
    assert mirrored.standing().data["status"] == "valid"
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    data = mirrored.standing().data
    assert data["status"] == "annulled"
    assert data["since"]
    assert TrailEntry.objects.filter(action="returns.annulled").count() == 1


@pytest.mark.parametrize("ground", ["because", "", "goods_not_identifiable"])
def test_an_annulment_names_a_ground_of_its_own_closed_list(mirrored, ground):
    answer = mirrored.annul(ground=ground)
    assert (answer.status, answer.data["code"]) == (404, "ground.unknown")
    assert not SealedAct.objects.filter(kind="Annulled").exists()


def test_who_has_no_key_for_the_body_annuls_nothing(mirrored):
    stranger = Api(make_certifier("other-certifier"))
    examiner = Api(make_certifier("examiner"))
    central = Api(make_certifier("certifier-of-all", body="belcci"))
    for api in (stranger, examiner, central):
        answer = mirrored.annul(api)
        assert (answer.status, answer.data["code"]) == (403, "returns.officer_not_entitled")
    assert not SealedAct.objects.filter(kind="Annulled").exists()


def test_another_bodys_officer_finds_no_certificate(mirrored):
    answer = mirrored.annul(Api(make_certifier("brest-certifier", body="brest")))
    assert (answer.status, answer.data["code"]) == (404, "certificate.unknown")


def test_the_exporter_sees_use_and_refusal_by_the_partners_customs(mirrored, partner, turns):
    row = mirrored.entry
    reference = CertificateReference(row.form, row.number, row.issued_on, "BY")
    use = abroad.use_of(mirrored.subject, reference, Cause(row.act, row.digest), turns.clock())
    refusal = abroad.refusal_of(
        mirrored.subject, reference, Cause(row.act, row.digest), turns.clock()
    )
    partner.enter(use, refusal)
    turns.follow(partner)
    data = mirrored.standing().data
    (used,), (refused,) = data["uses"], data["refusals"]
    assert (used["declaration"], refused["declaration"]) == ("10001/1", "10001/2")
    assert used["legal_time"] == refused["legal_time"] != ""
    item = data["items"][0]
    assert (item["used"], item["unit"]) == ("1", item["unit"])
    journey = journey_of(mirrored.subject, at=turns.clock())
    assert journey.matched == journey.refused
    assert moment_to_text(journey.matched) == used["legal_time"]
    made = Certificate.objects.get(pk=mirrored.subject)
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username="exporter"))
    shown = client.get(f"/application/{made.application_id}").content.decode()
    line = shown.partition("Matched with the goods declaration at customs")[2][:400]
    assert "not yet" not in line
    assert "Preference was refused" in line
    assert Api(make_auditor()).get(f"/returns/{mirrored.subject}").data == data


def test_exporter_and_body_see_that_the_original_was_demanded(mirrored, partner, turns):
    row = mirrored.entry
    reference = CertificateReference(row.form, row.number, row.issued_on, "BY")
    partner.enter(
        abroad.demand_of(mirrored.subject, reference, Cause(row.act, row.digest), turns.clock())
    )
    turns.follow(partner)
    (paper,) = journey_of(mirrored.subject, at=turns.clock()).papers
    assert (paper.what, paper.ground) == (
        "web.event_paper_demanded",
        "demand.reason.origin_in_doubt",
    )
    for name in ("exporter", "certifier"):
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(username=name))
        page = client.get(reverse("journey", args=[mirrored.subject])).content.decode()
        assert "signs that the origin is unreliable" in page
        assert "10001/3" in page


def test_a_use_that_our_own_side_claims_changes_nothing(mirrored, partner, turns):
    """Customs of the other state alone may use it: the publisher of the act decides."""
    row = mirrored.entry
    reference = CertificateReference(row.form, row.number, row.issued_on, "BY")
    raw = abroad.use_of(mirrored.subject, reference, Cause(row.act, row.digest), turns.clock())
    RegisteredAct.objects.create(
        publisher="BY-1",
        origin=OURS,
        index=9,
        act="x",
        kind="Utilised",
        subject=mirrored.subject,
        corridor="AZ-BY/CIS-2009",
        digest="0" * 64,
        raw=raw.decode(),
        legal_time=turns.clock(),
        registered_at=turns.clock(),
    )
    assert mirrored.standing().data["uses"] == []


def test_a_stranger_sees_no_standing(mirrored):
    stranger = Api(make_exporter("rival", "rival-trader"))
    answer = stranger.get(f"/returns/{mirrored.subject}")
    assert (answer.status, answer.data["code"]) == (404, "certificate.unknown")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_annuls(partner, turns):
    own = Own()
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    officers = [make_certifier("second-certifier"), User.objects.get(username="certifier")] * 2

    def act(officer):
        facts = {"ground": "error_in_certificate", "remark": "", "keyring": turns.keyring}
        return lambda: annul(subject=own.subject, by=officer, at=timezone.now(), **facts)

    outcomes = at_once([act(officer) for officer in officers])
    refused = [one for one in outcomes if isinstance(one, CertoriginError)]
    assert [error.code for error in refused] == ["annulment.under_way"] * 3
    assert SealedAct.objects.filter(kind="Annulled").count() == 1
