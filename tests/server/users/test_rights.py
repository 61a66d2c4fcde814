"""Roles in their time, rights in one file, and who sees whose papers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from certorigin.errors import RightError, UnknownError
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users import queries
from certorigin_server.users.models import Organisation, RoleGrant
from certorigin_server.users.rights import RIGHTS, Right, Role
from certorigin_server.users.services import (
    add_organisation,
    add_user,
    change_organisation,
    withdraw_role,
)
from tests.server.factories import (
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 20, tzinfo=UTC)
NEXT = AT + timedelta(days=1)


def slugs(ids):
    return set(Organisation.objects.filter(pk__in=ids).values_list("slug", flat=True))


def test_every_role_has_rights_and_every_right_a_role():
    assert set(RIGHTS) == set(Role)
    assert {right for rights in RIGHTS.values() for right in rights} == set(Right)


def test_nobody_may_both_ask_and_decide_by_one_role():
    for rights in RIGHTS.values():
        assert not {Right.APPLICATION_WRITE, Right.ASSESSMENT_DECIDE} <= rights
        assert not {Right.ASSESSMENT_DECIDE, Right.CERTIFICATION_CERTIFY} <= rights


def test_a_role_holds_from_its_start_until_just_before_its_end():
    user = make_user("olga")
    RoleGrant.objects.create(user=user, role="auditor", starts=AT, ends=NEXT)
    assert queries.roles_of(user, at=AT - timedelta(seconds=1)) == frozenset()
    assert queries.roles_of(user, at=AT) == {Role.AUDITOR}
    assert queries.roles_of(user, at=NEXT) == frozenset()


def test_a_withdrawn_role_is_over_and_what_was_done_stays():
    user = make_certifier()
    queries.require_right(user, Right.CERTIFICATION_CERTIFY, at=AT)
    withdraw_role(by="operator", at=AT, user=user, role=Role.CERTIFYING_OFFICER)
    with pytest.raises(RightError) as refused:
        queries.require_right(user, Right.CERTIFICATION_CERTIFY, at=AT)
    assert refused.value.facts == {"right": "certification.certify"}
    queries.require_right(user, Right.CERTIFICATION_CERTIFY, at=AT - timedelta(days=1))
    assert TrailEntry.objects.get().action == "users.role_withdrawn"


def test_a_role_that_the_program_no_longer_knows_gives_nothing():
    user = make_user("olga")
    RoleGrant.objects.create(user=user, role="wizard", starts=AT)
    assert queries.rights_of(user, at=AT) == frozenset()


def test_who_is_not_active_may_do_nothing():
    user = make_exporter()
    user.is_active = False
    with pytest.raises(RightError):
        queries.require_right(user, Right.APPLICATION_READ, at=AT)


def test_one_sees_ones_own_organisation_and_its_branches():
    head = make_organisation("head")
    make_organisation("branch", parent=head)
    make_organisation("stranger")
    assert slugs(queries.organisations_of(make_exporter("h", "head"))) == {"head", "branch"}
    assert slugs(queries.organisations_of(make_exporter("b", "branch"))) == {"branch"}
    assert queries.organisations_of(make_user("nobody")) == frozenset()


def test_a_central_body_sees_every_body_and_no_trader():
    make_organisation("trader")
    make_body("minsk"), make_body("brest")
    central = make_user("central", organisation=make_body("belcci"))
    assert slugs(queries.organisations_of(central)) == {"belcci", "minsk", "brest"}
    assert slugs(queries.organisations_of(make_assessor())) == {"minsk"}


def test_customs_sees_nothing_of_the_issuing_side():
    make_body()
    authority = make_organisation("gtk", "central-customs-authority")
    post = make_organisation("post", "customs-post", authority)
    for organisation in (authority, post):
        user = make_user(f"at-{organisation.slug}", organisation=organisation)
        assert queries.issuing_organisations_of(user) == frozenset()
    assert queries.issuing_organisations_of(make_user("nobody")) == frozenset()
    assert slugs(queries.issuing_organisations_of(make_assessor())) == {"minsk"}
    assert slugs(queries.issuing_organisations_of(make_exporter())) == {"trader"}


@pytest.mark.parametrize("slug", ["trader", "gtk", "nobody"])
def test_only_a_body_that_issues_is_an_authorised_body(slug):
    make_organisation("trader"), make_organisation("gtk", "central-customs-authority")
    assert queries.get_authorised_body(make_body().slug).slug == "minsk"
    with pytest.raises(UnknownError):
        queries.get_authorised_body(slug)


def test_an_organisation_is_added_with_its_name_in_the_trust_list():
    facts = {"kind": "trader", "slug": "acme", "name": "Acme", "address": "Minsk", "state": "BY"}
    organisation = add_organisation(by="operator", at=AT, **facts)
    assert organisation.urn == "urn:certorigin:body:BY:acme"
    assert queries.get_organisation("acme") == organisation
    assert TrailEntry.objects.get().subject == organisation.urn
    with pytest.raises(UnknownError):
        queries.get_organisation("other")


@pytest.mark.parametrize("wrong", [{"kind": "shop"}, {"slug": "a b"}, {"name": ""}])
def test_a_misshaped_organisation_is_not_added(wrong):
    facts = {"kind": "trader", "slug": "acme", "name": "Acme", "address": "Minsk", "state": "BY"}
    with pytest.raises(ValidationError):
        add_organisation(by="operator", at=AT, **(facts | wrong))
    assert not Organisation.objects.exists()


def test_a_person_is_added_with_roles_from_now_on(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = add_user(
        by="operator",
        at=AT,
        username="olga",
        password="a long password",
        roles=[Role.AUDITOR, Role.ADMINISTRATOR],
        organisation=make_body(),
    )
    assert queries.roles_of(user, at=AT) == {Role.AUDITOR, Role.ADMINISTRATOR}
    assert user.check_password("a long password")
    assert user.officer_urn == "urn:certorigin:officer:BY:olga"
    assert user.full_name == "olga"
    assert queries.get_user("olga") == user
    assert TrailEntry.objects.count() == 2
    with pytest.raises(UnknownError):
        queries.get_user("nobody")


def test_the_same_grant_is_not_given_twice():
    user = make_user("olga")
    RoleGrant.objects.create(user=user, role="auditor", starts=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role="auditor", starts=AT)


def test_lists_of_names_follow_the_alphabets_of_their_readers():
    """On both databases alike, whatever their collation; a changed name moves."""
    names = ["Xəzər", "Quba", "Əlincə", "Elçin", "Ўзгорак", "Уза", "Ігуана", "Ёлка", "Ель", "Жук"]
    for number, name in enumerate(names):
        make_organisation(f"sorted-{number}", name=name)
    listed = [one.name for one in queries.organisations() if one.slug.startswith("sorted-")]
    assert listed == [
        *("Elçin", "Əlincə", "Xəzər", "Quba"),
        *("Ель", "Ёлка", "Жук", "Ігуана", "Уза", "Ўзгорак"),
    ]
    moved = queries.get_organisation("sorted-0")
    change_organisation(by="test", at=AT, organisation=moved, name="Bakı")
    listed = [one.name for one in queries.organisations() if one.slug.startswith("sorted-")]
    assert listed[0] == "Bakı"
