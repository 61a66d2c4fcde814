"""A draft is carried to those who sign, shows what it changes, and is joined from their files."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from certorigin.errors import CertoriginError, UntrustedKeyError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust import change
from certorigin.seal.trust.ceremony import (
    Ceremony,
    Signature,
    check_signature,
    fingerprint_of_key,
    fingerprint_of_roots,
    join,
    sign,
)
from certorigin.seal.trust.difference import changes
from certorigin.seal.trust.entries import Body, Installation, Key, Officer, Withdrawal
from certorigin.seal.trust.expiry import expiries, list_ends
from certorigin.seal.trust.history import verify_successor
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import MAX_PICTURE, Picture, Specimen
from certorigin.seal.trust.trust_list import TrustDraft
from certorigin.seal.trust.withdrawal import Sealed, rehearse, supposed
from certorigin.vocabulary.record import Record
from tests.library.seal.samples import (
    ALWAYS,
    AZ_ROOTS,
    BY_ROOTS,
    CHAMBER,
    END,
    NOON,
    OFFICER,
    START,
    SYSTEM,
    draft,
    known,
    sealed,
    sealer,
    settings,
)

PNG = b"\x89PNG\r\n\x1a\n..."
SEAL = sealer("BY seal").key
SECOND = timedelta(seconds=1)


def ceremony(edit=lambda one: change.renew(one, next_update=date(2026, 12, 1))):
    """A draft of version 2, after version 1 of the samples."""
    second = edit(change.next_version(draft(), valid_from=date(2026, 5, 16)))
    return Ceremony(change.check_draft(second, draft()), sealed(draft()))


def refused(code, act, *arguments, **named):
    with pytest.raises(CertoriginError) as error:
        act(*arguments, **named)
    assert error.value.code == code


def codes(edit):
    return [one.code for one in changes(draft(), ceremony(edit).draft)]


# -- files ----------------------------------------------------------------------------------------


def test_a_draft_and_its_signatures_go_both_ways_and_are_believed():
    one = ceremony()
    read = Ceremony.from_bytes(b" " + one.to_bytes() + b"\n")
    assert (read.draft, read.previous, read.fingerprint) == (
        one.draft,
        one.previous,
        one.fingerprint,
    )
    signed = [sign(read, root, created=NOON) for root in BY_ROOTS[:2]]
    files = [Signature.from_bytes(each.to_bytes()) for each in signed]
    assert files == signed
    raw = join(one, [*files, files[0]])
    assert raw == join(one, reversed(files))
    trust = known()
    assert trust.adopt(raw).contents == one.draft
    assert one.missing([]) == 2
    assert one.missing([BY_ROOTS[0].key]) == 1
    assert one.missing([root.key for root in BY_ROOTS]) == 0


def test_the_first_list_has_nothing_before_it():
    first = Ceremony(draft())
    assert Ceremony.from_bytes(first.to_bytes()).old is None
    assert "trust.changes_added" in {one.code for one in changes(None, first.draft)}


def _changed(raw, **members):
    return strict_bytes(parse_strict(raw) | members)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"format": "another"}, "trust.not_a_draft"),
        ({"more": "x"}, "trust.not_a_draft"),
        ({"document": "x"}, "trust.not_a_draft"),
        ({"previous": sealed(draft(), BY_ROOTS[:1]).decode()}, "trust.threshold_not_met"),
        ({"previous": sealed(draft(version=2)).decode()}, "trust.version_not_next"),
    ],
)
def test_what_is_no_draft_is_not_shown(members, code):
    refused(code, Ceremony.from_bytes, _changed(ceremony().to_bytes(), **members))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"format": "another"}, "trust.not_a_signature"),
        ({"proof": "x"}, "trust.not_a_signature"),
        ({"more": "x"}, "trust.not_a_signature"),
    ],
)
def test_what_is_no_signature_is_not_read(members, code):
    signature = sign(ceremony(), BY_ROOTS[0], created=NOON).to_bytes()
    refused(code, Signature.from_bytes, _changed(signature, **members))


def test_only_root_keys_sign_and_only_the_draft_that_they_saw():
    one, other = ceremony(), ceremony(lambda two: change.renew(two, next_update=date(2027, 1, 1)))
    refused("trust.not_a_root_key", sign, one, AZ_ROOTS[0], created=NOON)
    signature = sign(one, BY_ROOTS[0], created=NOON)
    refused("trust.signature_of_another_draft", check_signature, other, signature)
    forged = replace(signature, digest=other.digest)
    refused("seal.signature_invalid", check_signature, other, forged)
    proof = sign(Ceremony(draft(), b""), BY_ROOTS[0], created=NOON).proof
    stranger = {**proof, "verificationMethod": f"urn:certorigin:state:AZ#{BY_ROOTS[0].key}"}
    refused("seal.signature_invalid", check_signature, one, Signature(one.digest, stranger))


def test_fingerprints_are_eight_groups_of_four():
    for digits in (fingerprint_of_key(SEAL), fingerprint_of_roots(draft().roots)):
        assert len(digits) == 39
        assert bytes.fromhex(digits)
    assert fingerprint_of_key(SEAL) != fingerprint_of_key(sealer("BY officer").key)


# -- steps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda one: change.renew(one, next_update=date(2027, 1, 1)), "trust.changes_renewal"),
        (
            lambda one: change.with_key(one, Key(sealer("x").key, SYSTEM, ("exchange",), ALWAYS)),
            "trust.changes_key_added",
        ),
        (
            lambda one: change.withdraw_key(one, SEAL, at=NOON, reason="ceased"),
            "trust.changes_key_withdrawn",
        ),
        (lambda one: change.end_entry(one, OFFICER, at=NOON), "trust.changes_entry"),
        (lambda one: change.end_entry(one, CHAMBER, at=NOON), "trust.changes_entry"),
        (lambda one: change.end_entry(one, SYSTEM, at=NOON), "trust.changes_entry"),
        (
            lambda one: change.with_corridor(one, settings(max_head_age=7)),
            "trust.changes_entry",
        ),
        (
            lambda one: change.with_body(
                one, Body(CHAMBER + "-2", "Б", "А", ("authorised-body",), (), ALWAYS)
            ),
            "trust.changes_added",
        ),
        (
            lambda one: change.with_specimen(one, Specimen(CHAMBER, "address", ALWAYS, "Минск")),
            "trust.changes_specimen",
        ),
    ],
)
def test_each_step_is_told(edit, code):
    assert codes(edit) == [code]


def test_a_change_of_roots_is_told_key_by_key_and_needs_both():
    new = tuple(sealer(f"new {n}").key for n in (1, 2))
    keys = (BY_ROOTS[0].key, *new)
    one = ceremony(lambda two: change.with_roots(two, keys=keys, threshold=2))
    told = [each.code for each in changes(one.old, one.draft)]
    assert told == [
        "trust.changes_roots",
        "trust.changes_root_added",
        "trust.changes_root_added",
        "trust.changes_root_dropped",
        "trust.changes_root_dropped",
    ]
    assert len(one.roots) == 2
    assert one.missing([BY_ROOTS[0].key, BY_ROOTS[1].key]) == 1
    assert one.missing([BY_ROOTS[0].key, BY_ROOTS[1].key, new[0]]) == 0


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (
            lambda one: change.with_key(one, Key(SEAL, CHAMBER, ("seal",), ALWAYS)),
            "trust.key_listed_already",
        ),
        (
            lambda one: change.with_key(
                one, Key(sealer("p", "ecdsa-jcs-2019").key, SYSTEM, ("witness",), ALWAYS)
            ),
            "trust.note_key_kind",
        ),
        (
            lambda one: change.withdraw_key(one, sealer("nobody").key, at=NOON, reason="ceased"),
            "trust.key_unknown",
        ),
        (
            lambda one: change.withdraw_key(
                change.withdraw_key(one, SEAL, at=NOON, reason="ceased"),
                SEAL,
                at=START,
                reason="compromised",
            ),
            "trust.key_withdrawn_already",
        ),
        (lambda one: change.end_entry(one, "urn:x", at=NOON), "trust.entry_unknown"),
        (lambda one: replace(one, keys=()), "trust.history_dropped"),
        (lambda one: replace(one, version=3), "trust.version_not_next"),
        (
            lambda one: change.with_specimen(one, Specimen(OFFICER, "blank", ALWAYS, "А 0001")),
            "trust.specimen_of_nobody",
        ),
        (
            lambda one: change.with_specimen(one, Specimen(CHAMBER, "signature", ALWAYS, "x")),
            "trust.specimen_of_nobody",
        ),
    ],
)
def test_a_step_that_no_partner_would_take_is_refused(edit, code):
    refused(code, ceremony, edit)


def test_who_is_changed_began_when_they_began():
    later = Period(NOON, END)
    installation = Installation(SYSTEM, "Минск", ("customs",), later)
    officer = Officer(OFFICER, CHAMBER, "Петрова", "эксперт", (), ("certify",), later)
    one = change.with_officer(change.with_installation(draft(), installation), officer)
    assert [each.period for each in (*one.installations, *one.officers)] == [Period(START, END)] * 2
    ended = change.end_entry(draft(), OFFICER, at=NOON - SECOND)
    refused("trust.entry_ended", change.with_officer, ended, officer)


# -- specimens ------------------------------------------------------------------------------------


def test_a_specimen_goes_both_ways_and_only_its_end_may_change():
    first = Specimen(CHAMBER, "stamp", Period(START), "круг", Picture.of(PNG))
    second = Specimen(CHAMBER, "stamp", Period(NOON), "овал")
    one = change.with_specimen(change.with_specimen(draft(), first), second)
    read = TrustDraft.from_record(Record(one.to_data()))
    assert read == one
    assert [each.period for each in read.specimens] == [Period(START, NOON), Period(NOON)]
    verify_successor(change.with_specimen(draft(), first), one)
    other = replace(one, specimens=(replace(first, text="квадрат"), second))
    refused("trust.history_dropped", verify_successor, one, other)
    assert "specimens" not in draft().to_data()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg onload='x'/>", "trust.picture_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MAX_PICTURE), "trust.picture_too_large"),
    ],
)
def test_only_small_pictures_of_two_kinds_are_taken(data, code):
    refused(code, Picture.of, data)


def test_a_picture_fits_its_own_bytes_alone():
    picture = Picture.of(PNG)
    assert picture.fits(PNG)
    assert not picture.fits(PNG[:-1] + b"!")
    assert not picture.fits(PNG + b"!")
    assert not replace(picture, media_type="image/jpeg").fits(PNG)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"text": None}, "trust.specimen_empty"),
        ({"kind": "smell"}, "record.not_a_choice"),
        (
            {"picture": {"mediaType": "image/png", "sha256": "0" * 64, "size": "999999"}},
            "trust.picture_too_large",
        ),
    ],
)
def test_a_specimen_that_shows_nothing_is_refused(members, code):
    data = Specimen(CHAMBER, "stamp", ALWAYS, "круг").to_data() | members
    data = {name: value for name, value in data.items() if value is not None}
    refused(code, Specimen.from_record, Record(data))


# -- what ends ------------------------------------------------------------------------------------


def test_what_ends_is_told_by_its_nearest_stage():
    soon = END - timedelta(days=20)
    found = {(one.kind, one.stage) for one in expiries(draft(), at=soon)}
    assert found == {
        ("installation", 30),
        ("body", 30),
        ("officer", 30),
        ("key", 30),
        ("list", 0),
    }
    assert expiries(draft(), at=START) == ()
    assert expiries(draft(next_update=date(2030, 1, 1)), at=END) == ()
    assert list_ends(draft()) == datetime(2026, 7, 2, tzinfo=UTC)
    (told,) = expiries(draft(), at=list_ends(draft()) - timedelta(days=5))
    assert told.to_data() == {
        "ends": "2026-07-02T00:00:00Z",
        "kind": "list",
        "name": "urn:certorigin:trust-list:BY:1",
        "stage": "7",
        "state": "BY",
    }


def test_a_key_that_another_takes_over_or_that_is_withdrawn_is_not_announced():
    soon = END - timedelta(days=5)

    def announced(one):
        return {each.name for each in expiries(one, at=soon) if each.kind == "key"}

    assert SEAL in announced(draft())
    follows = Key(sealer("next").key, CHAMBER, ("seal",), Period(soon))
    assert SEAL not in announced(change.with_key(draft(), follows))
    withdrawn = change.withdraw_key(draft(), SEAL, at=NOON, reason="ceased")
    assert SEAL not in announced(withdrawn)


# -- withdrawal -----------------------------------------------------------------------------------


def _act(name, legal_time):
    return Sealed(name, "Issued", f"urn:{name}", "N1", "BY-1", legal_time)


def test_a_drill_tells_what_stays_what_falls_and_what_is_lacking():
    contents = draft()
    key = next(one for one in contents.keys if one.key == SEAL)
    acts = [_act("before", NOON - SECOND), _act("at", NOON), _act("waiting", None)]
    facts = {"at": NOON, "reason": "compromised"}
    drill = rehearse(contents, key, acts, lambda one: one.legal_time < NOON, **facts)
    named = [[one.act for one in part] for part in (drill.stays, drill.falls, drill.waits)]
    assert named == [["before"], ["at"], ["waiting"]]
    assert [one.code for one in drill.lacking] == ["trust.drill_no_successor"]
    assert drill.falls[0].to_data()["legal_time"] == "2026-05-16T12:00:00Z"
    assert drill.waits[0].to_data()["legal_time"] == "-"
    follows = change.with_key(contents, Key(sealer("n").key, CHAMBER, ("seal",), Period(NOON)))
    assert rehearse(follows, key, (), bool, **facts).lacking == ()
    log = next(one for one in contents.keys if "log" in one.roles)
    lacking = rehearse(contents, log, (), bool, **facts).lacking
    assert [one.code for one in lacking] == [
        "trust.drill_no_successor",
        "trust.drill_close_term",
    ]


def test_a_rehearsal_leaves_what_is_believed_as_it_was():
    trust = known()
    key = next(one for one in trust.newest("BY").contents.keys if one.key == SEAL)
    gone = replace(key, withdrawn=Withdrawal(NOON, "compromised"))
    supposing = trust.supposing(supposed(trust.newest("BY").contents, gone))
    assert trust.key_entitlement(SEAL, role="seal", at=NOON)
    with pytest.raises(UntrustedKeyError, match="key_withdrawn"):
        supposing.key_entitlement(SEAL, role="seal", at=NOON)
    assert supposing.key_entitlement(SEAL, role="seal", at=NOON - SECOND)
