"""Style and script are served compressed to who can read it; pages never are."""

import gzip

import pytest
from django.test import Client

PAGE, STYLE = "/sign-in", "/static/desk/desk.css"
READS = {"accept-encoding": "gzip, br"}


def body_of(answer):
    return b"".join(answer.streaming_content)


def test_style_and_script_are_compressed_for_who_reads_it():
    for path in (STYLE, "/static/django_htmx/htmx-2.min.js"):
        plain, small = Client().get(path), Client().get(path, headers=READS)
        assert (plain.headers.get("content-encoding"), small["content-encoding"]) == (None, "gzip")
        assert "Accept-Encoding" in plain["vary"]
        assert int(small["content-length"]) * 2 < int(plain["content-length"])
        assert small["last-modified"] == plain["last-modified"]
        assert gzip.decompress(body_of(small)) == body_of(plain)


@pytest.mark.django_db
def test_a_page_with_its_token_is_not_compressed():
    answer = Client().get(PAGE, headers=READS)
    assert b"csrfmiddlewaretoken" in answer.content
    assert "content-encoding" not in answer.headers
