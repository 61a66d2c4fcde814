"""Batches and the print queue: from a table to the last order, in the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hands import check_accessible, check_fits, keep_picture, sign_in
from tests.server.batches.table import approve_goods, table_of, turn_until_idle

SIZE = 3


@pytest.fixture
def goods(people):
    """Goods with a dossier in force; a test before may have approved it."""
    approve_goods(people["exporter"], people["assessing_officer"])


def give_order(page):
    """Look at everything that was drawn, then order the rest."""
    for _ in range(SIZE):
        page.locator("button[value^=fits-]").first.click()
    expect(page.locator("button[value^=fits-]")).to_have_count(0)
    check_accessible(page)
    page.locator("main button.main").click()


def test_a_table_becomes_certificates(open_page, people, goods):
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    page.goto("/batches/new")
    check_accessible(page)
    wrong = table_of(SIZE, change=lambda number, cells: [*cells[:13], "1", *cells[14:]])
    page.locator("#file").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": wrong}
    )
    page.locator("main button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("строка 2", ignore_case=True)
    check_accessible(page)
    right = {"name": "партии.csv", "mimeType": "text/csv", "buffer": table_of(SIZE)}
    page.locator("#file").set_input_files(right)
    page.locator("main button.main").click()
    page.wait_for_url(re.compile(r"/batches/[0-9a-f-]{36}$"))
    check_accessible(page)
    keep_picture(page, "batch-to-confirm")
    page.locator("#body").select_option("minsk")
    page.locator("#confirmed").check()
    page.locator("main button.main").click()
    address = page.url
    turn_until_idle()
    expect(page.locator("#progress .tag")).to_have_text("подан")
    for language, role in (("az-AZ", "assessing_officer"), ("be-BY", "certifying_officer")):
        officer = open_page(language, dark=language == "be-BY")
        sign_in(officer, role)
        officer.goto(address)
        check_accessible(officer)
        keep_picture(officer, f"batch-{role}")
        give_order(officer)
        turn_until_idle()
    page.goto(address)
    expect(page.locator("#progress")).to_contain_text(f"готово {SIZE} из {SIZE}")


def test_the_pages_fit_a_phone(open_page, people):
    page = open_page("en-GB", width=360)
    sign_in(page, "certifying_officer")
    for path in ("/batches/", "/printing/"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
