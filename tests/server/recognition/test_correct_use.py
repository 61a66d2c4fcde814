"""An amended declaration corrects the use that was recorded before; the other state is told."""

import pytest
from django.utils import timezone

from certorigin.standing.fold import fold
from certorigin_server.recognition.models import Decision, Recheck, UseCorrection
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.recognition.uses.rechecks import to_recheck
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from tests.server.factories import Api, client_of, make_organisation, make_user
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(officer, issue):
    """An acceptance of 500 whose declaration was amended to 300 afterwards."""
    api = Api(officer)
    row = api.post("/recognition/declaration", issue.declaration("1", amount="500")).data
    path = f"/recognition/declaration/{row['id']}/accept"
    assert api.post(path, {"subject": issue.subject}).status == 201
    amended = issue.declaration("1", amount="300")
    api.post(f"/recognition/declaration?amends={row['id']}", amended)
    return Decision.objects.get()


def balance(api, issue):
    """What the desk says is used, as the next declaration sees it."""
    row = api.post("/recognition/declaration", issue.declaration("2", amount="1")).data
    (found,) = api.get(f"/recognition/declaration/{row['id']}/examination").data["certificates"]
    return found["report"]["match"]["items"][0]["used"]["value"]


def correct(client, decision, reason="declaration_amended", remark="Уточнено"):
    body = {"order": "correct", "reason": reason, "remark": remark}
    return client.post(f"/recognition/decision/{decision.pk}/correct", body)


def test_the_use_becomes_what_the_amended_declaration_says(
    client, officer, accepted, issue, partner, turns
):
    assert to_recheck(officer).count() == 1
    page = client.get(f"/recognition/decision/{accepted.pk}").content.decode()
    assert f"/recognition/decision/{accepted.pk}/correct" in page
    asked = client.get(f"/recognition/decision/{accepted.pk}/correct").content.decode()
    assert "1: 300" in asked
    assert correct(client, accepted).status_code == 302
    assert balance(Api(officer), issue) == "300"
    made = UseCorrection.objects.get()
    assert (made.reason, made.corrected_by) == ("declaration_amended", officer)
    assert not to_recheck(officer).exists()
    assert Recheck.objects.get().noted_by == officer
    shown = client.get(f"/recognition/decision/{accepted.pk}").content.decode()
    assert "The declaration was amended" in shown
    entry = TrailEntry.objects.get(action="recognition.use_corrected")
    assert "300" not in entry.facts
    turns.give_back()
    turns.publish()
    kinds = set(RegisteredAct.objects.filter(origin=OURS).values_list("kind", flat=True))
    assert {"Utilised", "UseCorrected"} <= kinds
    assert SealedAct.objects.get(kind="UseCorrected").pk == made.act
    partner.follow(OURS)
    turns.clock.now = timezone.now().replace(microsecond=0)
    turns.follow(partner)
    acts = {one.act.id: one for one in acts_and_decisions(issue.subject, at=timezone.now())}
    assert {accepted.act, made.act} <= set(acts)
    assert balance_after(issue) == "300"


def balance_after(issue):
    at = timezone.now()
    standing = fold(acts_and_decisions(issue.subject, at=at), subject=issue.subject, at=at)
    return str(standing.used_of(1).value)


def test_goods_that_were_not_released_give_all_of_it_back(client, accepted, issue):
    assert correct(client, accepted, "goods_not_released").status_code == 302
    assert balance_after(issue) == "0"


def test_what_can_not_be_corrected_is_told_and_nothing_is_lost(client, accepted):
    answer = correct(client, accepted, reason="", remark="Подробности")
    assert answer.status_code == 422
    assert "Подробности" in answer.content.decode()
    assert correct(client, accepted).status_code == 302
    twice = correct(client, accepted)
    assert twice.status_code == 422
    assert "nothing to correct" in twice.content.decode()
    assert UseCorrection.objects.count() == 1


def test_another_posts_use_does_not_exist(accepted):
    other = make_organisation("other-post", Organisation.Kind.CUSTOMS_POST)
    stranger = client_of(make_user("stranger", "customs_officer", organisation=other))
    assert correct(stranger, accepted).status_code == 404
    assert not UseCorrection.objects.exists()
