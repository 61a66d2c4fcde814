"""Broken documents by the thousand, as in test_parsers.py: sealed JSON, UBL, declarations, tables.

CERTORIGIN_FUZZ_MINUTES=1 CERTORIGIN_FUZZ_SEED=7 \\
    .venv/bin/python -m pytest tests/long/test_documents.py -s
"""

import io
import zipfile

import orjson
import pytest

from certorigin.application.invoice import read_ubl_invoice
from certorigin.certification.excerpt import make_excerpt, verify_excerpt
from certorigin.certification.export.ubl import certificate_from_ubl, certificate_to_ubl
from certorigin.certification.workbook import workbook_of
from certorigin.recognition.intake import read_declaration
from certorigin.recognition.intake_csv import csv_from
from certorigin.recognition.intake_xml import xml_from
from certorigin.recognition.verify import Verifier
from certorigin.seal.canonical import parse_strict, strict_bytes
from tests.data import shared
from tests.library.assessment.test_tables import cells, csv_file, with_cell, xlsx_file
from tests.library.readers import READERS
from tests.library.recognition import world as w
from tests.library.recognition.declarations import butter, declaration, line
from tests.library.standing import sample
from tests.long.test_parsers import Fuzz, made

pytestmark = pytest.mark.timeout(0)


def test_strict_json():
    act = made()[0].acts[0]

    def read(raw):
        assert strict_bytes(parse_strict(raw)) == raw

    Fuzz("strict json", [act, orjson.dumps({"a": ["\u0001", "Ə", {"b": True}]})]).against(read)


def test_bundles_and_acts():
    world, bundle, _, _ = made()
    verifier, act = Verifier(world.trust), world.acts[0]

    def read(raw):
        report = verifier.verify(raw, at=w.minutes(5))
        # A signature that nobody knows may be broken: the proof then holds by the others.
        if report.parts["integrity"].code == "integrity.sound" and raw != act:
            assert orjson.loads(raw)["act"].encode() == act

    Fuzz("bundle", [bundle, act]).against(read)


def test_excerpts():
    world, _, _, _ = made()
    raw, opening = make_excerpt(
        world.acts[0],
        ["seller", "invoice"],
        installation="BY-1",
        sealer=w.sealer("BY gateway"),
        salt_of=lambda place: place.encode().ljust(16, b"-")[:16],
        at=w.NOON,
    )
    whole = orjson.loads(world.acts[0])["credentialSubject"]["certificate"]

    def read(broken):
        if b'"certorigin-opening' in broken:
            shown = verify_excerpt(raw, world.trust).opened(broken)
            assert all(whole[name] == value for name, value in shown.items() if name != "items")
        else:
            assert verify_excerpt(broken, world.trust).raw == raw

    Fuzz("excerpt", [raw, opening]).against(read)


def test_ubl_certificates():
    Fuzz("ubl certificate", [certificate_to_ubl(sample.certificate())]).against(
        certificate_from_ubl
    )


def test_ubl_invoices():
    files = sorted(shared("ubl/invoices").rglob("*.xml"))
    seeds = [path.read_bytes() for path in files if path.stat().st_size < 40_000]
    Fuzz("ubl invoice", seeds).against(read_ubl_invoice)


@pytest.mark.parametrize("kind", ["json", "xml", "csv"])
def test_declarations(kind):
    whole = declaration(line(), butter(), declarant=sample.IMPORTER)
    seed = {
        "json": orjson.dumps(whole.to_data()),
        "xml": xml_from(whole),
        "csv": csv_from(whole).encode(),
    }[kind]
    Fuzz(f"declaration {kind}", [seed]).against(read_declaration)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE = [["code", "name", "value"], ["8701", "Трактор «Беларус»", "1 200,50"], ["0405", "", "7"]]


class FuzzArchive(Fuzz):
    """Breaks the files inside an archive, so that what is broken gets past its check sums."""

    def broken(self, raw):
        if self.dice.random() < 0.2:
            return super().broken(raw)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        chosen = self.dice.choice([*parts])
        parts[chosen] = super().broken(parts[chosen])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()


def test_tables_of_text():
    lines = "\r\n".join("\t".join(row) for row in TABLE)
    seeds = [csv_file(cells()), csv_file(cells(), ","), lines.encode(), lines.encode("cp1251")]

    Fuzz("table csv", seeds).against(READERS["table csv"])


def test_spreadsheets():
    texts = "".join(f"<si><r><t>{cell}</t></r><rPh><t>x</t></rPh></si>" for cell in TABLE[1])
    whole = xlsx_file(
        with_cell("amount", "<c r='G4' t='s'><v>0</v></c>"),
        sharedStrings=f'<sst xmlns="{MAIN}">{texts}</sst>',
    )

    seeds = [workbook_of(TABLE, title="goods"), whole]
    FuzzArchive("table xlsx", seeds).against(READERS["table xlsx"])
