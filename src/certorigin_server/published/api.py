"""The machine interface of the files for posts without a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router, Schema

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.published.giving import post_file_answer
from certorigin_server.published.queries import post_files
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

router = Router(tags=["published"])


class PostFileOut(Schema):
    """A snapshot of live certificates, or the changes since the one of `base`."""

    name: str
    number: str
    base: str
    size: str
    made_at: str


@router.get("/posts", response=list[PostFileOut])
def list_post_files(request: HttpRequest) -> list[PostFileOut]:
    """List the files for posts, newest first."""
    Caller.of(request, Right.RECOGNITION_READ)
    return [
        PostFileOut(
            name=one.name,
            number=str(one.number),
            base=str(one.base or ""),
            size=str(one.size),
            made_at=moment_to_text(one.made.replace(microsecond=0)),
        )
        for one in post_files()
    ]


@router.get("/posts/{name}", response=None)
def get_post_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give one of them out, byte for byte: it is sealed."""
    Caller.of(request, Right.RECOGNITION_READ)
    return post_file_answer(name)
