"""Supplier declarations: sealed, bound to their material and period, and what follows from them."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision, assess
from certorigin.assessment.supplier import (
    ON_BEHALF,
    DeclaredGoods,
    Stated,
    SupplierDeclaration,
    judge_backing,
)
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError, SignatureError, UntrustedKeyError
from certorigin.seal.proof import seal_document
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.tariff import TariffCode
from tests.data import ROOT
from tests.library.assessment.cases import DAY, item, material, worksheet
from tests.library.seal.samples import sealer

PAGE = (ROOT / "docs" / "spec" / "supplier-declaration.md").read_text("utf-8")
ID = "urn:uuid:5d2a1c3e-7b60-4f0e-9a54-0c9a7be1f001"
KEY = sealer("chamber").key
STEEL = DeclaredGoods(TariffCode("7210"), "coated steel sheet", "BY")


def declaration(**changes):
    facts = {
        "id": ID,
        "supplier": Party("ООО «Прокат»", "Жлобин, ул. Заводская, 3", "BY"),
        "declarant": "Ковалёва А. П.",
        "issued_at": datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "sealed_by": ON_BEHALF,
        "goods": (STEEL,),
    }
    return SupplierDeclaration(**(facts | changes))


def sealed(made, name="chamber"):
    pairs = [(sealer(name), "urn:certorigin:installation:BY-1")]
    return seal_document(made.to_data(), pairs, created=made.issued_at)


def stated(**changes):
    withdrawn = changes.pop("withdrawn", False)
    return Stated.of_sealed(sealed(declaration(**changes)), keys={KEY}, withdrawn=withdrawn)


def sheet(code="721070", origin="BY", **reference):
    """A refrigerator whose own steel is half the price: with it foreign it does not originate."""
    named = {"id": ID} | reference
    steel = material(code, origin, "600", supplierDeclaration=named)
    return Worksheet.from_data(worksheet(item("8418", steel, operations=["case_making"])))


def decided(one, found):
    backed = judge_backing(one, found, at=DAY)
    return assess(one, agreement=get_agreement("CIS-2009"), at=DAY, suppliers=backed).items[0]


def test_the_page_is_true():
    shown = json.loads(re.search(r"```declaration\n(.*?)```", PAGE, re.DOTALL)[1])
    assert SupplierDeclaration.from_data(shown).to_data() == shown
    source = (ROOT / "src/certorigin/assessment/supplier.py").read_text("utf-8")
    used = set(re.findall(r'"(supplier\.\w+)"', source))
    assert set(re.findall(r"`(supplier\.\w+)`", PAGE)) == used


def test_a_sealed_declaration_is_read_back():
    found = stated()
    assert found.declaration == declaration()
    assert len(found.digest) == 64


def test_another_key_or_another_byte_is_refused():
    raw = sealed(declaration())
    with pytest.raises(UntrustedKeyError):
        Stated.of_sealed(raw, keys={sealer("officer").key})
    with pytest.raises(SignatureError):
        Stated.of_sealed(raw.replace(b"2026-12-31", b"2027-12-31"), keys={KEY})


def test_it_makes_the_difference():
    one = sheet()
    assert decided(one, {ID: stated()}).decision is Decision.ORIGINATING
    assert decided(one, {ID: stated(withdrawn=True)}).decision is Decision.NOT_ORIGINATING
    unknown = decided(one, {})
    assert unknown.decision is Decision.UNDETERMINED
    assert "items[0].materials[0].supplierDeclaration" in unknown.missing


@pytest.mark.parametrize(
    ("one", "more", "decision"),
    [
        (sheet("720839"), {}, Decision.NOT_ORIGINATING),
        (sheet(), {"valid_until": date(2026, 8, 31)}, Decision.NOT_ORIGINATING),
        (sheet(), {"valid_until": DAY}, Decision.ORIGINATING),
        (sheet(), {"valid_from": date(2026, 9, 2)}, Decision.NOT_ORIGINATING),
        (sheet(), {"goods": (replace(STEEL, origin="RU"),)}, Decision.NOT_ORIGINATING),
        (sheet(None), {}, Decision.UNDETERMINED),
        (sheet(digest="0" * 64), {}, Decision.NOT_ORIGINATING),
    ],
)
def test_it_speaks_only_of_its_goods_and_its_period(one, more, decision):
    assert decided(one, {ID: stated(**more)}).decision is decision


def test_the_digest_binds_the_worksheet_to_the_very_bytes():
    found = stated()
    assert decided(sheet(digest=found.digest), {ID: found}).decision is Decision.ORIGINATING


def test_for_another_party_s_material_only_a_certificate_counts():
    one, found = sheet(origin="RU"), stated(goods=(replace(STEEL, origin="RU"),))
    assert decided(one, {ID: found}).decision is Decision.NOT_ORIGINATING


def test_one_reference_for_two_materials_is_judged_for_each():
    rows = [
        material(code, "BY", "300", supplierDeclaration={"id": ID}) for code in ("721070", "390110")
    ]
    one = Worksheet.from_data(worksheet(item("8418", *rows, operations=["case_making"])))
    backed = judge_backing(one, {ID: stated()}, at=DAY)
    assert sorted(backed.values()) == [False, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"goods": []}, "supplier.without_goods"),
        ({"validUntil": "2025-12-31"}, "supplier.ends_before_it_begins"),
        ({"sealedBy": "nobody"}, "record.not_a_choice"),
        ({"id": "5"}, "record.text_misshaped"),
        ({"more": "x"}, "record.member_unknown"),
    ],
)
def test_what_is_no_declaration_is_refused(change, code):
    with pytest.raises(MalformedError) as caught:
        SupplierDeclaration.from_data(declaration().to_data() | change)
    assert caught.value.code == code
