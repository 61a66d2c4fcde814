"""Customs decides: accepts what the report carries, refuses on the closed list, and never twice."""

import orjson
import pytest
from django.db import IntegrityError, transaction

from certorigin_server.mirror.models import FollowedLog
from certorigin_server.recognition.models import Decision, GoodsDeclaration
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server import partner as az
from tests.server.factories import (
    Api,
    make_auditor,
    make_customs_officer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    """The central customs authority, in whose name the answers travel back."""
    return make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)


@pytest.fixture
def api(authority):
    return Api(make_customs_officer())


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


def register(api, document):
    answer = api.post("/recognition/declaration", document)
    assert answer.status == 201, answer.data
    return f"/recognition/declaration/{answer.data['id']}"


def examined(api, path):
    (found,) = api.get(f"{path}/examination").data["certificates"]
    return found


# -- declarations ---------------------------------------------------------------------------------


def test_a_declaration_is_registered_and_shown_as_it_was_lodged(api, issue):
    document = issue.declaration()
    path = register(api, document)
    shown = api.get(path).data
    assert shown["document"] == document
    assert shown["post"] == "post"
    assert [one["id"] for one in api.get("/recognition/declaration").data["declarations"]] == [
        shown["id"]
    ]
    assert api.get("/recognition/declaration", page="2").data == {"declarations": []}
    entry = TrailEntry.objects.get(action="recognition.declaration_registered")
    assert (entry.actor, entry.subject, entry.facts) == ("customs", shown["id"], "{}")


def test_number_and_day_are_registered_once(api, issue):
    register(api, issue.declaration())
    answer = api.post("/recognition/declaration", issue.declaration())
    assert (answer.status, answer.data["code"]) == (409, "declaration.already_registered")
    assert answer.data["facts"] == {"number": "06533/1"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"number": "x" * 61}, 413),
        ({"items": []}, 400),
        ({"items": [1]}, 400),
        ({"more": "1"}, 400),
        ({"number": 7}, 400),
        ({"date": "2026-02-30"}, 400),
        ({"importer": None}, 400),
    ],
)
def test_what_is_no_declaration_is_not_registered(api, issue, change, status):
    answer = api.post("/recognition/declaration", issue.declaration() | change)
    assert answer.status == status, answer.data
    assert not GoodsDeclaration.objects.exists()


def test_who_belongs_nowhere_lodges_nothing(issue):
    stray = Api(make_user("stray", Role.CUSTOMS_OFFICER))
    answer = stray.post("/recognition/declaration", issue.declaration())
    assert (answer.status, answer.data["code"]) == (403, "right.missing")


def test_another_posts_declaration_does_not_exist(api, issue):
    path = register(api, issue.declaration())
    other = make_organisation("other-post", Organisation.Kind.CUSTOMS_POST)
    stranger = Api(make_user("stranger", Role.CUSTOMS_OFFICER, organisation=other))
    body = {"subject": issue.subject, "ground": "goods_not_identifiable"}
    answers = [
        stranger.get(path),
        stranger.get(f"{path}/examination"),
        stranger.get(f"{path}/decisions"),
        stranger.post(f"{path}/accept", {"subject": issue.subject}),
        stranger.post(f"{path}/refuse", body),
    ]
    assert {(one.status, one.data["code"]) for one in answers} == {(404, "declaration.unknown")}
    assert stranger.get("/recognition/declaration").data == {"declarations": []}


# -- examination ----------------------------------------------------------------------------------


def test_a_certificate_that_fits_is_recognised(api, issue):
    found = examined(api, register(api, issue.declaration()))
    assert (found["subject"], found["bottom_line"], found["reason"]) == (
        issue.subject,
        "recognised",
        "",
    )
    assert found["report"]["parts"]["match"]["code"] == "match.fits"
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()


@pytest.mark.parametrize("spelling", ["AZBY-6001-000001", "AZBY/6001/000001"])
def test_a_number_is_found_however_it_is_spelt(api, issue, spelling):
    path = register(api, issue.declaration(cite=spelling))
    assert examined(api, path)["bottom_line"] == "recognised"
    answer = api.post(f"{path}/accept", {"subject": issue.subject})
    assert answer.status == 201, answer.data
    (use,) = orjson.loads(Decision.objects.get().items)
    assert use == {"sequence": "1", "quantity": {"value": "13500", "unit": "LTR"}}


def test_a_certificate_that_is_not_here_is_undetermined_and_no_ground_to_refuse(api, issue):
    path = register(api, issue.declaration(cite="AZBY6001000009"))
    found = examined(api, path)
    assert (found["bottom_line"], found["reason"]) == ("undetermined", "recognition.not_in_mirror")
    assert (found["subject"], found["report"]) == ("", {})
    body = {"subject": "urn:certorigin:certificate:AZ-1:AZBY6001000009", "ground": "not_issued"}
    answer = api.post(f"{path}/refuse", body)
    assert (answer.status, answer.data["code"]) == (404, "certificate.unknown")


def test_a_mirror_that_cannot_be_read_is_undetermined(api, issue, folder):
    path = register(api, issue.declaration())
    (folder / "mirror" / "AZ-1" / "AZ-BY" / "CIS-2009" / "2026" / "checkpoint").unlink()
    found = examined(api, path)
    assert (found["bottom_line"], found["reason"]) == ("undetermined", "log.file_missing")
    body = {"subject": issue.subject, "ground": "goods_not_identifiable"}
    assert api.post(f"{path}/refuse", body).status == 404
    assert not Decision.objects.exists()


def test_a_head_too_old_is_undetermined(api, partner, turns, clock):
    clock.now -= az.timedelta(days=2)
    partner.logs["2026"].close()
    (partner.folder / "log" / "2026").rename(partner.folder / "young")
    partner.open_term("2026")
    made = partner.issue()
    turns.follow(partner)
    found = examined(api, register(api, made.declaration()))
    assert found["report"]["parts"]["freshness"]["code"] == "freshness.stale"
    assert found["bottom_line"] == "undetermined"


def test_an_act_that_may_yet_count_leaves_the_standing_open(api, issue, partner, turns):
    """An annulment by a key that no list names yet: neither valid nor annulled."""
    partner.enter(issue.annulment(turns.clock(), "nobody"))
    turns.follow(partner)
    found = examined(api, register(api, issue.declaration()))
    assert found["report"]["parts"]["standing"]["code"] == "standing.undecided"
    assert found["bottom_line"] == "undetermined"


def test_a_certificate_of_a_closed_term_is_as_fresh_as_the_term_that_goes_on(
    api, partner, turns, clock
):
    clock.now -= az.timedelta(days=2)
    partner.logs["2026"].close()
    (partner.folder / "log" / "2026").rename(partner.folder / "young")
    partner.open_term("2026")
    made = partner.issue()
    partner.close_term("2026", az.origin_of("AZ-1", "2027"))
    turns.follow(partner)
    path = register(api, made.declaration())
    assert examined(api, path)["report"]["parts"]["freshness"]["code"] == "freshness.stale"
    clock.now += az.timedelta(days=2)
    partner.open_term("2027", "2026")
    turns.follow(partner)
    found = examined(api, path)
    assert found["report"]["parts"]["freshness"]["code"] == "freshness.fresh"
    assert found["bottom_line"] == "recognised"


# -- accepting ------------------------------------------------------------------------------------


def test_an_acceptance_is_kept_with_its_report_and_head(api, issue):
    path = register(api, issue.declaration())
    answer = api.post(f"{path}/accept", {"subject": issue.subject})
    assert answer.status == 201, answer.data
    data = answer.data
    assert (data["outcome"], data["ground"], data["override"]) == ("accepted", "", "")
    assert (data["head_origin"], data["head_size"]) == (az.origin_of("AZ-1"), "2")
    assert data["report"]["bottom_line"] == "recognised"
    assert api.get(f"{path}/decisions").data == [data]
    entry = TrailEntry.objects.get(action="recognition.accepted")
    assert orjson.loads(entry.facts) == {
        "bottom_line": "recognised",
        "declaration": data["declaration"],
    }
    again = api.post(f"{path}/accept", {"subject": issue.subject})
    assert (again.status, again.data["code"]) == (409, "recognition.already_decided")
    assert find_broken_link() is None


def test_what_is_not_recognised_needs_a_reason_that_is_recorded(api, issue):
    document = issue.declaration()
    document["exporter"] = {"name": "ЗАО «Хлопок»", "address": "Баку", "country": "AZ"}
    path = register(api, document)
    for nothing in ("", "   "):
        answer = api.post(f"{path}/accept", {"subject": issue.subject, "override": nothing})
        assert (answer.status, answer.data["code"]) == (422, "recognition.reason_needed")
        assert answer.data["findings"]
    reason = "the seller was renamed, extract from the register presented"
    answer = api.post(f"{path}/accept", {"subject": issue.subject, "override": reason})
    assert answer.status == 201, answer.data
    assert Decision.objects.get().override == reason
    entry = TrailEntry.objects.get(action="recognition.accepted")
    assert orjson.loads(entry.facts)["override"] == reason


def test_a_reason_has_an_end(api, issue):
    path = register(api, issue.declaration())
    body = {"subject": issue.subject, "override": "x" * 1001}
    assert api.post(f"{path}/accept", body).status == 400


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": "20000"}, "match.quantity_exceeds"),
        ({"item": "2"}, "match.item_unknown"),
        ({"unit": "C62"}, "match.units_differ"),
    ],
)
def test_no_reason_accepts_what_can_not_be_counted(api, issue, change, reason):
    document = issue.declaration(amount=change.get("amount"))
    line = document["items"][0]
    if "item" in change:
        line["certificate"] = line["certificate"] | {"item": "2"}
    if "unit" in change:
        line["quantity"] = {"value": "10", "unit": "C62"}
    path = register(api, document)
    answer = api.post(f"{path}/accept", {"subject": issue.subject, "override": "I want to"})
    assert (answer.status, answer.data["code"]) == (409, "recognition.not_usable")
    assert answer.data["facts"] == {"reason": reason}
    assert not Decision.objects.exists()


def test_what_is_annulled_is_accepted_for_no_reason(api, issue, partner, turns):
    partner.enter(issue.annulment(turns.clock()))
    turns.follow(partner)
    path = register(api, issue.declaration())
    assert examined(api, path)["report"]["parts"]["standing"]["code"] == "standing.annulled"
    answer = api.post(f"{path}/accept", {"subject": issue.subject, "override": "please"})
    assert (answer.status, answer.data["facts"]) == (409, {"reason": "standing.annulled"})


def test_a_declaration_decides_only_about_what_it_cites(api, issue, partner, turns):
    other = partner.issue("AZBY6001000002")
    turns.follow(partner)
    path = register(api, issue.declaration())
    accept = api.post(f"{path}/accept", {"subject": other.subject, "override": "why not"})
    refuse = api.post(
        f"{path}/refuse", {"subject": other.subject, "ground": "goods_not_identifiable"}
    )
    for answer in (accept, refuse):
        assert (answer.status, answer.data["code"]) == (409, "recognition.not_cited")


def test_lines_on_one_item_are_taken_together(api, issue):
    document = issue.declaration(amount="5000")
    second = document["items"][0] | {"sequence": "2", "quantity": {"value": "40", "unit": "HLT"}}
    document["items"].append(second)
    path = register(api, document)
    answer = api.post(f"{path}/accept", {"subject": issue.subject, "override": "two lots"})
    assert answer.status == 201, answer.data
    (use,) = orjson.loads(Decision.objects.get().items)
    assert use == {"sequence": "1", "quantity": {"value": "9000", "unit": "LTR"}}


def test_uses_of_other_posts_count_before_their_acts_have_travelled(api, issue):
    first = register(api, issue.declaration("1", amount="10000"))
    assert api.post(f"{first}/accept", {"subject": issue.subject}).status == 201
    second = register(api, issue.declaration("2", amount="10000"))
    assert examined(api, second)["bottom_line"] == "refused"
    answer = api.post(f"{second}/accept", {"subject": issue.subject, "override": "please"})
    assert answer.data["facts"] == {"reason": "match.quantity_exceeds"}
    third = register(api, issue.declaration("3", amount="3500"))
    assert api.post(f"{third}/accept", {"subject": issue.subject}).status == 201


# -- refusing -------------------------------------------------------------------------------------


def test_a_refusal_names_a_ground_of_the_closed_list(api, issue):
    path = register(api, issue.declaration(amount="20000"))
    remark = "число мест не сходится"
    body = {"subject": issue.subject, "ground": "goods_not_identifiable", "remark": remark}
    answer = api.post(f"{path}/refuse", body)
    assert answer.status == 201, answer.data
    assert (answer.data["outcome"], answer.data["ground"]) == ("refused", body["ground"])
    assert Decision.objects.get().remark == remark
    entry = TrailEntry.objects.get(action="recognition.refused")
    assert orjson.loads(entry.facts)["ground"] == body["ground"]
    assert remark not in entry.facts


@pytest.mark.parametrize(
    ("ground", "status", "code"),
    [
        ("because", 404, "ground.unknown"),
        ("", 404, "ground.unknown"),
        ("not_issued", 409, "refusal.ground_not_in_phase"),
        ("erasures", 409, "refusal.ground_of_paper"),
    ],
)
def test_a_ground_that_can_not_be_is_refused(api, issue, ground, status, code):
    path = register(api, issue.declaration())
    answer = api.post(f"{path}/refuse", {"subject": issue.subject, "ground": ground})
    assert (answer.status, answer.data["code"]) == (status, code)
    assert not Decision.objects.exists()


# -- what stands ----------------------------------------------------------------------------------


def test_an_annulment_that_comes_later_rewrites_no_decision(api, issue, partner, turns):
    path = register(api, issue.declaration())
    decided = api.post(f"{path}/accept", {"subject": issue.subject}).data
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC) - az.timedelta(seconds=5)
    turns.follow(partner)
    assert api.get(f"{path}/decisions").data == [decided]
    assert examined(api, path)["report"]["parts"]["standing"]["code"] == "standing.annulled"


@pytest.mark.parametrize("column", ["outcome", "report", "items", "document", "override"])
def test_the_database_refuses_to_change_a_decision(api, issue, column):
    path = register(api, issue.declaration())
    api.post(f"{path}/accept", {"subject": issue.subject})
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(**{column: "{}"})


def test_the_database_refuses_to_change_or_delete_a_declaration(api, issue):
    register(api, issue.declaration())
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsDeclaration.objects.update(document="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsDeclaration.objects.all()._raw_delete("default")


def test_without_a_central_authority_nothing_can_be_told_and_nothing_is_decided(issue):
    api = Api(make_customs_officer())
    path = register(api, issue.declaration())
    answer = api.post(f"{path}/accept", {"subject": issue.subject})
    assert (answer.status, answer.data["code"]) == (404, "organisation.unknown")
    assert not Decision.objects.exists()


def test_an_auditor_reads_and_does_not_decide(api, issue):
    path = register(api, issue.declaration())
    auditor = Api(make_auditor(body="belcci"))
    assert auditor.get(path).status == 200
    assert auditor.post(f"{path}/accept", {"subject": issue.subject}).status == 403
    assert FollowedLog.objects.exists()
