"""Letters: real SMTP on this machine, in the person's language, with nothing in the subject."""

import re
from dataclasses import replace

import pytest

from certorigin_server.notices import services
from certorigin_server.notices.kinds import How, Kind
from certorigin_server.notices.models import Letter, Mailbox, Notice
from certorigin_server.settings.messages import read_mail
from certorigin_server.settings.table import Table
from tests.server.factories import Api, decided, make_assessor, make_exporter

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]
ADDRESS = "olga@trader.example"


@pytest.fixture
def olga(loops, post):
    user = make_exporter()
    user.language = "ru"
    user.save()
    services.set_address(address=ADDRESS, by=user, at=loops.at)
    loops.turn()
    return user


@pytest.fixture
def confirmed(olga, post, client, loops):
    client.force_login(olga)
    client.post("/notices/confirm", {"word": word_in(post.letters.pop())})
    loops.wait(minutes=1)
    return olga


def word_in(letter):
    return re.search(r"word=(\S+)", letter.get_content())[1]


def decide(user):
    return decided(Api(user), Api(make_assessor()))


def test_nothing_goes_to_an_address_before_its_person_followed_the_link(olga, post, loops, client):
    (link,) = post.letters
    assert link["To"] == ADDRESS
    decide(olga)
    loops.turn()
    assert len(post.letters) == 1
    stranger = make_exporter("rival", "rival-trader")
    client.force_login(stranger)
    assert client.post("/notices/confirm", {"word": word_in(link)}).status_code == 404
    client.force_login(olga)
    assert client.get(f"/notices/confirm?word={word_in(link)}").status_code == 200
    assert Mailbox.objects.get().confirmed_at is None, (
        "a mail program that looks ahead confirmed it"
    )
    assert client.post("/notices/confirm", {"word": word_in(link)}).status_code == 302
    assert Mailbox.objects.get().confirmed_at


def test_a_decision_is_written_in_the_persons_language_with_number_and_link_only(
    confirmed, post, loops
):
    application = decide(confirmed)
    loops.turn()
    (letter,) = post.letters
    assert letter["Subject"] == "Certorigin: Решения"
    text = letter.get_content()
    assert f"По заявлению {application[:8]} принято решение" in text
    assert f"https://by.example/application/{application}" in text
    assert letter["Auto-Submitted"] == "auto-generated"
    row = Letter.objects.get(purpose="notice")
    assert letter["Message-ID"] == f"<{row.pk}@by.example>"
    assert row.status == "sent"


def test_without_numbers_the_letter_names_the_kind_alone(confirmed, post, loops, settings):
    mail = replace(settings.SYSTEM.mail, numbers=False)
    settings.SYSTEM = replace(settings.SYSTEM, mail=mail)
    application = decide(confirmed)
    loops.turn()
    lines = post.letters[0].get_content().splitlines()
    assert lines[0] == "Решения"
    assert application[:8] not in lines[0]


def test_a_day_of_notices_comes_in_one_letter_once(confirmed, post, loops):
    services.choose(chosen={Kind.DECISION: How.DIGEST}, by=confirmed, at=loops.at)
    loops.turn()
    decide(confirmed)
    decided(Api(confirmed), Api(make_assessor("second")))
    loops.turn()
    assert post.letters == [], "the digest of this day has gone already"
    loops.wait(days=1)
    loops.turn()
    loops.turn()
    (letter,) = post.letters
    assert letter["Subject"].endswith(": 2")
    loops.wait(days=1)
    loops.turn()
    assert len(post.letters) == 1


def test_who_wants_no_letter_gets_none_and_reads_it_in_the_page(confirmed, post, loops):
    services.choose(chosen={Kind.DECISION: How.NONE}, by=confirmed, at=loops.at)
    decide(confirmed)
    loops.turn()
    assert post.letters == []
    assert Notice.objects.filter(user=confirmed).count() == 1


def test_a_server_that_is_busy_is_asked_again_ever_later(confirmed, post, loops):
    post.answer = "451 later"
    decide(confirmed)
    loops.turn()
    loops.turn()
    row = Letter.objects.get(purpose="notice")
    assert (row.status, row.tries) == ("waiting", 1)
    assert ADDRESS not in row.fault
    loops.wait(minutes=2)
    loops.turn()
    row.refresh_from_db()
    assert row.tries == 2
    post.answer = "250 known"
    loops.wait(minutes=6)
    loops.turn()
    assert len(post.letters) == 1


def test_three_bounces_in_a_row_stop_letters_and_are_told_in_the_page(confirmed, post, loops):
    post.answer = "550 nobody of that name"
    for number in range(3):
        decided(Api(confirmed), Api(make_assessor(f"assessor{number}")))
        loops.turn()
    assert Mailbox.objects.get().stopped_at
    loops.turn()
    assert Notice.objects.filter(user=confirmed, occasion__code="notice.mail_stopped").exists()
    assert Letter.objects.filter(purpose="notice", status="failed").count() == 3
    post.answer = "250 known"
    decided(Api(confirmed), Api(make_assessor("last")))
    loops.turn()
    assert post.letters == []


def test_a_crash_after_the_server_took_it_sends_it_again_as_the_same_letter(
    confirmed, post, loops, monkeypatch
):
    decide(confirmed)
    with monkeypatch.context() as patched:
        patched.setattr("certorigin_server.notices.worker.note_sent", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            loops.turn()
    loops.turn()
    loops.turn()
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_mail_server_everything_stays_in_the_page(loops, client):
    user = make_exporter()
    services.set_address(address=ADDRESS, by=user, at=loops.at)
    Mailbox.objects.update(confirmed_at=loops.at)
    decide(user)
    loops.turn()
    assert not Letter.objects.exists()
    assert Notice.objects.filter(user=user).exists()
    client.force_login(user)
    assert "no mail server" in client.get("/notices/choices").content.decode()


@pytest.mark.parametrize("address", ["x", "a@b\r\nBcc: c@d.example", "a" * 300 + "@b.example"])
def test_what_is_no_address_is_refused_beside_the_field(client, address):
    client.force_login(make_exporter())
    kinds = {f"kinds.{kind}": "none" for kind in Kind}
    answer = client.post("/notices/choices", kinds | {"address": address})
    assert answer.status_code == 422
    assert not Mailbox.objects.exists()


def test_a_mail_server_needs_a_sender_and_a_known_way():
    def read(data):
        faults = []
        return read_mail(Table(data, "mail", faults)), [(one.code, one.place) for one in faults]

    _, faults = read({"server": "mail.example", "security": "hope"})
    assert faults == [
        ("settings.not_choice", "mail.security"),
        ("settings.no_sender", "mail.sender"),
    ]
    found, faults = read({"security": "tls"})
    assert (found.port, found.server, faults) == (465, "", [])
