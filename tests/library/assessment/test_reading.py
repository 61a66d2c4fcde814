"""Worksheets from files: two notations, one strictness."""

import json
import time

import pytest
import yaml

from certorigin.assessment.reading import MAX_JSON_BYTES, MAX_YAML_BYTES, read_worksheet
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import LimitError, MalformedError
from tests.library.assessment.cases import item, material, worksheet

SHEET = worksheet(item("8701", material("8408", "CN", "10"), withinNamedPart=True))
JSON = json.dumps(SHEET, indent=1).encode()
YAML = yaml.safe_dump(SHEET, allow_unicode=True).encode()


@pytest.mark.parametrize("raw", [JSON, YAML, b"\xef\xbb\xbf" + JSON, b"\n  " + JSON])
def test_json_and_yaml_say_the_same(raw):
    assert read_worksheet(raw) == Worksheet.from_data(SHEET)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "worksheet.unreadable"),
        (b'{"a": 1}', "worksheet.number_unquoted"),
        (b'{"a": 1.5}', "worksheet.number_unquoted"),
        (b'{"a": NaN}', "worksheet.number_unquoted"),
        (b'{"a": "1", "a": "2"}', "worksheet.member_twice"),
        (b"\xff\xfe", "worksheet.not_utf8"),
        (b"", "record.not_an_object"),
        (b"- a\n- b", "record.not_an_object"),
        (b"a: 1", "worksheet.number_unquoted"),
        (b"a: 2026-05-16", "worksheet.number_unquoted"),
        (b"a: ~", "worksheet.number_unquoted"),
        (b"a: b\na: c", "worksheet.member_twice"),
        (b"? [a]\n: b", "worksheet.member_twice"),
        (b"a: &x b\nc: *x", "worksheet.reference"),
        (b"a: [b", "worksheet.unreadable"),
        (b"a: \x07", "worksheet.unreadable"),
        (b"a: !!python/object:os.system b", "worksheet.number_unquoted"),
        (b"a: b\n---\na: c", "worksheet.unreadable"),
    ],
)
def test_what_is_not_a_worksheet_is_named(raw, code):
    with pytest.raises(MalformedError) as fault:
        read_worksheet(raw)
    assert fault.value.code == code


@pytest.mark.parametrize(
    "raw",
    [
        b" " * (MAX_JSON_BYTES + 1),
        b"a" * (MAX_YAML_BYTES + 1),
        b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a": ' + b"[" * 200_000,
        b"a: " + b"[" * 2_000,
    ],
)
def test_what_is_too_large_or_deep_ends_within_a_second(raw):
    start = time.process_time()
    with pytest.raises(LimitError):
        read_worksheet(raw)
    assert time.process_time() - start < 1
