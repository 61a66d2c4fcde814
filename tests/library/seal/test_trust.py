"""Trust moves forward only, and says who was entitled, when, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from certorigin.errors import (
    ForkError,
    MalformedError,
    UnknownError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.seal.trust.controller import controller_document
from certorigin.seal.trust.entries import Key, Roots, Withdrawal
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust import Trust
from certorigin.vocabulary.corridor import Corridor
from tests.library.seal.samples import (
    BY_ROOTS,
    CHAMBER,
    CUSTOMS,
    END,
    NOON,
    OFFICER,
    PARTNER,
    PINNED,
    START,
    SYSTEM,
    YEAR,
    az_draft,
    draft,
    keys,
    known,
    sealed,
    sealer,
    settings,
)

ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"
SECOND = timedelta(seconds=1)
SEAL = sealer("BY seal").key


def _refused(code, trust=None, key=SEAL, **question):
    question = {"role": "seal", "at": NOON} | question
    with pytest.raises(UntrustedKeyError) as error:
        (trust or known()).key_entitlement(key, **question)
    assert error.value.code == code
    return error.value.facts


# -- forward only ---------------------------------------------------------------------------------


def test_every_version_is_kept_and_the_newest_counts():
    trust = known()
    first = trust.newest("BY")
    second = trust.adopt(sealed(draft(version=2)))
    assert trust.versions("BY") == (first, second)
    assert trust.newest("BY") is second
    assert trust.adopt(first.raw) is first
    assert trust.newest("BY") is second
    assert trust.states == ("AZ", "BY")
    assert trust.roots == PINNED


def test_other_bytes_of_a_known_version_are_a_fork_with_evidence():
    ours, theirs = sealed(draft()), sealed(draft(next_update=date(2026, 8, 1)))
    trust = known(draft(), draft(version=2))
    with pytest.raises(ForkError) as error:
        trust.adopt(theirs)
    assert (error.value.code, error.value.ours, error.value.theirs) == (
        "trust.forked",
        ours,
        theirs,
    )


def test_an_older_version_is_a_roll_back():
    trust = known(draft(version=3))
    with pytest.raises(VerificationError, match=r"trust\.rolled_back"):
        trust.adopt(sealed(draft(version=2)))
    assert trust.newest("BY").version == 3


def test_roots_change_hands_only_when_old_and_new_sign():
    fresh = [sealer("new 1"), sealer("new 2")]
    roots = Roots(2, tuple(root.key for root in fresh))
    trust = known()
    for signers in (BY_ROOTS, fresh, BY_ROOTS[:1] + fresh):
        with pytest.raises(UntrustedKeyError, match=r"trust\.threshold_not_met"):
            trust.adopt(sealed(draft(version=2, roots=roots), signers))
    trust.adopt(sealed(draft(version=2, roots=roots), BY_ROOTS[:2] + fresh))
    with pytest.raises(UntrustedKeyError, match=r"trust\.threshold_not_met"):
        trust.adopt(sealed(draft(version=3), BY_ROOTS))
    trust.adopt(sealed(draft(version=3, roots=roots), fresh))
    # A fork of the version that changed the roots is judged by the roots before it.
    forked = sealed(draft(version=2, next_update=date(2026, 9, 1)), BY_ROOTS)
    with pytest.raises(ForkError):
        trust.adopt(forked)


def test_a_state_without_pinned_roots_is_unknown():
    with pytest.raises(UnknownError, match=r"trust\.state_unknown"):
        Trust({}).adopt(sealed(draft()))
    with pytest.raises(UnknownError, match=r"trust\.list_unknown"):
        Trust(PINNED).newest("BY")
    assert Trust(PINNED).versions("BY") == ()


@pytest.mark.parametrize("raw", [b"{}", b'{"credentialSubject":"x"}', b'{"credentialSubject":{}}'])
def test_what_is_no_trust_list_is_malformed(raw):
    with pytest.raises(MalformedError):
        Trust(PINNED).adopt(raw)


WITHDRAWN = Withdrawal(NOON, "compromised")
LATER = Period(START + SECOND)
OLD = draft(keys=[replace(keys()[0], withdrawn=WITHDRAWN), *keys()[1:]])
HISTORY = {
    "dropped key": ("trust.history_dropped", {"keys": OLD.keys[:-1]}),
    "dropped officer": (
        "trust.history_dropped",
        {"officers": (), "keys": [key for key in OLD.keys if key.controller != OFFICER]},
    ),
    "dropped corridor": ("trust.history_dropped", {"corridors": ()}),
    "earlier start of a key": (
        "trust.history_start_moved",
        {"keys": [*OLD.keys[:-1], replace(OLD.keys[-1], period=Period(START - SECOND))]},
    ),
    "earlier start of a body": (
        "trust.history_start_moved",
        {"bodies": [replace(body, period=Period(START - SECOND)) for body in OLD.bodies]},
    ),
    "withdrawal taken back": ("trust.history_withdrawal_changed", {"keys": keys()}),
    "withdrawal moved": (
        "trust.history_withdrawal_changed",
        {"keys": [replace(OLD.keys[0], withdrawn=replace(WITHDRAWN, at=END)), *OLD.keys[1:]]},
    ),
    "withdrawal for another reason": (
        "trust.history_withdrawal_changed",
        {
            "keys": [
                replace(OLD.keys[0], withdrawn=replace(WITHDRAWN, reason="ceased")),
                *OLD.keys[1:],
            ]
        },
    ),
    "key in other hands": (
        "trust.history_key_changed_hands",
        {"keys": [replace(OLD.keys[0], controller=CUSTOMS), *OLD.keys[1:]]},
    ),
}


@pytest.mark.parametrize("name", HISTORY)
def test_history_stands(name):
    code, changes = HISTORY[name]
    trust = known(OLD)
    new = draft(**({"version": 2, "keys": OLD.keys} | changes))
    with pytest.raises(VerificationError) as error:
        trust.adopt(sealed(new))
    assert error.value.code == code
    assert trust.newest("BY").version == 1


def test_history_grows():
    more = [*OLD.keys[:1], replace(OLD.keys[1], withdrawn=WITHDRAWN), *OLD.keys[2:]]
    more.append(Key(sealer("BY next").key, CHAMBER, ("seal",), Period(NOON)))
    trust = known(OLD)
    assert trust.adopt(sealed(draft(version=2, keys=more))).version == 2


# -- entitlement ----------------------------------------------------------------------------------


def test_a_body_seals_its_form():
    found = known().key_entitlement(
        SEAL, role="seal", at=NOON, form="ST-1", controller=CHAMBER, body=CHAMBER
    )
    assert (found.state, found.list_version, found.key.key) == ("BY", 1, SEAL)
    assert found.body.name == "Палата"
    assert found.officer is found.installation is None


def test_an_officer_certifies_for_the_body():
    found = known().key_entitlement(
        sealer("BY officer").key,
        role="officer",
        at=NOON,
        form="ST-1",
        body=CHAMBER,
        right="certify",
    )
    assert (found.officer.id, found.body.id) == (OFFICER, CHAMBER)


def test_an_installation_signs_its_log():
    found = known().key_entitlement(sealer("BY log").key, role="log", at=NOON, controller=SYSTEM)
    assert found.installation.id == SYSTEM
    assert found.body is None


def test_customs_may_seal_what_is_no_form():
    assert known().key_entitlement(sealer("BY customs seal").key, role="seal", at=NOON)


def test_an_unknown_key():
    _refused("trust.key_unknown", key=sealer("stranger").key)


def test_another_controller():
    _refused("trust.controller_differs", controller=OFFICER)


def test_a_role_that_the_key_has_not():
    assert _refused("trust.role_missing", role="log")["role"] == "log"


def test_the_period_of_a_key_includes_its_start_and_not_its_end():
    trust = known()
    _refused("trust.key_not_yet_valid", trust, at=START - SECOND)
    assert trust.key_entitlement(SEAL, role="seal", at=START)
    assert trust.key_entitlement(SEAL, role="seal", at=END - SECOND)
    assert _refused("trust.key_expired", trust, at=END)["end"] == "2027-01-01T00:00:00Z"


def test_a_withdrawn_key_speaks_for_what_came_before():
    trust = known(OLD)
    assert trust.key_entitlement(SEAL, role="seal", at=NOON - SECOND)
    facts = _refused("trust.key_withdrawn", trust)
    assert (facts["reason"], facts["withdrawn"]) == ("compromised", "2026-05-16T12:00:00Z")
    _refused("trust.key_withdrawn", trust, at=END)


def test_a_withdrawal_in_a_newer_list_reaches_back():
    trust = known()
    assert trust.key_entitlement(SEAL, role="seal", at=NOON)
    trust.adopt(sealed(replace(OLD, version=2)))
    _refused("trust.key_withdrawn", trust)


def test_a_form_that_the_key_the_officer_or_the_body_may_not_sign():
    only_eav = [replace(key, forms=("EAV",)) for key in keys()]
    assert (
        _refused("trust.form_not_allowed", known(draft(keys=only_eav)), form="ST-1")["name"] == SEAL
    )
    assert _refused("trust.form_not_allowed", form="EAV")["name"] == CHAMBER
    officer = sealer("BY officer").key
    facts = _refused("trust.form_not_allowed", key=officer, role="officer", form="EAV")
    assert facts["name"] == OFFICER


def test_a_body_that_is_not_authorised_then_or_at_all():
    late = [replace(body, period=Period(NOON + SECOND)) for body in draft().bodies]
    _refused("trust.body_not_authorised", known(draft(bodies=late)))
    over = [replace(body, period=Period(START, NOON)) for body in draft().bodies]
    _refused("trust.body_not_authorised", known(draft(bodies=over)))
    _refused("trust.body_not_authorised", key=sealer("BY customs seal").key, form="ST-1")


def test_an_officer_out_of_office_or_without_the_right():
    key = sealer("BY officer").key
    _refused("trust.officer_without_right", key=key, role="officer", right="examine")
    for period in (Period(NOON + SECOND), Period(START, NOON)):
        officers = [replace(officer, period=period) for officer in draft().officers]
        trust = known(draft(officers=officers))
        _refused("trust.officer_not_in_office", trust, key=key, role="officer")


def test_an_officer_without_forms_has_those_of_the_body():
    officers = [replace(officer, forms=()) for officer in draft().officers]
    trust = known(draft(officers=officers))
    key = sealer("BY officer").key
    assert trust.key_entitlement(key, role="officer", at=NOON, form="ST-1")
    assert (
        _refused("trust.form_not_allowed", trust, key=key, role="officer", form="EAV")["name"]
        == CHAMBER
    )


def test_an_installation_out_of_service():
    late = [replace(system, period=Period(NOON + SECOND)) for system in draft().installations]
    trust = known(draft(installations=late))
    _refused("trust.installation_not_in_service", trust, key=sealer("BY log").key, role="log")


def test_another_body_than_claimed():
    _refused("trust.body_differs", body=CUSTOMS)
    _refused("trust.body_differs", key=sealer("BY log").key, role="log", body=CHAMBER)


def test_no_state_can_spoil_the_key_of_another():
    stolen = Key(SEAL, PARTNER, ("seal",), YEAR)
    trust = known(draft(), az_draft(keys=[stolen]))
    _refused("trust.key_of_two_states", trust)
    assert trust.key_entitlement(SEAL, role="seal", at=NOON, controller=CHAMBER).state == "BY"
    assert trust.key_entitlement(SEAL, role="seal", at=NOON, controller=PARTNER).state == "AZ"
    _refused("trust.key_unknown", trust, controller=CUSTOMS)


# -- questions ------------------------------------------------------------------------------------


def test_whose_signatures_a_log_carries():
    found = known().verifiers_of_log(ORIGIN)
    assert (found.origin, found.publisher, str(found.corridor)) == (
        ORIGIN,
        SYSTEM,
        "AZ-BY/CIS-2009",
    )
    assert [key.key for key in found.log] == [sealer("BY log").key]
    assert [key.key for key in found.heartbeat] == [sealer("BY heartbeat").key]
    assert [key.key for key in found.witnesses] == [sealer("AZ witness").key]
    assert known(draft()).verifiers_of_log(ORIGIN).witnesses == ()


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "certorigin/BY-1/AZ-BY/CIS-2009",
        "certorigin/BY-1/AZ-BY/CIS-2009/",
        "certorigin/BY-1/AZ-BY/CIS-2009/2026/x",
        "other/BY-1/AZ-BY/CIS-2009/2026",
        "certorigin/RU-1/AZ-BY/CIS-2009/2026",
        "certorigin/BY-1/BY-AZ/CIS-2009/2026",
    ],
)
def test_an_origin_of_another_shape(origin):
    with pytest.raises(MalformedError):
        known().verifiers_of_log(origin)


def test_an_unknown_publisher():
    with pytest.raises(UnknownError, match=r"trust\.publisher_unknown"):
        known().verifiers_of_log("certorigin/BY-2/AZ-BY/CIS-2009/2026")


def test_a_corridor_by_one_state_or_by_all():
    trust = known()
    assert trust.corridor("AZ-BY/CIS-2009", state="BY") == settings()
    both = trust.corridor("AZ-BY/CIS-2009")
    assert (both.max_head_age, both.direct_partial_use, both.logs) == (3_600, False, ("x",))
    assert both.corridor == Corridor(("AZ", "BY"), "CIS-2009")
    for text, state in (("AZ-RU/CIS-2009", None), ("AZ-BY/CIS-2009", "RU")):
        with pytest.raises(UnknownError, match=r"trust\.corridor_unknown"):
            trust.corridor(text, state=state)


def test_lists_that_should_have_had_a_successor():
    trust = known(draft(), az_draft(next_update=date(2026, 12, 1)))
    assert trust.overdue(NOON) == ()
    assert trust.overdue(datetime(2026, 7, 2, tzinfo=UTC)) == (trust.newest("BY"),)


def test_holders_are_found_by_name():
    trust = known()
    assert trust.find_holder(CHAMBER).name == "Палата"
    assert trust.find_holder(PARTNER).name == "Bakı"
    assert trust.find_holder("urn:certorigin:body:BY:none") is None


def test_a_foreign_verifier_finds_our_keys():
    trust = known(OLD)
    found = controller_document(trust, CHAMBER)
    assert found == {
        "@context": ["https://www.w3.org/ns/cid/v1"],
        "assertionMethod": [f"{CHAMBER}#{SEAL}"],
        "id": CHAMBER,
        "verificationMethod": [
            {
                "controller": CHAMBER,
                "expires": "2027-01-01T00:00:00Z",
                "id": f"{CHAMBER}#{SEAL}",
                "publicKeyMultibase": SEAL,
                "revoked": "2026-05-16T12:00:00Z",
                "type": "Multikey",
            }
        ],
    }
    endless = draft(keys=[replace(key, period=Period(START)) for key in keys()])
    (method,) = controller_document(known(endless), OFFICER)["verificationMethod"]
    assert set(method) == {"controller", "id", "publicKeyMultibase", "type"}
    with pytest.raises(UnknownError, match=r"trust\.controller_unknown"):
        controller_document(trust, "urn:certorigin:body:BY:none")
