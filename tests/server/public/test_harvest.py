"""Nobody learns numbers from the public page: a wrong day looks as unknown, many tries wait."""

import io
import re
import uuid
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.certification.render.symbol import modules
from certorigin.certification.slip import Slip, address_of
from certorigin.mirror.line import sign_request
from certorigin_server.certification.models import Certificate
from certorigin_server.log.queries import bundle_of
from certorigin_server.public import services
from certorigin_server.public.models import Asked
from certorigin_server.seal.models import SealedAct
from tests.library.certification.scanned import as_png, sheet_of_symbols
from tests.server import partner as az
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_exporter,
)

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
DIGITS = re.compile(r"\d+")  # number and day stand on the page as they were typed
# What stands in a statement for a value; the names of savepoints count up.
LITERAL = re.compile(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"")
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def row(partner, turns):
    """A certificate that we issued and published."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    certified(application, Api(make_certifier()))
    turns.publish()
    return Certificate.objects.get()


def ask(address="192.0.2.1", client=None, **query):
    client = client or Client(headers=ENGLISH)
    return client.get("/check", query, REMOTE_ADDR=address)


def send(raw, address="192.0.2.1"):
    file = SimpleUploadedFile("a", raw)
    client = Client(headers=ENGLISH)
    answer = client.post("/check", {"file": file}, REMOTE_ADDR=address)
    return answer.status_code, answer.content.decode()


def question_of(row, **changes):
    return {"number": row.number, "date": row.issued_on.isoformat()} | changes


def test_a_wrong_day_and_an_unknown_number_are_one_answer_by_the_same_statements(row):
    """The same statements with the same shape, and the same page but for what was typed."""
    wrong_day = row.issued_on.replace(day=15 if row.issued_on.day != 15 else 16).isoformat()
    unknown = f"{row.number[:-1]}{(int(row.number[-1]) + 1) % 10}"
    ask(**question_of(row))
    told = []
    for query in (
        question_of(row, date=wrong_day),
        question_of(row, number=unknown),
        question_of(row, number=unknown, date=wrong_day),
        question_of(row),
    ):
        with CaptureQueriesContext(connection) as caught:
            answer = ask(**query)
        page = DIGITS.sub("…", TOKEN.sub("", answer.content.decode()))
        shape = [LITERAL.sub("?", one["sql"]) for one in caught]
        told.append((answer.status_code, shape, page))
    assert told[0] == told[1] == told[2]
    assert told[3][1] == told[0][1]  # nor do the statements of a hit differ
    assert told[3][2] != told[0][2]


def test_who_tries_many_numbers_waits_and_others_do_not(row, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE", 3)
    for _ in range(3):
        assert ask(**question_of(row)).status_code == 200
    answer = ask(**question_of(row))
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "It was issued here." not in answer.content.decode()
    assert 'name="number"' in answer.content.decode()
    assert ask().status_code == 200  # the page itself is there
    assert ask("192.0.2.2", **question_of(row)).status_code == 200
    officer = client_of(make_customs_officer())
    assert ask(client=officer, **question_of(row)).status_code == 200  # signed in: never limited
    Asked.objects.update(since=Asked.objects.first().since - services.WINDOW)
    assert ask(**question_of(row)).status_code == 200
    assert not any("192.0.2" in one.key for one in Asked.objects.all())


def test_all_together_are_limited_and_partners_ask_by_another_door(row, monkeypatch):
    """A trusted partner gets its answer however many others ask (R7)."""
    monkeypatch.setattr(services, "MOST_OF_ALL", 2)
    assert ask("192.0.2.1", **question_of(row)).status_code == 200
    assert ask("192.0.2.2", **question_of(row)).status_code == 200
    assert ask("192.0.2.3", **question_of(row)).status_code == 429
    asked = urlencode(question_of(row, form=row.form))
    address = f"/exchange/certificate?{asked}"
    signed = sign_request(
        "GET",
        f"http://testserver{address}",
        sealer=az.sealer("exchange"),
        at=timezone.now(),
        nonce=uuid.uuid4().hex,
    )
    assert Client(REMOTE_ADDR="192.0.2.3").get(address, headers=signed).status_code == 200


def test_a_network_of_version_six_is_one_asker(row, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE", 1)
    assert ask("2001:db8:1:2::1", **question_of(row)).status_code == 200
    assert ask("2001:db8:1:2:ffff::9", **question_of(row)).status_code == 429
    assert ask("2001:db8:1:3::1", **question_of(row)).status_code == 200
    assert ask("no address", **question_of(row)).status_code == 200


def test_a_file_is_asked_about_by_what_is_sealed_in_it(row):
    act = SealedAct.objects.get(pk=row.act_id)
    bundle = bundle_of(act.pk).to_bytes()
    pdf = original_pdf(Printable.of(act.sealed.encode()), bundle=bundle)
    for raw in (bundle, act.sealed.encode(), pdf):
        status, page = send(raw)
        assert status == 200
        assert "It was issued here." in page
        assert act.subject not in page
        assert "Палата" not in page
    altered = act.sealed.replace('"value":"', '"value":"9', 1).encode()
    assert "or it was altered" in send(altered)[1]
    assert "or it was altered" in send(az.Issue("AZBY6001000777", act.prepared_at).raw)[1]


def test_a_picture_of_the_code_is_asked_about(row):
    printable = Printable.of(SealedAct.objects.get(pk=row.act_id).sealed.encode())
    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    text = address_of(slip, az.sealer("seal"), host="origin.example.by")
    status, page = send(as_png(sheet_of_symbols([modules(text)])))
    assert (status, "It was issued here." in page) == (200, True)


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"{}", b'{"act":"","proof":""}', b"GIF89a"])
def test_what_is_no_certificate_is_told_beside_the_field(raw, db):
    status, page = send(raw)
    assert status == 422
    assert 'id="file-told"' in page


def test_sending_files_is_limited_sooner(monkeypatch, db):
    monkeypatch.setattr(services, "MOST_OF_ONE", 2 * services.FILE)
    statuses = [send(io.BytesIO(b"GIF89a").getvalue())[0] for _ in range(3)]
    assert statuses == [422, 422, 429]
