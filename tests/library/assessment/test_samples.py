"""The demo's consignments: sound documents, decided as each file claims; one figure flips one."""

import json
import re
from datetime import timedelta

import pytest

from certorigin.application.completeness import check_application
from certorigin.application.draft import Application
from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision, assess
from certorigin.assessment.fit import check_fit
from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record
from tests.data import ROOT
from tests.library.assessment.cases import DAY

FOLDER = ROOT / "src" / "certorigin_server" / "operate" / "samples"
FILES = sorted(FOLDER.glob("*.json"))
EXPECTED = {"accepted", "partly_used", "mismatch", "annulled", "not_originating"}
TOKEN = re.compile(r"\{day([+-]\d+)?\}")


def sample(path):
    text = path.read_text("utf-8")
    return json.loads(TOKEN.sub(lambda found: str(DAY + timedelta(days=int(found[1] or 0))), text))


def decision_of(worksheet):
    sheet = Worksheet.from_data(worksheet)
    return assess(sheet, agreement=get_agreement(sheet.agreement), at=DAY).decision


def test_they_show_every_outcome_in_both_directions():
    samples = [sample(path) for path in FILES]
    assert len(samples) >= 10
    assert {one["expected"] for one in samples} == EXPECTED
    assert {(one["exporterState"], one["importerState"]) for one in samples} == {
        ("BY", "AZ"),
        ("AZ", "BY"),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_documents_are_sound(path):
    one = sample(path)
    record = Record(one["application"])
    application = Application.from_record(record)
    record.finish()
    sheet = Worksheet.from_data(one["worksheet"])
    assert application.to_data() == one["application"]
    assert sheet.to_data() == one["worksheet"]
    assert check_application(application, form=get_form("ST-1"), today=DAY) == ()
    assert check_fit(sheet, application, issued_in=one["exporterState"]) == ()
    assert all(
        party.identifier.is_valid() for party in (application.exporter, application.importer)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_decided_as_it_claims(path):
    one = sample(path)
    refused = one["expected"] == "not_originating"
    expected = Decision.NOT_ORIGINATING if refused else Decision.ORIGINATING
    assert decision_of(one["worksheet"]) is expected
    assert bool(one["goodsDeclarations"]) is not refused


def test_one_figure_flips_the_trucks():
    trucks = sample(FOLDER / "02-trucks-foreign-share.json")["worksheet"]
    axles = trucks["items"][0]["materials"][2]
    axles["value"]["amount"] = "26100.00"  # 41,524.00 less the excess of 15,424.00
    assert decision_of(trucks) is Decision.ORIGINATING
    axles["value"]["amount"] = "26100.01"
    assert decision_of(trucks) is Decision.NOT_ORIGINATING
