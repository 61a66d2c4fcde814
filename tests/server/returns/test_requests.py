"""Verification requests on both sides: asked, answered with four eyes, judged, restored."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certorigin.assessment.agreement import get_agreement
from certorigin.errors import StandingError
from certorigin.returns.asking import run_again
from certorigin.returns.review import review_at
from certorigin.returns.verification import Stage
from certorigin.vocabulary.acts import Cause, Kind
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.services import refuse
from certorigin_server.returns.models import TakenAct, Verification
from certorigin_server.returns.requests import asked
from certorigin_server.returns.requests.queries import thread_of
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import acts_and_underway, issued_act_of, standing_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation, User
from certorigin_server.users.rights import Role
from tests.server import partner_customs as abroad
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db

ASKING = {
    "number": "06-12/77",
    "grounds": ["criterion_doubtful"],
    "questions": [{"topic": "issue"}, {"topic": "criterion", "item": "1"}],
    "remark": "Доля иностранных материалов неясна",
}


@pytest.fixture
def customs(partner):
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return Api(make_customs_officer())


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


def both(turns, partner):
    """Both states hold what was prepared."""
    turns.give_back()
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    turns.give_back()


class TestAsking:
    def test_it_travels_as_one_act_and_starts_the_clock(self, customs, issue, turns, partner):
        asked_now = customs.post("/verification", ASKING | {"subject": issue.subject})
        assert asked_now.status == 201, asked_now.data
        assert asked_now.data["stage"] == "sent"
        both(turns, partner)
        row = Verification.objects.get()
        found = customs.get(f"/verification/asked/{row.pk}").data
        assert found["stage"] == "asked"
        assert found["first"]["last_day"] > found["first"]["begins"]
        act = RegisteredAct.objects.get(kind=str(Kind.VERIFICATION_REQUESTED))
        assert json.loads(act.raw)["issuer"] == "urn:certorigin:body:BY:gtk"
        assert standing_of(issue.subject, at=timezone.now()).ignored == ()
        again = customs.post("/verification", ASKING | {"subject": issue.subject})
        assert (again.status, again.data["code"]) == (409, "request.open_already")

    def test_all_that_is_wrong_is_told_at_once(self, customs, issue):
        wrong = {"subject": issue.subject, "grounds": [], "questions": [{"topic": "price"}]}
        answer = customs.post("/verification", ASKING | wrong)
        assert answer.status == 422
        assert answer.codes == {"request.ground_missing", "request.topic_unknown"}

    def test_what_is_not_received_can_not_be_asked_about(self, customs):
        answer = customs.post("/verification", ASKING | {"subject": "urn:certorigin:x:y"})
        assert answer.status == 404

    def test_after_both_clocks_and_never_before_the_ground_is_open(
        self, customs, issue, turns, partner
    ):
        officer = User.objects.get(username="customs")
        declared = customs.post("/recognition/declaration", issue.declaration("1")).data["id"]
        path = f"/recognition/declaration/{declared}"
        assert customs.post(f"{path}/accept", {"subject": issue.subject}).status == 201
        customs.post("/verification", ASKING | {"subject": issue.subject})
        both(turns, partner)
        row = Verification.objects.get()

        def refused(at):
            return refused_unanswered(declared, issue.subject, officer, at)

        later = thread_of(row, at=timezone.now()).first.ends
        with pytest.raises(StandingError, match="no_request"):
            refused(later)
        asked.repeat_request(
            row=row.pk, number="2", remark="", keyring=get_keyring(), by=officer, at=later
        )
        assert thread_of(row, at=later).stage is Stage.REPEATED
        both(turns, partner)
        second = thread_of(row, at=later + timedelta(days=100)).second
        with pytest.raises(StandingError, match="no_request"):
            refused(second.ends - timedelta(seconds=1))
        decision = refused(second.ends)
        assert decision.ground == "no_usable_answer"
        restored = restored_by_letter(decision, officer, second.ends + timedelta(days=1))
        both(turns, partner)
        (entry,) = RegisteredAct.objects.filter(kind=str(Kind.PREFERENCE_RESTORED))
        assert entry.act == restored.act
        body = json.loads(entry.raw)["credentialSubject"]["preferenceRestoration"]
        assert "uses" not in body  # what was accepted before is counted already
        told = customs.post(
            f"/verification/decision/{decision.pk}/restore", {"basis": "conditions_proved"}
        )
        assert told.data["code"] == "restoration.made_already"


def refused_unanswered(declared, subject, officer, at):
    return refuse(
        declaration=declared,
        subject=subject,
        ground="no_usable_answer",
        remark="",
        phase="after_release",
        by=officer,
        at=at,
    )


def restored_by_letter(decision, officer, at):
    return asked.restore(
        decision=decision.pk,
        basis="confirmation_letter",
        document=DocumentReference("15/3", decision.declaration.date),
        remark="",
        keyring=get_keyring(),
        by=officer,
        at=at,
    )


def test_refused_at_release_and_restored_it_is_counted(customs, issue, turns, partner):
    declared = customs.post("/recognition/declaration", issue.declaration("1")).data["id"]
    path = f"/recognition/declaration/{declared}"
    ground = {"subject": issue.subject, "ground": "goods_not_identifiable"}
    assert customs.post(f"{path}/refuse", ground).status == 201
    decision = Decision.objects.get()
    given = {"basis": "conditions_proved", "document": {"number": "7", "date": "2026-05-16"}}
    url = f"/verification/decision/{decision.pk}/restore"
    assert customs.post(url, {"basis": "x"}).status == 404
    assert customs.post(url, given).status == 201
    both(turns, partner)
    standing = standing_of(issue.subject, at=timezone.now())
    assert sum(one.value for one in standing.used.values()) > 0


def test_an_annulment_after_a_preference_was_restored_is_work_for_its_post(
    customs, issue, turns, partner
):
    """The refusal counts as an acceptance again: whoever gave it back is told, and nobody else."""
    declared = customs.post("/recognition/declaration", issue.declaration("1")).data["id"]
    other = customs.post("/recognition/declaration", issue.declaration("2")).data["id"]
    ground = {"subject": issue.subject, "ground": "goods_not_identifiable"}
    for one in (declared, other):
        customs.post(f"/recognition/declaration/{one}/refuse", ground)
    decision = Decision.objects.get(declaration=declared)
    given = {"basis": "conditions_proved", "document": {"number": "7", "date": "2026-05-16"}}
    customs.post(f"/verification/decision/{decision.pk}/restore", given)
    both(turns, partner)
    assert customs.get("/recognition/recheck").data == []
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = timezone.now()
    turns.follow(partner)
    (found,) = customs.get("/recognition/recheck").data
    assert found["decision"]["id"] == str(decision.pk)
    (cause,) = found["causes"]
    assert cause["kind"] == "Annulled"
    client = client_of(User.objects.get(username="customs"))
    page = f"/recognition/decision/{decision.pk}"
    assert page in client.get("/").content.decode()
    assert "The certificate was annulled" in client.get(page).content.decode()
    refused = f"/recognition/decision/{Decision.objects.get(declaration=other).pk}"
    assert "The certificate was annulled" not in client.get(refused).content.decode()
    noted = {"cause": cause["cause"], "remark": "Пошлина доначислена"}
    assert customs.post(f"/recognition/decision/{decision.pk}/recheck", noted).status == 204
    assert customs.get("/recognition/recheck").data == []


ANSWERS = [{"result": "confirmed"}, {"result": "corrected", "facts": "Расчёт: журнал № 7"}]


@pytest.fixture
def own(partner, turns):
    """A certificate of ours, which the partner holds, and a request about it on the desk."""
    return Asked(partner, turns)


class Asked:
    def __init__(self, partner, turns):
        self.partner, self.turns = partner, turns
        self.exporter, self.certifier = Api(make_exporter()), Api(make_certifier())
        self.assessor = Api(make_assessor())
        application = decided(self.exporter, self.assessor)
        self.subject = certified(application, self.certifier)["id"]
        both(turns, partner)
        row = issued_act_of(self.subject)
        reference = CertificateReference(row.form, row.number, row.issued_on, "BY")
        self.names = (self.subject, reference, Cause(row.act, row.digest))
        partner.enter(abroad.request_of(*self.names, turns.clock()))
        both(turns, partner)
        self.row = Verification.objects.get()
        self.path = f"/verification/received/{self.row.pk}"

    def draft(self, **facts):
        order = {"answers": ANSWERS, "with_assessment": True} | facts
        answer = self.assessor.post(f"{self.path}/draft", order)
        assert answer.status == 201, answer.data
        return answer.data["draft"]


def test_a_request_reaches_the_body_once_and_is_answered_by_two(own):
    assert (own.row.body.slug, own.row.post) == ("minsk", None)
    assert own.certifier.get(own.path).data["stage"] == "asked"
    first = own.draft()
    newer = own.draft()
    late = own.certifier.post(f"{own.path}/confirm/{first}")
    assert (late.status, late.data["code"]) == (409, "reply.draft_changed")
    sent = own.certifier.post(f"{own.path}/confirm/{newer}")
    assert (sent.status, sent.data["kind"]) == (201, "VerificationReplied")
    both(own.turns, own.partner)
    assert own.exporter.get(own.path).data["result"] == "corrected"
    thread = thread_of(own.row, at=timezone.now())
    attached = thread.reply.body.assessment
    assert run_again(attached, get_agreement("CIS-2009"))[1:] == (True, True)
    facts = {"request": thread.id, "reply": thread.reply.entry.act.id, "outcome": "adequate"}
    own.partner.enter(abroad.judgement_of(*own.names, own.turns.clock(), **facts))
    both(own.turns, own.partner)
    own.row.refresh_from_db()
    assert own.row.closed_at is not None
    assert thread_of(own.row, at=timezone.now()).stage is Stage.SETTLED
    assert TakenAct.objects.count() == 3
    assert own.turns.give_back() == 0
    actions = TrailEntry.objects.filter(action__startswith="returns.re")
    assert {"returns.request_taken", "returns.reply_drafted", "returns.replied"} == {
        one.action for one in actions
    }


def test_an_answer_that_lacks_something_stays_on_the_desk(own):
    lacking = own.assessor.post(f"{own.path}/draft", {"answers": ANSWERS[:1]})
    assert (lacking.status, lacking.codes) == (422, {"reply.question_open"})
    assert own.certifier.post(f"{own.path}/confirm/1").data["code"] == "reply.draft_changed"


def test_nobody_confirms_what_he_drafted_and_none_of_another_body(own):
    both_roles = make_user(
        "both", Role.ASSESSING_OFFICER, Role.CERTIFYING_OFFICER, organisation=own.row.body
    )
    own.assessor = Api(both_roles)
    draft = own.draft()
    told = own.assessor.post(f"{own.path}/confirm/{draft}")
    assert told.status in {403, 409}
    brest = Api(make_certifier("brest-certifier", body="brest"))
    assert brest.post(f"{own.path}/confirm/{draft}").status == 404
    rival = Api(make_exporter("rival", "rival-trader"))
    assert rival.get(own.path).status == 404


def test_a_review_is_a_hint_that_ends(own):
    ends = moment_to_text(timezone.now() + timedelta(days=3))
    url = f"/verification/review/{own.subject}"
    assert own.certifier.post(url, {"ends": ends, "remark": "Проверяем"}).status == 201
    acts = acts_and_underway(own.subject)
    assert review_at(acts, at=timezone.now()).remark == "Проверяем"
    assert review_at(acts, at=timezone.now() + timedelta(days=4)) is None
    assert own.certifier.post(url, {"ends": "2099-01-01T00:00:00Z"}).data["code"] == (
        "review.too_long"
    )


# -- pages ----------------------------------------------------------------------------------------


def test_the_desk_of_customs_asks_repeats_and_judges(customs, issue, turns, partner):
    client = client_of(User.objects.get(username="customs"))
    page = client.get(f"/received/{issue.subject}").content.decode()
    assert f"/requests/ask/{issue.subject}" in page
    typed = {
        "number": "06-12/77",
        "grounds.criterion_doubtful": "on",
        "questions[0].topic": "criterion",
        "questions[0].item": "1",
        "questions[0].detail": "Как?",
        "preference": "withheld",
        "order": "ask",
    }
    lacking = client.post(f"/requests/ask/{issue.subject}", typed)
    assert lacking.status_code == 422
    assert b"06-12/77" in lacking.content
    typed["remark"] = "Доля неясна"
    sent = client.post(f"/requests/ask/{issue.subject}", typed)
    assert sent.status_code == 302, sent.content.decode()
    row = Verification.objects.get()
    both(turns, partner)
    page = client.get(sent["Location"]).content.decode()
    assert "first term runs" in page
    assert "Send the repeat" not in page
    assert client.post(sent["Location"], {"order": "repeat", "number": "2"}).status_code == 409
    assert "06-12/77" in client.get("/requests/").content.decode()
    assert "Правил" in client.get(f"/requests/{row.pk}/letter").content.decode()
    assert client.get(f"/requests/{row.pk}/worksheet.json").status_code == 404
    assert client.post(sent["Location"], {"order": "inadequate"}).status_code == 409
    assert client.post(sent["Location"], {"order": "withdrawn"}).status_code == 302
    assert Verification.objects.get().closed_at is not None


def test_the_desk_of_the_body_answers_with_four_eyes(own):
    assessor, certifier, exporter = (
        client_of(User.objects.get(username=name)) for name in ("assessor", "certifier", "exporter")
    )
    path = f"/answers/{own.row.pk}"
    assert "Answer a verification request" in assessor.get("/").content.decode()
    typed = {
        "order": "draft",
        "answers[0].result": "confirmed",
        "answers[1].result": "corrected",
        "attached": "on",
    }
    lacking = assessor.post(path, typed)
    assert lacking.status_code == 422
    assert "Say on what the answer to question 2 rests" in lacking.content.decode()
    typed["answers[1].facts"] = "Журнал № 7"
    assert assessor.post(path, typed).status_code == 302
    assert assessor.post(path, {"order": "confirm"}).status_code == 404
    draft = own.row.drafts.first()
    assert "Журнал № 7" not in exporter.get(path).content.decode()  # nobody has confirmed it
    page = certifier.get(path).content.decode()
    assert "Журнал № 7" in page
    empty = certifier.post(path, {"order": "back", "draft": str(draft.pk)})
    assert empty.status_code == 422
    assert certifier.post(path, {"order": "confirm", "draft": str(draft.pk)}).status_code == 302
    both(own.turns, own.partner)
    shown = exporter.get(path).content.decode()
    assert "Журнал № 7" in shown
    assert "Draft the answer" not in shown
    journey = exporter.get(reverse("journey", args=[own.subject]))
    assert "Request answered" in journey.content.decode()
    assert "Правил" in certifier.get(f"{path}/letter").content.decode()


def test_a_review_is_announced_and_ended_at_the_desk(own):
    certifier = client_of(User.objects.get(username="certifier"))
    path = f"/certification/{own.subject}/review"
    assert certifier.post(path, {"order": "review", "ends": "soon"}).status_code == 422
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    assert certifier.post(path, {"order": "review", "ends": day}).status_code == 302
    assert "looks into this certificate" in certifier.get(path).content.decode()
    assert certifier.post(path, {"order": "end"}).status_code == 302


def test_a_preference_is_restored_at_the_desk(customs, issue, turns, partner):
    client = client_of(User.objects.get(username="customs"))
    declared = customs.post("/recognition/declaration", issue.declaration("1")).data["id"]
    ground = {"subject": issue.subject, "ground": "goods_not_identifiable"}
    customs.post(f"/recognition/declaration/{declared}/refuse", ground)
    decision = Decision.objects.get()
    path = f"/requests/restore/{decision.pk}"
    assert path in client.get(f"/recognition/decision/{decision.pk}").content.decode()
    typed = {"order": "restore", "basis": "conditions_proved"}
    assert client.post(path, typed).status_code == 422
    typed |= {"document.number": "7", "document.date": "16.05.2026"}
    assert client.post(path, typed).status_code == 302
    assert "was restored on" in client.get(path).content.decode()
