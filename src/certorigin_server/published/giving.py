"""Files as answers, for the desk and for machines."""

from __future__ import annotations

from django.http import HttpResponse

from certorigin_server.published.queries import read_post_file


def post_file_answer(name: str) -> HttpResponse:
    """Return a file for posts. Raises UnknownError (`live.file_unknown`)."""
    return file_answer(read_post_file(name), name, "private")


def file_answer(raw: bytes, name: str, cache: str) -> HttpResponse:
    """Return bytes as a file to take away."""
    answer = HttpResponse(raw, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = cache
    return answer
