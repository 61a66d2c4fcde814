"""Invited people, and traders with their first user: two administrators hold half a key each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certorigin.errors import FindingsError, RightError, StandingError, UnknownError
from certorigin_server.administration.models import Invitation, Proposal
from certorigin_server.users.models import User
from certorigin_server.users.queries import rights_of, roles_of
from certorigin_server.users.rights import Role
from tests.server.administration.hands import (
    PERSON,
    carried,
    codes,
    confirmed,
    grant,
    invited,
    proposed,
    taken,
)
from tests.server.factories import Api, make_body

pytestmark = pytest.mark.django_db


def test_an_invited_person_sets_a_password_once(anna, boris):
    make_body("minsk")
    word, code = invited(anna, boris, "person_added", **PERSON)
    assert not {word, code} & set(map(str, Invitation.objects.values_list().get()))
    client, path = Client(headers={"accept-language": "en"}), f"/welcome/{word}"
    assert "newcomer" in client.get(path).content.decode()
    typed = f" {code.lower().replace('-', ' ')}"
    poor = client.post(path, {"new": "short", "again": "short", "code": code})
    assert (poor.status_code, "too short" in poor.content.decode()) == (422, True)
    other = client.post(path, {"new": "one long secret", "again": "another secret", "code": code})
    assert other.status_code == 422
    fields = {"new": "one long secret", "again": "one long secret", "code": typed}
    assert client.post(path, fields)["Location"] == "/sign-in"
    assert client.get(path).status_code == client.post(path, fields).status_code == 404
    session = {"username": "newcomer", "password": "one long secret"}
    assert Api().post("/session", session).status == 200
    assert rights_of(User.objects.get(username="newcomer"), at=timezone.now()) == frozenset()


def test_neither_administrator_alone_can_come_in_as_the_person(anna, boris):
    """R14: who proposed has the link, who confirmed has the code, and one half opens nothing."""
    make_body("minsk")
    row = proposed(anna, "person_added", **PERSON)
    with pytest.raises(UnknownError):  # not in force yet
        taken(row, anna)
    code = confirmed(row, boris)
    with pytest.raises(RightError):
        taken(row, boris)
    word = taken(row, anna)
    with pytest.raises(StandingError) as again:  # once
        taken(row, anna)
    assert again.value.code == "invitation.taken"
    client, fields = Client(), {"new": "one long secret", "again": "one long secret"}
    for half in ("", word, code[:-1], "2222-2222-2222-2222"):
        answer = client.post(f"/welcome/{word}", fields | {"code": half})
        assert (answer.status_code, 'id="code"' in answer.content.decode()) == (422, True)
    assert client.post(f"/welcome/{code}", fields | {"code": code}).status_code == 404
    assert not User.objects.get(username="newcomer").has_usable_password()


def test_an_invitation_ends_by_itself_and_by_a_newer_one(anna, boris):
    make_body("minsk")
    old, _ = invited(anna, boris, "person_added", **PERSON)
    new, _ = invited(boris, anna, "person_invited", username="newcomer")
    client = Client()
    assert client.get(f"/welcome/{old}").status_code == 404
    assert client.get(f"/welcome/{new}").status_code == 200
    row = proposed(anna, "person_invited", username="newcomer")
    confirmed(row, boris)
    assert client.get(f"/welcome/{new}").status_code == 404
    Invitation.objects.filter(used=None).update(expires=timezone.now() - timedelta(seconds=1))
    with pytest.raises(UnknownError):
        taken(row, anna)


def test_the_pages_show_each_half_to_its_administrator(anna, boris):
    make_body("minsk")
    first, second = Client(headers={"accept-language": "en"}), Client()
    first.force_login(anna), second.force_login(boris)
    page = f"/administration/proposals/{proposed(anna, 'person_added', **PERSON).pk}"
    confirmer = second.post(page, {"order": "confirm"}).content.decode()
    assert 'id="code"' in confirmer
    assert "/welcome/" not in confirmer
    assert 'value="link"' not in second.get(page).content.decode()
    assert second.post(page, {"order": "link"}).status_code == 409
    assert page in first.get("/").content.decode()  # it waits in the work list
    assert 'value="link"' in first.get(page).content.decode()
    proposer = first.post(page, {"order": "link"}).content.decode()
    assert "/welcome/" in proposer
    assert 'id="code"' not in proposer
    assert first.post(page, {"order": "link"}).status_code == 409
    assert page not in first.get("/").content.decode()


# -- traders --------------------------------------------------------------------------------------

FIRST = {"username": "first", "first_name": "Анна", "last_name": "Кот", "language": "ru"}
WORKS = {"slug": "works", "name": "ООО «Завод»", "address": "Гродно, ул. Вторая, 2"}


@pytest.mark.parametrize("kind", ["trader", "natural-person"])
def test_a_trader_is_added_with_its_first_user_by_one_proposal(anna, boris, kind):
    row = proposed(anna, "organisation_added", kind=kind, **WORKS, **FIRST)
    assert row.subject == "works"
    assert confirmed(row, boris)
    word = taken(row, anna)
    user = User.objects.get(username="first")
    assert (user.organisation.slug, str(user.organisation.kind)) == ("works", kind)
    assert set(roles_of(user, at=timezone.now())) == {Role.EXPORTER}
    assert Client().get(f"/welcome/{word}").status_code == 200
    # More people of it are proposed like those of a body.
    more = {"first_name": "Б", "last_name": "В", "organisation": "works", "language": "ru"}
    carried(anna, boris, "person_added", username="second", **more)
    carried(anna, boris, "role_granted", **grant("second", Role.EXPORTER))
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "role_granted", **grant("second", Role.AUDITOR))
    assert ("administration.role_elsewhere", "role") in codes(refused)


def test_a_body_comes_without_people_and_a_first_user_is_named_in_full(anna, boris):
    post = WORKS | {"kind": "customs-post", "language": "ru"}
    assert carried(anna, boris, "organisation_added", **post) == ""
    with pytest.raises(FindingsError) as refused:
        proposed(anna, "organisation_added", **(post | FIRST | {"slug": "second-post"}))
    assert codes(refused) == {("administration.first_user_elsewhere", "username")}
    half = WORKS | {"kind": "trader", "slug": "half", "username": "anna"}
    with pytest.raises(FindingsError) as refused:
        proposed(boris, "organisation_added", **half)
    assert codes(refused) == {
        ("administration.missing", "first_name"),
        ("administration.missing", "last_name"),
        ("administration.name_taken", "username"),
    }


def test_the_page_offers_natural_persons_and_the_first_user(anna):
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    page = client.get("/administration/propose/organisation_added").content.decode()
    assert "Natural person" in page
    fields = WORKS | FIRST | {"kind": "natural-person"}
    assert client.post("/administration/propose/organisation_added", fields).status_code == 302
    assert "first" in Proposal.objects.get().after
