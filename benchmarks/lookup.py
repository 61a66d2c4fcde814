"""What customs' machines ask of a received certificate, beside a bare Django view of its row.

Ours are calls as they are served: middleware, token, rights, and the trail's entry. `look-up` is
the search by number with the fold of both logs; `declaration` registers one and verifies nothing;
`check` verifies and matches all that one cites; `file` is one line of a file of many, verified by
the function behind page and command. The other is a view without middleware that returns the row's
bytes. All but `file` go through Django's own handler.
"""

import atexit
import importlib
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone

from benchmarks.pages import enter, generate
from certorigin.recognition.batch import Asked

CERTIFICATES = 40
BARE = "/bare"


def read_bare(request) -> HttpResponse:
    rows = importlib.import_module("certorigin_server.standing.models").RegisteredAct.objects
    found = rows.filter(number_key=request.GET["number"], kind="Issued").values_list("raw")
    return HttpResponse(found[0][0], content_type="application/json")


urlpatterns = [path(BARE[1:], read_bare)]


@cache
def answers() -> dict[str, Callable[[object], object]]:
    """Make a system, once; return what it is asked, each to be called with anything."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    generate(folder / "system", CERTIFICATES)
    enter(folder / "system")
    pages = importlib.import_module("tests.pages")
    models = importlib.import_module("certorigin_server.standing.models")
    publisher = settings.SYSTEM.installation
    rows = models.RegisteredAct.objects.filter(kind="Issued").exclude(publisher=publisher)
    row = rows.order_by("pk")[0]
    reader = next(one for one in pages.readers() if one.role.startswith("customs"))
    call = pages.Route("api/v1/mirror/certificate", ())
    asked = f"/api/v1/mirror/certificate?number={row.number}&issued_in={row.issued_in}"
    assert json.loads(reader.ask(call, asked).content)[0]["number"] == row.number
    handler, request = _bare_handler(), RequestFactory().get(BARE, {"number": row.number_key})
    assert handler(request).content.decode() == row.raw
    return {
        "look-up": lambda _: reader.ask(call, asked),
        "bare": lambda _: handler(request),
        **_declared(reader, row),
    }


def _declared(reader, row) -> dict[str, Callable[[object], object]]:
    """What is asked with a declaration that cites the certificate."""
    queries = importlib.import_module("certorigin_server.recognition.queries")
    checking = importlib.import_module("certorigin_server.recognition.many.checking")
    declarations = importlib.import_module("certorigin_server.recognition.models").GoodsDeclaration
    document = json.loads(declarations.objects.order_by("pk")[0].document)
    for item in document["items"]:
        item["certificate"] |= {"number": row.number, "date": row.issued_on.isoformat()}
    numbers = itertools.count()

    def register(_):
        told = document | {"number": f"bench/{next(numbers)}"}
        answer = reader.send("/api/v1/recognition/declaration", told)
        assert answer.status_code == 201, answer.content
        return answer

    def check(_):
        answer = reader.send("/api/v1/recognition/check", document)
        assert json.loads(answer.content)["certificates"][0]["report"], answer.content
        return answer

    lines = [Asked(number, (queries.reference_of(row),)) for number in range(checking.AT_ONCE)]

    def file(_):
        found = list(checking.answers_to(lines, at=timezone.now()))
        assert len(found) == len(lines)
        return found

    return {"declaration": register, "check": check, "file": file}


def _bare_handler() -> Callable[[object], HttpResponse]:
    override = importlib.import_module("django.test.utils").override_settings
    base = importlib.import_module("django.core.handlers.base").BaseHandler()
    with override(MIDDLEWARE=[]):
        base.load_middleware()

    def handle(request) -> HttpResponse:
        request.urlconf = __name__
        return base.get_response(request)

    return handle
