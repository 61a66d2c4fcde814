"""What customs' machines ask of received certificates, beside a bare Django view of their rows.

Ours are calls as they are served: middleware, key, rights, and the trail's entry. `look-up` is the
search by number with the fold of both logs; `declaration` registers one and verifies nothing;
`check` verifies and matches all that one cites; `file` is one line of a file of many, verified by
the function behind page and command. `bare` is a view without middleware, rights or trail: it finds
the person of the same kind of key and one row by an index, both through Django's models, and
returns the row's bytes. All but `file` are asked as a WSGI server asks them, each time for another
certificate.
"""

import atexit
import hashlib
import importlib
import io
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from benchmarks.pages import enter, generate
from certorigin.recognition.batch import Asked

CERTIFICATES = 40
BARE = "/bare"


def read_bare(request) -> HttpResponse:
    users = importlib.import_module("certorigin_server.users.models")
    rows = importlib.import_module("certorigin_server.standing.models").RegisteredAct.objects
    key = request.headers["Authorization"].removeprefix("Bearer ")
    keys = users.AccessToken.objects.select_related("user").filter(
        digest=hashlib.sha256(key.encode()).hexdigest(), revoked=None, expires__gt=timezone.now()
    )
    if not (found := keys.first()) or not found.user.is_active:
        return HttpResponse(status=401)
    row = rows.filter(number_key=request.GET["number"], kind="Issued").first()
    return HttpResponse(row.raw, content_type="application/json")


urlpatterns = [path(BARE[1:], read_bare)]


class Bare(WSGIHandler):
    """Django with this one view; made while no middleware is set."""

    def get_response(self, request) -> HttpResponse:
        request.urlconf = __name__
        return super().get_response(request)


class Asker:
    """Asks an application as a WSGI server does, with a key."""

    def __init__(self, application, key: str) -> None:
        self._application, self._key = application, key

    def __call__(self, place: str, query: str = "", document: object = None) -> bytes:
        body = b"" if document is None else json.dumps(document).encode()
        environ = {
            "REQUEST_METHOD": "GET" if document is None else "POST",
            "PATH_INFO": place,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self._key}",
            "HTTP_HOST": "localhost",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        answer = self._application(environ, lambda status, _: None)
        content = b"".join(answer)
        answer.close()
        assert answer.status_code < 300, content[:500]
        return content


@cache
def answers() -> dict[str, Callable[[object], object]]:
    """Make a system, once; return what it is asked, each to be called with anything."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    generate(folder / "system", CERTIFICATES)
    return answers_of(folder / "system")


def answers_of(folder: Path) -> dict[str, Callable[[object], object]]:
    """Return what the system in a folder is asked."""
    enter(folder)
    override = importlib.import_module("django.test.utils").override_settings
    key, questions, rows = questions_of()
    with override(MIDDLEWARE=[]):
        bare = Asker(Bare(), key)
    ours = Asker(WSGIHandler(), key)
    assert json.loads(ours(*questions["look-up"]()))[0]["standing"]
    assert b'"report":{"' in ours(*questions["check"]())
    asked = {
        name: lambda _, name=name: (bare if name == "bare" else ours)(*questions[name]())
        for name in questions
    }
    return asked | {"file": _file(rows)}


def questions_of() -> tuple[str, dict[str, Callable[[], tuple]], Iterator]:
    """Return a key of customs, what a machine asks with it, and the certificates in turn.

    Each question gives place, query and document, every time of another certificate.
    """
    pages = importlib.import_module("tests.pages")
    models = importlib.import_module("certorigin_server.standing.models")
    received = models.RegisteredAct.objects.filter(kind="Issued", void="")
    received = received.exclude(publisher=settings.SYSTEM.installation)
    rows = itertools.cycle(list(received.order_by("?")[:1_000]))
    reader = next(one for one in pages.readers() if one.role.startswith("customs"))

    def look_up() -> tuple:
        row = next(rows)
        query = urlencode({"number": row.number, "issued_in": row.issued_in})
        return "/api/v1/mirror/certificate", query, None

    questions = {
        "look-up": look_up,
        "bare": lambda: (BARE, urlencode({"number": next(rows).number_key}), None),
        **_declared(rows),
    }
    return pages.token_of(reader.user), questions, rows


def _declared(rows: Iterator) -> dict[str, Callable[[], tuple]]:
    """What is asked with a declaration that cites a certificate."""
    declarations = importlib.import_module("certorigin_server.recognition.models").GoodsDeclaration
    sample = declarations.objects.order_by("pk")[0].document
    numbers = itertools.count(int(timezone.now().timestamp() * 1000))

    def document() -> dict:
        told, row = json.loads(sample), next(rows)
        for item in told["items"]:
            item["certificate"] |= {"number": row.number, "date": row.issued_on.isoformat()}
        return told

    def register() -> tuple:
        told = document() | {"number": f"bench/{next(numbers)}"}
        return "/api/v1/recognition/declaration", "", told

    return {
        "declaration": register,
        "check": lambda: ("/api/v1/recognition/check", "", document()),
    }


def _file(rows: Iterator) -> Callable[[object], object]:
    queries = importlib.import_module("certorigin_server.recognition.queries")
    checking = importlib.import_module("certorigin_server.recognition.many.checking")

    def file(_) -> list:
        lines = [
            Asked(number, (queries.reference_of(next(rows)),)) for number in range(checking.AT_ONCE)
        ]
        found = list(checking.answers_to(lines, at=timezone.now()))
        assert len(found) == len(lines)
        return found

    return file
