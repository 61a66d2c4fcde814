"""The exporter's day: goods from a table, a question, a power of attorney, a copy."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin_server.application import services
from certorigin_server.application.models import Application
from certorigin_server.application.queries import draft_from_data
from certorigin_server.users.models import Organisation
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.browser.test_application_form import fields
from tests.server.factories import consignment, make_organisation

TABLE = "наименование;код;количество;единица\n" + "\n".join(
    f"Холодильник {n};8418102009;{n};шт" for n in range(1, 31)
)


@pytest.fixture
def submitted(people):
    """An application that was handed in, and a question of the body about it."""
    exporter, assessor = people["exporter"], people["assessing_officer"]
    now = timezone.now()
    draft = draft_from_data(consignment()["application"])
    row = services.begin(draft=draft, by=exporter, at=now)
    row = services.submit(
        application=row.pk,
        version=1,
        body="minsk",
        produced_in="BY",
        confirmed=True,
        by=exporter,
        at=now,
    )
    asked = services.ask(
        application=row.pk,
        text="Приложите, пожалуйста, паспорт изделия на компрессор.",
        suspends=True,
        by=assessor,
        at=now,
    )
    return row, asked


@pytest.fixture
def broker(people):
    return make_organisation("broker", identifier="190000000", name="ООО «Таможенный брокер»")


def press(page, selector):
    """Walk to a button or link by Tab, press it, and wait for the page behind it."""
    press_until(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.timeout(120)
def test_the_whole_day_by_keyboard(open_page, people):
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    page.goto("/application/")
    press(page, "main form button.main")
    page.wait_for_url("**/edit")
    # Lines of goods from a table, one of them wrong at first.
    press(page, "button[value=goods]")
    page.wait_for_url("**/goods")
    fill_by_keyboard(page, {"cells": TABLE.replace("8418102009;7", "84;7")})
    press(page, "main form button.main")
    expect(page.locator(".summary")).to_contain_text("line 8, tariffCode", use_inner_text=True)
    fill_by_keyboard(page, {"cells": TABLE})
    press(page, "main form button.main")
    page.wait_for_url("**/edit")
    expect(page.locator(".row.closed")).to_have_count(30)
    keep_picture(page, "application-many-lines")
    check_accessible(page)
    press_until(page, "[id='items-2-open']")
    page.keyboard.press("Enter")
    opened = page.locator("[name='items[2].description']")
    opened.wait_for()
    assert opened.input_value() == "Холодильник 3"
    press(page, "main button[value=save]:not(.unseen)")
    row = Application.objects.filter(organisation=people["exporter"].organisation).first()
    assert row.document.count("8418102009") == 30


def test_a_question_is_answered_by_keyboard(open_page, submitted):
    row, asked = submitted
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    press(page, f"a[href='/application/question/{asked.pk}']")
    press_until(page, "main textarea")
    page.keyboard.insert_text("Паспорт приложен.")
    press(page, "main form button.main")
    page.wait_for_url(f"**/application/{row.pk}")
    expect(page.locator("main")).to_contain_text("Паспорт приложен.", use_inner_text=True)
    expect(page.locator("#stall")).to_contain_text("примет решение до", use_inner_text=True)
    keep_picture(page, "application-page")
    press(page, f"form[action='/application/{row.pk}/copy'] button")
    page.wait_for_url("**/edit")
    sample = fields("ru")["items[0].description"]
    assert page.locator("[name='items[0].description']").input_value() == sample
    page.goto(f"/application/{row.pk}")
    press(page, f"a[href='/application/{row.pk}/withdraw']")
    fill_by_keyboard(page, {"reason": "Рейс отменён"})
    press(page, "main form button.danger")
    page.wait_for_url(f"**/application/{row.pk}")
    expect(page.locator("#stall")).to_contain_text("Рейс отменён", use_inner_text=True)


def test_a_power_is_given_and_taken_back_by_keyboard(open_page, broker):
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    page.goto("/company")
    fill_by_keyboard(page, {"agent": broker.identifier, "number": "12/26"})
    press_until(page, "[name=covers]")
    page.keyboard.press("Space")
    fill_by_keyboard(page, {"starts": "01.01.2026", "ends": "31.12.2099"})
    press(page, "main form button.main")
    page.locator("#given table, section[aria-labelledby=given] table").wait_for()
    expect(page.locator("main")).to_contain_text("Таможенный брокер", use_inner_text=True)
    keep_picture(page, "company")
    press(page, "section[aria-labelledby=given] button.danger")
    expect(page.locator("section[aria-labelledby=given]")).to_contain_text(
        "отозвана", use_inner_text=True
    )


@pytest.mark.parametrize("language", some("az"))
def test_the_pages_are_accessible(open_page, submitted, language):
    row, asked = submitted
    page = open_page(LOCALES[language], dark=language == "be")
    sign_in(page, "exporter")
    for path in (
        f"/application/{row.pk}",
        f"/application/question/{asked.pk}",
        f"/application/{row.pk}/withdraw",
        "/company",
        "/application/",
    ):
        page.goto(path)
        check_accessible(page)
    page.goto(f"/application/{row.pk}")
    keep_picture(page, f"application-page-{language}")


def test_the_pages_fit_a_phone(open_page, submitted):
    row, asked = submitted
    page = open_page("ru-RU", width=360)
    sign_in(page, "exporter")
    for path in (f"/application/{row.pk}", f"/application/question/{asked.pk}", "/company"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    page.goto(f"/application/{row.pk}")
    keep_picture(page, "application-page-phone")


def test_a_natural_person_finds_the_box_ticked(open_page, people):
    kind = Organisation.Kind.NATURAL_PERSON
    person = make_organisation("ivanov", kind, name="Иванов Иван Иванович")
    exporter = people["exporter"]
    before = exporter.organisation
    exporter.organisation = person
    exporter.save()
    try:
        page = open_page("ru-RU")
        sign_in(page, "exporter")
        page.goto("/application/")
        page.locator("main form button.main").click()
        page.wait_for_url("**/edit")
        expect(page.locator("[name=naturalPerson]")).to_be_checked()
        assert page.locator("[name='exporter.name']").input_value() == person.name
    finally:
        exporter.organisation = before
        exporter.save()
