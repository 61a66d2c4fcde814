"""The assessing officer's desk: figures are judged while one types; a decision is asked twice."""

import pytest

from tests.browser.hands import check_accessible, check_fits, keep_picture, sign_in
from tests.browser.test_shell import LOCALES
from tests.server.factories import Api, submitted


@pytest.fixture
def application(people):
    return submitted(Api(people["exporter"]))


def opened(page, application: str) -> None:
    sign_in(page, "assessing_officer")
    page.goto(f"/assessment/{application}/worksheet")


def price_of(page):
    return page.locator("[name='items[0].exWorksPrice.amount']")


def test_from_the_work_list_to_the_decision(open_page, application):
    page = open_page("ru-RU")
    sign_in(page, "assessing_officer")
    page.goto("/assessment/")
    check_accessible(page)
    keep_picture(page, "assessment-list")
    page.locator(f"a[href*='{application}']").click()
    page.locator("#opinion h2 .tag.good").wait_for()
    check_accessible(page)
    price_of(page).fill("100,00")
    price_of(page).blur()
    page.locator("#opinion h2 .tag.bad").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-worksheet")
    price_of(page).fill("42240,00")
    price_of(page).blur()
    page.locator("#opinion h2 .tag.good").wait_for()
    page.locator("main button.main[value=decide]").click()
    page.wait_for_url("**/decide")
    check_accessible(page)
    keep_picture(page, "assessment-decide")
    page.locator("#confirmed").check()
    page.locator("main button.main").click()
    page.wait_for_url(f"**/assessment/{application}")
    assert page.locator("h1 .tag.good").is_visible()
    check_accessible(page)
    keep_picture(page, "assessment-decided")


def test_a_material_is_added_in_place_and_what_is_missing_leads_to_its_field(page, application):
    opened(page, application)
    count = page.locator("fieldset.row [name^='items[0].materials'][name$='.description']").count()
    page.locator("#items-0-materials-add").click()
    added = page.locator(f"[name='items[0].materials[{count}].description']")
    added.wait_for()
    added.fill("A new material")
    price_of(page).fill("")
    price_of(page).blur()
    link = page.locator("#opinion a[href^='#items-0-exWorksPrice']").first
    link.wait_for()
    check_accessible(page)
    assert added.input_value() == "A new material"


@pytest.mark.parametrize("language", ["az", "be"])
def test_the_page_is_accessible_and_fits_a_phone(open_page, application, language):
    page = open_page(LOCALES[language], width=360, dark=language == "az")
    opened(page, application)
    check_fits(page)
    check_accessible(page)
    keep_picture(page, f"assessment-phone-{language}")
