"""The certifying officer's desk: the sheet, the seal coming in, and the second question."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import check_accessible, check_fits, keep_picture, sign_in
from tests.server.factories import Api, decided, seal_all


@pytest.fixture
def application(people):
    return decided(Api(people["exporter"]), Api(people["assessing_officer"]))


def test_a_certificate_is_certified_and_its_page_follows_the_act(open_page, application):
    page = open_page("ru-RU")
    sign_in(page, "certifying_officer")
    page.goto("/certification/")
    check_accessible(page)
    page.locator(f"a[href*='{application}']").click()
    assert page.get_by_text("9. Критерий происхождения").is_visible()
    check_accessible(page)
    keep_picture(page, "certification-sheet")
    page.locator("main button.main").click()
    assert page.locator("#confirmed-told").is_visible()
    check_accessible(page)
    page.locator("#confirmed").check()
    page.locator("main button.main").click()
    page.wait_for_url("**/certification/urn:*")
    check_accessible(page)
    way = page.locator("#way")
    assert "подготовлен" in way.inner_text()
    seal_all()
    expect(way).not_to_contain_text("подготовлен", timeout=15_000)
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
