"""A received certificate looked up by its number, beside a bare Django view of the same row.

Ours is the call of customs' machines as it is served: middleware, token, rights, the search, the
fold of both logs, and the trail's entry that it was read. The other is a view without middleware
that returns the row's bytes. Both go through Django's own handler.
"""

import importlib
import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from benchmarks.pages import enter, generate

CERTIFICATES = 40
BARE = "/bare"


def read_bare(request) -> HttpResponse:
    rows = importlib.import_module("certorigin_server.standing.models").RegisteredAct.objects
    found = rows.filter(number_key=request.GET["number"], kind="Issued").values_list("raw")
    return HttpResponse(found[0][0], content_type="application/json")


urlpatterns = [path(BARE[1:], read_bare)]


def answers(folder: Path) -> tuple[Callable[[object], object], Callable[[object], object]]:
    """Make a system; return a look-up of ours and a bare one, each to be called with anything."""
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
    return lambda _: reader.ask(call, asked), lambda _: handler(request)


def _bare_handler() -> Callable[[object], HttpResponse]:
    override = importlib.import_module("django.test.utils").override_settings
    base = importlib.import_module("django.core.handlers.base").BaseHandler()
    with override(MIDDLEWARE=[]):
        base.load_middleware()

    def handle(request) -> HttpResponse:
        request.urlconf = __name__
        return base.get_response(request)

    return handle
