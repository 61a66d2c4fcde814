"""A delivery of blanks that was noted with wrong numbers is taken back, by clicks, on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.hands import check_accessible, check_fits, sign_in

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_delivery_is_noted_and_taken_back_with_the_reason(open_page, width):
    page = open_page("ru-RU", width=width)
    sign_in(page, "certifying_officer")
    page.goto("/blanks/")
    page.locator("main a[href='/blanks/receive']").click()
    typed = {
        "blanks": f"ВГ {width}0001 - ВГ {width}0010",
        "received_on": f"{timezone.localdate():%d.%m.%Y}",
        "supplier": "Гознак",
        "document": f"ТН {width}",
    }
    for name, text in typed.items():
        page.locator(f"main [name='{name}']").fill(text)
    page.locator("main form button.main").click()
    delivery = page.locator("main tbody tr", has_text=f"ТН {width}")
    expect(delivery).to_have_count(1)
    check_fits(page)
    delivery.get_by_role("link").click()
    blanks = page.locator("main [name='blanks']")
    expect(blanks).to_have_value(f"ВГ{width}0001 - ВГ{width}0010")
    page.locator("main form button.main").click()
    expect(page.locator("main [role=alert]").first).to_be_visible()  # why has to be said
    expect(blanks).to_have_value(f"ВГ{width}0001 - ВГ{width}0010")
    check_accessible(page)
    page.locator("main [name='reason']").fill("Номера другой серии")
    page.locator("main form button.main").click()
    expect(delivery).to_contain_text("Номера другой серии")
    expect(delivery.get_by_role("link")).to_have_count(0)
    check_accessible(page)
    check_fits(page)
