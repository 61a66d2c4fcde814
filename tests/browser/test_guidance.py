"""Before issue in a real browser: codes offered while one types, the questionnaire, the rules."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import check_accessible, check_fits, keep_picture, sign_in


@pytest.mark.parametrize(
    ("locale", "dark", "width", "word"),
    [("ru-RU", False, 1280, "холодильник"), ("az-AZ", True, 360, "soyuducu")],
)
def test_from_a_word_to_the_questions_about_its_rule(open_page, locale, dark, width, word):
    page = open_page(locale, dark=dark, width=width)
    sign_in(page, "customs_officer")
    page.goto("/ask/")
    check_accessible(page)
    code = page.locator("[name='tariffCode']")
    code.press_sequentially(word)
    page.locator(".offers button", has_text="8418").click()
    page.locator("[name='tariffCode'][value='8418']").wait_for()
    page.locator("[name='productionCountry']").fill("BY")
    page.locator("[name='destination']").fill("AZ")
    page.locator("main button.main").click()
    page.wait_for_url("**/ask/*-*")
    check_accessible(page)
    check_fits(page)
    keep_picture(page, f"ask-rules-{locale}")
    page.locator("main button.main").click()  # not wholly obtained
    page.locator("[name='q0[0].description']").fill("kompressor")
    page.locator("[name='q0[0].tariffCode']").fill("841430")
    page.locator("[name='q0[0].originCountry']").fill("CN")
    check_accessible(page)
    page.locator("main button.main").click()
    page.locator("fieldset summary").first.wait_for()
    check_accessible(page)
    check_fits(page)
    keep_picture(page, f"ask-operations-{locale}")


def test_the_search_of_codes_works_without_scripts(open_page):
    page = open_page("be-BY", script=False)
    sign_in(page, "exporter")
    page.goto("/tariff")
    page.locator("#tariff-text").fill("трактары")
    page.locator("main button.main").click()
    expect(page.locator("#tariff-found tbody th").first).to_have_text("8701", use_inner_text=True)
    check_fits(page)
