"""The quick way for good acts says yes to nothing that the slow way would refuse."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, MalformedError, SignatureError
from certorigin.mirror.acts import find_plain_act, read_act, verify_act
from certorigin.recognition.verify import verify
from certorigin.seal.canonical import MAX_BYTES, parse_strict
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.schema import check_schema
from tests.data import ROOT
from tests.library.recognition import world as w

CASES = [
    pytest.param(case["text"].encode(), id=f"{path.stem}:{case['name']}")
    for path in sorted((ROOT / "vectors" / "act").glob("*.json"))
    for case in json.loads(path.read_bytes())["cases"]
]
GOOD = w.issued()


def slowly(raw):
    sealed = verify_sealed(raw)
    check_schema(sealed.document)
    return sealed


def outcome(verify, raw):
    try:
        return verify(raw)
    except CertoriginError as fault:
        return type(fault), fault.code


@pytest.mark.parametrize("raw", CASES)
def test_both_ways_answer_alike(raw):
    assert outcome(verify_act, raw) == outcome(slowly, raw)


def test_the_good_go_the_quick_way():
    assert find_plain_act(GOOD) is not None
    assert read_act(GOOD)[0].id == w.sample.act_id(1)


def with_text(text):
    """An act in which one free text is `text`, in canonical bytes; its seal no longer fits."""
    document = orjson.loads(GOOD)
    document["credentialSubject"]["certificate"]["items"][0]["description"] = text
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("text", ['ОАО "Завод"', "back\\slash", "two\nlines", "\\\\u0000"])
def test_quotes_and_line_feeds_are_plain(text):
    assert find_plain_act(with_text(text)) == parse_strict(with_text(text))
    with pytest.raises(SignatureError):
        verify_act(with_text(text))


@pytest.mark.parametrize("text", ["tab\t", "\x00", "bell\x07", "\r\n", "\x1f", 'x"\t'])
def test_control_characters_are_not(text):
    assert find_plain_act(with_text(text)) is None
    with pytest.raises(MalformedError, match="control_character"):
        verify_act(with_text(text))


@given(st.text(min_size=1, max_size=20))
def test_whatever_the_text_both_ways_agree_about_the_profile(text):
    raw = with_text(text)
    plain = find_plain_act(raw)
    try:
        slow = parse_strict(raw)
        check_schema(slow)
    except MalformedError:
        slow = None
    assert plain == slow


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(b'\x00 "{}[],:0x\\\n'))
def test_one_changed_byte_is_never_plain_and_malformed_at_once(at, byte):
    raw = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    if find_plain_act(raw) is not None:
        parse_strict(raw)


def test_what_is_too_large_goes_the_slow_way():
    assert find_plain_act(b" " * (MAX_BYTES + 1)) is None


def test_the_good_may_go_the_slow_way_too(monkeypatch, tmp_path):
    quick = verify_act(GOOD)
    world = w.small(tmp_path)
    parts = verify(world.bundle(0), trust=world.trust, at=w.minutes(5)).parts
    for module in ("mirror.acts", "recognition.case"):
        monkeypatch.setattr(f"certorigin.{module}.find_plain_act", lambda raw: None)
    assert verify_act(GOOD) == quick
    assert verify(world.bundle(0), trust=world.trust, at=w.minutes(5)).parts == parts
