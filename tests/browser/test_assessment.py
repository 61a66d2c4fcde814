"""The assessing officer's desk: figures are judged while one types; a decision is asked twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.hands import (
    check_accessible,
    check_fits,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import Api, decided, submitted


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
    expect(page.locator("h1 .tag.good")).to_be_visible()
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
    # What is lacking stays in view and covers whatever is behind it: at the end it is in its place.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    check_accessible(page)
    assert added.input_value() == "A new material"


@pytest.mark.parametrize("language", some("be"))
def test_the_page_is_accessible_and_fits_a_phone(open_page, application, language):
    page = open_page(LOCALES[language], width=360, dark=language == "az")
    opened(page, application)
    check_fits(page)
    check_accessible(page)
    keep_picture(page, f"assessment-phone-{language}")


# -- the case: questions, files, acts, refusal, appeal, reasons, bills ----------------------------

BILL = "наименование;код;страна;стоимость;валюта;основа\nСталь;7208;RU;100,00;USD;customs_value\n"


def come_by_keyboard(page, selector: str) -> None:
    press_until(page, selector)
    page.keyboard.press("Enter")


@pytest.mark.timeout(120)
def test_the_officers_day_by_keyboard(open_page, people, application):
    """From the list to the facts, a question, and back; then the decision, without a mouse."""
    page = open_page("en-GB")
    opened(page, application)
    page.goto(f"/assessment/{application}")
    check_accessible(page)
    press_until(page, "#text")
    page.keyboard.insert_text("Where does the steel come from?")
    press_until(page, "#suspends")
    page.keyboard.press("Space")
    come_by_keyboard(page, "form[action$='/ask'] button:not(.unseen)")
    page.locator(".notice.wait").first.wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-case-asked")
    press_until(page, "form[action$='/take-back'] button")
    page.keyboard.press("Enter")
    page.locator(".notice.success").wait_for()
    come_by_keyboard(page, f"a.main[href$='{application}/worksheet']")
    page.locator("#opinion h2 .tag.good").wait_for()
    # Backwards from the top one comes to the end of the page, where the buttons are.
    press_until(page, "main button.main[value=decide]", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide")
    press_until(page, "#confirmed")
    page.keyboard.press("Space")
    come_by_keyboard(page, "main button.main")
    page.wait_for_url(f"**/assessment/{application}")
    expect(page.locator("h1 .tag.good")).to_be_visible()


def test_the_files_and_acts_of_a_case(open_page, application):
    page = open_page("ru-RU")
    opened(page, application)
    page.goto(f"/application/{application}/evidence")
    page.locator("#kind").select_option("examination_act")
    act = {"name": "акт.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 act"}
    page.locator("#file").set_input_files([act])
    page.locator("main button.main").click()
    page.locator("td code").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-evidence")
    page.goto(f"/assessment/{application}/acts")
    values = {
        "number": f"15/{application[:4]}",
        "date": "01.05.2026",
        "expert": "Иванова И. И.",
        "issuer": "Минское отделение, отдел экспертизы",
        "validFrom": "01.05.2026",
        "validUntil": "01.05.2100",
        "findings": "Компрессор необходим и не производится в Республике Беларусь.",
    }
    for name, value in values.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name='evidence']").select_option(label="акт.pdf")
    page.locator("main button.main").click()
    page.locator("td .tag.good").first.wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-acts")


def test_a_bill_of_materials_from_a_file(open_page, application):
    page = open_page("ru-RU")
    opened(page, application)
    page.goto(f"/assessment/{application}/materials")
    wrong = {"name": "w.csv", "mimeType": "text/csv", "buffer": (BILL + "Медь;74О3;;;;\n").encode()}
    page.locator("#file").set_input_files([wrong])
    page.locator("main button.main").click()
    page.locator(".summary").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-bill-faults")
    page.locator("#file").set_input_files([{**wrong, "name": "b.csv", "buffer": BILL.encode()}])
    page.locator("main button.main").click()
    page.locator("main button.main[value=apply]").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-bill-preview")
    page.locator("#mode").check()
    page.locator("main button.main[value=apply]").click()
    page.wait_for_url("**/worksheet")
    assert page.locator("[name='items[0].materials[0].description']").input_value() == "Сталь"


def test_an_operation_is_chosen_by_its_name(page, application):
    opened(page, application)
    before = page.locator("select[name^='items[0].operations[']").count()
    page.locator("#items-0-operations-add").click()
    chosen = page.locator(f"[name='items[0].operations[{before}].code']")
    chosen.select_option("roasting")
    page.locator("#opinion h2 .tag").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-worksheet-complete")
    page.locator("main button[name=order][value=save]:not(.unseen)").click()
    page.locator(".notice.success").wait_for()
    assert page.locator(f"[name='items[0].operations[{before}].code']").input_value() == "roasting"


def refuse(page, application: str) -> None:
    page.goto(f"/assessment/{application}/refuse")
    page.locator("[value=false_documents]").check()
    page.locator("[name=remark]").fill("Счёт-фактура № 15 не выдавалась.")
    page.locator("#confirmed").check()
    page.locator("main button.danger").click()
    page.wait_for_url("**/refusal")


@pytest.mark.parametrize("language", some("en", "be"))
def test_a_refusal_its_letter_and_the_appeal(open_page, people, language):
    application = submitted(Api(people["exporter"]))
    officer = open_page(LOCALES[language], dark=language == "be")
    opened(officer, application)
    officer.goto(f"/assessment/{application}/refuse")
    check_accessible(officer)
    keep_picture(officer, f"assessment-refuse-{language}")
    refuse(officer, application)
    check_accessible(officer)
    keep_picture(officer, f"assessment-letter-{language}")
    officer.goto(f"/assessment/{application}")
    check_accessible(officer)
    exporter = open_page(LOCALES[language], width=360)
    sign_in(exporter, "exporter")
    exporter.goto(f"/assessment/{application}/refusal")
    check_fits(exporter)
    exporter.locator("main a.main").click()
    exporter.locator("#text").fill("Счёт выдан, прилагаем.")
    check_accessible(exporter)
    exporter.locator("main button.main").click()
    exporter.wait_for_url(f"**/assessment/{application}")
    check_fits(exporter)
    check_accessible(exporter)
    keep_picture(exporter, f"assessment-appealed-{language}")


def test_the_reasons_print_well_and_come_out_the_same_again(open_page, people):
    application = decided(Api(people["exporter"]), Api(people["assessing_officer"]))
    page = open_page("ru-RU")
    sign_in(page, "exporter")
    page.goto(f"/assessment/{application}")
    page.locator(".actions a[href*='/reasons/']").click()
    page.wait_for_url("**/reasons/*")
    check_accessible(page)
    page.locator(".actions a.main").click()
    page.locator("#again.good").wait_for()
    check_accessible(page)
    keep_picture(page, "assessment-reasons")
    page.emulate_media(media="print")
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.locator("details[open] ul").first).to_be_visible()
    keep_picture(page, "assessment-reasons-print")


def test_a_dossier_is_approved_and_looked_at_again(open_page, people):
    application = decided(Api(people["exporter"]), Api(people["assessing_officer"]))
    page = open_page("az-AZ")
    sign_in(page, "assessing_officer")
    page.goto(f"/assessment/{application}")
    check_accessible(page)
    until = (timezone.localdate() + timedelta(days=100)).strftime("%d.%m.%Y")
    page.locator("[name=validUntil]").fill(until)
    page.locator("form[action$='/dossier'] button[name=item]").first.click()
    page.locator(".notice.success").wait_for()
    page.goto("/assessment/dossiers")
    page.locator("[name=more]").fill("400")
    page.locator("#changed").check()
    page.locator("main form.inline button").click()
    page.locator("td .tag.bad").first.wait_for()
    check_accessible(page)
    check_fits(page)
    keep_picture(page, "assessment-dossiers")
