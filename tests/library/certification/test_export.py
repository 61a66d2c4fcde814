"""A certificate as UBL and with UN/CEFACT names: valid for others, and nothing is lost."""

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from lxml import etree

from certorigin.certification.export.cefact import certificate_from_cefact, certificate_to_cefact
from certorigin.certification.export.table import get_table
from certorigin.certification.export.ubl import certificate_from_ubl, certificate_to_ubl
from certorigin.errors import CertoriginError, MalformedError
from certorigin.terminal.export import export_command
from certorigin.vocabulary.certificate import Transport
from tests.data import ROOT, shared, vectors
from tests.library.standing.sample import IMPORTER, certificate, item
from tests.library.vocabulary.makers import certificates

FULL = certificate(
    consignor=replace(IMPORTER, name="ООО «Склад»", country="BY"),
    consignee=replace(IMPORTER, name="Anbar MMC"),
    transport=Transport("автомобиль AB 1234-7", "Минск - Баку"),
    marks=("Выдан впоследствии", "Дубликат № BYAZ6001000007 от 02.05.2026"),
    consignee_mark="Для последующей реализации",
)
_NOT_XML = re.compile("[\ufffe\uffff]")
C = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


def test_the_ubl_is_valid_against_the_schema_of_others():
    judge = etree.XMLSchema(etree.parse(shared("ubl/xsd-2.1/all.xsd")))
    for made in (certificate(), FULL, certificate(items=tuple(item(n) for n in range(1, 51)))):
        judge.assertValid(etree.fromstring(certificate_to_ubl(made)))
    broken = certificate_to_ubl(FULL).replace(b"ReferenceID", b"ReferenceIDs")
    assert not judge.validate(etree.fromstring(broken))
    vectors.count("ubl.certificates_written", 3)


@given(certificates)
def test_ubl_and_back_loses_nothing(made):
    if _NOT_XML.search(json.dumps(made.to_data(), ensure_ascii=False)):
        with pytest.raises(MalformedError, match=r"export\.not_in_xml"):
            certificate_to_ubl(made)
    else:
        assert certificate_from_ubl(certificate_to_ubl(made)) == made


@given(certificates)
def test_un_cefact_and_back_loses_nothing(made):
    if made.form == "A":  # no folder of data: it can't be said whether it gives preference
        return
    assert certificate_from_cefact(json.loads(json.dumps(certificate_to_cefact(made)))) == made


def test_every_member_of_a_certificate_has_its_place_in_both():
    def members(data, before=""):
        for name, value in data.items():
            if isinstance(value, dict):
                yield from members(value, f"{before}{name}.")
            elif name == "items":
                yield from members(value[0], "item:")
            else:
                yield before + name + ("[]" if isinstance(value, list) else "")

    table = get_table()
    for name in ("ubl", "cefact"):
        rows = [row for row in (*table.head, *table.tail) if getattr(row, name)]
        placed = {row.member.partition("|")[0] for row in rows}
        placed |= {f"item:{row.member}" for row in table.item if getattr(row, name)}
        assert set(members(FULL.to_data())) <= placed


def test_the_criterion_stands_where_the_page_says():
    root = etree.fromstring(certificate_to_ubl(FULL))
    found = [one.text for one in root.iter(f"{C}PreferenceCriterionCode")]
    assert found == ["Д8701", "П"]


def test_a_number_that_disagrees_with_itself_is_refused():
    raw = certificate_to_ubl(FULL)
    for index in range(raw.count(b"BYAZ6001000001")):
        parts = raw.split(b"BYAZ6001000001")
        changed = b"BYAZ6001000001".join(parts[: index + 1]) + b"BYAZ6001000002"
        changed += b"BYAZ6001000001".join(parts[index + 1 :])
        with pytest.raises(MalformedError) as caught:
            certificate_from_ubl(changed)
        assert (caught.value.code, caught.value.facts["place"]) == ("export.disagrees", "number")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        certificate_to_ubl(FULL)[:400],
        certificate_to_ubl(FULL).replace(b"GoodsItem", b"GoodsThing"),
    ],
)
def test_what_is_no_export_of_ours_is_refused(raw):
    with pytest.raises(CertoriginError):
        certificate_from_ubl(raw)


@pytest.mark.parametrize(
    "change",
    [{"supplyChainConsignment": None}, {"iD": 5}, {"remarks": "one"}, {"issuer": "x"}],
)
def test_json_that_is_no_export_of_ours_is_refused(change):
    with pytest.raises(MalformedError):
        certificate_from_cefact(certificate_to_cefact(FULL) | change)


def test_the_command_writes_both_and_nothing_over(tmp_path):
    cases = json.loads((ROOT / "vectors/act/act.json").read_text("utf-8"))["cases"]
    act, out = tmp_path / "act.json", tmp_path / "copy.xml"
    act.write_text(next(case["text"] for case in cases if case["name"] == "good_issued"), "utf-8")

    def export(*rest):
        return CliRunner().invoke(export_command, [str(act), *rest])

    assert export("--as", "ubl", "--out", str(out)).exit_code == 0
    made = certificate_from_ubl(out.read_bytes())
    again = export("--as", "ubl", "--out", str(out))
    assert (again.exit_code, certificate_from_ubl(out.read_bytes())) == (2, made)
    assert certificate_from_cefact(json.loads(export("--as", "cefact").stdout)) == made
    act.write_text("{}")
    assert export("--as", "ubl").exit_code == 2


def test_the_page_has_the_rows_of_the_table():
    page = (ROOT / "docs/spec/export.md").read_text("utf-8")
    told = [line.split(" | ")[1].strip("`") for line in page.splitlines() if "| `" in line]
    table = get_table()
    parts = ((table.head, ""), (table.item, "items[]."), (table.tail, ""))
    rows = [f"{under}{row.member}" for part, under in parts for row in part if not row.is_constant]
    assert told[: len(rows)] == rows
