"""What the administrator's desk asks for: one layout for each kind of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import Choice, Day, Field, Group, LongText, Offer, Option, Secret
from certorigin_server.users.queries import Organisation, organisations
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

ROLES = {
    Role.EXPORTER: "web.role_exporter",
    Role.ASSESSING_OFFICER: "web.role_assessing_officer",
    Role.CERTIFYING_OFFICER: "web.role_certifying_officer",
    Role.CUSTOMS_OFFICER: "web.role_customs_officer",
    Role.AUDITOR: "web.role_auditor",
    Role.ADMINISTRATOR: "web.role_administrator",
}
BODIES: dict[str, str] = {
    Organisation.Kind.CENTRAL_AUTHORISED_BODY: "web.body_central_authorised",
    Organisation.Kind.AUTHORISED_BODY: "web.body_authorised",
    Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY: "web.body_central_customs",
    Organisation.Kind.CUSTOMS_POST: "web.body_customs_post",
    Organisation.Kind.TRADER: "web.body_trader",
    Organisation.Kind.NATURAL_PERSON: "web.body_natural_person",
}
LANGUAGES = {"ru": "Русский", "az": "Azərbaycan dili", "be": "Беларуская", "en": "English"}

# What each kind of change is called, and each member of it.
KINDS = {
    "organisation_added": "web.change_body_added",
    "organisation_changed": "web.change_body_changed",
    "person_added": "web.change_person_added",
    "person_changed": "web.change_person_changed",
    "person_invited": "web.change_person_invited",
    "person_restored": "web.change_person_restored",
    "factors_reset": "web.change_factors_reset",
    "role_granted": "web.change_role_granted",
    "role_withdrawn": "web.change_role_withdrawn",
}
LABELS = {
    "kind": "web.body_kind",
    "slug": "web.short_name",
    "parent": "web.branch_of",
    "name": "web.body_name",
    "address": "web.address",
    "number_grammar": "web.number_grammar",
    "number_code": "web.number_code",
    "identifier_scheme": "web.identifier_scheme",
    "identifier": "web.identifier",
    "username": "web.username",
    "first_name": "web.first_name",
    "last_name": "web.last_name",
    "position": "web.position",
    "organisation": "web.workplace",
    "language": "web.language",
    "role": "web.role",
    "starts": "web.holds_from",
    "ends": "web.holds_until",
    "suspended": "web.suspended",
}


def _organisations() -> list[Option]:
    return [Option(row.slug, row.name) for row in organisations()]


def _roles() -> list[Option]:
    return [Option("", "—"), *(Option(str(role), code=code) for role, code in ROLES.items())]


def _bodies() -> list[Option]:
    return [Option("", "—"), *(Option(str(kind), code=code) for kind, code in BODIES.items())]


def _languages() -> list[Option]:
    return [Option(code, name) for code, name in LANGUAGES.items()]


_WORKPLACES = Offer("organisations", _organisations)
_REMARK = LongText(name="remark", label="web.why", help="web.proposal_remark_help")
_PERSON = (
    Field(name="last_name", label="web.last_name", width="medium", lang="ru"),
    Field(name="first_name", label="web.first_name", width="medium", lang="ru"),
    Field(name="position", label="web.position", help="web.position_help", lang="ru"),
    Field(name="organisation", label="web.workplace", help="web.workplace_help", offer=_WORKPLACES),
    Choice(name="language", label="web.language", options=_languages, width="medium", default="ru"),
)
_BODY = (
    Field(name="name", label="web.body_name", lang="ru"),
    Field(name="address", label="web.address", lang="ru"),
    Field(name="number_grammar", label="web.number_grammar", help="web.number_grammar_help"),
    Field(name="number_code", label="web.number_code", width="short"),
    Field(name="identifier_scheme", label="web.identifier_scheme", width="short"),
    Field(name="identifier", label="web.identifier", width="medium"),
)
_WHO = Field(name="username", label="web.username", width="medium")

LAYOUTS: dict[str, Layout] = {
    "organisation_added": (
        Choice(name="kind", label="web.body_kind", options=_bodies),
        Field(name="slug", label="web.short_name", help="web.short_name_help", width="medium"),
        Field(name="parent", label="web.branch_of", offer=_WORKPLACES),
        *_BODY,
        Group(
            title="web.first_user",
            help="web.first_user_help",
            parts=(
                Field(
                    name="username",
                    label="web.username",
                    help="web.short_name_help",
                    width="medium",
                ),
                *(part for part in _PERSON if part.name != "organisation"),
            ),
        ),
        _REMARK,
    ),
    "organisation_changed": (
        Field(name="slug", label="web.short_name", width="medium"),
        *_BODY,
        _REMARK,
    ),
    "person_added": (
        Field(name="username", label="web.username", help="web.short_name_help", width="medium"),
        *_PERSON,
        _REMARK,
    ),
    "person_changed": (_WHO, *_PERSON, _REMARK),
    "person_invited": (_WHO, _REMARK),
    "person_restored": (_WHO, _REMARK),
    "factors_reset": (_WHO, _REMARK),
    "role_granted": (
        _WHO,
        Choice(name="role", label="web.role", options=_roles),
        Day(name="starts", label="web.holds_from", help="web.day_help"),
        Day(name="ends", label="web.holds_until", help="web.holds_until_help"),
        _REMARK,
    ),
    "role_withdrawn": (_WHO, Choice(name="role", label="web.role", options=_roles), _REMARK),
}
DECIDING: Layout = (LongText(name="remark", label="web.remark", help="web.refuse_proposal_help"),)
SUSPENDING: Layout = (LongText(name="reason", label="web.why", help="web.suspend_help"),)
RESUMING: Layout = (
    Field(name="origin", label="web.log_of_partner"),
    LongText(name="remark", label="web.why", help="web.resume_help"),
)
FIRST_PASSWORD: Layout = (
    Field(name="code", label="web.invitation_code", help="web.code_help", width="medium"),
    Secret(
        name="new", label="web.new_password", help="web.password_help", autocomplete="new-password"
    ),
    Secret(name="again", label="web.password_again", autocomplete="new-password"),
)
