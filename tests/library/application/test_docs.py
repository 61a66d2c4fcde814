"""The page docs/spec/application.md says what the code does."""

import json
import re
from datetime import date

from certorigin.application.completeness import check_application
from certorigin.application.draft import Application
from certorigin.application.invoice import read_ubl_invoice
from certorigin.application.invoice_line import TARIFF_LISTS
from certorigin.application.xml_tree import MOST_BYTES, MOST_DEPTH, MOST_ELEMENTS
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import LONGEST_LIST, Record
from tests.data import ROOT

PAGE = (ROOT / "docs" / "spec" / "application.md").read_text("utf-8")
TODAY = date(2026, 5, 20)
FORM = get_form("ST-1")


def block(kind):
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, kind
    return found[1]


def test_the_example_is_complete_and_in_its_one_spelling():
    data = json.loads(block("json"))
    record = Record(data)
    application = Application.from_record(record)
    record.finish()
    assert application.to_data() == data
    assert check_application(application, form=FORM, today=TODAY, issuing_country="BY") == ()


def test_the_invoice_gives_the_draft():
    read = read_ubl_invoice(block("xml").encode())
    assert read.application.to_data() == json.loads(block("json draft"))
    assert read.findings == ()


def test_the_errors_of_an_empty_application():
    findings = check_application(Application(), form=FORM, today=TODAY)
    errors = [f"{f.code} {f.place}" for f in findings if f.grade is Grade.ERROR]
    assert block("text errors").splitlines() == errors


def test_lists_and_limits_are_named():
    assert set(re.findall(r"`([A-Z]{2,5})`", PAGE)) - {"UNP", "VOEN", "OTHER"} == TARIFF_LISTS
    for limit in (MOST_BYTES, MOST_ELEMENTS, LONGEST_LIST):
        assert f"{limit:,}" in PAGE
    assert f"{MOST_DEPTH} levels" in PAGE
