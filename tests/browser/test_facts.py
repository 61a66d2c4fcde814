"""The exporter states the facts of production: from the form to an opinion and back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin_server.application import services
from certorigin_server.application.queries import draft_from_data
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import Api, consignment

BILL = "наименование;код;страна;стоимость;валюта;основа\nСталь;7208;RU;100,00;USD;customs_value\n"


@pytest.fixture
def draft(people):
    sample = consignment()["application"]
    row = services.begin(draft=draft_from_data(sample), by=people["exporter"], at=timezone.now())
    return f"/application/{row.pk}"


@pytest.fixture
def stated(people, draft):
    answer = Api(people["exporter"]).put(f"{draft}/worksheet", consignment()["worksheet"])
    assert answer.status == 200, answer.data
    return draft


def opened(page, path: str) -> None:
    sign_in(page, "exporter")
    page.goto(path)


@pytest.mark.timeout(120)
def test_from_the_form_to_the_facts_and_back_by_keyboard(open_page, draft):
    page = open_page("ru-RU")
    opened(page, f"{draft}/edit")
    press_until(page, "button[value=facts]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worksheet")
    page.locator("#opinion h2").wait_for()
    check_accessible(page)
    price = {"amount": "42240,00", "currency": "USD"}
    fill_by_keyboard(
        page, {f"items[0].exWorksPrice.{name}": value for name, value in price.items()}
    )
    # Backwards from the top one comes to the end of the page, where the buttons are.
    page.evaluate("document.activeElement.blur()")
    press_until(page, "main button.main[value=back]", key="Shift+Tab")
    expect(page.locator("main button[value=decide]")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    press_until(page, f"a[href='{draft}/worksheet']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worksheet")
    kept = page.locator("[name='items[0].exWorksPrice.amount']").input_value()
    assert kept.replace("\u202f", "").replace("\xa0", "").startswith("42240")


def test_the_opinion_follows_what_is_typed_and_a_file_brings_materials(page, stated):
    opened(page, f"{stated}/worksheet")
    page.locator("#opinion h2 .tag.good").wait_for()
    page.locator("[name='items[0].exWorksPrice.amount']").fill("100")
    page.locator("[name='items[0].exWorksPrice.amount']").blur()
    page.locator("#opinion h2 .tag.bad").wait_for()
    keep_picture(page, "facts-exporter")
    page.goto(f"{stated}/materials")
    file = {"name": "b.csv", "mimeType": "text/csv", "buffer": BILL.encode()}
    page.locator("#file").set_input_files([file])
    page.locator("main button.main").click()
    page.locator("main button.main[value=apply]").wait_for()
    check_accessible(page)
    page.locator("#mode").check()
    page.locator("main button.main[value=apply]").click()
    page.wait_for_url("**/worksheet")


@pytest.mark.parametrize("language", some("az"))
def test_the_page_is_accessible_and_fits_a_phone(open_page, stated, language):
    page = open_page(LOCALES[language], width=360, dark=language == "az")
    opened(page, f"{stated}/worksheet")
    check_fits(page)
    check_accessible(page)
    keep_picture(page, f"facts-phone-{language}")
