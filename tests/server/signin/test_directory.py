"""The institution's directory: who comes in, with which roles, and what is not believed."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from joserfc.jwk import ECKey, OctKey

from certorigin_server.settings.sign_in import DirectorySettings
from certorigin_server.signin.models import DirectoryIdentity
from certorigin_server.users.models import User
from certorigin_server.users.queries import roles_of
from certorigin_server.users.rights import Role
from tests.server.factories import make_assessor, make_body, make_certifier, make_user
from tests.server.signin.people import browser, demand, enter, is_in, with_password
from tests.server.signin.provider import provider_at

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]
ASSESSING = Role.ASSESSING_OFFICER


@pytest.fixture
def provider(folder, settings):
    with provider_at(lambda: int(time.time())) as made:
        made.claims = {"sub": "subject-1", "preferred_username": "olga", "groups": ["assess"]}
        made.claims |= {"given_name": "Ольга", "family_name": "Иванова"}
        (folder / "keys" / "directory").write_text("s3cret\n")
        roles = {"assess": str(ASSESSING), "certify": "certifying_officer"}
        directory = DirectorySettings(
            name="BelCCI directory",
            issuer=made.issuer,
            client="certorigin",
            secret_file="keys/directory",
            organisation="minsk",
            roles=roles,
        )
        demand(settings, directory=directory)
        make_body("minsk")
        yield made


def change(settings, **facts):
    demand(settings, directory=replace(settings.SYSTEM.sign_in.directory, **facts))


def arrive(client, provider, *, bend=lambda brought: brought, **start):
    left = client.get("/sign-in/directory", start)
    return client.get("/sign-in/directory/back", bend(provider.approve(left["Location"])))


def test_who_has_an_account_comes_in_with_the_roles_of_the_directory(provider):
    olga, client = make_certifier("olga"), browser()
    answer = arrive(client, provider, next="/account")
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert is_in(client)
    assert roles_of(olga, at=timezone.now()) == {ASSESSING}
    provider.claims["groups"] = []
    again = browser()
    arrive(again, provider)
    assert not roles_of(olga, at=timezone.now())
    assert not is_in(client), "who loses a role has no session from before"


def test_an_account_is_made_only_where_the_settings_say_so_and_a_group_gives_a_role(
    provider, settings
):
    refused = arrive(browser(), provider)
    assert (refused.status_code, User.objects.exists()) == (403, False)
    change(settings, makes_accounts=True)
    provider.claims["groups"] = ["canteen"]
    assert arrive(browser(), provider).status_code == 403
    provider.claims |= {"groups": ["assess"], "preferred_username": "no name\n"}
    assert arrive(browser(), provider).status_code == 403
    provider.claims["preferred_username"] = "olga"
    assert arrive(browser(), provider).status_code == 302
    made = User.objects.get()
    assert (made.username, made.last_name, made.has_usable_password()) == (
        "olga",
        "Иванова",
        False,
    )
    assert str(made.organisation.slug) == "minsk"


def test_another_subject_under_the_same_name_is_another_person(provider):
    make_assessor("olga")
    arrive(browser(), provider)
    provider.claims["sub"] = "subject-2"
    assert arrive(browser(), provider).status_code == 403
    assert DirectoryIdentity.objects.count() == 1


def test_the_directory_makes_nobody_an_administrator_and_lets_none_in(provider, settings):
    ada = with_password(make_user("olga", Role.ADMINISTRATOR, organisation=make_body()))
    change(settings, keeps_passwords=False)
    client = browser()
    assert arrive(client, provider).status_code == 403
    assert enter(client, ada).status_code == 302, "administrators always get in locally"


def test_passwords_end_for_people_of_the_directory_if_the_settings_say_so(provider, settings):
    olga = with_password(make_assessor("olga"))
    change(settings, keeps_passwords=False)
    assert enter(browser(), olga).status_code == 302, "the directory does not know her yet"
    assert arrive(browser(), provider).status_code == 302
    assert enter(browser(), olga).status_code == 403


LIES = [
    {"iss": "http://127.0.0.1:1"},
    {"aud": "another"},
    {"aud": ["another", "certorigin"], "azp": "another"},
    {"nonce": "another"},
    {"nonce": None},
    {"exp": int(time.time()) - 3_600},
    {"sub": ""},
    {"preferred_username": 7},
]


@pytest.mark.parametrize("lie", LIES, ids="-".join)
def test_a_token_that_lies_opens_nothing(provider, lie):
    make_assessor("olga")
    provider.bend = lie
    client = browser()
    assert arrive(client, provider).status_code == 403
    assert not is_in(client)
    provider.bend = {}
    assert arrive(client, provider).status_code == 302


def test_a_signature_by_any_other_key_opens_nothing(provider):
    make_assessor("olga")
    provider.signing = ECKey.generate_key("P-256", {"kid": "one"})
    assert arrive(browser(), provider).status_code == 403
    provider.signing, provider.algorithm = OctKey.import_key("s3cret" * 8), "HS256"
    assert arrive(browser(), provider).status_code == 403


def test_what_did_not_begin_here_ends_nowhere(provider):
    make_assessor("olga")
    forged = {"state": "x" * 64}
    assert arrive(browser(), provider, bend=lambda it: it | forged).status_code == 403
    client = browser()
    brought = {}

    def keep(it):
        brought.update(it)
        return it

    assert arrive(client, provider, bend=keep).status_code == 302
    answer = client.get("/sign-in/directory/back", brought)
    assert answer["Location"] == "/sign-in"
    assert browser().get("/sign-in/directory/back", brought)["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/.well-known/openid-configuration", {"issuer": "https://evil.example"}),
        ("/.well-known/openid-configuration", b"x" * 400_000),
        ("/.well-known/openid-configuration", b"[]"),
    ],
)
def test_a_provider_that_is_another_or_none_is_not_asked_for_anybody(provider, path, told):
    provider.answers[path] = told
    answer = browser().get("/sign-in/directory")
    assert answer.status_code == 403
    assert "does not answer" in answer.content.decode()


def test_what_was_typed_waits_for_the_way_back(provider):
    make_assessor("olga")
    client = browser()
    arrive(client, provider)
    mark = client.get("/account").context["person_mark"]
    kept = client.session
    kept["signin_seen"] = (timezone.now() - timedelta(hours=3)).isoformat()
    kept.save()
    page = client.post("/account", {"order": "end_others", "person": mark})
    left = client.post("/sign-in/directory", {"carried": page.context["carried"]})
    brought = provider.approve(left.context["address"])
    offered = client.get("/sign-in/directory/back", brought)
    assert 'name="order" value="end_others"' in offered.content.decode()


def test_one_confirms_anew_by_the_directory_and_only_as_the_same_person(provider, settings):
    make_assessor("olga")
    client = browser()
    arrive(client, provider)
    old = (timezone.now() - timedelta(hours=1)).isoformat()
    kept = client.session
    kept["signin_fresh"] = old
    kept.save()
    provider.bend = {"auth_time": int(time.time()) - 3_600}
    assert arrive(client, provider, next="/account").status_code == 403, "not proved anew"
    assert provider.asked["prompt"] == "login"
    make_assessor("anna")
    provider.bend = {"sub": "subject-2", "preferred_username": "anna"}
    assert arrive(client, provider, next="/account").status_code == 403
    assert client.session["signin_fresh"] == old
    provider.bend = {}
    assert arrive(client, provider, next="/account")["Location"] == "/account"
    assert client.session["signin_fresh"] > old
