"""A sealed export of the trail: what holds, and every way in which one was changed."""

from datetime import UTC, datetime, timedelta

import pytest

from certorigin.audit.chain import START, entry_hash
from certorigin.audit.export import MAX_LINE, Entry, Writer, verify_export
from certorigin.audit.logged import LoggedHead
from certorigin.errors import (
    CertoriginError,
    LimitError,
    MalformedError,
    SignatureError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.entries import Installation, Key, Roots
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust import Trust
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
URN = "urn:certorigin:installation:BY-1"


def sealer(name):
    return FileSealer(make_private_key(lambda size: name.encode().ljust(size, b".")[:size]))


ROOT, GATEWAY, LOG = sealer("root"), sealer("gateway"), sealer("log")


@pytest.fixture(scope="module")
def trust():
    roots, period = Roots(1, (ROOT.key,)), Period(datetime(2026, 1, 1, tzinfo=UTC))
    draft = draft_trust_list(
        state="BY",
        version=1,
        valid_from=AT.date(),
        next_update=AT.date() + timedelta(days=365),
        roots=roots,
        installations=[Installation(URN, "Test", ("issuing",), period)],
        keys=[Key(GATEWAY.key, URN, ("gateway",), period), Key(LOG.key, URN, ("log",), period)],
    )
    found = Trust({"BY": roots})
    found.adopt(seal_trust_list(draft, [ROOT], created=AT))
    return found


def entries(count, previous=START, start=1):
    for sequence in range(start, start + count):
        facts = {"at": AT, "actor": "olga" if sequence % 2 else "", "action": "test.done"}
        facts |= {"subject": f"urn:x:{sequence}", "facts": '{"outcome":"ok"}'}
        previous = entry_hash(previous=previous, sequence=sequence, **facts)
        yield Entry(sequence=sequence, hash=previous, **facts)


def exported(made, previous=START, key=GATEWAY, at=AT):
    writer = Writer(installation="BY-1", start=AT, end=AT + timedelta(days=1), previous=previous)
    lines = [writer.write(entry) for entry in made]
    return [*lines, writer.close(key, at=at)]


def test_an_export_holds_and_says_what_it_covers(trust):
    found = verify_export(exported(entries(5)), trust)
    assert (found.count, found.head.first, found.head.last) == (5, 1, 5)
    assert (found.sealed_at, found.key) == (AT, GATEWAY.key)


def test_a_part_of_the_trail_holds_from_the_hash_before_it(trust):
    whole = list(entries(9))
    found = verify_export(exported(whole[4:], previous=whole[3].hash), trust)
    assert (found.head.first, found.head.last) == (5, 9)
    with pytest.raises(VerificationError, match=r"audit\.chain_broken"):
        verify_export(exported(whole[4:], previous=whole[2].hash), trust)


def test_an_entry_is_read_as_it_was_written():
    (entry,) = entries(1)
    assert Entry.from_line(entry.to_line()) == entry


def altered(lines, index, **members):
    data = parse_strict(lines[index].rstrip(b"\n")) | members
    return [*lines[:index], strict_bytes(data) + b"\n", *lines[index + 1 :]]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: altered(lines, 2, actor="eve"),
        lambda lines: altered(lines, 0, facts="{}"),
        lambda lines: altered(lines, 4, at="2026-05-21T00:00:00Z"),
        lambda lines: altered(lines, 4, hash="0" * 64),
        lambda lines: altered(lines, 3, sequence="7"),
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:4], *lines[5:]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines[:5], lines[4], lines[5]],
    ],
    ids="actor facts time hash number gone first last swapped doubled".split(),
)
def test_what_was_changed_is_found(trust, change):
    with pytest.raises(VerificationError, match=r"audit\.(chain_broken|head_differs)"):
        verify_export(change(exported(entries(5))), trust)


def test_a_rebuilt_chain_does_not_fit_the_head(trust):
    """Who changes an entry and hashes everything anew lacks the key."""
    honest = exported(entries(5))
    forged = exported(entries(5, previous="1" * 64), previous="1" * 64)
    with pytest.raises(VerificationError):
        verify_export([*forged[:-1], honest[-1]], trust)


@pytest.mark.parametrize("member", ["digest", "hash", "last", "installation", "until"])
def test_a_head_that_was_changed_does_not_fit_its_seal(trust, member):
    lines = exported(entries(5))
    head = parse_strict(lines[-1].rstrip(b"\n"))
    other = {"last": "6", "installation": "BY-2", "until": "2026-06-01T00:00:00Z"}
    head["credentialSubject"][member] = other.get(member, "0" * 64)
    with pytest.raises(SignatureError):
        verify_export([*lines[:-1], strict_bytes(head) + b"\n"], trust)


@pytest.mark.parametrize("key", [LOG, sealer("stranger")], ids=["another role", "unknown"])
def test_only_the_installations_own_key_seals_an_export(trust, key):
    with pytest.raises(UntrustedKeyError):
        verify_export(exported(entries(2), key=key), trust)


def test_a_key_speaks_only_in_its_time(trust):
    with pytest.raises(UntrustedKeyError):
        verify_export(exported(entries(2), at=datetime(2025, 1, 1, tzinfo=UTC)), trust)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"\n"],
        [b"not json\n"],
        [b'{"a":1}\n'],
        exported(entries(3))[:-1],
        exported(entries(1))[1:],
        [b'{"more":"x"}\n', exported(entries(1))[1]],
    ],
    ids="empty blank text numbers beheaded no-entry other-members".split(),
)
def test_what_is_no_export_is_refused(trust, lines):
    with pytest.raises(CertoriginError) as refused:
        verify_export(lines, trust)
    assert isinstance(refused.value, MalformedError)


def test_a_line_has_a_limit(trust):
    lines = exported(entries(1))
    with pytest.raises(LimitError):
        verify_export([b'{"a":"' + b"x" * MAX_LINE + b'"}\n', *lines], trust)


def test_nothing_is_no_export():
    with pytest.raises(MalformedError, match=r"audit\.nothing_to_export"):
        exported([])


# -- heads of the trail in the log ----------------------------------------------------------------


def logged(sequence, digest, at=AT, installation="BY-1"):
    return LoggedHead(installation, sequence, digest, at, "certorigin/BY-1/AZ-BY/CIS-2009/2026", 4)


def test_an_export_agrees_with_the_heads_that_were_logged(trust):
    made = list(entries(5))
    heads = [logged(one.sequence, one.hash) for one in made[1:3]]
    heads += [logged(9, "0" * 64, AT + timedelta(days=2)), logged(2, "0" * 64, installation="AZ-1")]
    assert verify_export(exported(made), trust, heads).logged == 2


@pytest.mark.parametrize(
    ("sequence", "digest"),
    [(2, "0" * 64), (5, "0" * 64), (6, "0" * 64)],
    ids="within last cut".split(),
)
def test_a_trail_that_was_rewritten_behind_a_logged_head_is_found(trust, sequence, digest):
    with pytest.raises(VerificationError, match="logged_head_differs") as error:
        verify_export(exported(entries(5)), trust, [logged(sequence, digest)])
    assert error.value.facts["sequence"] == str(sequence)
