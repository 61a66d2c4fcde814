import io
import subprocess
import sys

import pikepdf
import pypdf
import pytest

from certorigin.certification.render.page import copy_languages, get_page
from certorigin.certification.render.pdf import (
    FARTHEST,
    Printable,
    contents_pdf,
    copy_pdf,
    original_pdf,
)
from certorigin.certification.render.texts import visible_lines
from certorigin.errors import MalformedError, UnknownError
from certorigin.recognition.page_text import compact, text_of
from certorigin.recognition.pdf_file import PdfFile
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.form import form_names, get_form
from tests.data import shared, vectors
from tests.library.certification.pdfa_rules import faults_of_embedding, faults_of_file
from tests.library.certification.printed import (
    opened,
    original,
    printable,
    sealed,
    seen,
    texts_by_pypdf,
)
from tests.library.recognition import world as w
from tests.library.standing import sample

AZERBAIJANI = "Ə ə Ğ ğ I ı İ i Ş ş Ç ç Ö ö Ü ü"
BELARUSIAN = "І і Ў ў Ё ё № « » ’"


def test_the_same_data_give_the_same_bytes_in_another_process():
    again = (
        "import sys; from tests.library.certification.printed import original;"
        "sys.stdout.buffer.write(original())"
    )
    other = subprocess.run([sys.executable, "-c", again], capture_output=True, check=True)
    assert other.stdout == original()


def test_other_data_give_other_bytes_and_another_document_id():
    one, two = (opened(original(lines)) for lines in (2, 3))
    assert bytes(one.trailer.ID[1]) != bytes(two.trailer.ID[1])


def test_dates_are_those_of_the_act():
    assert str(opened(original()).docinfo.CreationDate) == "D:20260516120000Z"


def test_structure_is_that_of_pdf_a_3b_and_qpdf_finds_nothing():
    document = opened(original(300))
    assert document.check_pdf_syntax() == []
    assert faults_of_file(document) == []
    assert faults_of_embedding(document) == []


def test_three_readers_take_out_the_bundle_as_it_went_in():
    raw = sealed()
    by_qpdf = PdfFile.from_bytes(original()).attached("certificate.json")
    by_pypdf = pypdf.PdfReader(io.BytesIO(original())).attachments["certificate.json"]
    assert by_qpdf == raw
    assert by_pypdf == [raw]
    document = opened(original())
    spec = document.Root.AF[0]
    assert (str(spec.AFRelationship), str(spec.UF)) == ("/Source", "certificate.json")


def test_three_readers_read_every_line_of_every_box():
    of = printable()
    read = {
        "ours": compact(text_of(PdfFile.from_bytes(original()))),
        "pypdf": compact("".join(texts_by_pypdf(original()))),
        "pdfminer": seen(original()),
    }
    lines = visible_lines(of.certificate)
    assert {box for box, _ in lines} == {str(box) for box in range(1, 14) if box not in {3, 5}}
    for name, text in read.items():
        missing = [line for _, line in lines if compact(line) not in text]
        assert missing == [], name


def test_every_box_of_the_form_has_its_title():
    text = seen(original())
    for box in get_form("ST-1").boxes:
        assert compact(f"{box.number}. {box.title}") in text


def test_letters_of_both_states_have_glyphs():
    of = printable(items=(sample.item(1, description=f"{AZERBAIJANI} {BELARUSIAN}"),))
    text = seen(original_pdf(of, bundle=b"{}"))
    assert compact(AZERBAIJANI) in text
    assert compact(BELARUSIAN) in text


def test_a_sign_without_a_glyph_is_printed_by_its_number():
    of = printable(items=(sample.item(1, description="Чай 茶, 5 ₼"),))
    assert compact("Чай [U+8336], 5 [U+20BC]") in seen(original_pdf(of, bundle=b"{}"))


def test_too_many_signs_without_glyphs_are_refused():
    signs = "".join(chr(0x4E00 + step) for step in range(40))
    of = printable(items=(sample.item(1, description=" ".join(signs)),))
    with pytest.raises(MalformedError) as caught:
        original_pdf(of, bundle=b"{}")
    assert caught.value.code == "render.not_printable"


@pytest.mark.parametrize(("lines", "sheets"), [(1, 1), (9, 1), (10, 2), (300, 18)])
def test_what_does_not_fit_stands_on_additional_sheets_with_the_same_number(lines, sheets):
    file = PdfFile.from_bytes(original(lines))
    text, number = compact(text_of(file)), printable().certificate.number
    assert len(file.pdf.pages) == sheets
    assert text.count(compact("12. Удостоверение")) == sheets
    assert text.count(compact("13. Декларация заявителя")) == sheets
    for place in range(1, sheets):
        heading = f"Дополнительный лист {place} к сертификату о происхождении товара формы СТ-1"
        assert compact(f"{heading} № {number}") in text
    for line in range(1, lines + 1):
        assert text.count(compact(f"исполнение {line:03}")) == 1


def test_an_item_longer_than_a_sheet_and_a_box_that_overflows_lose_nothing():
    long = " ".join(f"слово{number}" for number in range(300))
    exporter = sample.Party("Завод " + long, "адрес", "BY")
    of = printable(items=(sample.item(1, description="ы" * 3000),), exporter=exporter)
    text = seen(original_pdf(of, bundle=b"{}"))
    assert text.count("ы") >= 3000
    assert compact("Завод " + long) in text
    assert compact("Окончание графы 1") in text


def test_a_print_on_a_blank_has_the_contents_alone_and_moves():
    of = printable()
    here, moved = contents_pdf(of), contents_pdf(of, right=2.5, down=-1.5)
    text = seen(here)
    assert compact("1. Грузоотправитель") not in text
    assert of.certificate.number in text
    assert compact("ОАО «Завод»") in text
    assert here != moved
    assert seen(moved) == text
    before, after = (_first_move(pdf) for pdf in (here, moved))
    millimetres = [(b - a) * 25.4 / 72 for a, b in zip(before, after, strict=True)]
    assert millimetres == pytest.approx([2.5, 1.5], abs=0.01)  # in a PDF, y grows upwards


def _first_move(pdf):
    """Where the first text of the first page begins: the product of its matrices."""
    where, document = pikepdf.Matrix(), opened(pdf)
    for operands, operator in pikepdf.parse_content_stream(document.pages[0]):
        if str(operator) == "cm":
            where = pikepdf.Matrix(*map(float, operands)) @ where
        elif str(operator) == "Tm":
            found = pikepdf.Matrix(*map(float, operands)) @ where
            return found.e, found.f
    return None


@pytest.mark.parametrize("offset", [{"right": FARTHEST + 1}, {"down": float("nan")}])
def test_a_print_is_not_moved_off_the_sheet(offset):
    with pytest.raises(MalformedError) as caught:
        contents_pdf(printable(), **offset)
    assert caught.value.code == "render.offset_too_far"


@pytest.mark.parametrize(
    ("language", "mark", "state"),
    [
        ("en", "NOT AN ORIGINAL", "Azerbaijan"),
        ("az", "ƏSLİ DEYİL", "Azərbaycan"),
        ("be", "НЕ З'ЯЎЛЯЕЦЦА АРЫГІНАЛАМ", "Азербайджан"),
    ],
)
def test_reading_copies_are_marked_on_every_sheet_and_carry_no_bundle(language, mark, state):
    copy = copy_pdf(printable(10), language=language)
    assert all(compact(mark) in compact(page) for page in texts_by_pypdf(copy))
    assert compact(state) in seen(copy)
    assert PdfFile.from_bytes(copy).attached("certificate.json") is None
    assert faults_of_file(opened(copy)) == []


@pytest.mark.parametrize(
    ("form", "criterion", "name"),
    [("ST-3", "PE", "Form ST-3"), ("EAV", "PE", "Form EAV"), ("GENERAL", None, "Общая форма")],
)
def test_every_form_has_a_page_with_its_boxes(form, criterion, name):
    items = (sample.item(1, criterion=criterion and Criterion(criterion)),)
    made = Printable.of(w.issued(1, certificate=sample.certificate(form=form, items=items)))
    text = compact(text_of(PdfFile.from_bytes(original_pdf(made, bundle=b"{}"))))
    assert compact(name) in text
    assert "СТ-1" not in text
    for box in get_form(form).boxes:
        assert compact(f"{box.number}. {box.title}") in text
    missing = [line for _, line in visible_lines(made.certificate) if compact(line) not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("form", "criterion", "language", "words"),
    [
        ("GENERAL", None, "en", ("General form", "Country of origin; for official use")),
        ("GENERAL", None, "az", ("Ümumi forma", "ƏSLİ DEYİL")),
        ("ST-3", "PE", "ru", ("Форма СТ-3", "Критерий происхождения", "ЯВЛЯЕТСЯ ОРИГИНАЛОМ")),
        ("EAV", "PE", "be", ("Форма EAV", "Крытэрый паходжання")),
    ],
)
def test_other_forms_have_reading_copies_in_their_own_words(form, criterion, language, words):
    items = (sample.item(1, criterion=criterion and Criterion(criterion)),)
    made = Printable.of(w.issued(1, certificate=sample.certificate(form=form, items=items)))
    text = compact(text_of(PdfFile.from_bytes(copy_pdf(made, language=language))))
    assert all(compact(word) in text for word in words)
    assert not any(compact(word) in text for word in ("Form ST-1", "Форма СТ-1", "ST-1 forması"))


@pytest.mark.parametrize("form", form_names())
def test_every_reading_copy_has_a_title_for_every_box(form):
    boxes, page = {str(box.number) for box in get_form(form).boxes}, get_page(form)
    assert len(copy_languages(form)) == 3
    for language in copy_languages(form):
        assert set(page.titles[language]) == boxes
        assert "{country}" in page.words[language]["declaration"]


@pytest.mark.parametrize(
    ("form", "criterion", "language", "mark"),
    [("ST-1", "П", "ru", "КОПИЯ"), ("EAV", "PE", "en", "COPY")],
)
def test_a_copy_under_the_same_number_bears_its_mark_alone(form, criterion, language, mark):
    items = (sample.item(1, criterion=Criterion(criterion)),)
    made = Printable.of(w.issued(1, certificate=sample.certificate(form=form, items=items)))
    copy = copy_pdf(made, language=language)
    text = compact(text_of(PdfFile.from_bytes(copy)))
    assert text.count(mark) == 2  # in box 5 and across the sheet
    assert compact(get_page(form).words[language]["not_original"]) not in text
    assert [line for _, line in visible_lines(made.certificate) if compact(line) not in text] == []
    assert PdfFile.from_bytes(copy).attached("certificate.json") is None
    assert mark not in compact(text_of(PdfFile.from_bytes(original_pdf(made, bundle=b"{}"))))


def test_there_is_no_copy_in_a_language_that_nobody_reads_here():
    with pytest.raises(UnknownError) as caught:
        copy_pdf(printable(), language="de")
    assert caught.value.code == "render.no_such_copy"


def test_paper_has_room_for_stamp_and_signature():
    assert compact("Подпись, печать") not in seen(original())
    paper = original_pdf(printable(medium="paper+record"), bundle=b"{}")
    assert seen(paper).count(compact("Подпись, печать")) == 2


def test_what_a_certificate_says_is_never_run():
    hostile = '#panic("x") #read("/etc/passwd") $x$ \\ `a` <label> @ref = title'
    of = printable(items=(sample.item(1, description=hostile),))
    assert compact(hostile) in seen(original_pdf(of, bundle=b"{}"))


def test_files_of_others_agree_with_what_they_say_of_themselves():
    for path in sorted(shared("pdfa/3b").glob("*.pdf")):
        file = PdfFile.from_bytes(path.read_bytes())
        assert bool(faults_of_embedding(file.pdf)) == ("-fail-" in path.name), path.name
        if "-pass-" in path.name:
            (name,) = (str(spec.UF) for _, spec in file._attachments())
            assert file.attached(name) is not None
        vectors.count("pdfa.embedded")


def test_metadata_files_of_others_are_read():
    for path in sorted(shared("pdfa/2b-metadata").glob("*.pdf")):
        assert len(PdfFile.from_bytes(path.read_bytes()).pdf.pages) > 0
        vectors.count("pdfa.read")


def test_reading_an_act_refuses_what_is_none():
    with pytest.raises(MalformedError):
        Printable.of(b"{}")
