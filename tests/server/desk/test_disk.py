"""A disk that is full, read-only or failing: people are told what to do, and nothing else is."""

import errno

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from certorigin.terminal.sentences import say
from certorigin_server.desk.disk import TellDisk
from certorigin_server.loops.disk import disk_code
from tests.server.factories import client_of, make_exporter

DISK = {
    "disk.full": [
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("database or disk is full"),
        OperationalError('could not extend file "base/1": No space left on device'),
    ],
    "disk.read_only": [
        OSError(errno.EROFS, "Read-only file system"),
        OperationalError("attempt to write a readonly database"),
    ],
    "disk.failing": [
        OSError(errno.EIO, "Input/output error"),
        OperationalError("disk I/O error"),
        OperationalError("unable to open database file"),
    ],
}
CASES = [(code, error) for code, errors in DISK.items() for error in errors]


@pytest.mark.parametrize(("code", "error"), CASES)
def test_each_fault_of_the_disk_is_known_by_number_and_by_words(code, error):
    assert disk_code(error) == code
    wrapped = RuntimeError("something else")
    wrapped.__cause__ = error
    assert disk_code(wrapped) == code


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOENT, "No such file"), OperationalError("no such table"), ValueError("x")],
)
def test_no_other_error_is_blamed_on_the_disk(error):
    assert disk_code(error) == ""
    assert TellDisk(lambda _: None).process_exception(RequestFactory().get("/"), error) is None


def test_a_program_is_told_in_json_with_what_to_do():
    request = RequestFactory().post("/api/v1/certification/x/certify")
    answer = TellDisk(lambda _: None).process_exception(request, DISK["disk.full"][0])
    assert answer.status_code == 503
    assert b'"code": "disk.full"' in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_person_is_told_in_a_page_and_in_a_part_of_one(monkeypatch, headers):
    def full(*_args, **_kwargs):
        raise DISK["disk.full"][1]

    browser = client_of(make_exporter())
    monkeypatch.setattr("certorigin_server.application.services.record", full)
    answer = browser.post("/application/new", {}, headers=headers)
    assert say("disk.full", {}, "en").split(".")[0].encode() in answer.content
    assert answer.status_code == (200 if headers else 503)
