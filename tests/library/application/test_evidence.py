"""What a file is shows in its bytes; its name and its claims are not believed."""

import hashlib
import io
import zipfile

import pytest

from certorigin.application.evidence import (
    ENDINGS,
    MOST_BYTES,
    digest_of,
    harmless_name,
    look_at,
    media_type_of,
    require_digest,
)
from certorigin.errors import LimitError, MalformedError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def package(*names: str, **contents: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get(name, ""))
    return held.getvalue()


GOOD = {
    "application/pdf": b"%PDF-1.7\n%%EOF",
    "image/png": b"\x89PNG\r\n\x1a\n....",
    "image/jpeg": b"\xff\xd8\xff\xe0....",
    "image/tiff": b"II*\x00....",
    XLSX: package("[Content_Types].xml", "xl/workbook.xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": package(
        "[Content_Types].xml", "word/document.xml"
    ),
    "application/vnd.oasis.opendocument.spreadsheet": package(
        "mimetype", mimetype="application/vnd.oasis.opendocument.spreadsheet"
    ),
    "application/vnd.oasis.opendocument.text": package(
        "mimetype", mimetype="application/vnd.oasis.opendocument.text"
    ),
    "application/xml": b"\xef\xbb\xbf<?xml version='1.0'?><Invoice/>",
    "text/plain": "наименование;код\nсталь;7208\n".encode(),
}
BAD = {
    "a program of Windows": b"MZ\x90\x00\x03",
    "a program of Linux": b"\x7fELF\x02\x01",
    "a page": b"<!DOCTYPE html><p>hello",
    "a page behind blanks": b"\n\n  <HTML><script>1</script>",
    "a picture that runs": b"<?xml version='1.0'?><svg onload='x()'/>",
    "an archive": package("readme.txt"),
    "a document with programs": package(
        "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"
    ),
    "an open document of another kind": package("mimetype", mimetype="application/x-thing"),
    "half an archive": b"PK\x03\x04 and no more",
    "text with a zero": b"text\x00text",
    "no text at all": b"\x80\x81\x98\x01",
}


@pytest.mark.parametrize("media_type", GOOD)
def test_what_a_file_is_shows_in_its_bytes(media_type):
    assert media_type_of(GOOD[media_type]) == media_type


def test_every_type_that_is_taken_is_tried():
    assert set(GOOD) == set(ENDINGS)


@pytest.mark.parametrize("what", BAD)
def test_what_is_something_else_is_refused(what):
    with pytest.raises(MalformedError) as told:
        media_type_of(BAD[what])
    assert told.value.code == "evidence.type_refused"


def test_a_table_in_the_old_russian_coding_is_text():
    assert media_type_of("наименование;код\n".encode("cp1251")) == "text/plain"


def test_an_empty_file_and_one_too_large_are_refused():
    with pytest.raises(MalformedError) as told:
        look_at(b"", name="empty.pdf")
    assert told.value.code == "evidence.empty"
    with pytest.raises(LimitError) as told:
        look_at(b"%PDF-" + b"0" * (MOST_BYTES - 4), name="large.pdf")
    assert told.value.code == "evidence.too_large"
    assert look_at(b"%PDF-" + b"0" * (MOST_BYTES - 5), name="x.pdf").size == MOST_BYTES


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Счёт-фактура № 15.pdf", "Счёт-фактура № 15.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Papers\\act.exe", "act.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ('"quoted"; filename=x.html', "quoted filename x.pdf"),
        ("....pdf", "file.pdf"),
        ("", "file.pdf"),
        ("й" * 300 + ".pdf", "й" * 120 + ".pdf"),
    ],
)
def test_a_name_says_what_the_file_is_and_harms_nobody(name, shown):
    assert harmless_name(name, "application/pdf") == shown


def test_a_table_keeps_its_ending():
    assert harmless_name("materials.CSV", "text/plain") == "materials.csv"
    assert harmless_name("materials.html", "text/plain") == "materials.txt"


def test_a_file_is_named_by_its_digest():
    facts = look_at(b"%PDF-1.4", name="a.pdf")
    assert facts.digest == hashlib.sha256(b"%PDF-1.4").hexdigest() == digest_of(b"%PDF-1.4")
    assert require_digest(facts.digest) == facts.digest
    for wrong in ("", facts.digest[1:], "../" + facts.digest, facts.digest.upper()):
        with pytest.raises(MalformedError):
            require_digest(wrong)
