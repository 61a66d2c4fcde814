"""The gist of an act is found only where the longer way would believe bytes, schema and members."""

from contextlib import suppress
from dataclasses import replace

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certorigin.errors import MalformedError
from certorigin.mirror.acts import find_plain, verify_act
from certorigin.seal.canonical import parse_strict
from certorigin.seal.plain import read_gist, read_plain
from certorigin.vocabulary import gist
from certorigin.vocabulary.certificate import Certificate, Confirmation, Transport
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.gist import find_gist, find_written_gist, gist_of
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.plain_body import PlainBody, certificate_in
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.schema import ACT_SCHEMA
from tests.library.mirror.test_acts import CASES, PATHS, TRICKY, holds_both_ways, with_value
from tests.library.recognition import world as w
from tests.library.standing import sample

THREE = [("BY seal", w.BODY), ("BY officer", w.OFFICER), ("another", w.installation("BY-1"))]
QUOTED = Party('ООО "Ёлка" \\ Co', 'г. Минск,\nул. "Я. Коласа", 65', "BY", Identifier("UNP", "1"))
# Every optional member but the rare ones, texts with all that is escaped, and three seals.
FULL = w.issued(
    3,
    *THREE,
    certificate=sample.certificate(
        exporter=QUOTED,
        consignor=QUOTED,
        consignee=sample.IMPORTER,
        transport=Transport('автомобиль "МАЗ"', "Минск — Баку"),
        items=(sample.butter(1, invoice=None), *(sample.item(number) for number in range(2, 13))),
    ),
)
GOOD = w.issued()


def canonical(document):
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def check_written(raw, told):
    """What is told of an act is told of it as a text of JSON, too, where nothing was escaped."""
    try:
        written = orjson.dumps(raw.decode())[1:-1]
    except UnicodeDecodeError:
        return
    found = find_written_gist(written)
    assert found is None if told is None or b"\\" in raw else found == (raw, told)


def check_body_of(document):
    """A certificate is made at once of the body of a plain act, and is the one that is read."""
    body = document["credentialSubject"]["certificate"]
    record = Record(body, "certificate")
    assert certificate_in(PlainBody(body)) == Certificate.from_record(record)
    record.finish()


def check_promise(raw):
    """What the gist promises of any bytes. Returns whether there is one."""
    told = find_gist(raw)
    check_written(raw, told)
    if told is None:
        return False
    document = parse_strict(raw)
    with suppress(MalformedError):  # whoever makes an act of it reads the corridor again
        Corridor.from_text(told.corridor)
        assert holds_both_ways(document)
    assert find_plain(raw) == (document, True)
    check_body_of(document)
    assert told[:12] == gist_of(document)[:12]
    assert not told.has_marks
    bare = {name: value for name, value in document.items() if name != "proof"}
    assert told.unsecured == canonical(bare)
    for one, proof in zip(told.proofs, document["proof"], strict=True):
        assert one.value == proof.pop("proofValue")
        assert one.options == canonical(proof)
    assert read_gist(told) == read_plain(raw, parse_strict(raw))
    return True


@pytest.mark.parametrize("raw", [GOOD, FULL], ids=["usual", "full"])
def test_the_good_have_one(raw):
    assert check_promise(raw)
    assert verify_act(raw).proofs == tuple(one.proof for one in read_gist(find_gist(raw)))


@pytest.mark.parametrize("raw", [*CASES])
def test_of_the_vectors_only_those_that_keep_the_promise(raw):
    check_promise(raw)


def test_no_value_of_any_member_breaks_the_promise():
    found = sum(
        check_promise(canonical(with_value(path, value))) for path in PATHS for value in TRICKY
    )
    assert found > len(PATHS)


@given(st.sampled_from(PATHS), st.text(max_size=6))
@example(PATHS[0], "\ud800")
def test_nor_does_any_text(path, value):
    if value.isprintable() or "\ud800" not in value:
        check_promise(canonical(with_value(path, value)))


BYTES = b'\x00 "{}[],:0x\\\n/n\xd0\xff\x7f'


@given(st.integers(0, len(FULL)), st.binary(max_size=3), st.integers(0, 3))
def test_nor_do_bytes_that_were_taken_out_or_put_in(at, put, taken):
    check_promise(FULL[:at] + put + FULL[at + taken :])


@pytest.mark.parametrize("byte", [bytes([byte]) for byte in BYTES])
def test_nor_does_a_byte_put_in_anywhere(byte):
    for at in range(len(GOOD)):
        check_promise(GOOD[:at] + byte + GOOD[at:])


def objects_in(value, path=()):
    """The path of every object and list in a document."""
    if isinstance(value, dict | list):
        yield path
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from objects_in(inner, (*path, name))


def at_path(document, path):
    for name in path:
        document = document[name]
    return document


def altered(path):
    """The act with the members of one object or list altered in every way."""
    size = len(at_path(orjson.loads(FULL), path))
    for place in range(size):
        for change in range(5):
            document = orjson.loads(FULL)
            part = at_path(document, path)
            names = list(part) if isinstance(part, dict) else range(size)
            name, inner = names[place], part[names[place]]
            if change == 0:
                del part[name]
            elif change == 1:
                part[name] = {"a": inner}
            elif change == 2:
                part[name] = [inner]
            elif isinstance(part, list):
                part.insert(place, inner)
            elif change == 3:
                part[f"{name}s"] = inner
            else:
                part.pop(name)
                part[name[:-1] or "a"] = inner
            yield document


@pytest.mark.parametrize("path", list(objects_in(orjson.loads(FULL))), ids=str)
def test_no_member_may_be_missing_or_one_too_many_but_those_that_may(path):
    for document in altered(path):
        check_promise(canonical(document))
    for document in [*altered(path)][:20]:
        assert find_gist(orjson.dumps(document)) is None or check_promise(orjson.dumps(document))


def test_members_out_of_order_or_twice_have_none():
    document = orjson.loads(GOOD)
    for path in objects_in(document):
        part = at_path(document, path)
        if isinstance(part, dict) and len(part) > 1:
            written = canonical(part)
            turned = orjson.dumps(dict(sorted(part.items(), reverse=True)))
            first = min(part)
            twice = b"{%b,%b" % (canonical({first: part[first]})[1:-1], written[1:])
            for other in (turned, twice):
                raw = GOOD.replace(written, other)
                assert raw != GOOD
                assert find_gist(raw) is None


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "\n\n",
        " \n",
        '"',
        "\\",
        "\\n",
        '\\"',
        "«",
        "««",
        "a\n",
        "\na",
        '"\n',
        "\u2003",
        "\xad",
    ],
)
def test_escaped_letters_are_letters_and_escaped_line_feeds_blanks(text):
    document = orjson.loads(GOOD)
    document["credentialSubject"]["certificate"]["items"][0]["description"] = text
    found = check_promise(canonical(document))
    assert found == (text[0] not in "\n \u2003")


@pytest.mark.parametrize("escape", ["\\/", "\\u0041", "\\t", "\\u00e9", "\\r", "\\\\\\", '\\\\"'])
def test_other_escapes_have_none(escape):
    raw = GOOD.replace("Тракторы".encode(), escape.encode(), 1)
    assert raw != GOOD
    assert find_gist(raw) is None


def test_what_is_rare_goes_the_longer_way():
    document = orjson.loads(GOOD)
    document["credentialSubject"]["causes"] = []
    assert find_plain(canonical(document)) is not None
    assert find_gist(canonical(document)) is None
    marked = replace(sample.certificate(), marks=("ДУБЛИКАТ",))
    raw = w.issued(certificate=marked)
    assert find_plain(raw) is not None
    assert find_gist(raw) is None
    assert gist_of(parse_strict(raw)).has_marks


def test_rare_members_too_are_made_as_they_are_read():
    confirmed = Confirmation("0" * 64, sample.START, "Директор")
    rare = sample.certificate(
        marks=("ДУБЛИКАТ", "исправлено"),
        consignee_mark="Для последующей продажи",
        transport=Transport("автомобиль", ""),
        items=(sample.item(1, criterion=None), sample.newspapers(2)),
    )
    rare = replace(rare, declaration=replace(rare.declaration, confirmation=confirmed))
    document, is_read = find_plain(w.issued(certificate=rare))
    assert is_read
    check_body_of(document)
    assert certificate_in(PlainBody(document["credentialSubject"]["certificate"])) == rare


def test_a_schema_with_a_keyword_that_is_not_known_is_no_schema(monkeypatch):
    for kept in (gist._looks_before, gist._looks_after, gist._parts):
        kept.cache_clear()
    part = ACT_SCHEMA["$defs"]["decimal"]
    monkeypatch.setitem(part, "format", "decimal")
    with pytest.raises(ValueError, match="keywords in"):
        find_gist(GOOD)
