"""Pages of PDF a second beside hand-placed text; symbols, pictures, and the sizes of it all.

The certificate has ten lines, a signed code and its bundle attached. The limit is in the same run:
the same engine places as many lines of text by hand, with nothing measured, and writes PDF/A-3b
with the same code and attachment. Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.pdf [--seconds 3]

Time is that of the processor: other work on the machine is not counted.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import pikepdf

from benchmarks.assess import rate
from certorigin.certification.record import record_parts
from certorigin.certification.render import typeset
from certorigin.certification.render.pdf import Printable, codes_pdf, original_pdf, pictures
from certorigin.certification.render.symbol import symbol_svg, version_of
from certorigin.certification.slip import Slip, address_of
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.carrier import verify_file
from certorigin.recognition.page import compare_page
from certorigin.recognition.pdf_file import PdfFile
from certorigin.recognition.picture import read_codes
from certorigin.recognition.verify import Verifier
from tests.library.recognition import world as w
from tests.library.standing import sample

WANTED = {"share_of_hand_placed": 0.45, "pages_per_second": 60}
ROUNDS = 5
HOST = "origin.example.by"
BY_HAND = """
#let given = json(bytes(sys.inputs.given))
#set document(title: given.title, date: auto)
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(font: "Libertinus Serif", size: 8pt, fallback: false)
#pdf.attach("certificate.json", bytes(sys.inputs.attachment), relationship: "source",
  mime-type: "application/json", description: "x")
#place(image(bytes(given.code), format: "svg", width: 41mm, height: 41mm))
#for (index, line) in given.lines.enumerate() { place(dx: 15mm, dy: index * 3mm, line) }
"""


def bundle_of(lines: int) -> tuple[bytes, w.World]:
    """Make a registered certificate with so many lines."""
    world = w.World(Path(tempfile.mkdtemp()))
    items = tuple(
        sample.item(number, description=f"Трактор колёсный «Беларус», исполнение {number:03}")
        for number in range(1, lines + 1)
    )
    world.enter(w.issued(1, certificate=sample.certificate(items=items)))
    world.follow(w.minutes(1))
    return world.bundle(0), world


def with_code(bundle: bytes) -> Printable:
    """Return what is printed, with its signed code."""
    printable = Printable.of(Bundle.from_bytes(bundle).act)
    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    return replace(printable, code=address_of(slip, w.sealer("BY seal"), host=HOST))


def by_hand(printable: Printable, bundle: bytes, lines: list[str]) -> bytes:
    """Set the lines at fixed places with the same engine."""
    setter = typeset.get_typesetter()
    given = {"title": "x", "code": symbol_svg(printable.code), "lines": lines}
    files_in = {"attachment": bundle.decode()}
    return setter.set_pdf(given, files_in=files_in, at=printable.act.at, template="hand")


@contextmanager
def template_by_hand() -> Iterator[None]:
    """Let the engine know the template that places lines by hand."""
    shown, whole = typeset._template, BY_HAND.encode()
    typeset._template = lambda name: whole if name == "hand" else shown(name)
    try:
        yield
    finally:
        typeset._template = shown


def lines_on(pdf: bytes) -> tuple[list[str], int]:
    """Return as many lines of text as a page shows, and how many pages there are."""
    file = PdfFile.from_bytes(pdf)
    count = sum(
        str(one.operator) in {"Tj", "TJ"}
        for page in file.pdf.pages
        for one in pikepdf.parse_content_stream(page)
    )
    pages = len(file.pdf.pages)
    return [f"строка с текстом {number}" for number in range(count // pages)], pages


def main() -> None:
    """Measure in interleaved rounds, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds / ROUNDS
    bundle, world = bundle_of(9)
    printable = with_code(bundle)
    pdf = original_pdf(printable, bundle=bundle)
    lines, pages = lines_on(pdf)
    ours, limit = [], []
    with template_by_hand():
        for _ in range(ROUNDS):
            ours.append(rate(lambda: original_pdf(printable, bundle=bundle), seconds) * pages)
            limit.append(rate(lambda: by_hand(printable, bundle, lines), seconds))
    share = median(one / other for one, other in zip(ours, limit, strict=True))
    told = {
        "pages_per_second": round(median(ours), 1),
        "hand_placed_pages_per_second": round(median(limit), 1),
        "share_of_hand_placed": round(share, 2),
        **others(printable, bundle, pdf, world, seconds),
        "sizes": {str(count): sizes_of(count) for count in (1, 10, 300)},
    }
    told["holds"] = all(told[name] >= least for name, least in WANTED.items())
    print(json.dumps(told, indent=2))
    raise SystemExit(0 if told["holds"] else 1)


def others(
    printable: Printable, bundle: bytes, pdf: bytes, world: w.World, seconds: float
) -> dict[str, float]:
    """Measure what surrounds a page: symbols, the comparison, pictures."""
    verifier = Verifier(world.trust)
    picture = pictures(printable, ppi=150)[0]
    act = Bundle.from_bytes(bundle).act
    assert verify_file(verifier, pdf, at=w.minutes(5)).bottom_line == "recognised"
    assert read_codes(picture)[0].text == printable.code

    def compared() -> None:
        found = compare_page(PdfFile.from_bytes(pdf), sealed=act, bundle=bundle)
        assert found.code == "page.agrees"

    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    key = w.sealer("BY seal")
    return {
        "signed_addresses_per_second": round(
            rate(lambda: address_of(slip, key, host=HOST), seconds), 1
        ),
        "symbols_per_second": round(rate(lambda: symbol_svg(printable.code), seconds), 1),
        "pdfs_verified_per_second": round(
            rate(lambda: verify_file(verifier, pdf, at=w.minutes(5)), seconds), 1
        ),
        "pages_compared_per_second": round(rate(compared, seconds), 1),
        "pictures_read_per_second": round(rate(lambda: read_codes(picture), seconds), 1),
    }


def sizes_of(lines: int) -> dict[str, int]:
    """Say how large bundle, PDF and codes of a certificate are."""
    bundle, _ = bundle_of(lines)
    printable = with_code(bundle)
    parts = record_parts(bundle)
    return {
        "bundle_bytes": len(bundle),
        "pdf_bytes": len(original_pdf(printable, bundle=bundle)),
        "code_version": version_of(printable.code),
        "record_codes": len(parts),
        "record_pdf_bytes": len(codes_pdf(printable, parts)),
    }


if __name__ == "__main__":
    main()
