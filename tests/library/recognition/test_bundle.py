"""A bundle with a plain certificate is read at once, and only what `from_bytes` reads the same."""

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certorigin.errors import MalformedError
from certorigin.recognition.bundle import Bundle, find_plain_bundle
from certorigin.vocabulary.gist import find_gist
from tests.library.recognition import world as w
from tests.library.standing import sample

# What could make two readers disagree: marks, escapes, ends of lines, controls, broken letters.
TRICKY = [
    *(
        b'"',
        b"\\",
        b'\\"',
        b"\\\\",
        b"\\n",
        b"\\u0041",
        b"\\/",
        b"\\t",
        b"\n",
        b"\t",
        b"\x00",
        b"\x7f",
    ),
    *(
        b" ",
        b",",
        b":",
        b"}",
        b"{",
        b"]",
        b"[",
        b"a",
        b"0",
        b"\xff",
        b"\xd0",
        b"\xe2\x80\xae",
        b"\xc2\x85",
    ),
    *(b'","format":"certorigin-bundle/v1","proof":"', b'"}', b'{"act":"'),
]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    world = w.World(tmp_path_factory.mktemp("bundle"))
    world.enter(*(w.issued(number) for number in range(1, 4)))
    world.follow(w.minutes(1))
    return world.bundle(1)


def is_read(raw):
    """Say whether a bundle is read at once. Then the longer way has to say the same."""
    found = find_plain_bundle(raw)
    if found is None:
        return False
    read, gist = found
    assert read == Bundle.from_bytes(raw)
    assert read.to_bytes() == raw
    assert gist == find_gist(read.act)
    return True


def test_a_plain_one_is_read_at_once(bundle):
    assert is_read(bundle)


@example(0, 0, b'"')
@given(st.integers(0, 9_999), st.integers(0, 3), st.sampled_from(TRICKY))
def test_whatever_is_put_in_left_out_or_changed_is_read_as_before_or_not_at_once(
    bundle, place, cut, put
):
    at = place % len(bundle)
    is_read(bundle[:at] + put + bundle[at + cut :])


def test_a_mark_that_is_not_escaped_or_twice_and_a_lone_backslash(bundle):
    inside = bundle.index(b'\\"', 20)
    for other in (b'"', b'\\\\"', b"\\"):
        altered = bundle[:inside] + other + bundle[inside + 2 :]
        assert not is_read(altered)
        with pytest.raises(MalformedError):
            Bundle.from_bytes(altered)


def test_a_line_of_the_proof_that_ends_in_a_bare_line_feed_is_another_spelling(bundle):
    at = bundle.rindex(b"\\n")
    altered = bundle[:at] + b"\n" + bundle[at + 2 :]
    assert not is_read(altered)
    with pytest.raises(MalformedError):
        Bundle.from_bytes(altered)


def test_a_bundle_that_pretends_to_end_inside_the_act_is_none(bundle):
    data = orjson.loads(bundle)
    data["act"] = data["act"].replace("Тракторы", '","format":"certorigin-bundle/v1","proof":"')
    assert not is_read(orjson.dumps(data))


def test_quotation_marks_in_a_name_go_the_longer_way(bundle):
    quoted = w.issued(certificate=sample.certificate(items=(sample.item(description='"Беларус"'),)))
    raw = Bundle(quoted, Bundle.from_bytes(bundle).proof).to_bytes()
    assert not is_read(raw)
    assert Bundle.from_bytes(raw).act == quoted
