"""What careless and hostile people send: junk in every field of every form, call and address."""

import json
import re
from html.parser import HTMLParser
from itertools import islice
from urllib.parse import quote

from django.db import transaction
from django.test import Client

from certorigin_server.api import api
from tests.server.factories import make_token

JUNK_SCRIPT = "<script>alert(1)</script>"
# Each is wrong in a way of its own for texts, figures, days, choices or numbers of rows.
JUNK = (
    "",
    "\0",
    "x" * 70_000,
    "9" * 5_000,
    "-1",
    "1e999999999",
    "NaN",
    "٣",
    "²",
    "\u202e\u2028\ufffe",
    JUNK_SCRIPT,
    "2026-02-30",
    "99999-01-01",
    "0001-01-01",
    "9999-12-31",
    "../../../etc/passwd",
    "{0.__class__}%s%(x)s",
    "'; --",
    "a\r\nSet-Cookie: x=y",
    "92233720368547758080",
)
WRONG_TYPES = (None, 0, -1, 10**400, 1.5, True, [], {}, [[]], {"": ""}, "\ud800", ["\0"] * 50)
BODIES = (
    b"",
    b"{",
    b"\xff\xfe{}",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 5_000,
    b'{"a": 1, "a": 2}',
    b'"' + b"x" * 1_000,
    b"1" * 10_000,
    b"<a/>",
    b"number,date\r\n",
    b"PK\x03\x04" + b"\0" * 100,
)
QUERY = (
    *("page", "text", "name", "kind", "start", "end", "from", "to", "body", "status", "file"),
    *("number", "date", "state", "seed", "was", "username", "role", "origin", "verify", "decided"),
    *("first", "officer", "person", "subject", "action", "until", "limit", "query", "code", "form"),
    *("destination", "next", "version", "language", "at", "month", "agreement", "exporter"),
)
MOST_FIELDS = 4


class _Names(HTMLParser):
    """The fields and buttons of a page's forms."""

    def __init__(self):
        super().__init__()
        self.fields, self.orders = {}, set()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("name")
        if not name or tag not in {"input", "select", "textarea", "button"}:
            return
        if tag == "button" or name == "order":
            self.orders.add((name, found.get("value") or ""))
        else:
            self.fields.setdefault(name, found.get("value") or "")


def fields_of(page):
    names = _Names()
    names.feed(page)
    return names.fields, sorted(names.orders)


def forms(fields, orders, turn):
    """Posts of a form: junk in all its fields under each button, then in one field at a time."""
    names = [name for name in fields if name not in {"csrfmiddlewaretoken", "person"}]
    every = {name: JUNK[(turn + place) % len(JUNK)] for place, name in enumerate(names)}
    every |= {"is_staff": "1", "id": JUNK[turn % len(JUNK)], "order": JUNK[-turn % len(JUNK)]}
    for name, value in orders or [("order", "")]:
        yield every | {name: value}
    # One wrong field among right ones comes further than all wrong at once.
    for place, name in enumerate(names[:MOST_FIELDS]):
        yield fields | {name: JUNK[(turn + 7 * place) % len(JUNK)]} | dict(orders[:1])


def documents(body, turn):
    """Bodies of a call: unreadable ones, and junk or a wrong type in one member at a time."""
    yield from (BODIES[(turn + step) % len(BODIES)] for step in (0, 5))
    values = (*JUNK, *WRONG_TYPES)
    for index, place in enumerate(islice(_places(body), MOST_FIELDS)):
        yield json.dumps(_put(body, place, values[(turn + 11 * index) % len(values)])).encode()
    yield json.dumps(body | {"is_staff": True, "by": "admin", "id": 7}).encode()


def _places(value, place=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        yield (*place, name)
        if isinstance(one, dict | list):
            yield from _places(one, (*place, name))


def _put(value, place, new):
    name, *rest = place
    made = dict(value) if isinstance(value, dict) else list(value)
    made[name] = _put(value[name], rest, new) if rest else new
    return made


def members_of(path, method):
    """What a call of the machine interface takes, by its published shape; valid or not."""
    schema = api.get_openapi_schema()
    wanted = re.sub(r"[^/]*[{<][^/]*", "{}", path)
    for route, calls in schema["paths"].items():
        if re.sub(r"{[^/]*", "{}", route) == wanted and method.lower() in calls:
            content = calls[method.lower()].get("requestBody", {}).get("content", {})
            shape = content.get("application/json", {}).get("schema", {})
            name = shape.get("$ref", "").rpartition("/")[2]
            members = schema["components"]["schemas"].get(name, {}).get("properties", {})
            return dict.fromkeys(members, "")
    return {}


def queries(turn):
    pairs = (
        f"{name}={quote(JUNK[(turn + 3 * place) % len(JUNK)][:6_000])}"
        for place, name in enumerate(QUERY)
    )
    yield "&".join(pairs)
    yield "&".join(f"{name}=%ff%fe" for name in QUERY)


def addresses(path):
    """An address with junk in place of its last step."""
    before = path.rpartition("/")[0]
    yield from (f"{before}/{junk}" for junk in ("9" * 30, "%00", "%ff%0d%0aX:y"))


class Knocker:
    """One person who sends junk; whatever it does is undone, and what fails is noted."""

    def __init__(self, user):
        self._user, self.failed, self.count = user, [], 0
        self._client = Client(raise_request_exception=True)

    def send(self, method, path, **facts):
        self.count += 1
        with transaction.atomic():
            before = transaction.savepoint()
            answer = None
            try:
                if self._user and path.startswith("/api/"):
                    facts["headers"] = {"authorization": f"Bearer {make_token(self._user)}"}
                elif self._user:
                    self._client.force_login(self._user)
                answer = getattr(self._client, method.lower())(path, **facts)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                if answer.status_code >= 500:
                    self._note(method, path, facts, answer.status_code)
                answer.body = body.decode(errors="replace")
                is_page = answer.headers.get("Content-Type", "").startswith("text/html")
                if (is_page and JUNK_SCRIPT in answer.body) or "x" in answer.cookies:
                    self._note(method, path, facts, "what was sent runs in the browser")
            except Exception as error:  # noqa: BLE001 - each is what this looks for
                self._note(method, path, facts, f"{type(error).__name__}: {error}"[:300])
            transaction.savepoint_rollback(before)
        return answer

    def _note(self, method, path, facts, what):
        self.failed.append(f"{method} {path[:120]} {str(facts.get('data'))[:300]}: {what}")


def send_junk(knocker, call, path, body, *, turn):
    """Send to one call or page what belongs to it, spoilt; nothing may be our own fault."""
    method, _, route = call.partition(" ")
    plain = path.partition("?")[0]
    if method == "GET":
        for query in queries(turn):
            knocker.send("GET", f"{plain}?{query}")
    if "{" in route:
        for address in addresses(plain):
            knocker.send("GET", address)
    if path.startswith("/api/") and method != "GET":
        for raw in documents(members_of(route, method) | body, turn):
            knocker.send(method, path, data=raw, content_type="application/json")
    elif method == "POST":
        page = knocker.send("GET", path)
        is_form = page is not None and page.status_code < 300
        fields, orders = fields_of(page.body) if is_form else ({}, [])
        for posted in forms(fields | body, orders, turn):
            knocker.send("POST", path, data=posted)
