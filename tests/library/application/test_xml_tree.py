"""XML from outside: whatever it is, the answer is a tree or one clear refusal, within a second."""

import time
from itertools import pairwise

import pytest

from certorigin.application.xml_tree import MOST_BYTES, MOST_DEPTH, MOST_ELEMENTS, parse_tree
from certorigin.errors import LimitError, MalformedError
from tests.library.application.makers import OPENING

OPEN = OPENING.encode()
CLOSE = b"</Invoice>"


def entity_bomb():
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in pairwise(names))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "x">{entities}]><a>&j;</a>'.encode()


def external_entity():
    return b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'


HOSTILE = {
    "of_200_megabytes": (lambda: b"<a>" * 66_666_667, "invoice.too_large"),
    "one_byte_too_large": (lambda: b"<a>".ljust(MOST_BYTES + 1), "invoice.too_large"),
    "deep_100_000": (
        lambda: OPEN + b"<a>" * 100_000 + b"</a>" * 100_000 + CLOSE,
        "invoice.too_deep",
    ),
    "one_level_too_deep": (
        lambda: b"<a>" * (MOST_DEPTH + 1) + b"</a>" * (MOST_DEPTH + 1),
        "invoice.too_deep",
    ),
    "many_elements": (lambda: OPEN + b"<b/>" * 2_400_000 + CLOSE, "invoice.too_many"),
    "many_attributes": (
        lambda: b"<a " + b" ".join(b'b%d=""' % i for i in range(MOST_ELEMENTS + 1)) + b"/>",
        "invoice.too_many",
    ),
    "many_comments": (lambda: b"<!---->" * 1_400_000 + OPEN + CLOSE, "invoice.too_many"),
    "entity_bomb": (entity_bomb, "invoice.document_type"),
    "external_entity": (external_entity, "invoice.document_type"),
    "external_subset": (
        lambda: b'<!DOCTYPE Invoice SYSTEM "http://192.0.2.1/x.dtd">' + OPEN + CLOSE,
        "invoice.document_type",
    ),
    "doctype_after_comments": (
        lambda: b"<?xml version='1.0'?>\n<!-- a -->\n<?b?> <!DOCTYPE a><a/>",
        "invoice.document_type",
    ),
    "doctype_in_utf_16": (
        lambda: "<!DOCTYPE a [<!ENTITY a 'x'>]><a/>".encode("utf-16"),
        "invoice.document_type",
    ),
    "unknown_entity": (lambda: b"<a>&b;</a>", "invoice.malformed"),
    "endless_name": (lambda: b"<" + b"x" * 9_900_000 + b"/>", "invoice.malformed"),
    "comment_without_end": (lambda: b"<!-- " + b"-" * 1_000_000, "invoice.malformed"),
    "truncated": (lambda: OPEN + b"<a><b>c</b>", "invoice.malformed"),
    "two_roots": (lambda: b"<a/><b/>", "invoice.malformed"),
    "nul_character": (lambda: b"<a>\x00</a>", "invoice.malformed"),
    "no_root": (lambda: b"<?xml version='1.0'?>", "invoice.malformed"),
    "empty": (lambda: b"", "invoice.not_xml"),
    "spaces_only": (lambda: b" " * 9_900_000, "invoice.not_xml"),
    "json": (lambda: b'{"invoice": 1}', "invoice.not_xml"),
    "pdf": (lambda: b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "invoice.not_xml"),
    "zip": (lambda: b"PK\x03\x04", "invoice.not_xml"),
    "utf_16_without_mark": (lambda: "<a/>".encode("utf-16-le"), "invoice.malformed"),
    "latin_1_said_to_be_utf_8": (
        lambda: "<?xml version='1.0' encoding='UTF-8'?><a>é</a>".encode("latin-1"),
        "invoice.encoding_wrong",
    ),
    "utf_16_cut_in_half": (lambda: "<a/>".encode("utf-16")[:-1], "invoice.encoding_wrong"),
    "utf_7": (lambda: b"<?xml version='1.0' encoding='utf-7'?><a/>", "invoice.encoding_unknown"),
    "no_such_encoding": (
        lambda: b"<?xml version='1.0' encoding='x-y-z'?><a/>",
        "invoice.encoding_unknown",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_within_a_second(name):
    make, code = HOSTILE[name]
    raw = make()
    start = time.process_time()
    with pytest.raises(MalformedError) as caught:
        parse_tree(raw)
    assert time.process_time() - start < 1
    assert caught.value.code == code
    assert isinstance(caught.value, LimitError) == ("too_" in code)


def test_the_line_of_the_fault_is_told():
    with pytest.raises(MalformedError) as caught:
        parse_tree(b"<a>\n\n<b></a>")
    assert caught.value.facts["line"] == "3"


def test_at_the_limits_it_is_read():
    deepest = b"<a>" * MOST_DEPTH + b"</a>" * MOST_DEPTH
    assert parse_tree(deepest).tag == "a"
    assert len(parse_tree(b"<a>" + b"<b></b>" * (MOST_ELEMENTS - 1) + b"</a>")) == 299_999
    assert parse_tree(b"<a/>".ljust(MOST_BYTES)).tag == "a"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "KOI8-R", "ISO-8859-5"]
)
def test_what_accounting_programs_write_is_read(encoding):
    name = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{name}'?>\n<!-- счёт -->\n<a>Трактор</a>"
    assert parse_tree(text.encode(encoding)).text == "Трактор"


def test_what_looks_like_a_document_type_inside_a_text_is_a_text():
    tree = parse_tree(b"<a><![CDATA[<!DOCTYPE b>]]><!-- <!DOCTYPE c> --></a>")
    assert tree.text == "<!DOCTYPE b>"
    assert len(tree) == 0
