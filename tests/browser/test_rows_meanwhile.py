"""What somebody types while a row comes or goes is there when the answer is."""

import re
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.hands import focus_of, sign_in

pytestmark = pytest.mark.timeout(180)
ENTER = "/fees/schedules/minsk/enter"
ADDRESS = re.compile(re.escape(ENTER))


@contextmanager
def answer_held_back(page, order):
    """Hold what is sent with an order until the body of this block was gone through."""
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route(ADDRESS, hold, times=1)
    with page.expect_request(lambda asked: quote(order, safe="") in (asked.post_data or "")):
        page.locator(f"button[value='{order}']").click()
    yield
    (route,) = held
    with page.expect_response(lambda answer: answer.url.endswith(ENTER)):
        route.continue_()


@pytest.fixture
def page(open_page):
    page = open_page("ru-RU")
    sign_in(page, "administrator")
    page.goto(ENTER)
    leave_one_row(page)
    return page


def field(page, row, name="name"):
    return page.locator(f"main [name='lines[{row}].{name}']")


def leave_one_row(page):
    """The form begins with the schedule in force, which another test may have entered."""
    rows = page.locator("main [name^='lines['][name$='].name']")
    for left in reversed(range(1, rows.count())):
        page.locator("button[value='remove:lines[0]']").click()
        expect(rows).to_have_count(left)


def add_rows(page, count):
    for row in range(1, count):
        page.locator("#lines-add").click()
        expect(field(page, row)).to_be_visible()


def test_what_is_typed_while_a_row_comes_stays_and_typing_goes_on(page):
    field(page, 0).fill("Сертификат")
    with answer_held_back(page, "add:lines"):
        field(page, 0).press("End")
        page.keyboard.type(" СТ-1")
        field(page, 0, "urgent").check()
        field(page, 0).press("Home")
        page.keyboard.press("ArrowRight")
    expect(field(page, 1)).to_be_visible()
    expect(field(page, 0)).to_have_value("Сертификат СТ-1")
    expect(field(page, 0, "urgent")).to_be_checked()
    assert focus_of(page)["name"] == "lines[0].name"
    page.keyboard.type("!")
    expect(field(page, 0)).to_have_value("С!ертификат СТ-1")


def test_who_types_nothing_meanwhile_is_led_to_the_new_row(page):
    with answer_held_back(page, "add:lines"):
        pass
    expect(page.locator("main [name^='lines[1].']:focus")).to_have_count(1)


def test_what_is_typed_while_a_row_goes_moves_up_with_its_row(page):
    add_rows(page, 3)
    for row in range(3):
        field(page, row).fill(f"строка {row}")
    with answer_held_back(page, "remove:lines[1]"):
        field(page, 1).fill("уходит")
        field(page, 0).fill("первая")
        field(page, 2).fill("последняя")
    expect(field(page, 2)).to_have_count(0)
    expect(field(page, 0)).to_have_value("первая")
    expect(field(page, 1)).to_have_value("последняя")
    assert focus_of(page)["name"] == "lines[1].name"
