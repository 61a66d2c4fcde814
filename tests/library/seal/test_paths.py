"""The fast canonical path against RFC 8785: every place where writers of JSON are known to differ.

Beyond the profile the fast path refuses; within it both write the same bytes.
"""

import unicodedata

import orjson
import pytest
import rfc8785

from certorigin.errors import MalformedError
from certorigin.seal.canonical import jcs_bytes, parse_strict, strict_bytes
from certorigin.seal.foreign.reading import read_json
from tests.data import vectors

# What is written, what RFC 8785 writes, and why the strict profile does not take it.
OUTSIDE = {
    "whole float": (b'{"v":10.0}', b'{"v":10}', "seal.number"),
    "negative zero": (b'{"v":-0.0}', b'{"v":0}', "seal.number"),
    "small float": (b'{"v":1e-6}', b'{"v":0.000001}', "seal.number"),
    "large float": (b'{"v":1e20}', b'{"v":100000000000000000000}', "seal.number"),
    "exponent with sign": (b'{"v":1.5e64}', b'{"v":1.5e+64}', "seal.number"),
    "integer above 2^53": (b'{"v":9007199254740993}', None, "seal.number"),
    "UTF-16 order": (
        '{"\ue000":"b","\U00010000":"a"}'.encode(),
        '{"\U00010000":"a","\ue000":"b"}'.encode(),
        "seal.name_not_ascii",
    ),
    "lone surrogate": (b'{"v":"\\ud800"}', None, "seal.not_json"),
    "member twice": (b'{"v":"1","v":"2"}', None, "seal.duplicate_member"),
}
INSIDE = {
    "control character": "\n",
    "quotes and backslash": '"\\"',
    "line separator": "\u2028\u2029",
    "delete": "\x7f\x80",
    "emoji": "😀",
    "composed": unicodedata.normalize("NFC", "Ё"),
    "decomposed": unicodedata.normalize("NFD", "Ё"),
    "Azerbaijani": "Əlçatmaz ığdır",
    "Cyrillic": "Тракторы колёсные",
    "empty object": {},
    "empty array": [],
    "price": "12.35",
    "truth": True,
}


@pytest.mark.parametrize(("text", "reference", "code"), OUTSIDE.values(), ids=OUTSIDE)
def test_outside_the_profile(text, reference, code):
    with pytest.raises(MalformedError) as error:
        parse_strict(text)
    assert error.value.code == code
    if reference is None:
        with pytest.raises(MalformedError):
            jcs_bytes(read_json(text))
    else:
        assert jcs_bytes(read_json(text)) == reference
    vectors.count("seal.paths.outside")


def test_each_row_is_one_where_the_fast_writer_alone_would_differ():
    for text, reference, _ in OUTSIDE.values():
        if reference not in {None, b'{"v":1.5e+64}'}:
            assert orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS) != reference


@pytest.mark.parametrize("value", INSIDE.values(), ids=INSIDE)
def test_inside_the_profile(value):
    data = {"b": value, "a": [value, {"c": value}]}
    assert strict_bytes(data) == rfc8785.dumps(data) == jcs_bytes(data)
    assert parse_strict(strict_bytes(data)) == data
    vectors.count("seal.paths.inside")
