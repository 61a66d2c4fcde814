"""A log at rest: acts, legal times, what counts and what does not, whose keys are expected."""

import json
from dataclasses import replace

import pytest

from certorigin.errors import (
    ForkError,
    MalformedError,
    ProofError,
    SignatureError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.log.directory import Directory
from certorigin.log.identity import Identity, Predecessor
from certorigin.log.key import KeyKind
from certorigin.mirror.acts import Weight, check_act
from certorigin.mirror.cosigned import CosignedHeads
from certorigin.mirror.issuer import verify_issuer
from certorigin.mirror.partner import Partner, verifier_of, verify_successor
from certorigin.mirror.view import LogView, find_log_folders, logged_acts
from certorigin.seal.proof import VerifiedProof
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import TermClosing
from certorigin.vocabulary.corridor import Corridor
from tests.library.recognition import world as w
from tests.library.recognition.world import NOON, minutes
from tests.simulator import folder, read_log, verify_act

UNKNOWN_KIND = b'{"credentialSubject":{"id":"' + w.subject(1).encode() + b'"}}'


@pytest.fixture
def world(tmp_path):
    return w.small(tmp_path)


# -- acts with legal times ------------------------------------------------------------------------


def test_each_act_has_the_time_of_the_first_cosigned_head_that_covers_it(world):
    world.enter(w.issued(4), w.issued(5), at=minutes(10))
    world.follow(minutes(11))
    world.enter(w.issued(6), at=minutes(20))
    world.follow(minutes(21), cosigner=None)
    view = world.view()
    times = [view.legal_time(index) for index in range(view.size)]
    assert times == [minutes(1)] * 3 + [minutes(11)] * 2 + [None]
    acts = list(logged_acts([view]))
    assert [(act.publisher, act.term, act.index) for act in acts] == [
        ("BY-1", "2026", index) for index in range(6)
    ]
    assert [act.legal_time for act in acts] == times


def test_an_independent_reader_finds_the_same_acts(world):
    seeds = world.seeds()
    head, entries = read_log(folder(world.mirror_folder), list(seeds.values()))
    view = world.view()
    assert head.size == view.size
    for index, entry in enumerate(entries):
        assert view.data(index) == entry
        (method,) = verify_act(entry)
        assert method.startswith(f"{w.BODY}#")


def test_acts_about_a_certificate_are_found_and_only_those_that_count(world):
    foreign = w.sealed(
        w.act(Kind.ANNULLED, w.annulment_body(), 11, issuer=w.CUSTOMS), ("AZ seal", w.CUSTOMS)
    )
    unknown = w.sealed(w.act(Kind.ANNULLED, w.annulment_body(), 12), ("BY new seal", w.BODY))
    world.enter(b"rubbish", b"[1]", b'{"credentialSubject":{"id":1}}', UNKNOWN_KIND, at=NOON)
    world.enter(foreign, unknown, w.annulled(13), at=minutes(2))
    world.follow(minutes(3))
    view = world.view()
    assert [act.index for act in view.acts_about(w.subject(1))] == [0, 9]
    assert [viewed.index for viewed in view.undecided_about(w.subject(1))] == [8]
    codes = {viewed.index: viewed.code for viewed in view.views() if viewed.code}
    assert codes == {
        3: "seal.not_json",
        4: "seal.not_an_object",
        5: "seal.number",
        6: "seal.proof_missing",
        7: "issuer.state_differs",
        8: "issuer.key_unknown",
    }
    with pytest.raises(UnknownError, match="entry_void"):
        view.logged(view.view(3))
    assert len(list(logged_acts([view]))) == 4


@pytest.mark.parametrize("odd", [["x"], {"x": "y"}, None, 1])
@pytest.mark.parametrize("member", ["form", "number", "body", "date"])
def test_a_certificate_of_odd_members_breaks_no_search(world, member, odd):
    """One entry of rubbish in a partner's log must not keep anybody from finding the rest."""
    certificate = {"number": "A1", "form": "F", "certification": {"body": "b", "date": "d"}}
    (certificate if member in certificate else certificate["certification"])[member] = odd
    subject = {"id": w.subject(1), "certificate": certificate}
    world.enter(json.dumps({"credentialSubject": subject}).encode(), at=minutes(2))
    world.follow(minutes(3))
    assert [act.index for act in world.view().acts_about(w.subject(1))] == [0]


def test_only_so_many_bundles_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("certorigin.mirror.view.MAX_BUNDLES", 1)
    world = w.World(tmp_path)
    world.enter(*(b'{"n":"%d"}' % number for number in range(300)))
    world.follow(minutes(1))
    view = world.view()
    for index in (0, 299, 1, 298):
        assert view.entry(index) == b'{"n":"%d"}' % index
    for index in (-1, 300):
        with pytest.raises(ProofError, match="index_outside"):
            view.entry(index)


def test_an_act_is_found_by_its_bytes(world):
    view = world.view()
    assert view.find_entry(world.acts[2], w.subject(3)) == 2
    assert view.find_entry(world.acts[2], w.subject(1)) is None
    with pytest.raises(ProofError):
        view.entry(3)


def test_an_object_that_is_missing_makes_its_entry_void(tmp_path):
    world = w.World(tmp_path)
    long = w.sample.certificate(
        items=tuple(w.sample.item(number, description="x" * 3000) for number in range(1, 40))
    )
    world.enter(w.issued(certificate=long))
    world.follow(minutes(1))
    assert world.view().view(0).checked.weight is Weight.COUNTS
    next((world.mirror_folder / "object").iterdir()).unlink()
    assert world.view().view(0).checked is None


def test_a_view_is_of_a_log_whose_keys_are_listed(world, tmp_path):
    with pytest.raises(SignatureError, match="keys_differ"):
        world.view(w.trust(by={"rename_log": "another log"}))
    with pytest.raises(UnknownError):
        LogView.open(tmp_path, world.trust)
    (world.mirror_folder / "checkpoint").write_bytes(b"garbage")
    with pytest.raises(MalformedError):
        world.view()


def test_logs_are_found_below_a_folder(world, tmp_path):
    found = find_log_folders(tmp_path)
    assert found == [world.mirror_folder, world.log_folder]
    assert find_log_folders(world.log_folder) == [world.log_folder]
    assert find_log_folders(tmp_path, depth=1) == []
    assert find_log_folders(tmp_path / "nowhere") == []


# -- what counts ----------------------------------------------------------------------------------


def checked(raw, lists=None, publisher="BY-1", **changes):
    return check_act(raw, lists or w.trust(), publisher=publisher, at=NOON, **changes)


def test_an_act_of_another_corridor_is_void():
    raw = w.issued(corridor=Corridor.from_text("BY-RU/CIS-2009"))
    assert checked(raw).weight is Weight.COUNTS
    with pytest.raises(MalformedError, match="corridor_differs"):
        checked(raw, corridor="AZ-BY/CIS-2009")


@pytest.mark.parametrize(
    ("raw", "publisher", "weight"),
    [
        (w.issued(), "BY-1", Weight.COUNTS),
        (w.issued(), "AZ-1", Weight.NOT_ENTITLED),
        (w.annulled(1), "BY-1", Weight.COUNTS),
        (w.replaced(1), "BY-1", Weight.COUNTS),
        (w.utilised(1, {1: w.sample.pieces("1")}), "AZ-1", Weight.COUNTS),
        (w.utilised(1, {1: w.sample.pieces("1")}), "BY-1", Weight.NOT_ENTITLED),
    ],
)
def test_who_may_say_what(raw, publisher, weight):
    assert checked(raw, publisher=publisher).weight is weight


def closing(sealer_name, issuer):
    body = TermClosing(w.origin_of("BY-1"), w.origin_of("BY-1", "2027")).to_data()
    about = "urn:certorigin:log:BY-1:2026"
    return w.sealed(
        w.act(Kind.TERM_CLOSED, body, 1, issuer=issuer, about=about), (sealer_name, issuer)
    )


def test_terms_are_opened_and_closed_by_the_installation():
    system = w.installation("BY-1")
    assert checked(closing("BY gateway", system)).weight is Weight.COUNTS
    refused = checked(closing("BY seal", w.BODY))
    assert (refused.weight, refused.code) == (Weight.NOT_ENTITLED, "issuer.not_an_installation")


def test_a_seal_that_does_not_fit_is_void():
    raw = w.issued().replace(b"BYAZ6001000001", b"BYAZ6001000002")
    with pytest.raises(SignatureError):
        checked(raw)


def test_an_officers_key_must_be_entitled_too():
    raw = w.issued(1, ("BY seal", w.BODY), ("BY officer", w.OFFICER))
    assert checked(raw).weight is Weight.COUNTS
    withdrawn = {"officer": {"period": w.Period(minutes(1))}}
    refused = checked(raw, w.trust(by={"keys": withdrawn}))
    assert (refused.weight, refused.code) == (Weight.NOT_ENTITLED, "trust.key_not_yet_valid")


def test_a_second_key_of_the_body_may_be_the_entitled_one():
    by = {"keys": {"seal": {"period": w.Period(minutes(1))}}}
    lists = w.trust(by={"extra_keys": [w.key("BY second seal", w.BODY, "seal")], **by})
    raw = w.issued(1, ("BY seal", w.BODY), ("BY second seal", w.BODY))
    assert checked(raw, lists).weight is Weight.COUNTS


def test_an_issuer_without_a_certification_is_not_the_body():
    """The schema keeps this out; the check stands by itself."""
    act = w.act(Kind.ISSUED, {"form": "ST-1"}, 1)
    proof = VerifiedProof(
        w.sealer("BY seal").key, w.BODY, NOON, "eddsa-jcs-2022", "assertionMethod"
    )
    with pytest.raises(UntrustedKeyError, match="body_differs"):
        verify_issuer(act, [proof], w.trust(), publisher="BY-1", at=NOON)


# -- cosigned heads -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8, 9])
def test_the_sequence_is_counted_and_searched(tmp_path, count):
    world = w.World(tmp_path)
    world.mirror().close()
    for number in range(count):
        world.enter(b"{}", b"{}", at=minutes(2 * number))
        world.follow(minutes(2 * number + 1))
    heads = CosignedHeads(Directory(world.mirror_folder), world.partner)
    assert heads.count == count
    for index in range(2 * count):
        assert heads.find_covering(index).number == index // 2
    assert heads.find_covering(2 * count) is None
    assert heads.newest_by(minutes(0)) is None
    for number in range(count):
        assert heads.newest_by(minutes(2 * number + 1)).number == number
        assert heads.newest_by(minutes(2 * number + 2)).number == number
    assert (heads.last() is None) == (count == 0)


def test_a_head_before_the_first_is_asked_for_in_vain(world):
    heads = CosignedHeads(Directory(world.mirror_folder), world.partner)
    with pytest.raises(UnknownError, match="not_cosigned"):
        heads.get(-1)
    assert world.view().cosigned_by(minutes(1)).number == 0


# -- partners -------------------------------------------------------------------------------------


def test_the_keys_of_a_log_come_from_both_states_lists(world):
    partner = world.partner
    assert (partner.publisher, partner.state, partner.term) == ("BY-1", "BY", "2026")
    assert [key.name for key in partner.witnesses] == ["certorigin/AZ-1/witness"]
    assert partner.is_entitled(partner.logs[0], "log", NOON)
    assert not partner.is_entitled(partner.logs[0], "witness", NOON)


def test_a_state_that_lists_the_keys_of_another_takes_no_log_and_no_legal_time_from_it(world):
    """Keys are public: whoever wants to harm the two others can write them into his own list."""
    before = [world.view().legal_time(index) for index in range(world.view().size)]
    copied = {
        "AZ": [("BY-1 log", "log"), ("BY-1 heartbeat", "heartbeat")],
        "BY": [("AZ-1 witness", "witness")],
    }
    by, az = (
        {"extra_keys": [w.key(name, w.installation(f"{state}-1"), role) for name, role in keys]}
        for state, keys in sorted(copied.items(), reverse=True)
    )
    trust = w.trust(by=by, az=az)
    partner = Partner.from_trust(trust, world.partner.origin)
    partner.check_entitled(world.log.head())
    view = LogView(world.view().directory, partner, trust)
    assert None not in before
    assert [view.legal_time(index) for index in range(view.size)] == before


@pytest.mark.parametrize(
    "origin", ["", "x", "certorigin/BY-1/AZ-BY/CIS-2009", "certorigin/a/b/c/d"]
)
def test_an_origin_of_another_shape_is_malformed(world, origin):
    with pytest.raises(MalformedError):
        Partner.from_trust(world.trust, origin)


def test_a_key_on_another_curve_signs_no_notes():
    with pytest.raises(MalformedError, match="key_kind"):
        verifier_of(w.sealer("x", "ecdsa-jcs-2019").key, "name", KeyKind.ED25519)


def test_a_head_without_heartbeat_has_no_time(world):
    note = world.log.head().data.splitlines(keepends=True)
    head = world.partner.read_head(b"".join(note[:-1]))
    with pytest.raises(SignatureError, match="heartbeat_missing"):
        world.partner.heartbeat_of(head)


def test_a_heartbeat_by_a_key_that_is_not_entitled_is_refused(world):
    def only_log(key, role, at):
        return role == "log"

    partner = replace(world.partner, is_entitled=only_log)
    with pytest.raises(UntrustedKeyError):
        partner.check_entitled(world.log.head())
    head = world.view().cosigned.last().head
    world.partner.check_entitled(head)  # our own cosignature on it is not the partner's matter


def successor(world, head):
    signers = w.log_signers("BY-1", "2027")
    predecessor = Predecessor(world.log.origin, head) if head else None
    return Identity(signers["signer"].verifier, signers["heartbeat"].verifier, predecessor)


def test_a_new_term_begins_where_our_mirror_ends(world):
    closed = world.view().head
    verify_successor(successor(world, closed.data), closed)
    world.log.heartbeat(minutes(9))
    verify_successor(successor(world, world.log.head().data), closed)


def test_a_new_term_that_begins_elsewhere_is_a_fork(world):
    closed = world.view().head
    world.enter(w.issued(9), at=minutes(2))
    with pytest.raises(ForkError, match="predecessor_forked"):
        verify_successor(successor(world, world.log.head().data), closed)
    with pytest.raises(MalformedError, match="predecessor_differs"):
        verify_successor(successor(world, None), closed)


def test_a_day_that_no_calendar_has_makes_an_act_void():
    """The schema sees digits; an act whose body can't be read must never count."""
    body = w.annulment_body(NOON) | {"effective": "2026-06-31T10:00:00Z"}
    raw = w.sealed(w.act(Kind.ANNULLED, body, 1))
    with pytest.raises(MalformedError, match=r"moment\.malformed"):
        checked(raw)
