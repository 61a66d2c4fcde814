"""The quick way for good acts says yes to nothing that the slow way would refuse."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, MalformedError, SignatureError
from certorigin.mirror.acts import Checker, Weight, check_act, find_plain, read_act, verify_act
from certorigin.recognition.verify import verify
from certorigin.seal.canonical import MAX_BYTES, parse_strict
from certorigin.seal.plain import read_plain, verify_plain
from certorigin.seal.proof import verify_proofs, verify_sealed
from certorigin.standing.entry import check_body
from certorigin.vocabulary.acts import Act, kind_of
from certorigin.vocabulary.plain import is_plain_certificate
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
    kind_of(sealed.document.get("type"))
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
    assert find_plain(GOOD) is not None
    assert read_act(GOOD)[0].id == w.sample.act_id(1)


def with_text(text):
    """An act in which one free text is `text`, in canonical bytes; its seal no longer fits."""
    document = orjson.loads(GOOD)
    document["credentialSubject"]["certificate"]["items"][0]["description"] = text
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("text", ['ОАО "Завод"', "back\\slash", "two\nlines", "\\\\u0000"])
def test_quotes_and_line_feeds_are_plain(text):
    assert find_plain(with_text(text)).document == parse_strict(with_text(text))
    with pytest.raises(SignatureError):
        verify_act(with_text(text))


@pytest.mark.parametrize("text", ["tab\t", "\x00", "bell\x07", "\r\n", "\x1f", 'x"\t'])
def test_control_characters_are_not(text):
    assert find_plain(with_text(text)) is None
    with pytest.raises(MalformedError, match="control_character"):
        verify_act(with_text(text))


@given(st.text(min_size=1, max_size=20))
def test_whatever_the_text_both_ways_agree_about_the_profile(text):
    raw = with_text(text)
    plain = find_plain(raw)
    try:
        slow = parse_strict(raw)
        check_schema(slow)
    except MalformedError:
        slow = None
    assert (plain and plain.document) == slow


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(b'\x00 "{}[],:0x\\\n'))
def test_one_changed_byte_is_never_plain_and_malformed_at_once(at, byte):
    raw = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    if find_plain(raw) is not None:
        parse_strict(raw)


def test_what_is_too_large_goes_the_slow_way():
    assert find_plain(b" " * (MAX_BYTES + 1)) is None


def test_the_good_may_go_the_slow_way_too(monkeypatch, tmp_path):
    quick = verify_act(GOOD)
    world = w.small(tmp_path)
    parts = verify(world.bundle(0), trust=world.trust, at=w.minutes(5)).parts
    trust, at = world.trust, w.minutes(1)
    checked = check_act(GOOD, trust, publisher="BY-1", at=at, corridor="AZ-BY/CIS-2009")
    monkeypatch.setattr("certorigin.seal.plain.find_plain_gist", lambda raw: None)
    assert check_act(GOOD, trust, publisher="BY-1", at=at, corridor="AZ-BY/CIS-2009") == checked
    assert verify(world.bundle(0), trust=world.trust, at=w.minutes(5)).parts == parts
    monkeypatch.setattr("certorigin.mirror.acts.find_plain", lambda raw: None)
    assert verify_act(GOOD) == quick
    assert check_act(GOOD, trust, publisher="BY-1", at=at, corridor="AZ-BY/CIS-2009") == checked
    assert verify(world.bundle(0), trust=world.trust, at=w.minutes(5)).parts == parts


# -- the narrower schema: its yes is a promise that schema and reading hold ------------------------

# Values that the one or the other sees through, for any member that holds a text.
CODES = """
2026-02-28 2026-02-29 2024-02-29 2026-06-31 0000-01-01 0999-12-31 9999-12-31 2026-13-01
2026-05-16T24:00:00Z 2026-05-16T23:59:60Z 2026-05-16T09:30:00Z 2026-02-29T00:00:00Z
XX ZZ AZ az AZE 0000 0001 9701 9801 970100 12345 1234567890 12345678901 Д8701 Д0000 D8701 - П
0 1 2 01 10000000 0.1 0.0000001 999999999999999.999999 1. -1 KGM K kgm UNP VOEN SPECIES
urn:certorigin:x urn:x:y URN:a:b ST-1 st-1 electronic-only eddsa-jcs-2022 DataIntegrityProof
""".split()
SPACES = ["", " ", " a", "a ", "a b", "\u00a0a", "\u2003", "\u180ea", "\u0085", "\ufeff", "\u202e"]
SPACES += ["a\n", "\na", "\x7f", "\t", "\u200b"]
TRICKY = [*CODES, *SPACES, "x" * 4000, "я" * 4001]


def texts_in(value, path=()):
    """The path of every text in a document."""
    if isinstance(value, str):
        yield path
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in inside:
        yield from texts_in(inner, (*path, name))


PATHS = list(texts_in(orjson.loads(GOOD)))


def with_value(path, value):
    document = orjson.loads(GOOD)
    part = document
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return document


def holds_both_ways(document):
    try:
        check_schema(document)
        check_body(Act.from_document(document))
    except MalformedError:
        return False
    return True


def test_the_narrower_schema_never_says_yes_to_what_cannot_be_read():
    plain = 0
    for path in PATHS:
        for value in TRICKY:
            document = with_value(path, value)
            if is_plain_certificate(document):
                plain += 1
                assert holds_both_ways(document), (path, value)
    assert plain > len(PATHS)


@given(st.sampled_from(PATHS), st.text(max_size=6))
def test_whatever_stands_in_a_member_the_narrower_schema_keeps_its_promise(path, value):
    document = with_value(path, value)
    assert holds_both_ways(document) or not is_plain_certificate(document)


@pytest.mark.parametrize("sequences", [["1", "3"], ["2", "1"], ["1", "1"], ["0", "1"]])
def test_lines_out_of_order_are_not_plain(sequences):
    document = orjson.loads(GOOD)
    items = document["credentialSubject"]["certificate"]["items"]
    for item, sequence in zip(items, sequences, strict=True):
        item["sequence"] = sequence
    assert not is_plain_certificate(document)


def test_lengths_that_were_left_to_the_patterns_are_kept():
    good = orjson.loads(GOOD)
    for path in PATHS:
        part = good
        for name in path:
            part = part[name]
        for value in ("1" * 401, "A" * 401, (part * 401)[:401], part + part[-1] * 400):
            document = with_value(path, value)
            assert holds_both_ways(document) or not is_plain_certificate(document), path


def test_what_was_signed_is_cut_out_or_written_to_the_same_bytes():
    document = orjson.loads(GOOD)
    written = verify_proofs(document)
    assert verify_plain(GOOD, document).proofs == written
    assert verify_plain(GOOD + b" ", document).proofs == written  # nothing to cut: written anew


# -- many at once: what is said of each does not change -------------------------------------------

OTHER = "urn:certorigin:body:BY:minsk#z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf"
SPOILED = {
    "proofValue": ["z" + "1" * 88, "z" + "2" * 40, "u" + "2" * 88],
    "@context": [["https://www.w3.org/ns/credentials/v2"], []],
    "cryptosuite": ["eddsa-rdfc-2022", "ecdsa-jcs-2019"],
    "created": ["2026-05-16T12:00:01Z", "2026-02-30T12:00:00Z"],
    "verificationMethod": [OTHER, "urn:certorigin:body:BY:minsk", "https://example.org/1#z6Mk"],
    "proofPurpose": ["authentication"],
    "type": ["Ed25519Signature2020"],
}


def with_proofs(change):
    """Three seals, of which `change` spoils some."""
    sealers = [("BY seal", w.BODY), ("BY officer", w.OFFICER), ("another", w.installation("BY-1"))]
    document = orjson.loads(w.issued(1, *sealers))
    change(document["proof"])
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def spoiled():
    """Acts with one member of the first or the last seal spoiled, and with one seal twice."""
    yield with_proofs(lambda proofs: proofs.append(proofs[0]))
    yield with_proofs(lambda proofs: proofs.reverse())
    yield with_proofs(lambda proofs: [proof.pop("@context", None) for proof in proofs])
    for name, values in SPOILED.items():
        for value in values:
            for at in (0, -1):
                yield with_proofs(
                    lambda proofs, at=at, name=name, v=value: proofs[at].update({name: v})
                )


@pytest.fixture(scope="module")
def trust():
    return w.trust()


@pytest.mark.parametrize("corridor", ["AZ-BY/CIS-2009", "AZ-KZ/CIS-2009", None])
def test_many_are_judged_as_each_alone(trust, corridor):
    acts = [GOOD, *spoiled(), *(case.values[0] for case in CASES[::20]), w.issued(2), b""]
    dated = [(raw, w.minutes(number % 3)) for number, raw in enumerate(acts)]
    alone, many = (Checker(trust, publisher="BY-1", corridor=corridor) for _ in range(2))
    expected = [alone.judge(raw, at=at) for raw, at in dated]
    assert many.judge_all(dated) == expected
    found = {one.weight for one in expected}
    assert found == {None} if corridor == "AZ-KZ/CIS-2009" else {None, Weight.COUNTS} <= found


@pytest.mark.parametrize("raw", [GOOD, *spoiled()])
def test_seals_are_read_quickly_only_where_the_long_way_would_believe_them(raw):
    read = read_plain(raw, plain.document) if (plain := find_plain(raw)) is not None else None
    believed = read is not None and all(one.fits() for one in read)
    try:
        assert verify_sealed(raw).proofs == tuple(one.proof for one in read if believed)
    except CertoriginError:
        assert not believed
