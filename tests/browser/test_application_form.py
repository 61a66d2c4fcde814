"""The exporter's form: by mouse, by keyboard, without scripts, and through the end of a session."""

import pytest
from playwright.sync_api import expect

from certorigin_server.application.forms import LAYOUT
from certorigin_server.desk.forms import Form
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
    sign_in_by_hand,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import consignment


def fields(language: str) -> dict[str, str]:
    """What a person types for a consignment, by the names of the fields."""
    values = Form.from_data(LAYOUT, consignment()["application"], language).values
    return {name: value for name, value in values.items() if value}


def begin(page) -> None:
    sign_in(page, "exporter")
    page.goto("/application/")
    page.locator("main form button.main").click()
    page.wait_for_url("**/edit")


@pytest.mark.parametrize("language", some("ru", "az"))
def test_the_form_is_accessible_empty_and_with_findings(open_page, language):
    page = open_page(LOCALES[language], dark=language == "az")
    begin(page)
    check_accessible(page)
    page.locator("button[value=submit]").click()
    expect(page.locator(".summary")).to_be_visible()
    expect(page.locator(".summary")).to_be_focused()  # by a script that runs after loading
    check_accessible(page)
    keep_picture(page, f"application-findings-{language}")


def test_the_whole_form_by_keyboard(open_page):
    page = open_page("ru-RU")
    begin(page)
    fill_by_keyboard(page, {**fields("ru"), "body": "minsk", "confirmed": "on"})
    keep_picture(page, "application-filled")
    press_until(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/edit"))
    expect(page.locator("h1 .tag")).to_have_text("подано", use_inner_text=True)
    check_accessible(page)
    keep_picture(page, "application-submitted")


def test_what_is_typed_is_kept_before_it_is_saved(open_page):
    page = open_page("ru-RU")
    begin(page)
    page.locator("[name='exporter.name']").fill("ЗАО «Иней»")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name='exporter.name']").blur()
    page.locator("#kept p").wait_for()
    page.reload()
    assert page.locator("[name='exporter.name']").input_value() == "ЗАО «Иней»"


def test_a_proxy_that_answers_alone_is_told_and_takes_no_place_of_ours(open_page):
    page = open_page("ru-RU")
    begin(page)
    page.route("**/edit", lambda route: route.fulfill(status=502, body="<p>Bad Gateway</p>"))
    name = page.locator("[name='exporter.name']")
    name.fill("ЗАО «Иней»")
    name.blur()
    expect(page.locator("#no-line")).to_be_visible()
    expect(page.locator("#kept details")).to_be_attached()
    page.unroute("**/edit")
    expect(page.locator("#no-line")).to_be_hidden()  # tried again by itself
    page.reload()
    expect(name).to_have_value("ЗАО «Иней»")


def test_goods_are_added_and_removed_in_place_and_the_focus_follows(open_page):
    page = open_page("ru-RU")
    begin(page)
    page.locator("[name='exporter.name']").fill("ЗАО «Иней»")
    page.locator("[name='items[0].description']").fill("Первый")
    page.locator("#items-add").click()
    second = page.locator("[name='items[1].description']")
    second.wait_for()
    expect(second).to_be_focused()
    page.keyboard.type("Второй")
    page.locator("button[value='remove:items[0]']").click()
    second.wait_for(state="detached")
    assert page.locator("[name='items[0].description']").input_value() == "Второй"
    assert page.locator("[name='exporter.name']").input_value() == "ЗАО «Иней»"
    check_accessible(page)


def test_the_form_works_without_scripts(open_page):
    page = open_page("ru-RU", script=False)
    begin(page)
    page.locator("[name='items[0].description']").fill("Первый")
    page.locator("#items-add").click()
    page.locator("[name='items[1].description']").fill("Второй")
    page.locator("button[value=save]:not(.unseen)").click()
    page.wait_for_load_state()
    assert page.locator("[name='items[0].description']").input_value() == "Первый"
    assert page.locator("[name='items[1].description']").input_value() == "Второй"


def test_a_session_that_ends_in_the_middle_loses_nothing(open_page):
    page = open_page("ru-RU")
    begin(page)
    page.locator("[name='items[0].description']").fill("Холодильники")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="certorigin_session_BY_1")
    assert len(page.context.cookies()) < len(cookies)
    page.locator("button[value=save]:not(.unseen)").click()
    page.locator("#id_password").wait_for()
    check_accessible(page)
    keep_picture(page, "session-ended")
    sign_in_by_hand(page, "exporter")
    check_accessible(page)
    keep_picture(page, "send-again")
    page.locator("main button.main").click()
    page.wait_for_url("**/edit")
    assert page.locator("[name='items[0].description']").input_value() == "Холодильники"


def test_the_form_fits_a_phone(open_page):
    page = open_page("ru-RU", width=360)
    begin(page)
    check_fits(page)
    check_accessible(page)
    keep_picture(page, "application-phone")


def test_the_form_is_printed_without_its_buttons(page):
    begin(page)
    page.emulate_media(media="print")
    expect(page.locator("button[value=submit]")).to_be_hidden()
    expect(page.locator(".top .search")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
