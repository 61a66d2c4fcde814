"""Files are looked through by clamd before they are kept: here by a stand-in that speaks like it.

The real one is asked in tests/long/test_clamd.py.
"""

import socket
import threading
from dataclasses import replace

import pytest
from django.conf import settings

from certorigin.errors import MalformedError
from certorigin_server.application.evidence_scan import require_clean
from certorigin_server.application.models import Evidence
from certorigin_server.settings.table import Table
from certorigin_server.settings.uploads import UploadSettings, read_uploads
from tests.server.factories import Api, consignment, make_body, make_exporter

BAD = b"%PDF-1.7\nbad\n%%EOF"


class Scanner(threading.Thread):
    """Reads one stream to its end, or as far as `most`, and answers what it is told to."""

    def __init__(self, path, answer=None, most=1 << 30):
        super().__init__(daemon=True)
        self.line = socket.socket(socket.AF_UNIX)
        self.line.bind(path)
        self.line.listen()
        self.answer, self.most, self.heard = answer, most, b""

    def run(self):
        peer, _ = self.line.accept()
        with self.line, peer, peer.makefile("rb") as heard:
            assert heard.read(10) == b"zINSTREAM\0"
            while (size := int.from_bytes(heard.read(4), "big")) and len(self.heard) < self.most:
                self.heard += heard.read(size)
            found = b"stream: Test.Bad FOUND" if self.heard == BAD else b"stream: OK"
            peer.sendall(self.answer if self.answer is not None else found + b"\0")


@pytest.fixture
def scanner(tmp_path, settings):
    path = str(tmp_path / "clamd")
    uploads = UploadSettings(path, 5.0)
    settings.SYSTEM = replace(settings.SYSTEM, uploads=uploads)

    def start(**more):
        made = Scanner(path, **more)
        made.start()
        return made

    return start


@pytest.mark.loopback
def test_what_is_clean_passes_and_every_byte_was_looked_at(scanner):
    made, raw = scanner(), bytes(range(256)) * 1000
    require_clean(raw)
    made.join(5)
    assert made.heard == raw


@pytest.mark.loopback
def test_what_the_scanner_finds_is_refused_by_its_name(scanner):
    scanner()
    with pytest.raises(MalformedError) as error:
        require_clean(BAD)
    assert (error.value.code, error.value.facts["value"]) == ("evidence.malware", "Test.Bad")


@pytest.mark.loopback
@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK but not quite\0",
        b"",
        b"x" * 5000,
        b"stream: \xff FOUND\0",
    ],
    ids="limit other nothing endless bytes".split(),
)
def test_any_other_answer_refuses_the_file(scanner, answer):
    scanner(answer=answer)
    with pytest.raises(MalformedError, match=r"evidence\.not_scanned"):
        require_clean(b"file")


@pytest.mark.loopback
def test_a_scanner_that_stops_listening_refuses_the_file(scanner):
    scanner(answer=b"INSTREAM size limit exceeded. ERROR\0", most=1 << 16)
    with pytest.raises(MalformedError, match=r"evidence\.not_scanned"):
        require_clean(bytes(10_000_000))


@pytest.mark.loopback
@pytest.mark.django_db
def test_without_an_answer_nothing_is_attached_and_it_is_said(scanner):
    make_body()
    exporter = Api(make_exporter())
    application = exporter.post("/application", consignment()["application"]).data["id"]
    place = f"/application/{application}/evidence?name=a.pdf&kind=invoice"
    refused = exporter.post_bytes(place, BAD, "application/pdf")
    assert refused.data["code"] == "evidence.not_scanned"
    scanner()
    refused = exporter.post_bytes(place, BAD, "application/pdf")
    assert refused.data["code"] == "evidence.malware"
    assert not Evidence.objects.exists()


def test_nobody_scans_where_the_settings_name_no_scanner():
    assert not settings.SYSTEM.uploads.scanner
    require_clean(BAD)


@pytest.mark.parametrize(
    "wrong", [{"scanner": "clamd"}, {"scanner": 7}, {"scanner": "a:b"}, {"seconds": 0}], ids=str
)
def test_a_wrong_setting_is_named(wrong):
    faults = []
    read_uploads(Table(wrong, "uploads", faults))
    assert [one.place for one in faults] == [f"uploads.{name}" for name in wrong]
    faults.clear()
    assert read_uploads(Table({"scanner": "127.0.0.1:3310"}, "uploads", faults)).seconds == 20
    assert not faults
