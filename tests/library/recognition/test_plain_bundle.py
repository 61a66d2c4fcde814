"""The quick way into a bundle says yes to nothing that reading it as JSON would refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError
from certorigin.recognition.bundle import Bundle, find_plain_bundle
from certorigin.recognition.case import open_file
from tests.library.recognition import world as w


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return w.small(tmp_path_factory.mktemp("world")).bundle(0)


def outcome(read, raw):
    try:
        return read(raw)
    except CertoriginError as fault:
        return type(fault), fault.code


def test_the_good_go_the_quick_way(good):
    assert find_plain_bundle(good) == Bundle.from_bytes(good)
    bundle, plain = open_file(good)
    assert bundle == Bundle.from_bytes(good)
    assert plain is not None


def test_escapes_other_than_of_quotes_go_the_slow_way(good):
    bundle = Bundle.from_bytes(good)
    for odd in (b"\\", b"\n", b"\t"):
        raw = Bundle(bundle.act.replace(b"\xc2\xab", odd, 1), bundle.proof).to_bytes()
        assert find_plain_bundle(raw) is None
        assert open_file(raw)[0] == Bundle.from_bytes(raw)


@given(
    at=st.floats(0, 1, exclude_max=True),
    byte=st.sampled_from(b'\x00\x1f\n\r \x7f"{}\\,:u0x\x80\xff'),
)
def test_one_changed_byte_is_read_alike_both_ways(good, at, byte):
    at = int(at * len(good))
    raw = good[:at] + bytes([byte]) + good[at + 1 :]
    if raw.startswith(b'{"act":'):
        read = outcome(lambda raw: open_file(raw)[0], raw)
        assert read == outcome(Bundle.from_bytes, raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"act":"', b'{"act": "'),
        (b'"}', b'" }'),
        (b'"}', b'"}\n'),
        (b'","format"', b'","format":"x","format"'),
        (b"c2sp.org/tlog-proof@v1\\n", b"c2sp.org/tlog-proof@v1\n"),
        (b"c2sp.org/tlog-proof@v1\\n", b"c2sp.org/tlog-proof@v1\\u000a"),
        (b"urn:certorigin:body", b"urn:certorigin\\u003abody"),
        (b"\\n\\n", b"\\n\\n\x01"),
    ],
)
def test_other_spellings_are_refused_as_ever(good, old, new):
    assert old in good
    raw = good.replace(old, new)
    read = outcome(lambda raw: open_file(raw)[0], raw)
    assert read == outcome(Bundle.from_bytes, raw)
    assert isinstance(read, tuple)
