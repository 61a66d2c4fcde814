"""The published schemas, for everybody: what a format is made of is no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from certorigin.errors import UnknownError
from certorigin.vocabulary.schema import published_schema

if TYPE_CHECKING:
    from django.http import HttpRequest

_A_DAY = 86_400


@require_safe
def read_schema(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a schema, under its name and version. Raises Http404 for any other name."""
    del request
    try:
        schema = published_schema(name)
    except UnknownError:
        raise Http404 from None
    raw = orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    answer = HttpResponse(raw, content_type="application/schema+json")
    answer["Cache-Control"] = f"public, max-age={_A_DAY}"
    return answer
