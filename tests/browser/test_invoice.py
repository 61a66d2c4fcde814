"""A new exporter's first application: from a UBL invoice, and by hand; clicks and keys counted."""

import pytest
from playwright.sync_api import expect

from tests.browser.hand import Hand, Task
from tests.browser.hands import check_accessible, check_fits, keep_picture, sign_in
from tests.browser.languages import LOCALES
from tests.browser.test_application_form import fields
from tests.data import ROOT

INVOICE = (ROOT / "docs/guide/examples/invoice.xml").read_text("utf-8")
SHIPPED = """<cac:Delivery><cac:Shipment><cbc:ID>1</cbc:ID>
<cbc:GrossWeightMeasure unitCode="KGM">7040</cbc:GrossWeightMeasure>
<cbc:NetWeightMeasure unitCode="KGM">6400</cbc:NetWeightMeasure>
</cac:Shipment></cac:Delivery><cac:LegalMonetaryTotal>"""
# What no invoice of this kind says: how it travels, in what it is packed, under which contract.
TYPED = {
    "transport.means": "автомобиль",
    "items[0].packages.count": "100",
    "items[0].packages.kind": "CT",
    "body": "minsk",
    "confirmed": "on",
}


@pytest.fixture
def invoice(tmp_path):
    path = tmp_path / "invoice.xml"
    path.write_text(INVOICE.replace("<cac:LegalMonetaryTotal>", SHIPPED), "utf-8")
    return path


def submit(page, hand):
    hand.go("main button[value=submit]")
    expect(page.locator("h1 .tag")).to_have_text("подано", use_inner_text=True)


def told(task):
    return (
        f"{task.what}: {task.clicks} clicks, {task.fields} fields, {task.keys} keys, "
        f"{task.pages} pages, {task.seconds:.0f} s by the keystroke-level model"
    )


@pytest.mark.timeout(120)
def test_from_an_invoice_to_a_submitted_application(open_page, people, invoice):
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    page.goto("/application/")
    hand = Hand(page)
    hand.task = Task("exporter", "from a UBL invoice")
    hand.go("main a[href='/application/start']")
    check_accessible(page)
    hand.attach("#file", invoice)
    hand.go("main form button.main")
    expect(page.locator("#read")).to_be_visible()
    expect(page.locator("#kept summary")).to_be_in_viewport()
    check_accessible(page)
    keep_picture(page, "application-from-invoice")
    hand.fill(TYPED)
    submit(page, hand)
    from_invoice = hand.task
    page.goto("/application/")
    hand.task = Task("exporter", "the same by hand")
    hand.go("main form button.main")
    hand.fill({**fields("ru"), "body": "minsk", "confirmed": "on"})
    submit(page, hand)
    print(told(from_invoice), told(hand.task), sep="\n")
    assert from_invoice.keys < hand.task.keys / 4
    assert from_invoice.fields < hand.task.fields / 3


def test_the_page_fits_a_phone_and_is_accessible(open_page, people):
    for language in ("az", "be"):
        page = open_page(LOCALES[language], width=360, dark=language == "az")
        sign_in(page, "exporter")
        page.goto("/application/start")
        check_fits(page)
        check_accessible(page)
