"""The shell: signing in, the first page of each role, what every page keeps to."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import (
    USERNAMES,
    check_accessible,
    check_fits,
    focus_of,
    keep_picture,
    press_until,
    sign_in,
    sign_in_by_hand,
)

LOCALES = {"en": "en-GB", "ru": "ru-RU", "az": "az-AZ", "be": "be-BY"}


@pytest.mark.parametrize("language", LOCALES)
def test_the_sign_in_page_is_accessible_in_every_language(open_page, language):
    page = open_page(LOCALES[language])
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    check_accessible(page)
    if language == "ru":
        keep_picture(page, "sign-in")


def test_a_wrong_password_is_told_and_the_name_stays(page):
    sign_in_by_hand(page, "exporter", "wrong")
    assert page.locator("#id_username").input_value() == "exporter"
    expect(page.get_by_role("alert")).to_be_visible()
    check_accessible(page)


@pytest.mark.parametrize("role", USERNAMES)
def test_the_first_page_of_each_role_is_accessible(open_page, role):
    page = open_page("ru-RU")
    sign_in(page, role)
    expect(page.locator("h1")).to_be_visible()
    check_accessible(page)
    keep_picture(page, f"home-{role}")


@pytest.mark.parametrize("language", LOCALES)
def test_the_first_page_is_accessible_in_every_language_also_in_the_dark(open_page, language):
    page = open_page(LOCALES[language], dark=True)
    sign_in(page, "exporter")
    page.goto("/application/")
    check_accessible(page)
    page.goto("/search?text=x")
    check_accessible(page)


def test_the_first_page_fits_a_phone(open_page):
    page = open_page("ru-RU", width=360)
    sign_in(page, "assessing_officer")
    check_fits(page)
    check_accessible(page)
    keep_picture(page, "home-phone")


def test_the_whole_shell_is_reached_by_keyboard(page):
    sign_in_by_hand(page, "exporter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    press_until(page, "#search")
    page.keyboard.type("иней")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?text=*")
    expect(page.locator("h1")).to_contain_text("иней", use_inner_text=True)
    press_until(page, "#page-language")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("html[lang=ru]").wait_for(state="attached")
    press_until(page, ".person button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    assert focus_of(page)["id"] == "id_username"
