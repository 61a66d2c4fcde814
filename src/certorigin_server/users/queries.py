"""Who somebody is, what they may do, and which organisations they may see."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import CharField, DateTimeField, IntegerField, Q

from certorigin.errors import RightError, UnknownError
from certorigin_server.prepared import Prepared
from certorigin_server.users.models import AccessToken, Organisation, RoleGrant, User
from certorigin_server.users.rights import RIGHTS, Right, Role

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.prepared import Slot

__all__ = ["AccessToken", "Organisation", "User"]

_SEES_THE_STATE = (
    Organisation.Kind.CENTRAL_AUTHORISED_BODY,
    Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY,
)
ASKING_KINDS = (Organisation.Kind.TRADER, Organisation.Kind.NATURAL_PERSON)
_ROLES = {str(role): role for role in Role}
ISSUING_KINDS = (Organisation.Kind.CENTRAL_AUTHORISED_BODY, Organisation.Kind.AUTHORISED_BODY)


def _grants(user: Slot, at: Slot) -> QuerySet[RoleGrant]:
    begun = RoleGrant.objects.filter(user_id=user, starts__lte=at)
    return begun.filter(Q(ends=None) | Q(ends__gt=at)).only("role")


def _tokens(digest: Slot, at: Slot) -> QuerySet[AccessToken]:
    found = AccessToken.objects.select_related("user__organisation")
    return found.filter(digest=digest, revoked=None, expires__gt=at, user__is_active=True)


def _branches(parent: Slot) -> QuerySet[Organisation]:
    return Organisation.objects.filter(parent=parent).only("pk").order_by()


# Every call asks all three.
_BRANCHES = Prepared(_branches, parent=IntegerField())
_GRANTS = Prepared(_grants, user=IntegerField(), at=DateTimeField())
_TOKENS = Prepared(_tokens, digest=CharField(), at=DateTimeField())


def roles_of(user: User, *, at: datetime) -> frozenset[Role]:
    """Return the roles that are in force at a moment."""
    grants = _GRANTS(user=user.pk, at=at)
    return frozenset(_ROLES[one.role] for one in grants if one.role in _ROLES)


def rights_of(user: User, *, at: datetime) -> frozenset[Right]:
    """Return every right that the roles give, as far as the key of a request lets it through."""
    held = frozenset(right for role in roles_of(user, at=at) for right in RIGHTS[role])
    return held if user.scopes is None else frozenset(one for one in held if one in user.scopes)


def require_right(user: User, right: Right, *, at: datetime) -> None:
    """Let the person pass or raise RightError (`right.missing`)."""
    if not user.is_active or right not in rights_of(user, at=at):
        raise RightError("right.missing", right=str(right))


def organisations_of(user: User) -> frozenset[int]:
    """Return the ids of the organisations whose papers a person may see.

    One's own organisation and its branches; a central body sees all bodies of its state (R2).
    """
    own = user.organisation
    if own is None:
        return frozenset()
    seen = {own.pk, *(branch.pk for branch in _BRANCHES(parent=own.pk))}
    if own.kind in _SEES_THE_STATE:
        everybody = Organisation.objects.exclude(kind__in=ASKING_KINDS)
        seen |= set(everybody.values_list("pk", flat=True))
    return frozenset(seen)


def issuing_organisations_of(user: User) -> frozenset[int]:
    """Return the organisations whose applications and certificates a person may see.

    Customs sees nothing of this: what it may know comes to it through the logs (R17).
    """
    own = user.organisation
    if own is None or not (is_trader(own) or own.kind in ISSUING_KINDS):
        return frozenset()
    return organisations_of(user)


def sees_papers_of(user: User, organisation: int | None) -> bool:
    """Say whether an organisation is one of `issuing_organisations_of`; of one's own, unasked."""
    own = user.organisation
    if own is None or not (is_trader(own) or own.kind in ISSUING_KINDS):
        return False
    return belongs_to(user, organisation)


def belongs_to(user: User, organisation: int | None) -> bool:
    """Say whether an organisation is one of `organisations_of`; of one's own, unasked."""
    own = user.organisation
    is_own = own is not None and own.pk == organisation
    return is_own or organisation in organisations_of(user)


def sees_every_body(user: User) -> bool:
    """Say whether a person may see the papers of every authorised body of the state (R2)."""
    own = user.organisation
    return own is not None and own.kind == Organisation.Kind.CENTRAL_AUTHORISED_BODY


def sees_every_post(user: User) -> bool:
    """Say whether a person may see the papers of every customs post of the state (R2)."""
    return user.organisation is not None and user.organisation.kind in _SEES_THE_STATE


def is_trader(organisation: Organisation) -> bool:
    """Say whether the organisation asks for certificates, and so doesn't give them (R60)."""
    return organisation.kind in ASKING_KINDS


def find_trader(text: str) -> Organisation | None:
    """Return an organisation that asks for certificates, by short name or number, or None."""
    if not text:
        return None
    named = Q(slug=text) | Q(identifier=text)
    found = Organisation.objects.filter(named, kind__in=ASKING_KINDS)[:2]
    return found[0] if len(found) == 1 else None


def get_authorised_body(slug: str) -> Organisation:
    """Return a body that may issue certificates. Raises UnknownError (`organisation.unknown`)."""
    found = Organisation.objects.filter(slug=slug, kind__in=ISSUING_KINDS).first()
    if found is None:
        raise UnknownError("organisation.unknown", slug=slug)
    return found


def find_token(token: str, *, at: datetime) -> AccessToken | None:
    """Return an access token that is in force, with its person, or None."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return _TOKENS.first(digest=digest, at=at)


def tokens_of(user: User, *, at: datetime) -> list[AccessToken]:
    """Return a person's access tokens that are in force, newest first."""
    found = AccessToken.objects.filter(user=user, revoked=None, expires__gt=at)
    return list(found.order_by("-created", "-pk"))


def password_fits(user: User, password: str) -> bool:
    """Say whether this is the person's password."""
    return user.check_password(password)


def organisations() -> QuerySet[Organisation]:
    """Return every organisation, by name."""
    return Organisation.objects.select_related("parent").order_by("sort_name", "name", "pk")


def people() -> QuerySet[User]:
    """Return everybody, by name, with their organisations and grants."""
    found = User.objects.select_related("organisation").prefetch_related("grants")
    return found.order_by("sort_name", "last_name", "first_name", "username")


def company_of(user: User) -> Organisation:
    """Return the company of a person. Raises UnknownError (`organisation.unknown`)."""
    if user.organisation is None:
        raise UnknownError("organisation.unknown", slug="")
    return user.organisation


def people_of(organisation: Organisation) -> QuerySet[User]:
    """Return the people of one organisation, by name."""
    return organisation.people.order_by("sort_name", "last_name", "first_name", "username")


def active_with(role: Role, *, at: datetime) -> list[User]:
    """Return everybody who has a role at a moment and may sign in."""
    return [user for user in people_with(role, at=at) if user.is_active]


def authorities() -> list[Organisation]:
    """Return every body and customs authority: all organisations that are not traders."""
    found = Organisation.objects.exclude(kind__in=ASKING_KINDS)
    return list(found.order_by("sort_name", "name"))


def issuing_bodies_of(user: User) -> list[Organisation]:
    """Return the bodies that issue whose papers a person may see."""
    seen = organisations_of(user)
    return [body for body in authorities() if body.pk in seen and body.kind in ISSUING_KINDS]


def choose_body(bodies: list[Organisation], slug: str, *, user: User) -> Organisation:
    """Return the body of a name; without a name the person's own, else the first.

    Raises UnknownError (`organisation.unknown`).
    """
    if slug:
        found = [body for body in bodies if body.slug == slug]
    else:
        found = [*(body for body in bodies if body.pk == user.organisation_id), *bodies]
    if not found:
        raise UnknownError("organisation.unknown", slug=slug[:60])
    return found[0]


def central_customs_authority() -> Organisation:
    """Return this state's central customs authority. Raises UnknownError when none is set up."""
    kind = Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY
    found = Organisation.objects.filter(kind=kind).order_by("pk").first()
    if found is None:
        raise UnknownError("organisation.unknown", slug=str(kind))
    return found


def people_with(role: Role, *, at: datetime) -> list[User]:
    """Return everybody who has a role at a moment."""
    in_force = Q(grants__ends=None) | Q(grants__ends__gt=at)
    found = User.objects.filter(in_force, grants__role=str(role), grants__starts__lte=at)
    return list(found.select_related("organisation").distinct())


def get_organisation(slug: str) -> Organisation:
    """Return an organisation by its slug. Raises UnknownError (`organisation.unknown`)."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownError("organisation.unknown", slug=slug)
    return found


def find_organisation(slug: str) -> Organisation | None:
    """Return an organisation by its slug, or None."""
    return Organisation.objects.select_related("parent").filter(slug=slug).first()


def find_user(username: str) -> User | None:
    """Return a person by user name, or None."""
    return User.objects.select_related("organisation").filter(username=username).first()


def get_user(username: str) -> User:
    """Return a person by user name. Raises UnknownError (`user.unknown`)."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise UnknownError("user.unknown", username=username)
    return found
