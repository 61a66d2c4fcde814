"""The customs officer's day: a declaration comes in, its certificate is examined, one decides."""

import base64
import re
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.certification.slip import Slip, address_of
from certorigin.recognition.intake import declaration_from_data
from certorigin.recognition.intake_csv import csv_from
from certorigin_server.inquiry.models import Inquiry
from certorigin_server.inquiry.services import close, import_register
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.queries import bundle_from_mirror
from certorigin_server.recognition.view import open_view
from certorigin_server.standing.queries import issued_act_of
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import Api
from tests.server.partner import sealer
from tests.server.turns import THEIRS

_numbers = count(101)
MOST_CLICKS = 4


@pytest.fixture
def issue(border):
    """A certificate of its own for a test, in our mirror."""
    partner, turns = border
    made = partner.issue(f"AZBY6001000{next(_numbers)}")
    turns.follow(partner)
    return made


@pytest.fixture
def lodge(people):
    api = Api(people["customs_officer"])

    def register(document) -> str:
        answer = api.post("/recognition/declaration", document)
        assert answer.status == 201, answer.data
        return f"/recognition/{answer.data['id']}"

    return register


@pytest.fixture
def answer(people, issue):
    """What the partner answered about the certificate, and a register of paper; both addresses."""
    asked = {"number": issue.number, "date": issue.at.date().isoformat(), "issued_in": "AZ"}
    (made,) = Api(people["customs_officer"]).post("/inquiry", asked).data
    view = open_view(THEIRS)
    bundle = bundle_from_mirror(issued_act_of(issue.subject), view)
    close(
        inquiry=Inquiry.objects.get(pk=made["id"]),
        outcome=Inquiry.Outcome.FOUND,
        answer=bundle.decode() + "\n",
        at=timezone.now(),
    )
    row = f"ST-1;{issue.number};16.05.2025;Bakı bürosu;Şərab MMC\n"
    import_register(
        raw=f"form;number;date;body;exporter\n{row}".encode(),
        name="az-2025.csv",
        issued_in="AZ",
        by="operator",
        at=timezone.now(),
    )
    return f"/received/ask/{made['id']}", f"/received/paper?number={issue.number}"


def counted_clicks(page):
    """Count the clicks that the person makes from now on."""
    page.add_init_script(
        "addEventListener('click', e => { if (e.isTrusted) "
        "sessionStorage.clicks = 1 + Number(sessionStorage.clicks || 0); }, true)"
    )
    return lambda: int(page.evaluate("sessionStorage.clicks || 0"))


def test_a_clean_case_takes_four_clicks_or_fewer_from_the_work_list(page, issue, lodge):
    path = lodge(issue.declaration(f"clean-{issue.number}"))
    clicks = counted_clicks(page)
    sign_in(page, "customs_officer")
    check_accessible(page)
    page.locator(f"a[href='{path}']").first.click()
    expect(page.get_by_role("heading", name="recognised", exact=True)).to_be_visible()
    keep_picture(page, "customs-examine")
    page.get_by_role("button", name="Grant the preference").click()
    page.wait_for_url("**/recognition/decision/*")
    expect(page.get_by_role("heading", name="Preference granted")).to_be_visible()
    assert clicks() <= MOST_CLICKS
    assert clicks() == 2
    check_accessible(page)
    keep_picture(page, "customs-decision")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    keep_picture(page, "customs-decision-print")


def test_the_day_by_keyboard_alone(page, issue):
    sign_in(page, "customs_officer")
    press_until(page, "nav.main a[href='/received/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/received/")
    fill_by_keyboard(page, {"number": issue.number.replace("AZBY", "azву").replace("у", "y")})
    page.keyboard.press("Enter")
    page.wait_for_url("**/received/urn:*")
    press_until(page, "a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recognition/new/urn:*")
    values = {
        "number": f"keys-{issue.number}",
        "items[0].quantity.value": "100",
        "items[0].dutyAtStake.amount": "310.50",
        "items[0].dutyAtStake.currency": "BYN",
    }
    fill_by_keyboard(page, values)
    press_until(page, "button.main[value=save]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/recognition/[0-9a-f-]{36}/urn:"))
    expect(page.get_by_text("310.5 BYN")).to_be_visible()
    press_until(page, "#accepting .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recognition/decision/*")
    assert Decision.objects.filter(subject=issue.subject, outcome="accepted").exists()


def test_differences_a_reason_and_a_refusal(open_page, issue, lodge):
    page = open_page("ru-RU")
    document = issue.declaration(f"differs-{issue.number}")
    document["exporter"]["name"] = "ООО Товуз Шараб Эви"
    document["items"][0] |= {"tariffCode": "2009", "description": "Сок виноградный"}
    path = lodge(document)
    sign_in(page, "customs_officer")
    page.goto(path)
    expect(page.get_by_role("heading", name="не признан", exact=True)).to_be_visible()
    keep_picture(page, "customs-differs")
    page.locator("#accepting .actions button").click()
    expect(page.locator("#override-told")).to_be_visible()
    page.locator("#override").fill("Товар осмотрен")
    page.locator("#refusing > summary").click()
    expect(page.locator("input[value=erasures]")).to_be_disabled()
    expect(page.locator("input[value=no_usable_answer]")).to_be_disabled()
    page.locator("#refusing .actions button").click()
    expect(page.locator("#ground-told")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "customs-refusing")
    page.locator("input[value=goods_not_identifiable]").check()
    page.locator("#refusing .actions button").click()
    page.wait_for_url("**/recognition/decision/*")
    expect(page.get_by_role("heading", name="В преференции отказано")).to_be_visible()


def test_a_missing_record_is_no_ground_and_the_page_finds_it_when_the_line_returns(
    open_page, border, lodge
):
    partner, turns = border
    page = open_page("be-BY")
    number = f"AZBY6001000{next(_numbers)}"
    made = partner.issue(number)  # it lies in the partner's log, and our loop did not turn
    path = lodge(made.declaration(f"early-{number}"))
    sign_in(page, "customs_officer")
    page.goto(path)
    cited = page.locator("#cited")
    expect(cited).to_contain_text("не вызначана", use_inner_text=True)
    expect(cited).to_contain_text("не падстава", use_inner_text=True)
    check_accessible(page)
    keep_picture(page, "customs-missing")
    turns.follow(partner)
    expect(cited).to_contain_text("прызнаны")


def test_an_annulment_that_comes_later_is_a_task(open_page, border, issue, lodge):
    partner, turns = border
    page = open_page("az-AZ")
    path = lodge(issue.declaration(f"later-{issue.number}"))
    sign_in(page, "customs_officer")
    page.goto(path)
    page.locator("#accepting .actions button").click()
    page.wait_for_url("**/recognition/decision/*")
    decision = page.url.rpartition("/")[2]
    moment = Decision.objects.get(pk=decision).decided_at
    turns.clock.now = moment.replace(microsecond=0)
    turns.clock.tick(2)
    partner.enter(issue.annulment(turns.clock()))
    turns.follow(partner)
    page.goto("/")
    page.locator(f"main a[href='/recognition/decision/{decision}']").click()
    expect(page.locator("h1", has_text="Preferensiya verilib")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "customs-recheck")
    page.locator("#remark").fill("Rüsum tutulub")
    page.locator("main section.notice button:not(.unseen)").click()
    expect(page.locator("main")).to_contain_text("Rüsum tutulub")
    check_accessible(page)


def test_a_faulty_file_is_told_line_by_line(open_page, issue):
    page = open_page("ru-RU", dark=True)
    table = csv_from(declaration_from_data(issue.declaration("file"))).replace("LTR", "литры")
    sign_in(page, "customs_officer")
    page.goto("/recognition/upload")
    check_accessible(page)
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("#file").set_input_files(file)
    page.locator("button.main").click()
    expect(page.get_by_role("cell", name="items[0].quantity.unit", exact=True)).to_be_visible()
    check_accessible(page)
    keep_picture(page, "customs-upload-faults")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", some("ru"))
def test_every_page_is_accessible(open_page, issue, lodge, answer, language):
    page = open_page(LOCALES[language], dark=language == "ru")
    path = lodge(issue.declaration(f"axe-{issue.number}"))
    sign_in(page, "customs_officer")
    pages = {
        "list": "/recognition/",
        "new": "/recognition/new",
        "received": f"/received/?number={issue.number}&date=01.01.2020",
        "certificate": f"/received/{issue.subject}",
        "ask": f"/received/ask?number={issue.number}",
        "file": "/received/file",
        "answer": answer[0],
        "paper": answer[1],
        "show": f"{path}?all",
        "examine": path,
    }
    for name, address in pages.items():
        page.goto(address)
        for folded in page.locator("details").all():
            folded.evaluate("one => one.open = true")
        check_accessible(page)
        if language == "ru" and name in {"new", "received", "certificate"}:
            keep_picture(page, f"customs-{name}-dark")


def test_the_desk_fits_a_phone(open_page, issue, lodge, answer):
    page = open_page("ru-RU", width=360)
    path = lodge(issue.declaration(f"phone-{issue.number}"))
    sign_in(page, "customs_officer")
    addresses = ("/", "/recognition/", "/recognition/new", "/received/", "/received/file")
    for address in (*addresses, path, *answer):
        page.goto(address)
        check_fits(page)
    check_accessible(page)
    keep_picture(page, "customs-phone")
    page.goto(f"/received/{issue.subject}")
    check_fits(page)
    keep_picture(page, "customs-phone-certificate")


def test_the_list_says_when_it_is_empty_and_finds_by_certificate(page, issue, lodge):
    path = lodge(issue.declaration(f"listed-{issue.number}"))
    sign_in(page, "customs_officer")
    page.goto("/recognition/")
    page.locator("#text").fill(issue.number.lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**text=azby*")
    expect(page.locator(f"main a[href='{path}']")).to_be_visible()
    keep_picture(page, "customs-list")
    page.locator("#text").fill("nowhere to be found")
    page.keyboard.press("Enter")
    page.locator(".empty").wait_for()
    page.locator("#search").fill(f"listed-{issue.number}")
    page.keyboard.press("Enter")
    page.locator(f"main a[href='{path}']").click()
    page.wait_for_url(re.compile(r"/recognition/[0-9a-f-]{36}/urn:"))


def test_a_paper_by_scanner_by_drop_and_the_decision_taken_away(page, issue, lodge):
    """A hand scanner types and presses Enter; a PDF is dropped; evidence and print come out."""
    path = lodge(issue.declaration(f"paper-{issue.number}"))
    printable = Printable.of(issue.raw)
    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    clicks = counted_clicks(page)
    sign_in(page, "customs_officer")
    page.locator("#search").focus()
    page.keyboard.insert_text(address_of(slip, sealer("seal"), host="origin.example.az"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/received/{issue.subject}")
    assert clicks() == 1  # Enter presses the button of the search by itself
    page.goto("/received/file")
    bundle = bundle_from_mirror(issued_act_of(issue.subject), open_view(THEIRS))
    drop(page, "#file", original_pdf(printable, bundle=bundle))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("The page shows exactly what was sealed")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "customs-presented")
    page.get_by_role("link", name=f"Open under declaration 06533/paper-{issue.number}").click()
    page.get_by_role("button", name="Grant the preference").click()
    page.wait_for_url("**/recognition/decision/*")
    assert clicks() <= MOST_CLICKS
    for name, kind in (
        ("Print of the decision", b"%PDF-"),
        ("Evidence for a court", b'{"@context"'),
    ):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        assert Path(taken.value.path()).read_bytes().startswith(kind)
    assert Decision.objects.filter(declaration=path.rpartition("/")[2], outcome="accepted").exists()


def drop(page, selector, raw):
    """Drop a file onto a field, as from the desktop."""
    page.evaluate(
        """([selector, text]) => {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], "a.pdf", {type: "application/pdf"}));
            const field = document.querySelector(selector);
            field.files = carried.files;
            field.dispatchEvent(new Event("change", {bubbles: true})); }""",
        [selector, base64.b64encode(raw).decode()],
    )
