"""Administrators and people at the same moment: what one takes away, nobody else brings back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import FindingsError, StandingError
from certorigin_server.administration import invitations, services
from certorigin_server.administration.models import Invitation, Suspension
from certorigin_server.users.models import RoleGrant, User
from certorigin_server.users.queries import active_with
from certorigin_server.users.rights import Role
from certorigin_server.users.services import set_password
from tests.server.factories import make_assessor, make_body, make_user
from tests.server.race import Meanwhile, at_once

on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
)
for_real = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna():
    return make_user("anna", Role.ADMINISTRATOR, organisation=make_body("belcci"))


@pytest.fixture
def boris():
    return make_user("boris", Role.ADMINISTRATOR, organisation=make_body("belcci"))


def suspend(by):
    return services.suspend(username="assessor", reason="left", by=by, at=timezone.now())


@pytest.mark.django_db
def test_who_sets_a_password_while_being_suspended_stays_suspended(anna):
    as_read_before = make_assessor()
    suspend(anna)
    at, password = timezone.now(), "a long password of ten"
    set_password(user=as_read_before, password=password, by="assessor", at=at)
    person = User.objects.get(username="assessor")
    assert (person.is_active, person.check_password(password)) == (False, True)


@on_postgres
@for_real
def test_a_person_is_suspended_once(anna, boris, monkeypatch):
    make_assessor()
    other = Meanwhile(monkeypatch, services, "suspension_of", lambda: suspend(boris))
    suspend(anna)
    assert isinstance(other.outcome(), StandingError)
    assert Suspension.objects.count() == 1


@on_postgres
@for_real
def test_a_suspension_stands_though_a_change_of_the_person_is_confirmed_meanwhile(
    anna, boris, monkeypatch
):
    make_assessor()
    data = {"username": "assessor", "first_name": "О", "last_name": "С", "organisation": "minsk"}
    row = services.propose(kind="person_changed", data=data, by=anna, at=timezone.now())
    other = Meanwhile(monkeypatch, services, "_check", lambda: suspend(anna))
    services.confirm(proposal=row.pk, by=boris, at=timezone.now())
    assert isinstance(other.outcome(), Suspension)
    person = User.objects.get(username="assessor")
    assert (person.is_active, person.first_name) == (False, "О")


@on_postgres
@for_real
def test_of_many_who_decide_one_proposal_one_does(anna, boris):
    make_assessor()
    data = {"username": "assessor", "role": "auditor", "starts": timezone.localdate().isoformat()}
    row = services.propose(kind="role_granted", data=data, by=anna, at=timezone.now())
    acts = [
        lambda: services.confirm(proposal=row.pk, by=boris, at=timezone.now()),
        lambda: services.refuse(proposal=row.pk, remark="no", by=boris, at=timezone.now()),
        lambda: services.take_back(proposal=row.pk, by=anna, at=timezone.now()),
    ]
    outcomes = at_once(acts)
    assert sum(isinstance(one, StandingError) for one in outcomes) == 2
    row.refresh_from_db()
    granted = RoleGrant.objects.filter(user__username="assessor", role="auditor").exists()
    assert granted == (row.outcome == "confirmed")


@pytest.mark.django_db
def test_who_waited_for_another_withdrawal_sees_it_though_he_asked_before(anna, boris):
    third = make_user("third", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    at = timezone.now()
    rows = [
        services.propose(
            kind="role_withdrawn", data={"username": name, "role": "administrator"}, by=third, at=at
        )
        for name in ("anna", "boris")
    ]
    services.confirm(proposal=rows[0].pk, by=boris, at=at + timedelta(seconds=2))
    with pytest.raises(FindingsError):
        services.confirm(proposal=rows[1].pk, by=anna, at=at)
    assert set(active_with(Role.ADMINISTRATOR, at=at + timedelta(minutes=1))) == {boris, third}


@on_postgres
@for_real
def test_an_invitation_is_taken_and_used_once(anna, boris):
    make_assessor()
    data = {"username": "assessor"}
    row = services.propose(kind="person_invited", data=data, by=anna, at=timezone.now())
    code = services.confirm(proposal=row.pk, by=boris, at=timezone.now())
    take = lambda: invitations.take_link(proposal=row.pk, by=anna, at=timezone.now())  # noqa: E731
    words = [one for one in at_once([take] * 3) if isinstance(one, str)]
    assert len(words) == 1

    def accept(number):
        return lambda: invitations.accept_invitation(
            word=words[0], code=code, password=f"a long password {number}", at=timezone.now()
        )

    used = [one for one in at_once([accept(1), accept(2)]) if isinstance(one, User)]
    assert len(used) == 1
    assert Invitation.objects.get().used is not None
