"""Requests, restorations, paper, events, excerpts: each page looked at, some worked by keyboard."""

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from certorigin.vocabulary.acts import Cause
from certorigin.vocabulary.bodies import CertificateReference
from certorigin_server.mirror import notices
from certorigin_server.recognition.models import Decision
from certorigin_server.returns.models import Verification
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.users.models import User
from tests.browser.addresses import pages_of_figures, pages_of_issue
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    focus_of,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import EVERY
from tests.server import partner_customs as abroad
from tests.server.factories import Api, certified, client_of, decided
from tests.server.turns import OURS

# The first test of this file waits for what all of them share.
pytestmark = pytest.mark.timeout(180)
_numbers = count(1)
MAIN = "main form button.main:not(.unseen)"
ASKING = {
    "number": "06-12/77",
    "grounds": ["criterion_doubtful"],
    "questions": [{"topic": "issue"}, {"topic": "criterion", "item": "1"}],
    "remark": "Доля иностранных материалов неясна",
}


class Rooms:
    """What lies on the desks of both sides of the border, made once for all tests here."""

    def __init__(self, people, border):
        self.people, (self.partner, self.turns) = people, border
        self.apis = {role: Api(person) for role, person in people.items()}
        self.customs = self.apis["customs_officer"]

    def exchange(self):
        """Both states hold what was prepared."""
        self.turns.give_back()
        self.turns.publish()
        self.partner.follow(OURS)
        self.turns.follow(self.partner)
        self.turns.give_back()

    def received(self, **facts):
        """A certificate of the other state, and a declaration that cites it; the address."""
        issue = self.partner.issue(f"AZBY6007000{next(_numbers):03}", **facts)
        self.turns.follow(self.partner)
        return issue, self.lodge(issue.declaration(f"room-{issue.number}"))

    def lodge(self, document, amends=""):
        path = f"/recognition/declaration?amends={amends}" if amends else "/recognition/declaration"
        answer = self.customs.post(path, document)
        assert answer.status == 201, answer.data
        return f"/recognition/{answer.data['id']}"

    def decide(self, issue, path, order, **facts):
        """Decide about a declaration; the number of the decision."""
        declared = path.rpartition("/")[2]
        body = {"subject": issue.subject} | facts
        answer = self.customs.post(f"/recognition/declaration/{declared}/{order}", body)
        assert answer.status == 201, answer.data
        return Decision.objects.get(declaration=declared).pk

    def own(self):
        """A certificate of ours that the partner holds."""
        application = decided(self.apis["exporter"], self.apis["assessing_officer"])
        made = certified(application, self.apis["certifying_officer"])
        self.exchange()
        return made

    def asked_about(self, subject):
        """The partner asks about one of ours; the number of the request on the desk."""
        row = issued_act_of(subject)
        reference = CertificateReference(row.form, row.number, row.issued_on, "BY")
        cause = Cause(row.act, row.digest)
        self.partner.enter(abroad.request_of(subject, reference, cause, self.turns.clock()))
        self.exchange()
        return Verification.objects.get(subject=subject).pk

    def event(self, subject, event, reason):
        order = {"event": event, "reason": reason, "terms": {}}
        answer = self.apis["exporter"].post(f"/returns/{subject}/events", order)
        assert answer.status == 201, answer.data
        return f"/certification/asked/{answer.data['request']}"


@pytest.fixture(scope="module")
def rooms(people, border):
    made = Rooms(people, border)
    with disturbed():
        yield made


@contextmanager
def disturbed():
    """The exchange is down by an announcement, so that the paper rules apply."""
    start = timezone.now().replace(microsecond=0) - timedelta(minutes=10)
    body = notices.planned(
        starts=start, ends=start + timedelta(hours=9), affects="exchange", remark=""
    )
    common = {"keyring": get_keyring(), "by": User.objects.get(username="administrator")}
    (corridor,) = settings.SYSTEM.corridors
    subject = notices.announce(corridor=corridor, body=body, at=start, **common)
    yield
    notices.end_notice(subject=subject, at=start + timedelta(minutes=1), **common)


@pytest.fixture(scope="module")
def pages(rooms):
    """By role and name: the address of each page, with something on it."""
    return {
        "customs_officer": pages_of_customs(rooms),
        **pages_of_issue(rooms),
        "administrator": pages_of_figures(),
    }


def pages_of_customs(rooms):
    issue, path = rooms.received()
    refused = rooms.decide(issue, path, "refuse", ground="goods_not_identifiable")
    asked = rooms.customs.post("/verification", ASKING | {"subject": issue.subject})
    rooms.exchange()
    used, other = rooms.received()
    accepted = rooms.decide(used, other, "accept")
    rooms.lodge(used.declaration(f"room-{used.number}", amount="3"), other.rpartition("/")[2])
    paper, cited = rooms.received(medium="paper+record")
    order = {"reason": "origin_in_doubt", "until": timezone.localdate().isoformat()}
    demanded = rooms.customs.post(
        f"/recognition/declaration/{cited.rpartition('/')[2]}/paper", order
    )
    assert demanded.status == 201, demanded.data
    note = {"order": "note", "condition": "transit", "found": "not_met", "evidence": "CMR 17"}
    client_of(rooms.people["customs_officer"]).post(f"{path}/conditions", note)
    request = f"/requests/{asked.data['id']}"
    return {
        "requests": "/requests/",
        "ask": f"/requests/ask/{paper.subject}",
        "request": request,
        "request-letter": f"{request}/letter",
        "restore": f"/requests/restore/{refused}",
        "conditions": f"{path}/conditions",
        "correct": f"/recognition/decision/{accepted}/correct",
        "decision": f"/recognition/decision/{refused}",
        "demand": f"{path}/paper/0",
        "demanded": f"{cited}/paper/0",
        "examine-on-paper": cited,
        "emergency": f"{path}/emergency/0",
        "bulk-check": "/recognition/check",
        "posts": "/published/posts/",
    }


ROLES = (
    "customs_officer",
    "exporter",
    "assessing_officer",
    "certifying_officer",
    "administrator",
)
LACKING = {
    *("ask", "restore", "conditions", "correct", "demand", "demanded", "emergency", "bulk-check"),
    *("rates", "duplicate", "correction", "answer", "review", "event", "sale", "reserve"),
    *("batch-new", "batch", "targets", "fee-waiver"),
}


@pytest.mark.parametrize("width", [1280, 360] if EVERY else [360])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_and_fits(open_page, pages, role, width):
    locale = "ru-RU" if width > 360 else ("az-AZ", "be-BY", "en-GB")[ROLES.index(role) % 3]
    page = open_page(locale, width=width, dark=width < 1280)
    sign_in(page, role)
    for name, address in pages[role].items():
        assert page.goto(address).ok, address
        for folded in page.locator("main details").all():
            folded.evaluate("one => one.open = true")
        check_fits(page)
        keep_picture(page, f"room-{name}-{locale[:2]}")
        if width < 1280:
            check_accessible(page)
        if name in LACKING and width < 1280:
            page.locator(MAIN).first.click()
            expect(page.locator("main [role=alert]").first).to_be_visible()
            page.wait_for_load_state()  # without its style sheet a page is wide
            check_fits(page)
            check_accessible(page)
            keep_picture(page, f"room-{name}-lacking")


def press(page, selector):
    """Press a button or a link by keyboard."""
    press_until(page, selector)
    page.keyboard.press("Enter")


def choose(page, name, value=""):
    """Go to a box, or to a group of radio buttons, by Tab, and choose by keyboard."""
    press_until(page, f"[name='{name}']")
    for _ in range(20):
        at = focus_of(page)
        if at["type"] == "checkbox" or at["value"] == value:
            break
        page.keyboard.press("ArrowDown")
    wanted = page.locator(f"[name='{name}']" + (f"[value='{value}']" if value else ""))
    if not wanted.is_checked():
        page.keyboard.press("Space")
    expect(wanted).to_be_checked()


def test_customs_asks_by_keyboard_and_another_question_sends_nothing(page, rooms):
    issue, _ = rooms.received()
    sign_in(page, "customs_officer")
    page.goto(f"/requests/ask/{issue.subject}")
    fill_by_keyboard(page, {"number": "06-12/78"})
    choose(page, "grounds.random_check")
    fill_by_keyboard(page, {"questions[0].topic": "issue"})
    press(page, "#questions-add")
    expect(page.locator("#questions fieldset.row")).to_have_count(2)
    assert not Verification.objects.filter(subject=issue.subject).exists()
    fill_by_keyboard(page, {"questions[1].topic": "criterion", "questions[1].item": "1"})
    press(page, MAIN)
    page.wait_for_url(re.compile(r"/requests/\d+$"))
    expect(page.get_by_role("heading", name="06-12/78")).to_be_visible()
    assert Verification.objects.filter(subject=issue.subject).count() == 1


def test_the_body_answers_by_keyboard_with_four_eyes(page, rooms):
    address = f"/answers/{rooms.asked_about(rooms.own()['id'])}"
    sign_in(page, "assessing_officer")
    page.goto(address)
    expect(page.locator("button[value^='remove:']")).to_have_count(0)
    for index in (0, 1):
        choose(page, f"answers[{index}].result", "confirmed")
    press(page, "button.main[value=draft]:not(.unseen)")
    expect(page.locator(".notice.success")).to_be_visible()
    sign_in(page, "certifying_officer")
    page.goto(address)
    check_accessible(page)
    press(page, "button.main[value=confirm]:not(.unseen)")
    expect(page.locator(".notice.success")).to_be_visible()
    page.goto(f"{address}/letter")
    check_accessible(page)


def test_a_duplicate_is_asked_for_and_made_by_keyboard(page, rooms):
    made = rooms.own()
    sign_in(page, "exporter")
    page.goto(f"/certification/{made['id']}/ask/duplicate")
    choose(page, "reason", "damaged")
    press(page, MAIN)
    page.wait_for_url(f"**/certification/{made['id']}")
    sign_in(page, "certifying_officer")
    page.goto(f"/certification/{made['id']}")
    press(page, "main a[href^='/certification/asked/']")
    page.wait_for_url("**/certification/asked/*")
    choose(page, "confirmed")
    press(page, "button.main[value=make]:not(.unseen)")
    page.wait_for_url("**/certification/urn:*")
    check_accessible(page)


# What customs notes by keyboard: the page of a declaration, what is chosen, what is typed.
NOTES = {
    "paper/0": ({"reason": "data_differ"}, {"until": f"{timezone.localdate():%d.%m.%Y}"}),
    "emergency/0": ({"seen": ""}, {"blank": "1234567"}),
    "conditions": ({"condition": "transit", "found": "met"}, {"evidence": "CMR 18"}),
}


def test_customs_notes_what_it_saw_by_keyboard(page, rooms):
    _, path = rooms.received(medium="paper+record")
    sign_in(page, "customs_officer")
    for where, (chosen, typed) in NOTES.items():
        page.goto(f"{path}/{where}")
        for name, value in chosen.items():
            choose(page, name, value)
        fill_by_keyboard(page, typed)
        press(page, MAIN)
        expect(page.locator(".notice.success")).to_be_visible()
        expect(page.locator("main [role=alert]")).to_have_count(0)
        check_accessible(page)


def test_what_was_refused_is_given_back_by_keyboard(page, rooms):
    issue, path = rooms.received()
    decision = rooms.decide(issue, path, "refuse", ground="goods_not_identifiable")
    sign_in(page, "customs_officer")
    page.goto(f"/recognition/decision/{decision}")
    press(page, f"main a[href='/requests/restore/{decision}']")
    page.wait_for_url("**/requests/restore/*")
    choose(page, "basis", "conditions_proved")
    fill_by_keyboard(page, {"document.number": "7", "document.date": "16.05.2026"})
    press(page, MAIN)
    expect(page.locator("main .notice.good")).to_be_visible()
    check_accessible(page)


def test_a_file_of_many_is_checked_while_the_page_is_open(open_page, rooms):
    issue, _ = rooms.received()
    good, bad = issue.declaration("m-1"), issue.declaration("m-2", cite="AZBY6001999999")
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in (good, bad, "?"))
    page = open_page("az-AZ", width=360)
    sign_in(page, "customs_officer")
    page.goto("/recognition/check")
    file = {"name": "a.ndjson", "mimeType": "application/x-ndjson", "buffer": lines.encode()}
    page.locator("#file").set_input_files(file)
    press(page, MAIN)
    page.wait_for_url(re.compile(r"/recognition/check/[0-9a-f-]{36}$"))
    expect(page.locator("#batch a[download]")).to_be_visible()
    check_fits(page)
    check_accessible(page)
    keep_picture(page, "room-bulk-checked")


def test_the_print_queue_shows_what_waits(open_page, rooms, monkeypatch):
    """The live system's certificates need no paper; the page is that of one whose do."""
    rooms.own()
    paper = [replace(one, document_medium="paper+record") for one in settings.SYSTEM.corridors]
    monkeypatch.setattr(settings, "SYSTEM", replace(settings.SYSTEM, corridors=tuple(paper)))
    officer = rooms.people["certifying_officer"]
    shown = client_of(officer, "az").get("/printing/").content
    page = open_page("az-AZ", width=360)
    sign_in(page, "certifying_officer")
    page.route("**/printing/", lambda route: route.fulfill(body=shown, content_type="text/html"))
    page.goto("/printing/")
    expect(page.locator("input[name=subject]").first).to_be_checked()
    check_fits(page)
    check_accessible(page)
    keep_picture(page, "room-printing")


def test_a_rate_is_entered_and_a_snapshot_made_by_keyboard(page, rooms):
    sign_in(page, "administrator")
    page.goto("/recognition/rates")
    day = timezone.localdate().strftime("%d.%m.%Y")
    rate = {"day": day, "units": "1", "currency": "USD", "price": "3.25", "price_currency": "BYN"}
    fill_by_keyboard(page, rate | {"source": "НБРБ"})
    press(page, MAIN)
    expect(page.locator("main tbody tr").first).to_contain_text("1 USD = 3.25 BYN")
    check_accessible(page)
    page.goto("/administration/loops")
    press(page, "form[action='/published/make/posts'] button")
    expect(page.locator(".notice.success")).to_be_visible()
    sign_in(page, "customs_officer")
    page.goto("/published/posts/")
    expect(page.locator("main a[download]").first).to_be_visible()
    check_accessible(page)
