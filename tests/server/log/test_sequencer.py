"""The sequencer: one writer, the opening first, nothing lost between register and folder."""

import pytest
from django.conf import settings

from certorigin import crash
from certorigin.errors import ConflictError, MalformedError, UnknownError
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin_server.log import services
from certorigin_server.log.head import DatabaseHead
from certorigin_server.log.keys import log_signer
from certorigin_server.log.models import Log
from certorigin_server.log.queries import bundle_of, find_open_log, logs
from certorigin_server.loops.models import Lease
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from tests.server.acts import prepare, prepare_many
from tests.server.turns import OURS, Crash, crash_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
CORRIDOR = "AZ-BY/CIS-2009"


def kinds(origin=OURS):
    rows = RegisteredAct.objects.filter(origin=origin).order_by("index")
    return list(rows.values_list("kind", flat=True))


def statuses():
    return {act.pk: act.status for act in SealedAct.objects.all()}


def is_sound(origin=OURS):
    verifiers = [log_signer(get_keyring(), origin).verifier]
    return not check(Directory(settings.SYSTEM.log_folder(origin)), verifiers).problems


# -- entering -------------------------------------------------------------------------------------


def test_the_opening_is_the_first_entry_however_much_waits_before_it(turns):
    prepare_many(300, at=turns.clock())
    assert turns.seal() == 100
    turns.publish()
    assert kinds()[0] == "TermOpened"
    assert len(kinds()) == 301
    assert set(statuses().values()) == {"published"}


def test_what_waits_is_entered_as_a_group(turns):
    turns.publish()
    prepare_many(5, at=turns.clock())
    turns.seal()
    before = TrailEntry.objects.filter(action="log.entered").count()
    assert turns.log() == 5
    assert TrailEntry.objects.filter(action="log.entered").count() == before + 1
    (shown,) = logs()
    assert (shown.origin, shown.size, shown.status, shown.cosigned_size) == (OURS, 6, "open", 0)
    assert is_sound()


def test_nothing_is_logged_before_it_is_sealed(turns):
    turns.publish()
    act = prepare(at=turns.clock())
    assert turns.log() == 0
    assert SealedAct.objects.get(pk=act.pk).status == "prepared"


def test_the_register_and_the_log_hold_the_same_bytes(turns):
    prepare_many(3, at=turns.clock())
    turns.publish()
    for row in RegisteredAct.objects.all():
        act = SealedAct.objects.get(pk=row.act)
        assert (act.sealed, act.log_origin, act.log_index) == (row.raw, row.origin, row.index)
        assert row.legal_time is None


# -- one writer -----------------------------------------------------------------------------------


def test_a_second_sequencer_waits_for_the_lease(turns):
    turns.publish()
    prepare(at=turns.clock())
    turns.seal()
    assert turns.log("second") == 0
    assert turns.log("first") == 1


def test_the_next_holder_goes_on_once_the_lease_has_run_out(turns):
    turns.publish()
    prepare(at=turns.clock())
    turns.seal()
    turns.clock.tick(settings.SYSTEM.loops.lease + 1)
    turns.sequencer("first").close()  # the process that held it has died
    assert turns.log("second") == 1
    assert turns.log("first") == 0
    assert is_sound()


def test_a_lost_lease_writes_nothing(turns):
    turns.publish()
    act = prepare(at=turns.clock())
    turns.seal()
    head = Log.objects.get().head

    def take_over(name):
        if name == "log.staged":
            Lease.objects.filter(name=f"log {CORRIDOR}").update(holder="second", token=99)

    crash.arm(take_over)
    try:
        with pytest.raises(ConflictError) as error:
            turns.log()
    finally:
        crash.disarm()
    assert error.value.code == "loop.fenced_off"
    assert Log.objects.get().head == head
    assert SealedAct.objects.get(pk=act.pk).status == "sealed"


# -- crashes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("log.staged", "sealed"),
        ("log.before_commit", "sealed"),
        ("log.committed", "logged"),
        ("log.head_swapped", "logged"),
        ("log.tiles_published", "logged"),
        ("log.checkpoint_published", "logged"),
        ("log.stage_dropped", "logged"),
    ],
)
def test_a_crash_is_finished_by_the_next_turn(turns, point, left):
    turns.publish()
    act = prepare(at=turns.clock())
    turns.seal()
    with crash_at(point), pytest.raises(Crash):
        turns.log()
    assert SealedAct.objects.get(pk=act.pk).status == left
    with pytest.raises(UnknownError, match="not_published"):
        bundle_of(act.pk)
    turns.log()
    assert SealedAct.objects.get(pk=act.pk).status == "published"
    assert kinds() == ["TermOpened", "Annulled"]
    assert is_sound()
    assert find_broken_link() is None


def test_a_full_disk_between_commit_and_publication_is_made_good(turns, monkeypatch):
    turns.publish()
    act = prepare(at=turns.clock())
    turns.seal()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("certorigin.log.append.Log.publish", full)
    with pytest.raises(OSError, match="space"):
        turns.log()
    monkeypatch.undo()
    assert SealedAct.objects.get(pk=act.pk).status == "logged"
    assert turns.log() == 0  # nothing new, and yet the folder is brought up to the register
    assert SealedAct.objects.get(pk=act.pk).status == "published"


# -- heads ----------------------------------------------------------------------------------------


def test_a_head_is_swapped_only_from_what_it_was(turns):
    turns.publish()
    store = DatabaseHead(OURS)
    head = store.get()
    with pytest.raises(ConflictError) as error:
        store.swap(b"another", head)
    assert error.value.facts == {"origin": OURS}
    with pytest.raises(ConflictError):
        store.swap(None, head)
    store.swap(head, head)
    assert (DatabaseHead("certorigin/BY-1/AZ-BY/CIS-2009/2030").get(), store.get()) == (None, head)


def test_the_head_beats_while_nothing_happens(turns):
    turns.publish()
    before = Log.objects.get().head
    turns.log()
    assert Log.objects.get().head == before
    turns.clock.tick(settings.SYSTEM.loops.heartbeat)
    assert turns.log() == 0
    after = Log.objects.get()
    published = (settings.SYSTEM.log_folder(OURS) / "checkpoint").read_text()
    assert before != after.head == published
    assert before.partition("\n\n")[0] == after.head.partition("\n\n")[0]


# -- terms ----------------------------------------------------------------------------------------


def close(turns, successor="2027"):
    gateway = turns.keyring.named("gateway")
    return services.close_term(
        corridor=CORRIDOR, successor_term=successor, gateway=gateway, by="admin", at=turns.clock()
    )


def test_a_term_closes_with_its_last_entry_and_the_next_embeds_its_head(turns):
    turns.publish()
    early = prepare(at=turns.clock())
    turns.seal()
    next_origin = close(turns)
    turns.clock.tick()
    turns.seal()
    late = prepare(at=turns.clock.tick())
    turns.publish()

    assert kinds() == ["TermOpened", "Annulled", "TermClosed"]
    assert kinds(next_origin) == ["TermOpened", "Annulled"]
    assert SealedAct.objects.get(pk=early.pk).log_origin == OURS
    assert SealedAct.objects.get(pk=late.pk).log_origin == next_origin
    closed, opened = Log.objects.get(origin=OURS), Log.objects.get(origin=next_origin)
    assert (closed.status, opened.status) == ("closed", "open")
    raw = RegisteredAct.objects.get(origin=next_origin, index=0).raw
    body = Act.from_document(parse_strict(raw.encode())).body
    assert body["predecessor"] == OURS
    assert body["predecessorHead"] == closed.head
    assert is_sound(OURS)
    assert is_sound(next_origin)
    assert [one.origin for one in logs()] == [next_origin, OURS]


def test_a_closed_term_beats_no_more(turns):
    turns.publish()
    close(turns)
    turns.seal()
    turns.log()
    head = Log.objects.get(origin=OURS).head
    turns.clock.tick(600)
    turns.publish()
    assert Log.objects.get(origin=OURS).head == head


def test_a_crash_after_the_closing_was_committed_is_published_before_the_next_term_opens(turns):
    turns.publish()
    next_origin = close(turns)
    turns.seal()
    with crash_at("log.committed"), pytest.raises(Crash):
        turns.log()
    assert find_open_log(CORRIDOR) is None
    turns.publish()
    assert is_sound(OURS)
    assert kinds(next_origin) == ["TermOpened"]
    assert set(statuses().values()) == {"published"}


@pytest.mark.parametrize("term", ["", "20/27", "../2027", "a" * 21, "2027\n"])
def test_what_can_be_no_term_is_refused(turns, term):
    turns.publish()
    with pytest.raises(MalformedError, match=r"log\.term_malformed"):
        close(turns, term)


def test_a_term_is_closed_once_and_for_a_new_one(turns):
    with pytest.raises(ConflictError, match=r"log\.no_open_term"):
        close(turns)
    turns.publish()
    with pytest.raises(ConflictError, match=r"log\.term_taken"):
        close(turns, "2026")
    close(turns)
    with pytest.raises(ConflictError, match=r"log\.no_open_term"):
        close(turns, "2028")
    assert TrailEntry.objects.get(action="log.term_closing").actor == "admin"


def test_opening_a_term_again_changes_nothing(turns):
    turns.publish()
    gateway = turns.keyring.named("gateway")
    services.open_term(origin=OURS, corridor=CORRIDOR, gateway=gateway, at=turns.clock())
    assert SealedAct.objects.filter(kind=str(Kind.TERM_OPENED)).count() == 1


def test_who_ends_in_good_order_leaves_the_lease_to_the_next_at_once(turns):
    turns.publish()
    prepare(at=turns.clock())
    turns.seal()
    turns.sequencer("second").end()
    turns.sequencer("first").end()
    turns.sequencer("first").end()
    assert turns.log("second") == 1
