"""The strict profile, its one spelling, and RFC 8785 for everything else."""

import gzip
import json
import struct

import orjson
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError
from certorigin.seal.canonical import MAX_DEPTH, _faults, jcs_bytes, parse_strict, strict_bytes
from tests.data import shared, vectors

# -- RFC 8785 by its author's own data ------------------------------------------------------------


def test_jcs_writes_the_six_documents_byte_for_byte():
    folder = shared("jcs")
    for path in sorted((folder / "input").glob("*.json")):
        written = jcs_bytes(json.loads(path.read_bytes()))
        assert written == (folder / "output" / path.name).read_bytes().rstrip(b"\n")
        expected = bytes.fromhex((folder / "outhex" / f"{path.stem}.txt").read_text())
        assert written == expected
        vectors.count("seal.jcs.document")


def test_jcs_writes_ten_thousand_numbers():
    path = shared("jcs/es6numbers-10000.csv.gz")
    rows = gzip.decompress(path.read_bytes()).decode().split()
    for row in rows:
        bits, text = row.split(",")
        (number,) = struct.unpack(">d", bytes.fromhex(bits.zfill(16)))
        assert jcs_bytes(number) == text.encode()
    vectors.count("seal.jcs.number", len(rows))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, "\ud800"])
def test_jcs_refuses_what_it_cannot_write(value):
    with pytest.raises(MalformedError, match=r"seal\.not_canonicalisable"):
        jcs_bytes(value)


def test_jcs_refuses_endless_nesting():
    data = []
    data.append(data)
    with pytest.raises(MalformedError, match=r"seal\.not_canonicalisable"):
        jcs_bytes(data)


# -- the strict profile ---------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_NAMES = st.text(st.characters(max_codepoint=127), max_size=5)
_ALLOWED = st.recursive(
    _TEXT | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def _inside(data, names=True):
    """The profile once more, written naively."""
    if isinstance(data, dict):
        return all(name.isascii() and _inside(name) and _inside(data[name]) for name in data)
    if isinstance(data, list):
        return all(map(_inside, data))
    if isinstance(data, str):
        return not any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in data)
    return isinstance(data, bool)


@given(st.dictionaries(_NAMES, _ALLOWED) | st.lists(_ALLOWED))
@example({"b": '\\"\n\\', "a": ["\u2028\x7f\x80\ufeff😀"], "": {}})
def test_inside_the_profile_strict_bytes_are_rfc8785(data):
    if not _inside(data):
        with pytest.raises(MalformedError):
            strict_bytes(data)
        return
    assert strict_bytes(data) == rfc8785.dumps(data)
    if isinstance(data, dict):
        assert parse_strict(strict_bytes(data)) == data


@given(st.dictionaries(st.text(st.characters(), max_size=3), _ANYTHING, max_size=3))
def test_strict_bytes_takes_exactly_the_profile(data):
    if _inside(data):
        assert strict_bytes(data) == rfc8785.dumps(data)
    else:
        with pytest.raises(MalformedError) as error:
            strict_bytes(data)
        assert "place" in error.value.facts


@given(st.binary(max_size=40) | _ANYTHING.map(lambda data: json.dumps(data).encode("utf-8")))
@example(b'{"a":"b","a":"c"}')
@example(b'{"a":1.0}')
@example(b'{"a": "b"}')
def test_parsing_takes_nothing_but_the_one_spelling(raw):
    try:
        data = parse_strict(raw)
    except MalformedError:
        return
    assert strict_bytes(data) == raw == rfc8785.dumps(data)


def test_a_place_is_named():
    with pytest.raises(MalformedError) as error:
        strict_bytes({"goods": [{"weight": "1"}, {"weight": 1.0}]})
    assert (error.value.code, error.value.facts["place"]) == ("seal.number", "goods[1].weight")


@pytest.mark.parametrize(
    ("value", "code"), [("\ud800", "seal.lone_surrogate"), ("\t", "seal.control_character")]
)
def test_a_character_outside_the_profile_is_placed(value, code):
    with pytest.raises(MalformedError) as error:
        strict_bytes({"a": ["b", value, "c"]})
    assert (error.value.code, error.value.facts["place"]) == (code, "a[1]")


@pytest.mark.parametrize("value", [("a",), b"a", {1, 2}])
def test_no_other_type_is_written(value):
    with pytest.raises(MalformedError, match=r"seal\.type_not_allowed"):
        strict_bytes({"a": value})


def test_a_name_that_is_no_string_is_refused():
    with pytest.raises(MalformedError, match=r"seal\.name_not_ascii"):
        strict_bytes({"a": {1: "b"}})


def test_a_lone_value_is_not_written():
    with pytest.raises(MalformedError, match=r"seal\.not_an_object"):
        strict_bytes("a")


def _nested(depth):
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1_000, 1_100, 100_000])
def test_too_deep_is_a_limit_not_a_crash(depth):
    with pytest.raises(LimitError, match=r"seal\.too_deep"):
        parse_strict(_nested(depth))


def test_the_deepest_that_is_allowed():
    assert strict_bytes(parse_strict(_nested(MAX_DEPTH))) == _nested(MAX_DEPTH)


def test_a_fault_beside_a_deep_nest_is_still_named():
    with pytest.raises(MalformedError) as error:
        parse_strict(b'{"a":' + b"[" * 900 + b"]" * 900 + b',"b":1}')
    assert error.value.facts["place"] == "b"


def test_a_long_name_does_not_multiply():
    # One name of half the limit over many values must not become a place of gigabytes.
    raw = b'{"' + b"a" * 500_000 + b'":[' + b'"b",' * 100_000 + b"1]}"
    with pytest.raises(MalformedError) as error:
        parse_strict(raw)
    assert error.value.facts["place"] == "a" * 60 + "[100000]"


def test_many_repeats_are_found_quickly():
    raw = b"{" + b",".join(b'"%d":"a"' % (at // 2) for at in range(80_000)) + b"}"
    with pytest.raises(MalformedError, match=r"seal\.duplicate_member"):
        parse_strict(raw)


def test_faults_are_found_in_reading_order():
    data = {"a": [None, {"é": True}], "b": 1}
    assert [(fault.code, fault.facts["place"]) for fault in _faults(data)] == [
        ("seal.null", "a[0]"),
        ("seal.name_not_ascii", "a[1]"),
        ("seal.number", "b"),
    ]


def test_a_circle_is_too_deep():
    data = {}
    data["a"] = data
    with pytest.raises(LimitError, match=r"seal\.too_deep"):
        strict_bytes(data)


def test_the_size_is_judged_before_anything_is_read():
    with pytest.raises(LimitError, match=r"seal\.too_large"):
        parse_strict(b"x" * 101, max_bytes=100)


def test_the_first_difference_is_named():
    with pytest.raises(MalformedError) as error:
        parse_strict(b'{"b":"1","a":"2"}')
    assert (error.value.code, error.value.facts["place"]) == ("seal.not_canonical", "byte 2")
    with pytest.raises(MalformedError) as error:
        parse_strict(b'{"b":"1"}\n')
    assert (error.value.code, error.value.facts["place"]) == ("seal.not_canonical", "byte 9")


def test_orjson_still_differs_where_the_profile_says_it_does():
    # If this fails the profile may be wider than it need be; nothing is wrong with the seals.
    assert orjson.dumps(10.0) == b"10.0"
    assert rfc8785.dumps(10.0) == b"10"
