"""Every page and call that only reads, as each role asks for it: for plans and for benchmarks.

The route table is walked, so a page that is added is in it; what needs a name in its address gets
one from `names`, and what needs a name that is not there is told.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module

from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, URLResolver
from django.utils import timezone

# Files for the partner, and what changes something when it is only looked at.
NO_PAGES = (
    "exchange/",
    "static/",
    "language",
    "sign-in",
    "sign-out",
    "health",
    "metrics",
    "tour",  # only in the demo
    "(?:check",
    "api/v1/openapi",
)
# What is asked of a list: pages well inside, last and behind the last; a number, a party, a word
# of every company, one letter, two, words that meet seldom, and a word that nobody has.
PAGES = ("", "?page=2", "?page=40", "?page=400")
TEXTS = ("{number}", "{party}", "ООО", "о", "ОО", "ООО {party}", "хвфчщ")
SEARCHED = {
    "search": "text",
    "application/": "text",
    "recognition/": "text",
    "administration/people": "name",
    "tariff": "text",
    "api/v1/application": "text",
    "api/v1/certification": "text",
    "api/v1/mirror/certificate": "number",
    "api/v1/recognition/certificate": "number",
    "certification/journal": "text",
    "api/v1/inquiry/paper": "number",
}
FILTERS = {
    "application/": ("status=submitted", "status=draft"),
    "recognition/": ("state=undecided", "state=decided"),
    "assessment/dossiers": ("changed=1", "changed=1&more=20"),
    "fees/": ("status=due", "status=paid"),
    "audit/": ("actor={actor}", "action=certification.certified", "before=9000"),
    "certification/journal": ("from={first}&to={last}", "from={year}&to={last}"),
    "api/v1/certification/journal": ("body={body}&start={first}&end={last}&part=first",),
}
NAMED = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")
GOOD, NOT_MINE = 200, {301, 302, 400, 401, 403, 404, 405, 409}
# Not pages: what htmx puts into one.
PARTS = {f"{room}/{part}" for room in ("tariff", "suppliers") for part in ("offers", "choose")}


@dataclass(frozen=True)
class Route:
    """One address that can be read; `wants` are the names in it."""

    pattern: str
    wants: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        return not self.wants

    def _name(self, name: str, names: dict[str, str]) -> str | None:
        """A name may mean another thing in another room: `requests/row` before `row`."""
        rooms = self.pattern.removeprefix("api/v1/").lstrip("^").split("/")
        return next(
            (names[f"{one}/{name}"] for one in rooms if f"{one}/{name}" in names), None
        ) or (names.get(name))

    @property
    def is_call(self) -> bool:
        return self.pattern.startswith("api/")

    def missing(self, names: dict[str, str]) -> list[str]:
        """Return the names for which nothing is there."""
        return [name for name in self.wants if self._name(name, names) is None]

    def path(self, names: dict[str, str]) -> str:
        path = "/" + self.pattern
        for name in self.wants:
            given = str(self._name(name, names))
            path = re.sub(rf"<(?:\w+:)?{name}>|\(\?P<{name}>.*?\)(?=[/$]|$)", given, path)
        return path.replace("^", "").replace("$", "").replace("\\", "")


def questions(route: Route) -> list[str]:
    """Return what a route is asked: as it is, by page, by filter and by search."""
    if not route.is_list:
        return [""]
    name = SEARCHED.get(route.pattern)
    found = [*PAGES, *(f"?{one}" for one in FILTERS.get(route.pattern, ()))]
    if name:
        found += [f"?{name}={one}" for one in TEXTS] + [f"?{name}=ООО&page=40"]
    return found


def words_of() -> dict[str, str]:
    """What stands for the names in a question, of the things that there are."""
    certification = import_module("certorigin_server.certification.models")
    rows = certification.Certificate.objects.select_related("certified_by", "body").order_by(
        "issued_on"
    )
    last = rows.last()
    return {
        "number": last.number[:9],
        "party": "нефт",
        "actor": last.certified_by.username,
        "body": last.body.slug,
        "first": last.issued_on.replace(day=1).isoformat(),
        "last": last.issued_on.isoformat(),
        "year": rows.first().issued_on.isoformat(),
    }


def routes() -> list[Route]:
    """Every route of the table that may be a page, once."""
    found = {}
    for pattern, callback in _walk(get_resolver()):
        is_no_page = pattern.startswith(NO_PAGES)
        if not is_no_page and _reads(pattern, callback):
            wants = tuple(a or b for a, b in NAMED.findall(pattern))
            found[pattern] = Route(pattern, wants)
    return list(found.values())


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        regex = isinstance(entry.pattern, RegexPattern)
        pattern = before + (str(entry.pattern).lstrip("^") if regex else str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        else:
            yield pattern, entry.callback


@cache
def _calls() -> dict[str, object]:
    """What the machine interface says of itself: half a second of work, for each time."""
    return import_module("certorigin_server.api").api.get_openapi_schema()["paths"]


def _reads(pattern: str, callback: object) -> bool:
    """Say whether a call can be a GET; a page says so only when it is asked."""
    if not pattern.startswith("api/"):
        return True
    operations = _calls()
    name = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
    return "get" in operations.get(name, {})


class Reader:
    """Somebody who reads pages and calls, with the rights of one role."""

    def __init__(self, user, role: str) -> None:
        self.user, self.role = user, role
        self._client = Client(raise_request_exception=False)
        self._client.force_login(user)
        self._headers = {"authorization": f"Bearer {token_of(user)}", "accept-language": "ru"}

    def ask(self, route: Route, path: str):
        headers = self._headers if route.is_call else {"accept-language": "ru"}
        return self._client.get(path, headers=headers)

    def send(self, path: str, document: object):
        """Send a document to a call."""
        kind = "application/json"
        return self._client.post(path, document, content_type=kind, headers=self._headers)


@contextmanager
def counting(connection):
    """Collect every statement with its parameters, as the database gets them."""
    found: list[tuple[str, object]] = []

    def note(run, sql, params, many, context):
        found.append((sql, params))
        return run(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def token_of(user) -> str:
    """Return a key of a person; those that were made here before are revoked."""
    models = import_module("certorigin_server.users.models")
    token, now, name = secrets.token_urlsafe(8), timezone.now(), "tests.pages"
    models.AccessToken.objects.filter(user=user, name=name, revoked=None).update(revoked=now)
    models.AccessToken.objects.create(
        digest=hashlib.sha256(token.encode()).hexdigest(),
        user=user,
        name=name,
        created=now - timedelta(days=1),
        expires=now + timedelta(days=1),
    )
    return token


def readers() -> list[Reader]:
    """One reader for each role, and for each kind of organisation that has one of it."""
    users = import_module("certorigin_server.users.models")
    found = {}
    for grant in users.RoleGrant.objects.filter(ends=None).order_by("role", "user__username"):
        user = grant.user
        kind = user.organisation.kind if user.organisation else "none"
        if (grant.role, kind) not in found:  # a reader signs in: one for each kind, not each person
            found[grant.role, kind] = Reader(user, f"{grant.role} ({kind})")
    return list(found.values())


def names_of() -> dict[str, str]:
    """The names of some things that there are, for addresses that want one."""
    application = import_module("certorigin_server.application.models")
    certification = import_module("certorigin_server.certification.models")
    recognition = import_module("certorigin_server.recognition.models")
    standing = import_module("certorigin_server.standing.models")
    row = certification.Certificate.objects.order_by("pk").first()
    declaration = recognition.GoodsDeclaration.objects.order_by("pk").first()
    received = standing.RegisteredAct.objects.filter(kind="Issued").exclude(
        publisher=row.pk.split(":")[3] if row else ""
    )
    names = {
        "application": str(row.application_id) if row else "",
        "subject": row.pk if row else "",
        "received": received.first().subject if received.exists() else "",
        "declaration": str(declaration.pk) if declaration else "",
        "version": "1",
    }
    draft = application.Application.objects.filter(status="draft").first()
    names["draft"] = str(draft.pk) if draft else ""
    names |= _more_names(row)
    return {name: str(value) for name, value in names.items() if value}


def _more_names(certificate) -> dict[str, object]:
    """Names of what few addresses want; a name may be that of one room alone."""
    recognition = import_module("certorigin_server.recognition.models")
    requests = import_module("certorigin_server.returns.requests.queries").Verification.objects
    audit = import_module("certorigin_server.audit.models")
    sample = audit.Sample.objects.first()
    decision = recognition.Decision.objects.order_by("pk").first()
    known = {
        "decision": decision,
        "answers/row": requests.exclude(body=None).first(),
        "received/row": requests.exclude(body=None).first(),
        "requests/row": requests.exclude(post=None).first(),
        "asked/row": requests.exclude(post=None).first(),
        "sample": sample,
    }
    names = {name: found.pk for name, found in known.items() if found is not None}
    if decision is not None:
        names["recognition/subject"] = decision.subject
    if certificate is not None:
        body, person = certificate.body.slug, certificate.certified_by.username
        names |= {"slug": body, "body": body, "username": person, "year": certificate.year}
    return names | {
        "position": "1",
        "language": "ru",
        "propose/kind": "role_granted",
        "administration/kind": "role_granted",
        "schemas/name": "act",
    }
