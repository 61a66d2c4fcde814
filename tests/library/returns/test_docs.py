"""docs/spec/act.md is true."""

import json
import re

from certorigin.certification.check import check_certificate
from certorigin.returns.grounds import ANNULMENT_GROUNDS, GROUNDS, Phase
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import verify_sealed
from certorigin.standing.entry import publisher_of, read_body
from certorigin.vocabulary.acts import BODY_MEMBER, Act, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.schema import check_schema
from tests.data import ROOT
from tests.library.returns.sample_acts import document
from tests.library.standing.sample import certificate

PAGE = (ROOT / "docs" / "spec" / "act.md").read_text("utf-8")
CHECKS = [
    ROOT / "src" / "certorigin" / "certification" / f"{name}.py"
    for name in ("check", "check_goods", "marks")
]


def rows(heading):
    """The cells of the tables under a heading."""
    part = PAGE.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code_words(text):
    return re.findall(r"`([^`]+)`", text)


def members_in(text):
    return [word.removeprefix("items[].") for word in code_words(text)]


def test_the_example_is_a_sealed_act_without_a_fault():
    example = json.loads(re.search(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1])
    sealed = verify_sealed(strict_bytes(example))
    check_schema(sealed.document)
    act = Act.from_document(sealed.document)
    boxes = read_body(act, Certificate.from_record)
    assert publisher_of(act.subject) == "BY-1"
    assert check_certificate(boxes, form=get_form("ST-1")) == ()


def test_the_frame_has_every_member():
    told = {name for row in rows("1.") for name in code_words(row[0])}
    data = document(Kind.ANNULLED)
    members = {*data, "proof"} - {"credentialSubject"}
    subject = {f"credentialSubject.{name}" for name in data["credentialSubject"]}
    assert told == members | (subject - {"credentialSubject.annulment"})


def test_every_kind_is_explained():
    told = {row[0].strip("`"): row[1].strip("`") for row in rows("2.") if len(row) == 4}
    assert {kind: told.get(str(kind)) for kind in Kind} == BODY_MEMBER


def test_every_member_of_a_body_is_explained():
    told = {row[0].strip("`"): set(code_words(row[1])) for row in rows("2.") if len(row) == 2}
    for kind in set(Kind) - {Kind.ISSUED}:
        body = document(kind)["credentialSubject"][BODY_MEMBER[kind]]
        assert set(body) - {"certificate", "officer"} <= told[BODY_MEMBER[kind]], kind


def test_every_member_of_the_certificate_has_its_box():
    table = [row for row in rows("3.") if len(row) == 3]
    told = {name for row in table for name in code_words(row[0])} - {"certificate"}
    data = Certificate.to_data(
        certificate(consignor=certificate().exporter, consignee=certificate().importer)
    )
    members = {*data, "transport", "officialMarks", "consigneeMark"} - {"items"}
    assert told == members | {f"items[].{name}" for name in data["items"][0]}
    boxes = {
        (int(row[1]), name) for row in table if row[1].isdigit() for name in members_in(row[0])
    }
    for box in get_form("ST-1").boxes:
        assert box.number == 8 or (box.number, box.name) in boxes, box


def test_every_finding_about_a_certificate_is_told():
    used = set(
        re.findall(r'"(certificate\.[a-z_]+)"', "".join(path.read_text("utf-8") for path in CHECKS))
    )
    assert set(re.findall(r"`(certificate\.[a-z_]+)`", PAGE)) == used


def test_the_grounds_are_the_closed_lists():
    table = {row[0].strip("`"): row[1:] for row in rows("4.") if row[0].startswith("`")}
    assert set(table) == set(GROUNDS)
    for code, (clause, when) in table.items():
        ground = GROUNDS[code]
        assert clause == ground.clause
        assert ("paper only" in when) == ground.paper_only
        assert when.startswith("at release") == (Phase.AT_RELEASE in ground.phases)
    annulment = PAGE.partition("Grounds of `Annulled`:")[2].partition("## ")[0]
    assert set(code_words(annulment)) == set(ANNULMENT_GROUNDS)
