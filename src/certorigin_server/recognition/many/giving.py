"""The answers about a file of many certificates as a file, for the desk and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from django.http import HttpResponse

from certorigin_server.recognition.many import services

if TYPE_CHECKING:
    from certorigin_server.recognition.models import BatchCheck


def answers_file(row: BatchCheck) -> HttpResponse:
    """Return the answers that are there as a file."""
    lines = b"".join(orjson.dumps(one) + b"\n" for one in services.answers_of(row))
    answer = HttpResponse(lines, content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="answers-{row.pk}.ndjson"'
    return answer
