"""A trust list: read strictly, sealed by enough roots, coherent in itself."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from certorigin.errors import MalformedError, SignatureError, UntrustedKeyError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.proof import seal_document
from certorigin.seal.trust.entries import Key, Roots, Withdrawal
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import TrustDraft, TrustList
from tests.library.seal.samples import (
    BY_ROOTS,
    CHAMBER,
    NOON,
    PINNED,
    START,
    SYSTEM,
    YEAR,
    draft,
    keys,
    sealed,
    sealer,
    settings,
)


def test_a_trust_list_goes_both_ways():
    key = Key("z", CHAMBER, ("seal",), YEAR, ("ST-1",), Withdrawal(NOON, "compromised"))
    contents = draft(keys=[*keys(), replace(key, key=sealer("old").key)])
    raw = sealed(contents)
    found = TrustList.from_bytes(raw, PINNED["BY"])
    assert found.contents == contents
    assert (found.state, found.version, found.raw) == ("BY", 1, raw)
    assert found.signers == {root.key for root in BY_ROOTS}
    assert sealed(found.contents) == raw


def test_a_list_is_overdue_after_the_day_of_its_next_update():
    found = TrustList.from_bytes(sealed(draft()), PINNED["BY"])
    assert not found.is_overdue(datetime(2026, 7, 1, 23, 59, 59, tzinfo=UTC))
    assert found.is_overdue(datetime(2026, 7, 2, tzinfo=UTC))


def test_the_threshold_counts_different_roots():
    enough = sealed(draft(), BY_ROOTS[:2])
    assert TrustList.from_bytes(enough, PINNED["BY"]).signers == {r.key for r in BY_ROOTS[:2]}
    for signers in (BY_ROOTS[:1], [BY_ROOTS[0], sealer("stranger")]):
        with pytest.raises(UntrustedKeyError) as error:
            TrustList.from_bytes(sealed(draft(), signers), PINNED["BY"])
        assert error.value.code == "trust.threshold_not_met"
        assert error.value.facts == {"found": "1", "needed": "2"}


def test_a_list_that_names_new_roots_needs_both():
    fresh = [sealer("new root")]
    contents = draft(roots=Roots(1, (fresh[0].key,)))
    for signers in (BY_ROOTS, fresh):
        with pytest.raises(UntrustedKeyError, match=r"trust\.threshold_not_met"):
            TrustList.from_bytes(sealed(contents, signers), PINNED["BY"])
    assert TrustList.from_bytes(sealed(contents, BY_ROOTS + fresh), PINNED["BY"])


def test_a_root_speaks_under_its_state():
    raw = seal_document(draft().to_document(), [(r, CHAMBER) for r in BY_ROOTS], created=NOON)
    with pytest.raises(UntrustedKeyError, match=r"trust\.root_speaks_for_another"):
        TrustList.from_bytes(raw, PINNED["BY"])


def test_a_changed_list_fails():
    raw = sealed(draft()).replace(
        b"urn:certorigin:body:BY:customs", b"urn:certorigin:body:BY:custom5"
    )
    with pytest.raises(SignatureError):
        TrustList.from_bytes(raw, PINNED["BY"])


def _member(data, path):
    for name in path[:-1]:
        data = data[name]
    return data


def _broken(path, value):
    document = draft().to_document()
    holder = _member(document, path)
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return document


S = "credentialSubject"
FAULTS = [
    ("trust.credential_differs", ("issuer",), CHAMBER),
    ("trust.credential_differs", ("validFrom",), "2026-01-02T00:00:00Z"),
    ("trust.credential_differs", ("name",), "x"),
    ("trust.credential_differs", ("type",), ["VerifiableCredential"]),
    ("record.member_missing", ("credentialSubject",), None),
    ("record.member_missing", (S, "roots"), None),
    ("record.member_unknown", (S, "officials"), []),
    ("record.member_unknown", (S, "keys", 0, "note"), "x"),
    ("country.unknown", (S, "state"), "XX"),
    ("record.text_misshaped", (S, "version"), "0"),
    ("record.text_misshaped", (S, "version"), "1\n"),
    ("day.malformed", (S, "nextUpdate"), "2026-1-1"),
    ("trust.period_crosswise", (S, "nextUpdate"), "2026-01-01"),
    ("trust.period_crosswise", (S, "keys", 0, "until"), "2026-01-01T00:00:00Z"),
    ("trust.threshold_out_of_reach", (S, "roots", "threshold"), "4"),
    ("record.text_misshaped", (S, "roots", "threshold"), "0"),
    ("trust.value_not_allowed", (S, "roots", "keys", 0), "zebra"),
    ("trust.value_not_allowed", (S, "keys", 0, "roles"), ["admin"]),
    ("trust.empty_or_repeated", (S, "keys", 0, "roles"), []),
    ("trust.empty_or_repeated", (S, "keys", 0, "roles"), ["seal", "seal"]),
    ("trust.value_not_allowed", (S, "keys", 0, "forms"), ["ST-1\n"]),
    ("trust.key_refused", (S, "keys", 0, "key"), "z6Mkxxx"),
    (
        "record.not_a_choice",
        (S, "keys", 0, "withdrawn"),
        {"at": "2026-01-01T00:00:00Z", "reason": "x"},
    ),
    ("trust.controller_not_listed", (S, "keys", 0, "controller"), "urn:certorigin:body:BY:x"),
    ("trust.root_key_in_use", (S, "keys", 0, "key"), BY_ROOTS[0].key),
    ("trust.repeated", (S, "keys", 0, "key"), keys()[1].key),
    ("trust.repeated", (S, "bodies", 1, "id"), CHAMBER),
    ("trust.name_not_its_own", (S, "bodies", 0, "id"), "urn:certorigin:body:AZ:baku"),
    ("trust.name_not_its_own", (S, "bodies", 0, "id"), SYSTEM),
    ("trust.name_not_its_own", (S, "bodies", 0, "id"), CHAMBER + "\n"),
    ("trust.name_not_its_own", (S, "installations", 0, "id"), "BY-1"),
    ("trust.name_not_its_own", (S, "officers", 0, "id"), "urn:certorigin:officer:AZ:x"),
    ("trust.body_not_listed", (S, "officers", 0, "body"), "urn:certorigin:body:BY:x"),
    ("trust.corridor_id_differs", (S, "corridors", 0, "agreement"), "CIS-2023"),
    ("trust.corridor_id_differs", (S, "corridors", 0, "states"), ["BY", "AZ"]),
    ("record.member_missing", (S, "corridors", 0, "directPartialUse"), None),
    ("record.not_a_flag", (S, "corridors", 0, "directPartialUse"), "true"),
    ("record.text_misshaped", (S, "corridors", 0, "maxHeadAge"), "-1"),
]


@pytest.mark.parametrize(("code", "path", "value"), FAULTS)
def test_what_is_not_coherent_is_malformed(code, path, value):
    with pytest.raises(MalformedError) as error:
        TrustDraft.from_document(_broken(path, value))
    assert error.value.code == code


def test_a_corridor_of_two_other_states_is_refused():
    from certorigin.vocabulary.corridor import Corridor  # noqa: PLC0415

    with pytest.raises(MalformedError, match=r"trust\.corridor_of_others"):
        draft(corridors=[settings(corridor=Corridor.from_text("AZ-RU/CIS-2009"))])


def test_a_draft_is_sure_to_be_readable_again():
    with pytest.raises(MalformedError, match=r"trust\.period_crosswise"):
        draft(next_update=date(2025, 1, 1))
    with pytest.raises(MalformedError, match=r"trust\.empty_or_repeated"):
        draft(keys=[Key(sealer("x").key, CHAMBER, (), YEAR)])


def test_a_period_without_end_has_no_until():
    assert Period(START).to_data() == {"from": "2026-01-01T00:00:00Z"}


def test_a_list_says_everything_in_the_strict_profile():
    assert parse_strict(sealed(draft()))["credentialSubject"]["corridors"][0] == {
        "agreement": "CIS-2009",
        "directPartialUse": True,
        "forms": ["ST-1"],
        "id": "AZ-BY/CIS-2009",
        "maxHeadAge": "86400",
        "medium": ["electronic-only", "paper+record"],
        "states": ["AZ", "BY"],
    }
