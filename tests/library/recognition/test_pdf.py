"""A PDF is what is attached to it; its page is held against that, and never taken to be equal."""

import io
import struct
import zlib

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner

from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.carrier import read_bundle, verify_file
from certorigin.recognition.page_text import _letters
from certorigin.recognition.pdf_file import MAX_OBJECTS, PdfFile
from certorigin.recognition.verify import Verifier
from certorigin.seal.trust.folder import write_trust_folder
from certorigin.terminal.recognition import EXITS, UNREADABLE, verify_command
from certorigin.vocabulary.moment import moment_to_text
from tests.library.certification.printed import CODE, opened, saved
from tests.library.recognition import world as w
from tests.library.recognition.expecting import NOW
from tests.library.standing import sample


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A world whose first certificate has two sheets."""
    world = w.World(tmp_path_factory.mktemp("pdf"))
    items = tuple(
        sample.item(number, description=f"Трактор, исполнение {number:03}", quantity=amount)
        for number, amount in enumerate(map(sample.pieces, range(101, 113)), start=1)
    )
    world.enter(w.issued(1, certificate=sample.certificate(items=items)), w.issued(2))
    world.follow(w.minutes(1))
    return world


@pytest.fixture(scope="module")
def bundle(made):
    return made.bundle(0)


@pytest.fixture(scope="module")
def pdf(bundle):
    return original_pdf(Printable.of(Bundle.from_bytes(bundle).act, code=CODE), bundle=bundle)


def page_of(made, raw):
    report = verify_file(Verifier(made.trust), raw, at=NOW)
    assert report.parts["integrity"].code == "integrity.sound"
    return report.parts["page"], str(report.bottom_line)


def test_the_file_as_it_was_issued_is_recognised(made, pdf):
    found, line = page_of(made, pdf)
    assert (found.code, found.facts, line) == ("page.agrees", {"pages": "2"}, "recognised")


def by_pypdf(pdf):
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_other_metadata(document):
    with document.open_metadata() as meta:
        meta["dc:title"] = "scan0001"


@pytest.mark.parametrize(
    "save",
    [
        saved,
        lambda pdf: saved(
            pdf,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            compress_streams=True,
        ),
        lambda pdf: saved(pdf, linearize=True),
        lambda pdf: saved(pdf, qdf=True),
        lambda pdf: saved(pdf, with_other_metadata),
        by_pypdf,
        lambda pdf: pdf + b"\n% seen by the forwarder\n",
    ],
)
def test_a_file_saved_again_is_recognised(made, pdf, save):
    raw = save(pdf)
    assert raw != pdf
    found, line = page_of(made, raw)
    assert (found.code, line) == ("page.agrees", "recognised")


def drawing(data):
    def change(document):
        document.pages[0].contents_add(document.make_stream(data))

    return change


def with_note(document):
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[50, 50, 200, 90]
    )
    document.pages[0].obj.Annots = pikepdf.Array([note])


def cropped(document):
    document.pages[0].obj.CropBox = pikepdf.Array([0, 0, 300, 300])


def with_layers(document):
    document.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array())


def with_script(document):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = script


def with_form(document):
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), NeedAppearances=True)


def lying_font(document):
    """The same letters by the font's own table, and other shapes for them."""
    fonts = document.pages[0].obj.Resources.Font
    (one, two) = [fonts[name].DescendantFonts[0].FontDescriptor for name in fonts][:2]
    one.FontFile3, two.FontFile3 = two.FontFile3, one.FontFile3


def swapped_pages(document):
    document.pages.reverse()


def twice(document):
    document.pages.append(document.pages[1])


@pytest.mark.parametrize(
    "change",
    [
        drawing(b"q 1 1 1 rg 300 600 200 100 re f Q"),
        with_note,
        cropped,
        with_layers,
        with_script,
        with_form,
        lying_font,
        swapped_pages,
        twice,
    ],
)
def test_a_page_drawn_otherwise_is_never_taken_to_be_equal(made, pdf, change):
    found, line = page_of(made, saved(pdf, change))
    assert (found.code, line) == ("page.page_unchecked", "undetermined")


def exchanging(old, new):
    """Draw other glyphs where `old` was written: what a forger with an editor does."""

    def change(document):
        page = document.pages[0]
        table = _glyphs(document)
        before, after = ("".join(table[one] for one in text) for text in (old, new))
        data = b"".join(stream.read_bytes() for stream in _contents(page))
        changed = _replace_hex(data, before, after)
        assert changed != data
        page.obj.Contents = document.make_stream(changed)

    return change


def _contents(page):
    contents = page.obj.Contents
    return contents if isinstance(contents, pikepdf.Array) else [contents]


def _glyphs(document):
    """Letters to glyph numbers of the font of the data."""
    found = {}
    fonts = document.pages[0].obj.Resources.Font
    for name in fonts:
        for code, letter in _letters(fonts[name].ToUnicode.read_bytes()).items():
            found.setdefault(letter, f"{code:04x}")
    return found


def _replace_hex(data, before, after):
    out = []
    for operands, operator in pikepdf.parse_content_stream(_stream(data)):
        shown = operands[0] if str(operator) == "TJ" else operands
        texts = [bytes(one) for one in shown if isinstance(one, pikepdf.String)]
        joined = b"".join(texts).hex() if str(operator) in {"Tj", "TJ"} else ""
        if before in joined:
            changed = bytes.fromhex(joined.replace(before, after))
            out.append(([pikepdf.String(changed)], pikepdf.Operator("Tj")))
        else:
            out.append((operands, operator))
    return pikepdf.unparse_content_stream(out)


_KEPT = pikepdf.new()


def _stream(data):
    return _KEPT.make_stream(data)


def test_a_genuine_attachment_behind_an_altered_page_is_refused(made, pdf):
    found, line = page_of(made, saved(pdf, exchanging("101", "901")))
    assert (found.code, line) == ("page.differs", "refused")
    assert found.facts == {"boxes": "10"}


def test_the_page_of_another_certificate_before_the_attachment_is_refused(made, pdf):
    other = made.bundle(1)
    raw = original_pdf(Printable.of(Bundle.from_bytes(other).act), bundle=other)

    def change(document):
        del document.pages[:]
        document.pages.extend(opened(raw).pages)

    found, line = page_of(made, saved(pdf, change))
    assert (found.code, line) == ("page.differs", "refused")
    assert {"8", "10"} <= set(found.facts["boxes"].split(", "))


@pytest.mark.parametrize("data", [b"Tf", b"/f0 Tf", b"[1 2 TJ", b"/x Do", b"(x) Tj BI ID EI"])
def test_a_page_of_broken_operators_is_unchecked(made, pdf, data):
    def change(document):
        for page in document.pages:
            page.obj.Contents = document.make_stream(data)

    assert page_of(made, saved(pdf, change))[0].code == "page.page_unchecked"


def test_a_sealed_act_may_be_attached_in_place_of_a_bundle(made, bundle):
    act = Bundle.from_bytes(bundle).act
    found, line = page_of(made, original_pdf(Printable.of(act), bundle=act))
    assert (found.code, line) == ("page.agrees", "undetermined")


def test_a_page_without_text_is_unchecked(made, pdf):
    def change(document):
        for page in document.pages:
            page.obj.Contents = document.make_stream(b"0 0 10 10 re f")

    found, line = page_of(made, saved(pdf, change))
    assert (found.code, found.facts["reason"]) == ("page.page_unchecked", "text_not_readable")
    assert line == "undetermined"


def test_a_damaged_file_that_had_to_be_mended_is_unchecked(made, pdf):
    raw = pdf.replace(b"startxref", b"startxxxx")
    found, line = page_of(made, raw)
    assert (found.code, found.facts["reason"]) == ("page.page_unchecked", "damaged")
    assert line == "undetermined"


def test_a_broken_seal_is_told_before_any_page_is_looked_at(made, bundle):
    read = Bundle.from_bytes(bundle)
    act = read.act.replace(b'"value":"101"', b'"value":"901"')
    forged = Bundle(act, read.proof).to_bytes()
    report = verify_file(
        Verifier(made.trust), original_pdf(Printable.of(act), bundle=forged), at=NOW
    )
    assert report.parts["integrity"].code == "integrity.seal_broken"
    assert report.parts["page"].code == "page.not_reached"


def test_a_print_has_lost_its_attachment_and_says_so(pdf):
    def change(document):
        del document.Root.Names

    with pytest.raises(MalformedError) as caught:
        read_bundle(saved(pdf, change))
    assert caught.value.code == "pdf.no_bundle"


def test_two_attachments_of_one_name_are_refused(pdf):
    with pytest.raises(MalformedError) as caught:
        read_bundle(saved(pdf, doubled))
    assert caught.value.code == "pdf.attached_twice"


def doubled(document):
    names = document.Root.Names.EmbeddedFiles.Names
    place = [str(one) for one in names[::2]].index("certificate.json")
    names.extend([pikepdf.String("zzz"), names[2 * place + 1]])


def test_the_bundle_comes_out_of_the_file_as_it_went_in(bundle, pdf):
    assert read_bundle(pdf) == bundle
    assert read_bundle(bundle) == bundle


# -- hostile files --------------------------------------------------------------------------------


def built(objects, *, extra=()):
    """A file of numbered objects, with a cross-reference stream; `extra` are rows of its table."""
    written, rows = bytearray(b"%PDF-1.7\n"), [(0, 0, 65535)]
    for number, body in enumerate(objects, start=1):
        rows.append((1, len(written), 0))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    out = bytes(written)
    rows += [*extra, (1, len(out), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    head = b"<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Length %d>>" % (len(rows), len(table))
    end = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF"
    return out + end % (len(rows) - 1, head, table, len(out))


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R>>>>"
PAGES = b"<</Type/Pages/Kids[<</Type/Page/Parent 2 0 R>>]/Count 1>>"


def stream(data, **entries):
    head = b"".join(b"/%s %s" % (name.encode(), value) for name, value in entries.items())
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data)


def attached(data, **entries):
    """A file with one attachment, whose stream is given."""
    spec = b"<</F(certificate.json)/EF<</F 3 0 R>>>>"
    tree = b"<</Names[(certificate.json) %s]>>" % spec
    return built([CATALOGUE, PAGES, stream(data, **entries), tree])


BOMB = zlib.compress(b" " * (64 << 20), 9)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (attached(BOMB, Filter=b"/FlateDecode"), "pdf.unreadable"),
        (attached(zlib.compress(BOMB), Filter=b"[/FlateDecode/FlateDecode]"), "pdf.unreadable"),
        (attached(b"x", Filter=b"/LZWDecode"), "pdf.filter_unknown"),
        (attached(b"x", Filter=b"/L#5aWDecode"), "pdf.filter_unknown"),
        (attached(b"x", Filter=b"/RunLengthDecode"), "pdf.filter_unknown"),
        (built([CATALOGUE, PAGES, b"null", b"<</Kids[4 0 R]>>"]), "pdf.too_large"),
        (built([CATALOGUE, PAGES, b"null", b"[" * 600 + b"]" * 600]), "pdf.no_bundle"),
        (b"%PDF-1.7\n" + b"0 0 obj " * 1000, "pdf.unreadable"),
        (b"%PDF-", "pdf.unreadable"),
    ],
)
def test_bombs_loops_and_rubbish_are_refused(raw, code):
    with pytest.raises(MalformedError) as caught:
        read_bundle(raw)
    assert caught.value.code == code


def test_an_object_stream_that_explodes_gives_nothing():
    packed = zlib.compress(b"4 0 " + b" " * (64 << 20), 9)
    objects = stream(packed, Type=b"/ObjStm", N=b"1", First=b"4", Filter=b"/FlateDecode")
    raw = built([CATALOGUE, PAGES, objects], extra=[(2, 3, 0)])
    assert len(raw) < 100_000
    with pytest.raises(MalformedError):
        read_bundle(raw)


def test_a_file_of_too_many_objects_is_refused():
    raw = built([CATALOGUE, PAGES, *[b"null"] * (MAX_OBJECTS + 10)])
    with pytest.raises(LimitError) as caught:
        PdfFile.from_bytes(raw)
    assert caught.value.code == "pdf.too_large"


def test_an_encrypted_file_is_named_as_such(pdf):
    locked = saved(pdf, encryption=pikepdf.Encryption(owner="x", user="y"))
    with pytest.raises(MalformedError) as caught:
        read_bundle(locked)
    assert caught.value.code == "pdf.encrypted"


# -- the command ----------------------------------------------------------------------------------


def test_the_command_reads_a_pdf(made, pdf, tmp_path):
    roots = tmp_path / "trust"
    write_trust_folder(made.trust, roots)
    good, bare = tmp_path / "certificate.pdf", tmp_path / "print.pdf"
    good.write_bytes(pdf)
    bare.write_bytes(saved(pdf, lambda document: document.Root.__delitem__("/Names")))
    at = moment_to_text(NOW)
    runner = CliRunner()
    found = runner.invoke(verify_command, [str(good), "--trust", str(roots), "--at", at])
    assert found.exit_code == EXITS["recognised"], found.output
    assert "[page.agrees]" in found.output
    found = runner.invoke(verify_command, [str(bare), "--trust", str(roots), "--at", at])
    assert found.exit_code == UNREADABLE
    assert "QR" in found.output
