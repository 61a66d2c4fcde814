"""A system that was put back from an old copy: it refuses to grow until it caught up."""

import shutil

import httpx
import pytest
from django.conf import settings
from django.db import transaction

from certorigin.errors import CertoriginError, StandingError, UnknownError
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.note import Note
from certorigin_server.certification.models import Certificate, NumberSequence, TakenNumber
from certorigin_server.log.keys import heartbeat_signer, log_signer
from certorigin_server.log.models import Log
from certorigin_server.log.services import close_term
from certorigin_server.mirror.catch_up import RESTORED, catch_up, open_alone
from certorigin_server.mirror.guard import CopyGuard
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import HeldCorridor, SealedAct
from certorigin_server.seal.services import hold_corridor
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.trail.models import TrailEntry
from tests.server.acts import prepare
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS, THEIRS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
CORRIDOR = "AZ-BY/CIS-2009"
EVERYTHING = ("database", "folder")


class Yesterday:
    """A copy of database and folder, from which either or both come back."""

    def __init__(self, turns):
        self.turns = turns
        turns.sequencer().close()
        self.folder = settings.SYSTEM.folder
        self.copy = self.folder.with_name("yesterday")
        shutil.copytree(self.folder, self.copy)
        self.database = transaction.savepoint()

    def restore(self, *parts):
        self.turns.sequencer().close()
        if "database" in parts:
            transaction.savepoint_rollback(self.database)
        if "folder" in parts:
            shutil.rmtree(self.folder / "log")
            shutil.copytree(self.copy / "log", self.folder / "log")


@pytest.fixture
def lost(partner, turns):
    """One act is known to all; then a copy is made; then two more reach the partner."""
    prepare(at=turns.clock())
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    yesterday = Yesterday(turns)
    for _ in range(2):
        prepare(at=turns.clock.tick())
        turns.publish()
    partner.follow(OURS)
    return yesterday


def guard(turns, partner):
    (corridor,) = settings.SYSTEM.corridors
    made = CopyGuard(corridor, keyring=turns.keyring, clock=turns.clock)
    return made.compare(partner.line(turns.keyring))


def come_back(turns, partner, skip=0):
    (corridor,) = settings.SYSTEM.corridors
    turns.sequencer().close()  # its next turn would: a held log is let go
    line = partner.line(turns.keyring)
    facts = {"keyring": turns.keyring, "skip": skip, "by": "operator", "at": turns.clock.tick()}
    return catch_up(corridor, line=line, **facts)


def is_sound():
    keyring = get_keyring()
    signers = (log_signer(keyring, OURS), heartbeat_signer(keyring, OURS))
    report = check(Directory(settings.SYSTEM.log_folder(OURS)), [one.verifier for one in signers])
    return report.ok, report.size


def go_on(turns, partner):
    """Everything works as ever: an act is entered, and the partner follows without a doubt."""
    act = prepare(at=turns.clock.tick())
    turns.publish()
    size = partner.follow(OURS)
    turns.follow(partner)
    assert SealedAct.objects.get(pk=act.pk).status == "mirrored"
    assert is_sound() == (True, size)
    rows = RegisteredAct.objects.filter(origin=OURS).order_by("index")
    assert list(rows.values_list("index", flat=True)) == list(range(size))
    for row in rows:
        kept = SealedAct.objects.get(log_origin=OURS, log_index=row.index)
        assert (kept.sealed, kept.pk, kept.digest) == (row.raw, row.act, row.digest)
    return size


@pytest.mark.parametrize(
    "parts", [EVERYTHING, ("database",), ("folder",)], ids=["both", "database", "folder"]
)
def test_a_restore_refuses_to_append_until_it_caught_up(lost, partner, turns, parts):
    lost.restore(*parts)
    head = Log.objects.get().head
    assert guard(turns, partner) == "log.behind_its_copy"
    with pytest.raises(StandingError, match=r"log\.behind_its_copy"):
        prepare(at=turns.clock.tick())
    with pytest.raises(StandingError, match=r"log\.behind_its_copy"):
        turns.log()
    assert Log.objects.get().head == head
    done = come_back(turns, partner)
    assert done.entries == {OURS: 2 if "database" in parts else 0}
    assert not HeldCorridor.objects.exists()
    assert go_on(turns, partner) == 5
    assert TrailEntry.objects.filter(action="log.caught_up").count() == 1


def test_acts_that_come_back_keep_their_legal_times(lost, partner, turns):
    """Heads in the folder are read into a database that went back before their acts are there."""
    turns.follow(partner)
    before = dict(SealedAct.objects.values_list("pk", "mirrored_at"))
    assert None not in before.values()
    lost.restore("database")
    turns.follow(partner)
    assert SealedAct.objects.count() < len(before)
    assert guard(turns, partner) == "log.behind_its_copy"
    come_back(turns, partner)
    go_on(turns, partner)
    for name, time in before.items():
        assert SealedAct.objects.get(pk=name).mirrored_at == time
        assert RegisteredAct.objects.get(act=name).legal_time == time


def test_the_database_alone_is_seen_to_be_old_without_the_partner(lost, partner, turns):
    lost.restore("database")
    partner.faults["mirror"] = httpx.ConnectError("nobody")
    assert guard(turns, partner) == "log.behind_its_copy"


def test_a_silent_partner_stops_nothing(lost, partner, turns):
    partner.faults["mirror"] = httpx.ConnectError("nobody")
    assert guard(turns, partner) == ""
    partner.faults.clear()
    assert guard(turns, partner) == ""
    assert go_on(turns, partner) == 5


def test_a_known_restore_waits_for_a_silent_partner(lost, partner, turns):
    lost.restore(*EVERYTHING)
    hold_corridor(corridor=CORRIDOR, reason=RESTORED, at=turns.clock())
    partner.faults["mirror"] = httpx.ConnectError("nobody")
    with pytest.raises(UnknownError, match=r"line\.unreachable"):
        come_back(turns, partner)
    with pytest.raises(StandingError, match=r"log\.restored"):
        turns.log()
    partner.faults.clear()
    come_back(turns, partner)
    assert go_on(turns, partner) == 5


def test_the_loop_of_the_corridor_sees_it_when_the_partner_answers_again(lost, partner, turns):
    lost.restore(*EVERYTHING)
    with pytest.raises(StandingError, match=r"log\.behind_its_copy"):
        turns.follow(partner)
    with pytest.raises(StandingError, match=r"log\.behind_its_copy"):
        turns.log()
    come_back(turns, partner)
    assert go_on(turns, partner) == 5


def test_what_was_appended_meanwhile_is_a_fork_and_stays_one(lost, partner, turns):
    lost.restore(*EVERYTHING)
    for _ in range(2):
        prepare(at=turns.clock.tick())
        turns.publish()
    assert guard(turns, partner) == "log.forked_from_copy"
    evidence = settings.SYSTEM.log_folder(OURS) / "evidence" / "0"
    ours, theirs = ((evidence / name).read_bytes() for name in ("ours", "theirs"))
    assert Note.from_bytes(ours).text != Note.from_bytes(theirs).text
    with pytest.raises(StandingError, match=r"log\.forked_from_copy"):
        come_back(turns, partner)
    with pytest.raises(StandingError, match=r"log\.forked_from_copy"):
        turns.log()
    assert TrailEntry.objects.filter(action="log.forked").count() == 1
    hold_corridor(corridor=CORRIDOR, reason=RESTORED, at=turns.clock())
    assert HeldCorridor.objects.get().reason == "log.forked_from_copy"


def test_what_no_folder_holds_any_more_comes_out_of_the_register(lost, partner, turns):
    prepare(at=turns.clock.tick())
    turns.publish()  # the partner has not seen this one
    lost.restore("folder")
    assert guard(turns, partner) == "log.behind_its_copy"
    assert come_back(turns, partner).entries == {OURS: 0}
    assert go_on(turns, partner) == 6


def test_what_was_prepared_or_sealed_at_the_copy_is_not_sealed_again(partner, turns):
    turns.publish()
    waiting = [prepare(at=turns.clock.tick()).pk]
    turns.seal()
    waiting.append(prepare(at=turns.clock.tick()).pk)
    yesterday = Yesterday(turns)
    turns.publish()
    partner.follow(OURS)
    yesterday.restore(*EVERYTHING)
    guard(turns, partner)
    assert turns.seal() == 0
    come_back(turns, partner)
    assert [SealedAct.objects.get(pk=act).status for act in waiting] == ["published"] * 2
    assert go_on(turns, partner) == 4


def test_terms_that_closed_meanwhile_come_back_with_their_successors(lost, partner, turns):
    gateway = turns.keyring.named("gateway")
    following = close_term(
        corridor=CORRIDOR, successor_term="2027", gateway=gateway, by="a", at=turns.clock.tick()
    )
    turns.publish()
    late = prepare(at=turns.clock.tick())
    turns.publish()
    for origin in (OURS, following):
        partner.follow(origin)
    lost.restore(*EVERYTHING)
    assert guard(turns, partner) == "log.behind_its_copy"
    assert come_back(turns, partner).entries == {OURS: 3, following: 2}
    assert SealedAct.objects.get(pk=late.pk).log_origin == following
    opened = Log.objects.get(origin=following)
    assert (opened.status, opened.predecessor) == ("open", OURS)
    act = prepare(at=turns.clock.tick())
    turns.publish()
    assert partner.follow(following) == 3
    assert SealedAct.objects.get(pk=act.pk).log_origin == following


def test_nothing_comes_back_when_one_entry_is_not_ours(lost, partner, turns, monkeypatch):
    lost.restore(*EVERYTHING)
    guard(turns, partner)
    monkeypatch.setattr(
        "certorigin_server.mirror.catch_up.read_act",
        lambda raw: (_ for _ in ()).throw(CertoriginError("seal.signature_wrong")),
    )
    with pytest.raises(CertoriginError, match=r"log\.foreign_entry"):
        come_back(turns, partner)
    assert HeldCorridor.objects.exists()
    assert Log.objects.get().size == 2


def test_a_copy_that_breaks_off_is_taken_on_the_next_try(lost, partner, turns):
    lost.restore(*EVERYTHING)
    guard(turns, partner)
    partner.faults[f"mirror/{OURS}/tile/0"] = httpx.ReadError("cut")
    with pytest.raises(UnknownError):
        come_back(turns, partner)
    assert Log.objects.get().size == 2
    partner.faults.clear()
    come_back(turns, partner)
    assert go_on(turns, partner) == 5


def test_our_own_cosignatures_come_back_from_the_publisher(partner, turns):
    partner.issue("AZBY6001000001")
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    mirror = settings.SYSTEM.mirror_folder(THEIRS) / "cosigned"
    kept = {path.name: path.read_bytes() for path in mirror.iterdir()}
    for name, data in kept.items():  # the publisher has taken them back
        place = partner.folder / "log" / "2026" / "cosigned" / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
    shutil.rmtree(mirror)
    hold_corridor(corridor=CORRIDOR, reason=RESTORED, at=turns.clock())
    turns.follow(partner)
    assert not mirror.exists()  # nothing is cosigned a second time
    assert come_back(turns, partner).cosigned == len(kept) > 0
    assert {path.name: path.read_bytes() for path in mirror.iterdir()} == kept


def test_without_a_copy_only_a_person_can_open_the_corridor(turns, partner):
    turns.publish()
    hold_corridor(corridor=CORRIDOR, reason=RESTORED, at=turns.clock())
    with pytest.raises(UnknownError, match=r"log\.no_copy"):
        come_back(turns, partner)
    (corridor,) = settings.SYSTEM.corridors
    with pytest.raises(CertoriginError, match=r"record\.member_missing"):
        open_alone(corridor, remark=" ", by="operator", at=turns.clock())
    open_alone(corridor, remark="AZ says so", by="operator", at=turns.clock())
    facts = TrailEntry.objects.get(action="seal.corridor_released")
    assert (facts.actor, "AZ says so" in str(facts.facts)) == ("operator", True)
    with pytest.raises(StandingError, match=r"log\.not_held"):
        open_alone(corridor, remark="again", by="operator", at=turns.clock())


# -- certificates and their numbers ----------------------------------------------------------------


@pytest.fixture
def people():
    return Api(make_exporter()), Api(make_assessor()), Api(make_certifier())


def test_certificates_come_back_and_no_number_is_given_twice(partner, turns, people):
    exporter, assessor, certifier = people
    turns.publish()
    known = decided(exporter, assessor)
    yesterday = Yesterday(turns)
    first = certified(known, certifier)
    second = certified(decided(exporter, assessor, "04-butter"), certifier)
    turns.clock.tick(7200)  # certified by the real clock
    turns.publish()
    partner.follow(OURS)
    yesterday.restore(*EVERYTHING)
    assert guard(turns, partner) == "log.behind_its_copy"
    refused = certifier.post(f"/certification/{known}/certify", {})
    assert (refused.status, refused.data["code"]) == (409, "log.behind_its_copy")
    assert come_back(turns, partner, skip=3).passed_over == 3

    back = Certificate.objects.get()
    assert (back.pk, back.number, str(back.application_id)) == (first["id"], first["number"], known)
    taken = list(TakenNumber.objects.order_by("serial").values_list("number", "subject"))
    assert taken[0] == (second["number"], second["id"])
    assert [subject for _, subject in taken[1:]] == [""] * 3
    again = certified(decided(exporter, assessor), certifier)
    numbers = [first["number"], *(number for number, _ in taken), again["number"]]
    assert len(set(numbers)) == len(numbers) == 6
    assert NumberSequence.objects.get().last == 6
    refused = certifier.post(f"/certification/{known}/certify", {})
    assert refused.data["code"] == "certification.done"
