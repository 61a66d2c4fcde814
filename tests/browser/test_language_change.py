"""Who changes the language in the middle of a form finds there what was typed."""

import pytest
from playwright.sync_api import expect

from certorigin_server.fees.models import ScheduleEntry
from certorigin_server.recognition.preference.models import ExchangeRate
from tests.browser.hands import sign_in

pytestmark = pytest.mark.timeout(180)
RATES = {"units": "100", "currency": "RUB", "price": "3,25", "source": "Нацбанк"}


def choose_language(page, language):
    page.locator("#page-language").select_option(language)
    page.locator("form.language button").click()


def values_in(page, names):
    return {name: page.locator(f"main [name='{name}']").input_value() for name in names}


def test_a_plain_form_goes_along_with_figures_as_they_are_written_there(open_page):
    page = open_page("ru-RU")
    sign_in(page, "administrator")
    page.goto("/recognition/rates")
    for name, text in RATES.items():
        page.locator(f"main [name='{name}']").fill(text)
    choose_language(page, "en")
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert values_in(page, RATES) == RATES | {"price": "3.25"}
    choose_language(page, "az")
    expect(page.locator("html[lang=az]")).to_be_attached()
    assert values_in(page, RATES) == RATES
    page.goto("/recognition/rates")  # it was taken along once, and is kept nowhere
    assert values_in(page, RATES)["source"] == ""
    assert page.evaluate("sessionStorage.getItem('certorigin.typed')") is None
    assert not ExchangeRate.objects.filter(source="Нацбанк").exists()


def test_what_was_refused_goes_along_too(open_page):
    page = open_page("be-BY")
    sign_in(page, "administrator")
    page.goto("/recognition/rates")
    page.locator("main [name='source']").fill("Нацбанк")
    page.locator("main form button.main").first.click()
    expect(page.locator("main [role=alert]").first).to_be_visible()
    choose_language(page, "en")
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert values_in(page, ["source"]) == {"source": "Нацбанк"}


def test_rows_that_were_added_go_along_and_nothing_is_done(open_page):
    page = open_page("ru-RU")
    sign_in(page, "administrator")
    page.goto("/fees/schedules/minsk/enter")
    before = ScheduleEntry.objects.count()
    page.locator("#lines-add").click()
    expect(page.locator("main [name='lines[1].name']")).to_be_visible()
    typed = {
        "act": "Приказ № 12",
        "lines[0].name": "Сертификат",
        "lines[0].amount": "48,50",
        "lines[1].name": "Срочно",
        "lines[1].event": "duplicate",
    }
    for name, text in typed.items():
        field = page.locator(f"main [name='{name}']")
        if name.endswith("event"):
            field.select_option(text)
        else:
            field.fill(text)
    page.locator("main [name='lines[1].urgent']").check()
    choose_language(page, "en")
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert values_in(page, typed) == typed | {"lines[0].amount": "48.50"}
    expect(page.locator("main [name='lines[1].urgent']")).to_be_checked()
    expect(page.locator("main [role=alert]")).to_have_count(0)
    assert ScheduleEntry.objects.count() == before


def test_a_draft_goes_along_before_it_was_kept(open_page):
    page = open_page("en-GB")
    sign_in(page, "exporter")
    page.goto("/application/")
    page.locator("main form[action='/application/new'] button.main").click()
    page.wait_for_url("**/edit")
    page.locator("main [name='importer.name']").fill("Azərtraktor MMC")
    choose_language(page, "az")
    expect(page.locator("html[lang=az]")).to_be_attached()
    assert values_in(page, ["importer.name"]) == {"importer.name": "Azərtraktor MMC"}


@pytest.mark.parametrize("agrees", [False, True])
def test_a_chosen_file_stays_behind_only_for_who_agrees(page, agrees):
    sign_in(page, "exporter")
    page.goto("/batches/new")
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a;b\n"}
    page.locator("main [type=file]").set_input_files(file)
    page.on("dialog", lambda told: told.accept() if agrees else told.dismiss())
    choose_language(page, "ru")
    language = "ru" if agrees else "en"
    expect(page.locator(f"html[lang={language}]")).to_be_attached()
    assert page.locator("#page-language").input_value() == language
    chosen = page.locator("main [type=file]").evaluate("one => one.files.length")
    assert chosen == (0 if agrees else 1)
