"""Rights change by two administrators: one proposes, another one puts it in force."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from certorigin.errors import FindingsError, RightError, StandingError
from certorigin_server.administration import services
from certorigin_server.administration.models import OpenSession, Proposal, Suspension
from certorigin_server.administration.queries import suspension_of
from certorigin_server.administration.rescue import appoint_administrator
from certorigin_server.administration.sessions import note_session
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import AccessToken, Organisation, RoleGrant
from certorigin_server.users.queries import rights_of, roles_of
from certorigin_server.users.rights import Right, Role
from tests.server.administration.hands import PERSON, carried, codes, confirmed, grant, proposed
from tests.server.factories import Api, make_assessor, make_body, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_a_role_is_in_force_once_another_administrator_says_so(anna, boris):
    user = make_assessor()
    row = proposed(anna, "role_granted", **grant("assessor"))
    assert Role.AUDITOR not in roles_of(user, at=timezone.now())
    confirmed(row, boris)
    now = timezone.now()
    assert Role.AUDITOR in roles_of(user, at=now)
    # Nothing is granted for the past, though the day began hours ago.
    assert RoleGrant.objects.get(user=user, role="auditor").starts > now - timedelta(minutes=1)
    row.refresh_from_db()
    assert (row.outcome, row.decided_by) == ("confirmed", boris)
    assert find_broken_link() is None
    told = set(TrailEntry.objects.values_list("action", "actor"))
    assert {("administration.proposed", "anna"), ("administration.confirmed", "boris")} <= told


def test_nobody_confirms_or_refuses_what_they_proposed(anna, boris):
    make_assessor()
    row = proposed(anna, "role_granted", **grant("assessor"))
    for act in (services.confirm, services.refuse):
        with pytest.raises(RightError) as refused:
            act(proposal=row.pk, remark="yes", by=anna, at=timezone.now())
        assert refused.value.code == "administration.four_eyes"
    assert not RoleGrant.objects.filter(role="auditor").exists()


def test_the_database_itself_wants_two_people(anna):
    make_assessor()
    row = proposed(anna, "role_granted", **grant("assessor"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(
            outcome="confirmed", decided_by=anna, decided_at=timezone.now()
        )


@pytest.mark.parametrize("kind", ["role_granted", "role_withdrawn", "person_changed"])
def test_nobody_has_a_hand_in_their_own_rights(anna, boris, kind):
    data = {"role_granted": grant("boris"), "role_withdrawn": {"role": "administrator"}}
    change = {"username": "boris", "organisation": "belcci", "first_name": "B", "last_name": "B"}
    data = data.get(kind, change) | {"username": "boris"}
    with pytest.raises(RightError) as refused:
        proposed(boris, kind, **data)
    assert refused.value.code == "administration.for_oneself"
    third = make_user("third", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    row = proposed(anna, kind, **data)
    with pytest.raises(RightError):
        confirmed(row, boris)
    confirmed(row, third)


def test_two_administrators_always_stay(anna, boris):
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "role_withdrawn", username="boris", role="administrator")
    assert codes(refused) == {("administration.last_administrators", "role")}
    make_user("third", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    assert proposed(anna, "role_withdrawn", username="boris", role="administrator")


def test_what_changed_meanwhile_is_not_put_in_force(anna, boris):
    make_assessor()
    names = {"username": "assessor", "first_name": "О", "organisation": "minsk"}
    first = proposed(anna, "person_changed", last_name="Кот", **names)
    second = proposed(anna, "person_changed", last_name="Лис", **names)
    confirmed(first, boris)
    with pytest.raises(StandingError) as refused:
        confirmed(second, boris)
    assert refused.value.code == "administration.overtaken"
    with pytest.raises(StandingError) as refused:
        confirmed(first, boris)
    assert refused.value.code == "administration.decided"


def test_one_change_is_proposed_once_at_a_time(anna, boris):
    make_assessor()
    change = {"username": "assessor", "role": "assessing_officer"}
    row = proposed(anna, "role_withdrawn", **change)
    for again in (anna, boris):
        with pytest.raises(FindingsError) as refused:
            proposed(again, "role_withdrawn", **change)
        assert codes(refused) == {("administration.proposed_already", "")}
    services.refuse(proposal=row.pk, remark="not now", by=boris, at=timezone.now())
    assert proposed(boris, "role_withdrawn", **change)


def test_nothing_that_was_typed_is_cut(anna, boris):
    make_assessor()
    row = proposed(anna, "role_granted", **grant("assessor"))
    long, at = "x" * 1_001, timezone.now()
    acts = {
        "remark": (
            lambda: services.refuse(proposal=row.pk, remark=long, by=boris, at=at),
            lambda: services.confirm(proposal=row.pk, remark=long, by=boris, at=at),
            lambda: services.propose(
                kind="person_invited", data={"username": "assessor"}, remark=long, by=anna, at=at
            ),
        ),
        "reason": (lambda: services.suspend(username="assessor", reason=long, by=anna, at=at),),
    }
    for place, wrong in acts.items():
        for act in wrong:
            with pytest.raises(FindingsError) as refused:
                act()
            assert codes(refused) == {("administration.too_long", place)}
    row.refresh_from_db()
    assert row.outcome is None
    make_body("minsk")
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "person_added", **(PERSON | {"first_name": "x" * 151}))
    assert codes(refused) == {("administration.too_long", "first_name")}
    page = Client(headers={"accept-language": "en"})
    page.force_login(boris)
    told = page.post(f"/administration/proposals/{row.pk}", {"order": "refuse", "remark": long})
    assert (told.status_code, long in told.content.decode()) == (422, True)


def test_everything_against_a_change_is_told_at_once(anna):
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "person_added", username="A B", organisation="nowhere", language="xx")
    assert codes(refused) == {
        ("administration.missing", "first_name"),
        ("administration.missing", "last_name"),
        ("administration.name_misshaped", "username"),
        ("organisation.unknown", "organisation"),
        ("administration.not_a_choice", "language"),
    }
    make_assessor()
    past = grant("assessor", Role.EXPORTER, ends="2020-01-01")
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "role_granted", **past)
    assert codes(refused) == {
        ("administration.role_elsewhere", "role"),
        ("administration.period_crosswise", "ends"),
    }
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("role", "slug", "fits"),
    [
        (Role.EXPORTER, "trader", True),
        (Role.AUDITOR, "trader", False),
        (Role.ADMINISTRATOR, "trader", False),
        (Role.CUSTOMS_OFFICER, "minsk", False),
        (Role.CERTIFYING_OFFICER, "gtk", False),
        (Role.CUSTOMS_OFFICER, "gtk", True),
        (Role.CERTIFYING_OFFICER, "minsk", True),
    ],
)
def test_a_role_fits_the_place_of_work(anna, role, slug, fits):
    make_organisation("trader"), make_body("minsk")
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    make_user("olga", organisation=Organisation.objects.get(slug=slug))
    if fits:
        assert proposed(anna, "role_granted", **grant("olga", role))
        return
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "role_granted", **grant("olga", role))
    assert codes(refused) == {("administration.role_elsewhere", "role")}


def test_bodies_come_and_change_with_four_eyes(anna, boris):
    facts = {"kind": "authorised-body", "slug": "gomel", "name": "Гомель", "address": "Гомель, 1"}
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "organisation_added", **facts)
    assert codes(refused) == {("administration.grammar_missing", "number_grammar")}
    carried(anna, boris, "organisation_added", **facts, number_grammar="{serial6}", parent="belcci")
    body = Organisation.objects.get(slug="gomel")
    assert (body.parent.slug, body.state) == ("belcci", "BY")
    change = {"slug": "gomel", "name": "Гомель", "address": "Гомель, 2"}
    carried(anna, boris, "organisation_changed", **change, number_grammar="{serial6}")
    body.refresh_from_db()
    assert (body.address, str(body.kind), body.parent.slug) == (
        "Гомель, 2",
        "authorised-body",
        "belcci",
    )


def test_one_suspends_at_once_and_two_restore(anna, boris):
    user = make_assessor()
    api, client = Api(user), Client()
    client.force_login(user)
    note_session(key=client.session.session_key, user=user, browser="x", at=timezone.now())
    with pytest.raises(FindingsError):
        services.suspend(username="assessor", reason=" ", by=anna, at=timezone.now())
    services.suspend(username="assessor", reason="lost card", by=anna, at=timezone.now())
    assert api.get("/me").status == 401
    assert client.get("/").status_code == 302
    assert not OpenSession.objects.filter(user=user).exists()
    with pytest.raises(StandingError):
        services.suspend(username="assessor", reason="again", by=boris, at=timezone.now())
    row = proposed(anna, "person_restored", username="assessor")
    user.refresh_from_db()
    assert not user.is_active
    confirmed(row, boris)
    user.refresh_from_db()
    assert user.is_active
    assert Suspension.objects.get().restored_by == row
    assert api.get("/me").status == 401  # what was open stays ended
    assert Api(user).get("/me").status == 200


def test_nobody_suspends_themselves(anna):
    with pytest.raises(RightError):
        services.suspend(username="anna", reason="x", by=anna, at=timezone.now())


def test_a_right_that_is_taken_ends_sessions_and_tokens(anna, boris):
    user = make_assessor()
    api, client = Api(user), Client()
    client.force_login(user)
    key = client.session.session_key
    note_session(key=key, user=user, browser="x", at=timezone.now())
    row = proposed(anna, "role_withdrawn", username="assessor", role="assessing_officer")
    assert api.get("/me").status == 200
    confirmed(row, boris)
    assert api.get("/me").status == 401
    assert not Session.objects.filter(session_key=key).exists()
    assert AccessToken.objects.filter(user=user, revoked=None).count() == 0
    assert Right.ASSESSMENT_DECIDE not in rights_of(user, at=timezone.now())


@pytest.mark.parametrize("column", ["kind", "subject", "before", "after", "remark"])
def test_what_was_proposed_never_changes(anna, column):
    make_assessor()
    proposed(anna, "role_granted", **grant("assessor"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(**{column: "other"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.all().delete()


def test_the_machine_interface_does_the_same(anna, boris):
    make_assessor()
    first, second = Api(anna), Api(boris)
    row = first.post(
        "/administration/proposal", {"kind": "role_granted", "data": grant("assessor")}
    )
    assert row.status == 201
    path = f"/administration/proposal/{row.data['id']}"
    assert first.post(f"{path}/confirm", {}).status == 403
    assert second.get("/administration/proposal").data[0]["after"]["role"] == "auditor"
    assert second.post(f"{path}/confirm", {}).data["proposal"]["outcome"] == "confirmed"
    person = first.get("/administration/people/assessor").data
    assert {one["role"] for one in person["grants"]} == {"assessing_officer", "auditor"}
    stopped = first.post("/administration/people/assessor/suspend", {"reason": "left"}).data
    assert (stopped["is_active"], bool(stopped["suspended"])) == (False, True)
    back = first.post(
        "/administration/proposal", {"kind": "person_restored", "data": {"username": "assessor"}}
    )
    assert first.post(f"/administration/proposal/{back.data['id']}/take-back").status == 200
    assert first.post("/administration/proposal", {"kind": "x", "data": {}}).status == 400


def test_the_pages_lead_from_a_proposal_to_its_confirmation(anna, boris):
    make_assessor()
    first, second = Client(headers={"accept-language": "en"}), Client()
    first.force_login(anna), second.force_login(boris)
    path = "/administration/propose/role_granted?username=assessor"
    assert 'value="assessor"' in first.get(path).content.decode()
    empty = first.post(path, {"username": "assessor", "role": "", "starts": "32.13.2026"})
    assert empty.status_code == 422
    assert "32.13.2026" in empty.content.decode()
    assert first.post(path, grant("assessor"))["Location"] == "/administration/"
    home = first.get("/administration/").content.decode()
    (link,) = set(re.findall(r'href="(/administration/proposals/[^"]+)"', home))
    own = first.get(link).content.decode()
    assert 'value="take_back"' in own
    assert 'value="confirm"' not in own
    assert first.post(link, {"order": "confirm"}).status_code == 409
    assert "administration/proposals" in second.get("/").content.decode()
    assert second.post(link, {"order": "refuse", "remark": ""}).status_code == 422
    assert second.post(link, {"order": "confirm"})["Location"] == link
    assert RoleGrant.objects.filter(user__username="assessor", role="auditor").exists()
    for page in ("people?name=assess", "people/assessor", "bodies", "bodies/minsk"):
        assert first.get(f"/administration/{page}").status_code == 200


def test_an_operator_appoints_an_administrator_only_while_two_are_not_there(anna, boris):
    at = timezone.now()
    with pytest.raises(StandingError) as refused:
        appoint_administrator(username="boris", by="Igor", at=at)
    assert refused.value.code == "administration.enough"
    services.suspend(username="boris", reason="by mistake", by=anna, at=at)
    appoint_administrator(username="boris", by="Igor", at=at)
    boris.refresh_from_db()
    assert boris.is_active
    assert suspension_of(boris) is None
    assert boris.grants.count() == 1  # the role was there still
    told = TrailEntry.objects.get(action="administration.appointed")
    assert (told.actor, told.subject) == ("operator: Igor", "boris")
    services.suspend(username="boris", reason="again", by=anna, at=at)
    assessor = make_assessor()
    appoint_administrator(username="assessor", by="Igor", at=timezone.now())
    assert Role.ADMINISTRATOR in roles_of(assessor, at=timezone.now())
