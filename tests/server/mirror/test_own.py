"""Our own acts are judged at legal time, as the partner judges them; pictures are taken."""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings

from certorigin.mirror.view import LogView
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.ceremony import sign
from certorigin.seal.trust.change import withdraw_key
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import Picture
from certorigin_server.log.models import CosignedHead
from certorigin_server.log.queries import bundle_of
from certorigin_server.log.services import close_term
from certorigin_server.mirror.pictures import take_pictures
from certorigin_server.seal import ceremony
from certorigin_server.seal.enrol import draft_key
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.drill import rehearse
from certorigin_server.standing.fallen import fallen
from certorigin_server.standing.models import RegisteredAct
from tests.server import acts
from tests.server import partner as az
from tests.server.authority import CORRIDOR, INSTALLATION_URN, PASSPHRASE, body_urn
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db


MINSK = body_urn("minsk")


prepare = partial(acts.prepare, issuer=MINSK, key="seal-minsk")  # both sides let it count


def publish(folder, at):
    system = settings.SYSTEM
    draft = ceremony.get_draft(system)
    roots = [FileSealer.open(folder / "keys" / f"root-{n}.pem", PASSPHRASE) for n in (1, 2)]
    signed = [sign(draft, one, created=at).to_bytes() for one in roots]
    return ceremony.publish_draft(system, signed, by="operator", at=at)


def withdraw(folder, key, *, since, at):
    ceremony.change_draft(
        settings.SYSTEM,
        lambda draft: withdraw_key(draft, key, at=since, reason="compromised"),
        at=at,
    )
    publish(folder, at)


def void_of(act):
    return RegisteredAct.objects.get(act=act.pk).void


def register(partner, turns):
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    return turns.clock()


def test_what_was_registered_before_stays_and_later_acts_fall(partner, turns, folder):
    early = prepare(at=turns.clock())
    register(partner, turns)
    stolen = turns.clock.tick()
    # The thief dates it back: what counts is when it was registered.
    late = prepare(at=turns.clock() - timedelta(days=30))
    register(partner, turns)
    assert (void_of(early), void_of(late)) == ("", "")
    key = get_keyring().named("seal-minsk").key

    drill = rehearse(key, at=stolen, reason="compromised")
    assert late.pk in {one.act for one in drill.falls}
    assert early.pk in {one.act for one in drill.stays}
    assert drill.waits == ()
    assert [one.code for one in drill.lacking] == ["trust.drill_no_successor"]

    withdraw(folder, key, since=stolen, at=turns.clock.tick())
    turns.follow(partner)
    assert (void_of(early), void_of(late)) == ("", "trust.key_withdrawn")
    assert not fallen().exists()  # only certificates are told of, and this was an annulment
    again = rehearse(key, at=stolen, reason="compromised")
    assert {one.act for one in again.falls} == {one.act for one in drill.falls}


def test_a_drill_names_what_would_fall_and_nothing_else(partner, turns):
    """What never counted, and a seal beside the issuer's own, are no news for customs."""
    good = partner.issue()
    forged = az.Issue("AZBY6001000002", partner.clock()).raw.replace(b'"CT"', b'"BX"')
    beside = az.Issue("AZBY6001000003", partner.clock())
    partner.enter(forged, az.sealed(beside.act, "officer", "seal", "gateway"))
    turns.follow(partner)
    assert RegisteredAct.objects.exclude(void="").count() == 1
    before = turns.clock() - timedelta(days=1)
    seal, gateway = (
        rehearse(az.sealer(name).key, at=before, reason="compromised")
        for name in ("seal", "gateway")
    )
    assert [one.subject for one in seal.falls] == [good.subject, beside.subject]
    assert seal.stays == ()
    assert [one.kind for one in gateway.falls] == ["TermOpened"]
    assert [one.subject for one in gateway.stays] == [beside.subject]


def test_what_gets_its_legal_time_after_the_withdrawal_falls_then(partner, turns, folder):
    register(partner, turns)
    waiting = prepare(at=turns.clock())
    turns.publish()
    key = get_keyring().named("seal-minsk").key
    assert waiting.pk in {one.act for one in rehearse(key, at=turns.clock(), reason="ceased").waits}
    withdraw(folder, key, since=turns.clock.tick(), at=turns.clock())
    turns.follow(partner)
    assert void_of(waiting) == ""
    turns.clock.tick(10)
    partner.follow(OURS)
    turns.follow(partner)
    assert void_of(waiting) == "trust.key_withdrawn"


def test_the_partner_judges_the_same(partner, turns, folder):
    """Both sides name the same acts: the partner's view of our log, by the list that it takes."""
    prepare(at=turns.clock())
    register(partner, turns)
    stolen = turns.clock.tick()
    late = prepare(at=turns.clock())
    register(partner, turns)
    withdraw(folder, get_keyring().named("seal-minsk").key, since=stolen, at=turns.clock.tick())
    turns.follow(partner)
    view = LogView.open(partner.mirror_of(OURS).root, get_trust())
    theirs = [one.code for one in view.views()]
    ours = list(
        RegisteredAct.objects.filter(origin=OURS).order_by("index").values_list("void", flat=True)
    )
    assert theirs == ours
    assert void_of(late) in ours


def draft_new_keys(folder, keyring, at):
    for role in ("log", "heartbeat"):
        draft_key(
            settings.SYSTEM,
            keyring,
            controller=INSTALLATION_URN,
            role=role,
            name=f"{role}-{folder.parent.name}",
            suite="eddsa-jcs-2022",
            period=Period(at),
            by="operator",
            at=at,
        )
    publish(folder, at)


def test_the_keys_of_a_log_are_changed_with_the_term(partner, turns, folder):
    """Close the term with the old keys, withdraw them after its last head: nothing falls."""
    keyring = turns.keyring
    before = prepare(at=turns.clock())
    register(partner, turns)
    at = turns.clock.tick()
    draft_new_keys(folder, keyring, at)
    gateway = keyring.named("gateway")
    close_term(corridor=CORRIDOR, successor_term="2027", gateway=gateway, by="operator", at=at)
    register(partner, turns)
    after = prepare(at=turns.clock())
    turns.publish()
    origin = OURS.replace("2026", "2027")
    partner.follow(origin)
    turns.follow(partner)
    since = turns.clock.tick()
    for role in ("log", "heartbeat"):
        key = keyring.named(role).key
        ceremony.change_draft(
            settings.SYSTEM,
            lambda draft, key=key: withdraw_key(draft, key, at=since, reason="compromised"),
            at=since,
        )
    publish(folder, since)
    turns.clock.tick()
    turns.log()
    assert partner.follow(origin) == 2
    turns.follow(partner)
    assert (void_of(before), void_of(after)) == ("", "")
    assert RegisteredAct.objects.get(act=after.pk).legal_time is not None
    for role in ("log", "heartbeat"):
        made = keyring._path(f"{role}-{folder.parent.name}")
        made.unlink()


def test_a_withdrawn_witness_gives_no_legal_time(partner, turns):
    """Who stole the partner's witness key can't make our acts old, or new."""
    early = prepare(at=turns.clock())
    register(partner, turns)
    partner.lists[2] = az.trust_list(2, withdrawn={"witness": turns.clock.tick()})
    late = prepare(at=turns.clock())
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    times = dict(RegisteredAct.objects.values_list("act", "legal_time"))
    assert times[early.pk] is not None
    assert times[late.pk] is None


def test_a_witness_that_is_withdrawn_for_the_past_leaves_no_bundle_under_its_heads(partner, turns):
    act = prepare(at=turns.clock())
    before = turns.clock()
    register(partner, turns)
    (cosigned,) = CosignedHead.objects.all()
    assert bundle_of(act.pk).proof.decode().endswith(cosigned.note)
    partner.lists[2] = az.trust_list(2, withdrawn={"witness": before})
    turns.follow(partner)
    assert not bundle_of(act.pk).proof.decode().endswith(cosigned.note)
    assert turns.publish() == 0  # our own log is read and written as before


def test_pictures_are_taken_once_and_only_what_they_claim_to_be(
    partner, turns, folder, monkeypatch
):
    data = b"\xff\xd8\xff" + b"a signature"
    good, bad = Picture.of(data), Picture.of(b"\xff\xd8\xff" + b"another")
    module = "certorigin_server.mirror.pictures.pictures_in"
    monkeypatch.setattr(module, lambda contents: [good, bad])
    asked = []

    class Line:
        def fetch(self, path, limit):
            asked.append((path, limit))
            return data

    assert take_pictures("AZ", Line) == 1
    place = ceremony.picture_place(settings.SYSTEM, "AZ", good.sha256)
    assert place.read_bytes() == data
    assert take_pictures("AZ", Line) == 0
    assert [path for path, _ in asked].count(f"trust/specimen/{good.sha256}") == 1
    assert not ceremony.picture_place(settings.SYSTEM, "AZ", bad.sha256).exists()
