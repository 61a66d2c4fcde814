"""The certifying officer's desk: the sheet, the seal coming in, deputies, the journal, the end."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin_server.certification.approval import lay_draft
from certorigin_server.certification.models import BodyRules
from certorigin_server.seal.models import SealedAct
from certorigin_server.users.models import User
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import Api, certified, decided, make_certifier, seal_all


@pytest.fixture
def application(people):
    return decided(Api(people["exporter"]), Api(people["assessing_officer"]))


@pytest.fixture
def certificate(people, application):
    return certified(application, Api(people["certifying_officer"]))


@pytest.fixture
def deputy(people):
    """Another certifying officer of the same body."""
    found = User.objects.filter(username="second-certifier").first()
    return found or make_certifier("second-certifier")


def test_a_certificate_is_certified_and_its_page_follows_the_act(open_page, application):
    page = open_page("ru-RU")
    sign_in(page, "certifying_officer")
    page.goto("/certification/")
    check_accessible(page)
    page.locator(f"a[href*='{application}']").click()
    expect(page.get_by_text("9. Критерий происхождения")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "certification-sheet")
    page.locator("main button.main").click()
    expect(page.locator("#confirmed-told")).to_be_visible()
    check_accessible(page)
    page.locator("#confirmed").check()
    page.locator("main button.main").click()
    page.wait_for_url("**/certification/urn:*")
    check_accessible(page)
    way = page.locator("#way")
    expect(way).to_contain_text("подготовлен", use_inner_text=True)
    seal_all()
    expect(way).not_to_contain_text("подготовлен")
    check_accessible(page)
    keep_picture(page, "certification-way")
    page.goto(f"{page.url}/annul")
    check_accessible(page)
    page.locator("#ground").check()
    page.locator("main button.main").click()
    page.locator("button[value=annul]").wait_for()
    check_accessible(page)
    keep_picture(page, "annulment-asked-again")


def test_the_sheet_fits_a_phone(open_page, application):
    page = open_page("az-AZ", width=360, dark=True)
    sign_in(page, "certifying_officer")
    page.goto(f"/certification/{application}")
    check_fits(page)
    check_accessible(page)
    keep_picture(page, "certification-phone")


def test_the_officers_day_by_keyboard_alone(page, application):
    sign_in(page, "certifying_officer")
    press_until(page, "a[href='/certification/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certification/")
    press_until(page, f"a[href*='{application}']", most=400)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/certification/{application}")
    press_until(page, "#confirmed")
    page.keyboard.press("Space")
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certification/urn:*")
    expect(page.locator("#way")).to_be_visible()


def test_a_case_is_sent_back_by_keyboard_and_the_reason_is_asked_for(page, application):
    sign_in(page, "certifying_officer")
    page.goto(f"/certification/{application}")
    press_until(page, f"a[href='/certification/{application}/send-back']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/send-back")
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    page.locator("#reason-told").wait_for()
    check_accessible(page)
    fill_by_keyboard(page, {"reason": "Графа 9, позиция 1: проверьте заново"})
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certification/")
    expect(page.locator(f"a[href*='{application}']")).to_have_count(0)


def test_a_deputy_is_named_and_the_deputation_ended(page, deputy):
    sign_in(page, "certifying_officer")
    page.goto("/certification/deputies")
    check_accessible(page)
    page.locator("main button.main").click()
    page.locator("#deputy-told").wait_for()
    check_accessible(page)
    page.locator("#deputy").select_option(deputy.username)
    page.locator("#starts").fill(timezone.localdate().strftime("%d.%m.%Y"))
    page.locator("#ends").fill((timezone.localdate() + timedelta(days=7)).strftime("%d.%m.%Y"))
    page.locator("#reason").fill("Отпуск")
    page.locator("main button.main").click()
    page.locator(".notice.success").wait_for()
    check_accessible(page)
    keep_picture(page, "certification-deputies")
    page.locator("form[action$='/end'] button").first.click()
    page.locator(".notice.success").wait_for()
    expect(page.locator("form[action$='/end']")).to_have_count(0)


@pytest.mark.parametrize("language", some("az"))
def test_the_pages_of_the_desk_are_accessible(open_page, certificate, language):
    page = open_page(LOCALES[language], dark=language == "az")
    sign_in(page, "certifying_officer")
    here = f"/certification/{certificate['id']}"
    for path in (
        "/certification/journal",
        "/certification/journal/void",
        "/certification/deputies",
        here,
        f"{here}/handover",
        f"{here}/annul",
        f"{here}/enter/substitute",
        f"{here}/sale",
        "/certification/journal/reserve",
    ):
        page.goto(path)
        check_accessible(page)
    page.goto("/certification/journal")
    keep_picture(page, f"journal-{language}")


def test_the_journal_fits_a_phone_and_leaves_the_filter_out_of_print(open_page, certificate):
    page = open_page("ru-RU", width=360)
    sign_in(page, "certifying_officer")
    page.goto("/certification/journal")
    check_fits(page)
    expect(page.get_by_text(certificate["number"]).first).to_be_visible()
    keep_picture(page, "journal-phone")
    page.emulate_media(media="print")
    expect(page.locator("form.filter")).to_be_hidden()
    expect(page.get_by_text(certificate["number"]).first).to_be_visible()
    with page.expect_download() as taken:
        page.emulate_media(media="screen")
        page.locator("button[value=xlsx]").click()
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_the_exporter_approves_the_draft(open_page, application, people):
    officer = people["certifying_officer"]
    BodyRules.objects.create(
        body=officer.organisation,
        asks_exporter=True,
        changed_at=timezone.now(),
        changed_by=people["administrator"],
    )
    try:
        lay_draft(application=UUID(application), by=officer, at=timezone.now())
        page = open_page("be-BY", width=360)
        sign_in(page, "exporter")
        page.locator(f"a[href='/certification/{application}/draft']").click()
        check_accessible(page)
        check_fits(page)
        keep_picture(page, "draft-phone")
        page.locator("button[value=change]").click()
        page.locator("#remark-told").wait_for()
        check_accessible(page)
        page.locator("button[value=approve]").click()
        page.wait_for_url(f"**/application/{application}")
        desk = open_page("ru-RU")
        sign_in(desk, "certifying_officer")
        desk.goto(f"/certification/{application}")
        check_accessible(desk)
        expect(desk.get_by_text("одобрен экспортёром")).to_be_visible()
        keep_picture(desk, "certification-approved")
    finally:
        BodyRules.objects.all().delete()


def test_what_is_stuck_is_told_with_the_way_out(open_page, certificate, deputy):
    act = SealedAct.objects.get(pk=certificate["act"])
    SealedAct.objects.filter(pk=act.pk).update(
        stuck_at=timezone.now(), stuck_reason="trust.key_withdrawn"
    )
    page = open_page("ru-RU")
    sign_in(page, "certifying_officer")
    page.goto(f"/certification/{certificate['id']}")
    check_accessible(page)
    keep_picture(page, "certification-stuck")
    page.locator("form[action$='/renew'] button").click()
    page.locator(".notice.success").wait_for()
    check_accessible(page)
    seal_all()


def test_an_administrator_sets_the_rules_of_a_body(page, certificate):
    sign_in(page, "administrator")
    page.goto("/certification/rules")
    check_accessible(page)
    keep_picture(page, "certification-rules")
