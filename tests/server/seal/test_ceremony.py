"""The next trust list: drafted step by step, signed apart, in force at once or not at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings

from certorigin.errors import CertoriginError
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.ceremony import Ceremony, sign
from certorigin.seal.trust.change import end_entry, renew, with_roots, with_specimen, withdraw_key
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import Specimen
from certorigin_server.seal import ceremony, enrol
from certorigin_server.seal.choice import installation_sealer, sealer_for
from certorigin_server.seal.keyring import Keyring
from certorigin_server.seal.listed import announced, find_signatory, picture_of
from certorigin_server.seal.slots import require_entitled, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server.authority import INSTALLATION_URN, PASSPHRASE, START, body_urn, officer_urn
from tests.server.factories import make_body, make_organisation, make_user
from tests.server.turns import Crash, crash_at

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"a stamp, round and blue"
MINSK = body_urn("minsk")


@pytest.fixture
def system(folder):
    return settings.SYSTEM


@pytest.fixture
def keyring(folder):
    return Keyring(folder / "keys")


def root(folder, number):
    return FileSealer.open(folder / "keys" / f"root-{number}.pem", PASSPHRASE)


def signatures(folder, at, roots=(1, 2)):
    """What the root holders send back: each has only the draft's file and a key."""
    draft = Ceremony.from_bytes(ceremony.find_draft(settings.SYSTEM).to_bytes())
    return [sign(draft, root(folder, number), created=at).to_bytes() for number in roots]


def publish(folder, at):
    return ceremony.publish_draft(settings.SYSTEM, signatures(folder, at), by="operator", at=at)


def later(day):
    return lambda draft: renew(draft, next_update=day)


def snapshot(folder):
    return {path: path.read_bytes() for path in (folder / "trust").rglob("*") if path.is_file()}


def refused(code, act, *arguments, **named):
    with pytest.raises(CertoriginError) as error:
        act(*arguments, **named)
    assert error.value.code == code


# -- draft, sign, publish -------------------------------------------------------------------------


def test_a_list_is_drafted_signed_by_two_and_in_force_at_once(folder, system, clock):
    at = clock()
    assert get_trust().newest("BY").version == 1
    drafted = ceremony.change_draft(system, later(date(2099, 1, 1)), at=at)
    assert (drafted.draft.version, drafted.missing([])) == (2, 2)
    assert get_trust().newest("BY").version == 1
    published = publish(folder, at)
    assert get_trust().newest("BY").raw == published.raw
    assert published.contents.next_update == date(2099, 1, 1)
    noted = TrailEntry.objects.get(action="trust.publishing")
    assert drafted.fingerprint in noted.facts
    assert ceremony.find_draft(system) is None
    assert ceremony.change_draft(system, later(date(2098, 1, 1)), at=at).draft.version == 3


def test_one_signature_is_not_enough_and_changes_nothing(folder, system, clock):
    ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    before = snapshot(folder)
    (one,) = signatures(folder, clock(), roots=(1,))
    for given in ([], [one], [one, one]):
        with pytest.raises(CertoriginError) as error:
            ceremony.publish_draft(system, given, by="operator", at=clock())
        assert error.value.code in {"trust.threshold_not_met", "seal.proof_missing"}
    assert snapshot(folder) == before
    assert not TrailEntry.objects.filter(action="trust.publishing").exists()


def test_a_draft_that_was_changed_must_be_signed_again(folder, system, clock):
    ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    given = signatures(folder, clock())
    ceremony.change_draft(system, later(date(2098, 1, 1)), at=clock())
    refused(
        "trust.signature_of_another_draft",
        ceremony.publish_draft,
        system,
        given,
        by="operator",
        at=clock(),
    )
    ceremony.undo_step(system)
    assert ceremony.publish_draft(system, given, by="operator", at=clock()).version == 2


def test_every_step_can_be_taken_back(system, clock):
    first = ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    ceremony.change_draft(system, later(date(2098, 1, 1)), at=clock())
    assert ceremony.undo_step(system).to_bytes() == first.to_bytes()
    assert ceremony.undo_step(system) is None
    refused("trust.no_draft", ceremony.undo_step, system)
    refused("trust.no_draft", ceremony.discard_draft, system)
    ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    ceremony.discard_draft(system)
    assert ceremony.find_draft(system) is None


def test_a_step_that_changes_nothing_or_takes_back_history_is_none(folder, system, clock):
    # The version itself is news, so the first step may be empty; a second one may not.
    ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    refused(
        "trust.nothing_changed", ceremony.change_draft, system, later(date(2099, 1, 1)), at=clock()
    )
    newest = get_trust().newest("BY").contents
    dropped = replace(newest, version=2, keys=newest.keys[1:])
    refused("trust.history_dropped", ceremony.change_draft, system, lambda _: dropped, at=clock())
    assert ceremony.find_draft(system).draft.keys == newest.keys


def test_a_list_that_is_over_already_is_not_published(folder, system, clock):
    last = clock().date() + timedelta(days=1)
    ceremony.change_draft(system, later(last), at=clock())
    refused("trust.list_over", publish, folder, clock() + timedelta(days=3))
    assert publish(folder, clock()).contents.next_update == last


def test_only_people_of_a_body_become_officers(system, keyring, clock):
    refused(
        "trust.body_not_listed",
        enrol.draft_officer,
        system,
        keyring,
        user=make_user("nobody"),
        forms=(),
        rights=("certify",),
        period=Period(clock()),
        by="admin",
        at=clock(),
    )
    assert not keyring.has("officer-nobody")


@pytest.mark.parametrize("point", ["trust.drafting", "trust.recorded", "trust.published"])
def test_a_kill_at_any_point_leaves_the_old_or_the_new(folder, system, clock, point):
    at = clock()

    def go():
        if ceremony.find_draft(system) is None:
            ceremony.change_draft(system, later(date(2099, 1, 1)), at=at)
        publish(folder, at)

    with crash_at(point), pytest.raises(Crash):
        go()
    assert get_trust().newest("BY").version == (2 if point == "trust.published" else 1)
    if point != "trust.published":
        go()
    assert get_trust().newest("BY").version == 2
    assert ceremony.find_draft(system) is None


def test_two_operators_do_not_step_at_once(system, clock):
    with ceremony._held(system):
        refused("log.in_use", ceremony.change_draft, system, later(date(2099, 1, 1)), at=clock())


# -- roots ----------------------------------------------------------------------------------------


def test_roots_are_changed_by_the_old_and_the_new(folder, system, clock):
    new = [FileSealer(make_private_key(lambda size, n=n: bytes([n]) * size)) for n in (1, 2, 3)]
    keys = tuple(one.key for one in new)
    ceremony.change_draft(
        system, lambda draft: with_roots(draft, keys=keys, threshold=2), at=clock()
    )
    draft = ceremony.find_draft(system)
    by_old = signatures(folder, clock())
    by_new = [sign(draft, one, created=clock()).to_bytes() for one in new[:2]]
    for too_few in (by_old, by_new, [*by_old, by_new[0]]):
        refused(
            "trust.threshold_not_met",
            ceremony.publish_draft,
            system,
            too_few,
            by="operator",
            at=clock(),
        )
    ceremony.publish_draft(system, [*by_old, *by_new], by="operator", at=clock())
    # From now on the new roots alone sign.
    ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock())
    draft = ceremony.find_draft(system)
    refused("trust.not_a_root_key", sign, draft, root(folder, 1), created=clock())
    alone = [sign(draft, one, created=clock()).to_bytes() for one in new[1:]]
    assert ceremony.publish_draft(system, alone, by="operator", at=clock()).version == 3
    assert get_trust().roots["BY"].keys != keys  # what was pinned leads to what counts now


def test_the_first_list_of_a_state_whose_roots_lie_elsewhere(folder, system, clock):
    contents = get_trust().newest("BY").contents
    (folder / "trust" / "BY" / "1.json").unlink()
    (folder / "trust" / "roots.json").unlink()
    refused(
        "trust.list_unknown", ceremony.change_draft, system, later(date(2099, 1, 1)), at=clock()
    )
    ceremony.begin_first(system, contents)
    assert ceremony.change_draft(system, later(date(2099, 1, 1)), at=clock()).draft.version == 1
    publish(folder, clock())
    assert get_trust().newest("BY").version == 1


# -- people, bodies, keys -------------------------------------------------------------------------


def test_a_new_officer_gets_a_key_and_may_certify_once_it_is_published(
    folder, system, keyring, clock
):
    at = clock()
    minsk = make_body()
    user = make_user("novikova", Role.CERTIFYING_OFFICER, organisation=minsk)
    period = Period(at, at + timedelta(days=365))
    enrol.draft_officer(
        system,
        keyring,
        user=user,
        forms=("ST-1",),
        rights=("certify",),
        period=period,
        by="admin",
        at=at,
    )
    slots = slots_of(keyring, body=minsk, officer=user, at=at)
    refused(
        "trust.key_unknown",
        require_entitled,
        slots,
        trust=get_trust(),
        form="ST-1",
        body=minsk,
        at=at,
    )
    publish(folder, at)
    require_entitled(slots, trust=get_trust(), form="ST-1", body=minsk, at=at)
    assert TrailEntry.objects.filter(action="seal.key_made", subject="officer-novikova").exists()


def test_a_new_body_gets_one_key_for_its_seal(folder, system, keyring, clock):
    body = make_organisation("grodno", Organisation.Kind.AUTHORISED_BODY)
    for forms in (("ST-1",), ("ST-1", "A")):
        enrol.draft_body(
            system,
            keyring,
            organisation=body,
            forms=forms,
            period=Period(clock()),
            by="admin",
            at=clock(),
        )
    published = publish(folder, clock()).contents
    (key,) = (key for key in published.keys if key.controller == body.urn)
    assert keyring.of_key(key.key).key == keyring.named("seal-grodno").key
    (entry,) = (one for one in published.bodies if one.id == body.urn)
    assert entry.forms == ("ST-1", "A")


def test_the_key_that_the_list_names_last_is_used_from_its_moment_on(
    folder, system, keyring, clock
):
    change = clock() + timedelta(hours=1)
    old = installation_sealer(keyring, "witness", at=clock())
    enrol.draft_key(
        system,
        keyring,
        controller=INSTALLATION_URN,
        role="witness",
        name="witness-2",
        suite="eddsa-jcs-2022",
        period=Period(change),
        by="operator",
        at=clock(),
    )
    publish(folder, clock())
    new = keyring.named("witness-2")
    assert installation_sealer(keyring, "witness", at=change - timedelta(seconds=1)) is old
    assert installation_sealer(keyring, "witness", at=change) is new
    ceremony.change_draft(
        system,
        lambda draft: withdraw_key(draft, new.key, at=change, reason="compromised"),
        at=clock(),
    )
    publish(folder, clock())
    assert installation_sealer(keyring, "witness", at=change) is old


def test_a_log_key_is_of_the_kind_that_notes_have(system, keyring, clock):
    refused(
        "trust.note_key_kind",
        enrol.draft_key,
        system,
        keyring,
        controller=INSTALLATION_URN,
        role="log",
        name="log-2",
        suite="ecdsa-jcs-2019",
        period=Period(clock()),
        by="operator",
        at=clock(),
    )
    assert ceremony.find_draft(system) is None


def test_a_controller_without_any_key_here_has_none(keyring, clock, folder):
    refused(
        "key.not_here",
        sealer_for,
        keyring,
        controller="urn:certorigin:officer:BY:nobody",
        role="officer",
        at=clock(),
        name="officer-nobody",
    )


# -- what people see ------------------------------------------------------------------------------


def test_specimens_are_shown_as_they_were_at_the_time(folder, system, clock):
    first, second = clock(), clock() + timedelta(days=30)
    picture = ceremony.keep_picture(system, PNG)
    certifier = officer_urn("certifier")
    for shown in (
        Specimen(MINSK, "stamp", Period(first), "ровный круг", picture),
        Specimen(MINSK, "stamp", Period(second), "овал"),
        Specimen(certifier, "signature", Period(first), "с росчерком"),
        Specimen(MINSK, "address", Period(second), "Минск, ул. Новая, 1"),
    ):
        ceremony.change_draft(system, lambda draft, one=shown: with_specimen(draft, one), at=first)
    ceremony.change_draft(system, lambda one: end_entry(one, certifier, at=second), at=first)
    publish(folder, first)
    early = find_signatory(certifier, at=first, form="ST-1")
    assert (early.body_name, early.body_address, early.refusals) == ("minsk", "Минск", ())
    shown = {one.kind: one for one in early.specimens}
    assert (shown["stamp"].text, shown["stamp"].end) == ("ровный круг", second)
    assert picture_of("BY", shown["stamp"].picture) == (PNG, "image/png")
    late = find_signatory(certifier, at=second, form="A")
    assert late.refusals == ("trust.officer_not_in_office", "trust.form_not_allowed")
    assert late.body_address == "Минск, ул. Новая, 1"
    assert {one.text for one in late.specimens if one.kind == "stamp"} == {"овал"}
    assert find_signatory("urn:certorigin:officer:BY:nobody", at=first) is None


def test_a_picture_that_is_not_here_is_awaited(folder, system, clock):
    picture = ceremony.keep_picture(system, PNG)
    shown = Specimen(MINSK, "stamp", Period(START), "", picture)
    ceremony.change_draft(system, lambda draft: with_specimen(draft, shown), at=clock())
    publish(folder, clock())
    place = ceremony.picture_place(system, "BY", picture.sha256)
    for spoilt in (b"something else", None):
        place.write_bytes(spoilt) if spoilt else place.unlink()
        (found,) = find_signatory(officer_urn("certifier"), at=clock()).specimens
        assert (found.picture, found.is_awaited) == ("", True)
    assert picture_of("BY", "0" * 64) is None
    assert picture_of("KZ", picture.sha256) is None


def test_what_ends_is_announced_sixty_thirty_and_seven_days_ahead(folder, system, clock):
    last = (clock() + timedelta(days=100)).date()
    ceremony.change_draft(system, later(last), at=clock())
    publish(folder, clock())
    ends = announced(at=clock() + timedelta(days=95))[0].ends
    assert announced(at=ends - timedelta(days=61)) == []
    for days, stage in ((60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-5, 0)):
        (told,) = announced(at=ends - timedelta(days=days))
        assert (told.kind, told.stage, told.state) == ("list", stage, "BY")
    assert announced(at=ends, state="AZ") == []
