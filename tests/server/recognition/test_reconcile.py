"""Two posts that worked each on its own: what they used comes together, and both are told."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin.recognition.intake import declaration_from_data
from certorigin.returns.utilisation import utilised
from certorigin.vocabulary.goods import DocumentReference
from certorigin_server.recognition.models import Decision, GoodsDeclaration, Recheck
from certorigin_server.recognition.queries import lines_on, reference_of
from certorigin_server.recognition.uses.queries import items_taken
from certorigin_server.recognition.uses.rechecks import causes_of, settle, to_recheck
from certorigin_server.recognition.uses.services import PostUse, reconcile
from certorigin_server.standing.queries import issued_act_of, standing_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.queries import central_customs_authority
from certorigin_server.users.rights import Role
from certorigin_server.web.work import tasks_for
from tests.server.factories import Api, client_of, make_organisation, make_user

pytestmark = pytest.mark.django_db

POSTS = ("east", "west")
SOUND = {
    "integrity": "sound",
    "issuer": "entitled",
    "registration": "registered",
    "standing": "valid",
    "freshness": "fresh",
    "match": "fits",
}
REPORT = {
    "at": "2026-05-20T09:00:00Z",
    "bottom_line": "recognised",
    "format": "certorigin-verification/v1",
    "parts": {
        name: {"code": f"{name}.{code}", "facts": {}, "outcome": "recognised"}
        for name, code in SOUND.items()
    },
}


@pytest.fixture
def centre():
    own = make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_user("centre", Role.CUSTOMS_OFFICER, organisation=own)


@pytest.fixture
def officers(centre):
    posts = [make_organisation(name, Organisation.Kind.CUSTOMS_POST) for name in POSTS]
    return [make_user(f"at-{post.slug}", Role.CUSTOMS_OFFICER, organisation=post) for post in posts]


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


def offline(issue, person, number, amount, **changes):
    """What a post keeps of a use while the line is down: it knows its own uses alone."""
    at = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    document = issue.declaration(number, amount=amount)
    issued, declared = issued_act_of(issue.subject), declaration_from_data(document)
    facts = {
        "declaration": DocumentReference(declared.number, declared.date),
        "post": person.organisation.name,
        "items": items_taken(lines_on(declared, reference_of(issued)), issued),
        "head_size": 2,
        "officer": person.officer_urn,
        "act_id": f"urn:uuid:{uuid.uuid4()}",
        "at": at,
        "issuer": central_customs_authority().urn,
    }
    act = utilised(standing_of(issue.subject, at=timezone.now()), **(facts | changes))
    return PostUse(document, act.to_document(), REPORT)


def brought(by, *uses):
    found = reconcile(uses=uses, by=by, at=timezone.now())
    return [one.state for one in found.outcomes], found.overused


def causes():
    return sorted((row.decision.act, row.cause) for row in Recheck.objects.all())


def test_what_two_posts_used_comes_together(centre, officers, issue):
    uses = [offline(issue, one, str(at), "300") for at, one in enumerate(officers, 1)]
    assert brought(centre, *uses) == (["recorded", "recorded"], {})
    assert [row.post.slug for row in GoodsDeclaration.objects.order_by("number")] == [*POSTS]
    assert not Recheck.objects.exists()
    first = Decision.objects.get(act=uses[0].act["id"])
    assert (first.decided_by, first.outcome) == (officers[0], "accepted")
    assert first.decided_at < timezone.now() - timedelta(hours=1)
    entry = TrailEntry.objects.filter(action="recognition.reconciled").first()
    assert (entry.actor, entry.subject) == ("centre", issue.subject)


def test_goods_used_twice_are_told_to_both_whoever_comes_first(centre, officers, issue):
    east, west = (offline(issue, one, str(at), "10000") for at, one in enumerate(officers, 1))
    states, overused = brought(officers[0], east)
    assert (states, overused) == (["recorded"], {})
    states, overused = brought(officers[1], west)
    (found,) = overused[issue.subject]
    assert (states, found.sequence, str(found.used.value)) == (["recorded"], 1, "20000")
    assert {act for act, _ in causes()} == {east.act["id"], west.act["id"]} == set(found.acts)
    for officer in officers:
        (decision,) = to_recheck(officer)
        assert [kind for kind, _, _ in causes_of(decision)] == ["Overused"]
        assert "web.task_recheck" in {task.what for task in tasks_for(officer, at=timezone.now())}
        page = client_of(officer).get(f"/recognition/decision/{decision.pk}").content.decode()
        assert "more was used of this certificate than it allows" in page


def test_a_use_from_before_an_annulment_is_told_though_that_was_set_aside(
    centre, officers, issue, partner, turns
):
    use = offline(issue, officers[0], "1", "300")
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = timezone.now()
    turns.follow(partner)
    assert settle(after=0, at=timezone.now() + timedelta(hours=2)) == (1, 0)
    assert brought(centre, use)[0] == ["recorded"]
    (decision,) = to_recheck(officers[0])
    assert [kind for kind, _, _ in causes_of(decision)] == ["Annulled"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_order_in_which_posts_come_back_changes_nothing(centre, officers, issue, order):
    plan = [(officers[0], "1", "7000"), (officers[1], "2", "7000"), (officers[0], "3", "7000")]
    ids = [f"urn:uuid:00000000-0000-4000-8000-00000000000{at}" for at in range(3)]
    uses = [offline(issue, *one, act_id=name) for one, name in zip(plan, ids, strict=True)]
    for at in order:
        brought(centre, uses[at])
    (one,) = {cause for _, cause in causes()}
    assert [act for act, cause in causes() if cause == one] == ids
    assert brought(centre, *uses)[0] == ["known"] * 3
    assert (Recheck.objects.count(), Decision.objects.count()) == (3, 3)


def test_who_was_at_the_desk_meanwhile_is_told_too(centre, officers, issue):
    east = Api(officers[0])
    use = offline(issue, officers[1], "9", "10000")
    row = east.post("/recognition/declaration", issue.declaration("8", amount="10000")).data
    path = f"/recognition/declaration/{row['id']}/accept"
    assert east.post(path, {"subject": issue.subject}).status == 201
    assert issue.subject in brought(centre, use)[1]
    (listed,) = east.get("/recognition/recheck").data
    assert [one["kind"] for one in listed["causes"]] == ["Overused"]
    late = east.post("/recognition/declaration", issue.declaration("10", amount="1")).data
    body = {"subject": issue.subject, "override": "x"}
    refused = east.post(f"/recognition/declaration/{late['id']}/accept", body)
    assert (refused.status, refused.data["code"]) == (409, "recognition.not_usable")


def refusal(by, use):
    (outcome,) = reconcile(uses=[use], by=by, at=timezone.now()).outcomes
    assert not Decision.objects.exists()
    assert not GoodsDeclaration.objects.exists()
    return outcome.state, outcome.code


def test_a_use_that_is_not_what_it_says_leaves_nothing(centre, officers, issue):
    own = officers[0]
    differs = ("refused", "reconcile.act_differs")
    for changes in (
        {"post": "Another post"},
        {"declaration": DocumentReference("other", timezone.localdate())},
        {"issuer": "urn:certorigin:body:BY:west"},
        {"at": timezone.now().replace(microsecond=0) + timedelta(hours=1)},
    ):
        assert refusal(centre, offline(issue, own, "1", "10", **changes)) == differs
    sound = offline(issue, own, "1", "10")
    more = offline(issue, own, "1", "20")
    assert refusal(centre, PostUse(more.document, sound.act, REPORT)) == differs
    assert refusal(centre, PostUse({}, sound.act, REPORT))[0] == "refused"
    assert refusal(centre, PostUse(sound.document, {}, REPORT))[0] == "refused"
    assert refusal(centre, PostUse(sound.document, sound.act, {}))[0] == "refused"
    line = REPORT | {"bottom_line": "refused"}
    malformed = ("refused", "report.malformed")
    assert refusal(centre, PostUse(sound.document, sound.act, line)) == malformed
    assert refusal(officers[1], sound) == ("refused", "reconcile.officer_unknown")
    nobody = offline(issue, own, "1", "10", officer="urn:certorigin:officer:BY:nobody")
    assert refusal(centre, nobody) == ("refused", "reconcile.officer_unknown")


def test_one_bad_use_stops_no_other(centre, officers, issue):
    bad = offline(issue, officers[0], "1", "10", post="Another post")
    good = offline(issue, officers[1], "2", "10")
    assert brought(centre, bad, good)[0] == ["refused", "recorded"]


def test_an_act_that_is_brought_with_other_words_is_refused(centre, officers, issue):
    name = f"urn:uuid:{uuid.uuid4()}"
    first = offline(issue, officers[0], "1", "10", act_id=name)
    other = offline(issue, officers[0], "2", "10", act_id=name)
    assert brought(centre, first)[0] == ["recorded"]
    (outcome,) = reconcile(uses=[other], by=centre, at=timezone.now()).outcomes
    assert (outcome.state, outcome.code) == ("refused", "reconcile.act_differs")


def test_a_declaration_that_is_here_is_not_registered_again(centre, officers, issue):
    use = offline(issue, officers[0], "1", "10")
    Api(officers[0]).post("/recognition/declaration", issue.declaration("1", amount="10"))
    assert brought(centre, use)[0] == ["recorded"]
    assert GoodsDeclaration.objects.get().version == 1
