"""Organisations, people with roles, tokens, and sample consignments for the tests of the server.

Passwords are left unusable: hashing one takes longer than most tests.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from certorigin_server.application.models import Question
from certorigin_server.application.services import answer, ask
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.worker import SealLoop
from certorigin_server.users.models import (
    AccessToken,
    Organisation,
    PowerOfAttorney,
    RoleGrant,
    User,
)
from certorigin_server.users.power_services import give_power
from certorigin_server.users.rights import Role
from tests.data import ROOT
from tests.server.authority import START, STATE

SAMPLES = ROOT / "src" / "certorigin_server" / "operate" / "samples"
NOW = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
GRAMMAR = "{issuing}{destination}{year1}{body3}{serial6} GENERAL={year1}{body3}{serial6}"
CODES = {"belcci": "100", "minsk": "101", "brest": "102"}

_running = count(1)


# -- organisations and people ---------------------------------------------------------------------


def make_organisation(
    slug: str, kind: str = Organisation.Kind.TRADER, parent: Organisation | None = None, **facts
) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found is not None:
        return found
    values = {"name": slug, "address": "Минск, ул. Первая, 1", "state": STATE} | facts
    return Organisation.objects.create(slug=slug, kind=kind, parent=parent, **values)


def make_body(slug: str = "minsk") -> Organisation:
    """An authorised body that the trust list knows; `belcci` is the central one."""
    is_central = slug == "belcci"
    kinds = Organisation.Kind
    kind = kinds.CENTRAL_AUTHORISED_BODY if is_central else kinds.AUTHORISED_BODY
    parent = None if is_central else make_body("belcci")
    facts = {"number_grammar": GRAMMAR, "number_code": CODES[slug]}
    return make_organisation(slug, kind, parent, name=f"Палата {slug}", **facts)


def make_user(
    username: str, *roles: Role, organisation: Organisation | None = None, **facts
) -> User:
    user = User(username=username, organisation=organisation, first_name=username.title(), **facts)
    user.set_unusable_password()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=str(role), starts=START)
    return user


def make_exporter(username: str = "exporter", organisation: str = "trader") -> User:
    return make_user(username, Role.EXPORTER, organisation=make_organisation(organisation))


def make_assessor(username: str = "assessor", body: str = "minsk") -> User:
    return make_user(username, Role.ASSESSING_OFFICER, organisation=make_body(body))


def make_certifier(username: str = "certifier", body: str = "minsk") -> User:
    return make_user(username, Role.CERTIFYING_OFFICER, organisation=make_body(body))


def make_auditor(username: str = "auditor", body: str = "minsk") -> User:
    return make_user(username, Role.AUDITOR, organisation=make_body(body))


def make_customs_officer(username: str = "customs") -> User:
    post = make_organisation("post", Organisation.Kind.CUSTOMS_POST)
    return make_user(username, Role.CUSTOMS_OFFICER, organisation=post)


def make_power(principal: User, agent: str, *, covers: str = "submit") -> PowerOfAttorney:
    """A power of attorney from a person's company, in force for another year."""
    now = timezone.now()
    today = timezone.localdate(now)
    return give_power(
        agent=agent,
        number=f"{next(_running)}",
        covers=covers,
        starts=today,
        ends=today + timedelta(days=365),
        by=principal,
        at=now,
    )


# -- the machine interface ------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What the machine interface answered."""

    status: int
    data: Any

    @property
    def codes(self) -> set[str]:
        """The codes of all findings in an answer."""
        return {finding["code"] for finding in self.data["findings"]}


def client_of(user: User, language: str = "en") -> Client:
    """Return a browser in which a person is signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


class Api:
    """The machine interface as one person sees it."""

    def __init__(self, user: User | None = None, language: str = "en") -> None:
        self._client = Client(raise_request_exception=True)
        self._headers = {"accept-language": language}
        if user is not None:
            self._headers["authorization"] = f"Bearer {make_token(user)}"

    def get(self, path: str, **query: str) -> Answer:
        return self._answer(self._client.get(f"/api/v1{path}", query, headers=self._headers))

    def give(self, path: str) -> HttpResponse:
        """What is given out as a file."""
        answer = self._client.get(f"/api/v1{path}", headers=self._headers)
        assert answer.status_code == 200, answer.content
        return answer

    def delete(self, path: str) -> Answer:
        return self._answer(self._client.delete(f"/api/v1{path}", headers=self._headers))

    def post(self, path: str, data: object = None, **query: str) -> Answer:
        return self._send(self._client.post, path, data, query)

    def put(self, path: str, data: object = None, **query: str) -> Answer:
        return self._send(self._client.put, path, data, query)

    def post_bytes(self, path: str, raw: bytes, content_type: str = "application/xml") -> Answer:
        answer = self._client.post(
            f"/api/v1{path}", raw, content_type=content_type, headers=self._headers
        )
        return self._answer(answer)

    def _send(self, method, path: str, data: object, query: dict[str, str]) -> Answer:
        answer = method(
            f"/api/v1{path}",
            {} if data is None else data,
            content_type="application/json",
            query_params=query or None,
            headers=self._headers,
        )
        return self._answer(answer)

    def _answer(self, answer) -> Answer:
        return Answer(answer.status_code, json.loads(answer.content) if answer.content else None)


def make_token(user: User, scopes: Iterable[str] | None = None) -> str:
    """A token; with scopes it lets through no other rights, and none at all with empty ones."""
    token = f"token of {user.username} {next(_running)}"
    AccessToken.objects.create(
        digest=hashlib.sha256(token.encode()).hexdigest(),
        user=user,
        scopes="" if scopes is None else " ".join(scopes) or "none",
        created=START,
        expires=datetime(2100, 1, 1, tzinfo=UTC),
    )
    return token


# -- consignments ---------------------------------------------------------------------------------


def consignment(name: str = "06-refrigerators", day: date | None = None) -> dict[str, Any]:
    """A sample of the demo with its days resolved, as a consignment that travels apart."""
    day = day or timezone.localdate()
    text = (SAMPLES / f"{name}.json").read_text("utf-8")
    for back in range(400):
        shown = (day - timedelta(days=back)).isoformat()
        text = text.replace(f"{{day-{back}}}", shown)
    sample = json.loads(text.replace("{day}", day.isoformat()))
    transport = sample["application"].setdefault("transport", {"means": "автотранспорт"})
    transport["means"] += f", рейс {next(_running)}"
    return sample


def submitted(api: Api, name: str = "06-refrigerators", *, body: str = "minsk") -> str:
    """Draft, state the facts and submit through the machine interface; return the id."""
    sample = consignment(name)
    make_body(body)
    row = api.post("/application", sample["application"])
    assert row.status == 201, row.data
    path = f"/application/{row.data['id']}"
    facts = api.put(f"{path}/worksheet", sample["worksheet"])
    assert facts.status == 200, facts.data
    order = {"body": body, "version": "1", "produced_in": STATE, "confirmed": True}
    answer = api.post(f"{path}/submit", order)
    assert answer.status == 200, answer.data
    return str(row.data["id"])


def ask_and_answer(application: str, officer: User, exporter: User) -> Question:
    """Ask about a submitted application, and answer."""
    now = timezone.now()
    asked = ask(
        application=UUID(application), text="Откуда сталь?", suspends=False, by=officer, at=now
    )
    return answer(question=asked.pk, text="Из Жлобина", by=exporter, at=now)


def decided(exporter: Api, assessor: Api, name: str = "06-refrigerators") -> str:
    """Submit and decide; return the id of the application."""
    application = submitted(exporter, name)
    order = {"worksheet_version": "1"}
    answer = assessor.post(f"/assessment/{application}/decide", order)
    assert answer.status == 200, answer.data
    return application


def certified(application: str, certifier: Api) -> dict[str, Any]:
    """Certify; return the certificate as the machine interface shows it."""
    answer = certifier.post(f"/certification/{application}/certify")
    assert answer.status == 201, answer.data
    return answer.data


def seal_all() -> int:
    """Seal every prepared act, as the loop does; return how many there were."""
    return SealLoop(keyring=get_keyring(), clock=timezone.now).turn()
