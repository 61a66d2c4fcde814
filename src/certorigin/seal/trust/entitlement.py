"""Whether a key was entitled at a given time: the numbered steps, and what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certorigin.errors import UntrustedKeyError
from certorigin.late import dataclass
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.trust.entries import Body, Installation, Key, Officer
    from certorigin.seal.trust.trust_list import TrustDraft

ISSUING_ROLES: Final = frozenset(["central-authorised-body", "authorised-body"])


@dataclass(frozen=True)
class Entitlement:
    """A key that may speak: for whom, of which state, by which version of its trust list."""

    key: Key
    state: str
    list_version: int
    installation: Installation | None = None
    body: Body | None = None
    officer: Officer | None = None


@dataclass(frozen=True)
class Question:
    """What is asked of a key. What is None is not asked."""

    role: str
    at: datetime
    form: str | None = None
    controller: str | None = None
    body: str | None = None
    right: str | None = None


class Holders:
    """Who is who in one trust list, found by name."""

    def __init__(self, contents: TrustDraft) -> None:
        self.state = contents.state
        self.version = contents.version
        self.keys = {key.key: key for key in contents.keys}
        self.installations = {entry.id: entry for entry in contents.installations}
        self.bodies = {entry.id: entry for entry in contents.bodies}
        self.officers = {entry.id: entry for entry in contents.officers}

    def judge(self, key: Key, question: Question) -> Entitlement:
        """Judge whether `key` was entitled to what is asked. Raises UntrustedKeyError.

        1. the key speaks for the controller that is claimed;  2. it has the role;
        3. it was in its period and not withdrawn;             4. it is not barred from the form;
        5. its installation was in service, or
        6. its officer was in office, with the right and the form;
        7. the body is the one that is claimed, was authorised, and may issue the form.
        """
        if question.controller not in {None, key.controller}:
            raise UntrustedKeyError(
                "trust.controller_differs", key=key.key, controller=key.controller
            )
        if question.role not in key.roles:
            raise UntrustedKeyError("trust.role_missing", key=key.key, role=question.role)
        _judge_key_period(key, question.at)
        _judge_form(key.forms, question, key.key, unlimited=not key.forms)
        installation = self.installations.get(key.controller)
        if installation is not None:
            self._judge_installation(installation, question)
        officer = self.officers.get(key.controller)
        if officer is not None:
            _judge_officer(officer, question)
        body = self.bodies.get(officer.body if officer else key.controller)
        if body is not None:
            _judge_body(body, question)
        return Entitlement(key, self.state, self.version, installation, body, officer)

    @staticmethod
    def _judge_installation(installation: Installation, question: Question) -> None:
        for check in (installation.period.check_begun, installation.period.check_not_over):
            check(question.at, "trust.installation_not_in_service", name=installation.id)
        if question.body is not None:
            raise UntrustedKeyError("trust.body_differs", name=installation.id, body=question.body)


def _judge_key_period(key: Key, at: datetime) -> None:
    key.period.check_begun(at, "trust.key_not_yet_valid", key=key.key)
    if key.withdrawn is not None and at >= key.withdrawn.at:
        raise UntrustedKeyError(
            "trust.key_withdrawn",
            key=key.key,
            reason=key.withdrawn.reason,
            withdrawn=moment_to_text(key.withdrawn.at),
        )
    key.period.check_not_over(at, "trust.key_expired", key=key.key)


def _judge_officer(officer: Officer, question: Question) -> None:
    for check in (officer.period.check_begun, officer.period.check_not_over):
        check(question.at, "trust.officer_not_in_office", officer=officer.id)
    if question.right is not None and question.right not in officer.rights:
        raise UntrustedKeyError(
            "trust.officer_without_right", officer=officer.id, right=question.right
        )
    _judge_form(officer.forms, question, officer.id, unlimited=not officer.forms)


def _judge_body(body: Body, question: Question) -> None:
    if question.body not in {None, body.id}:
        raise UntrustedKeyError("trust.body_differs", name=body.id, body=str(question.body))
    for check in (body.period.check_begun, body.period.check_not_over):
        check(question.at, "trust.body_not_authorised", body=body.id)
    if question.form is not None and not ISSUING_ROLES & set(body.roles):
        raise UntrustedKeyError("trust.body_not_authorised", body=body.id, form=question.form)
    _judge_form(body.forms, question, body.id, unlimited=False)


def _judge_form(forms: tuple[str, ...], question: Question, name: str, *, unlimited: bool) -> None:
    if question.form is not None and not unlimited and question.form not in forms:
        raise UntrustedKeyError("trust.form_not_allowed", name=name, form=question.form)
