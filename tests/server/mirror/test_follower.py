"""The mirror's loop takes what is new, and believes nothing that it has not verified."""

import shutil

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from certorigin.errors import (
    CertoriginError,
    LimitError,
    MalformedError,
    UnknownError,
    VerificationError,
)
from certorigin.standing.entry import certificate_subject
from certorigin_server.log.models import CosignedHead, Log
from certorigin_server.log.queries import bundle_of, logs, origins_to_collect
from certorigin_server.log.services import store_cosigned_head
from certorigin_server.mirror import worker
from certorigin_server.mirror.models import Alarm, FollowedLog
from certorigin_server.mirror.queries import followed_logs
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import find_issued, standing_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from tests.server import partner as az
from tests.server.acts import prepare
from tests.server.turns import OURS, THEIRS, Crash, crash_at

pytestmark = pytest.mark.django_db
CORRIDOR = "AZ-BY/CIS-2009"


def followed(origin=THEIRS):
    return FollowedLog.objects.get(origin=origin)


def registered(origin=THEIRS):
    return list(RegisteredAct.objects.filter(origin=origin).order_by("index"))


# -- following ------------------------------------------------------------------------------------


def test_a_certificate_of_the_partner_arrives_with_its_legal_time(partner, turns):
    issue = partner.issue()
    assert turns.follow(partner) > 0
    (found,) = find_issued(number=issue.number, issued_in="AZ", received_by="BY-1")
    assert found.raw.encode() == issue.raw
    assert found.legal_time == turns.clock()
    assert str(standing_of(issue.subject, at=turns.clock()).status) == "valid"
    row = followed()
    assert (row.status, row.size, row.publisher) == ("following", 2, "AZ-1")
    assert row.heartbeat < row.followed_at == turns.clock()
    assert [one.origin for one in followed_logs()] == [THEIRS]


def test_a_turn_without_news_does_nothing(partner, turns):
    turns.follow(partner)
    before = TrailEntry.objects.count()
    assert turns.follow(partner) == 0
    assert TrailEntry.objects.count() == before


def test_a_legal_time_is_that_of_the_first_head_that_covers(partner, turns):
    issue = partner.issue()
    turns.follow(partner)
    first = turns.clock()
    partner.issue("AZBY6001000002")
    turns.follow(partner)
    times = [row.legal_time for row in registered()]
    assert times == [first, first, turns.clock()]
    assert find_issued(number=issue.number)[0].legal_time == first


def test_a_long_log_is_registered_over_several_turns(partner, turns):
    partner.enter(*(b'{"entry":%d}' % number for number in range(300)))
    done = [turns.follow(partner) for _ in range(4)]
    assert len(registered()) == 301
    assert done[-1] == 0


def test_a_full_turn_asks_the_database_no_more_than_a_small_one(partner, turns):
    def statements(*numbers):
        acts = [az.Issue(f"AZBY6{number:09}", partner.clock()).raw for number in numbers]
        partner.enter(*acts)
        with CaptureQueriesContext(connection) as asked:
            turns.follow(partner)
        return len(asked)

    turns.follow(partner)
    one = statements(1)
    assert statements(*range(2, 32)) <= one + 10
    assert len(registered()) == 32


def test_what_waits_is_judged_on_all_cores_and_then_the_processes_go(partner, turns, monkeypatch):
    monkeypatch.setattr(worker, "MUCH", 9)
    monkeypatch.setattr(worker, "MOST", 8)
    monkeypatch.setattr(worker.os, "cpu_count", lambda: 2)
    turns.follow(partner)
    good = [az.Issue(f"AZBY6{number:09}", partner.clock()).raw for number in range(9)]
    partner.enter(*good, b"no act", good[0].replace(b'"CT"', b'"BX"'), *good[:5])
    follower, crews = turns.follower(partner), []
    for _ in range(4):
        follower.turn()
        crews.append(follower._crew)
    assert [crew is not None for crew in crews] == [True, False, False, False]
    voids = [row.void for row in registered()]
    assert len(voids) == 17
    assert [index for index, void in enumerate(voids) if void] == [10, 11]


def test_a_number_issued_twice_within_one_turn_is_seen(partner, turns):
    second = certificate_subject("AZ-1", "second")
    twin = az.Issue("AZBY6000000001", partner.clock(), subject=second).raw
    others = [az.Issue(f"AZBY600000000{number}", partner.clock()).raw for number in (1, 2)]
    partner.enter(*others, twin)
    turns.follow(partner)
    codes = Alarm.objects.values_list("code", flat=True)
    assert list(codes) == ["alarm.number_twice"] * 2


@pytest.mark.parametrize(
    "point",
    [
        "mirror.identity_written",
        "mirror.pending_written",
        "mirror.entries_written",
        "mirror.head_written",
        "mirror.cosigned",
        "mirror.not_registered",
        "mirror.registered",
    ],
)
def test_a_crash_is_finished_by_the_next_turn(partner, turns, point):
    issue = partner.issue()
    with crash_at(point), pytest.raises(Crash):
        turns.follow(partner)
    turns.follow(partner)
    assert [row.kind for row in registered()] == ["TermOpened", "Issued"]
    assert find_issued(number=issue.number)
    assert find_broken_link() is None


def test_what_lies_here_is_registered_while_the_line_is_dead(partner, turns):
    issue = partner.issue()
    with crash_at("mirror.not_registered"), pytest.raises(Crash):
        turns.follow(partner)
    assert not find_issued(number=issue.number)
    partner.faults[""] = httpx.ConnectError("refused")
    asked = len(partner.asked)
    with pytest.raises(UnknownError, match=r"line\.unreachable"):
        turns.follow(partner)
    assert find_issued(number=issue.number)
    assert len(partner.asked) == asked + 1  # who is not there is asked once a turn


def test_only_the_holder_of_the_lease_follows(partner, turns):
    turns.follow(partner)
    partner.issue()
    assert turns.follow(partner, "second") == 0
    assert turns.follow(partner, "first") > 0


def test_a_system_that_is_not_linked_says_so(partner, turns, folder):
    for place in (folder / "trust" / "AZ").iterdir():
        place.unlink()
    with pytest.raises(UnknownError, match=r"trust\.list_unknown"):
        turns.follow(partner)


# -- answers that can't be used -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "fault", "error"),
    [
        (f"log/{THEIRS}/checkpoint", b"\x00\xff garbage", MalformedError),
        (f"log/{THEIRS}/checkpoint", b"x" * 2_000_000, LimitError),
        (f"log/{THEIRS}/checkpoint", 500, UnknownError),
        (f"log/{THEIRS}/checkpoint", 302, UnknownError),
        (f"log/{THEIRS}/log.json", b"{}", MalformedError),
        (f"log/{THEIRS}/tile", 404, UnknownError),
        ("log", httpx.ReadTimeout("slow"), UnknownError),
        (f"mirror/{OURS}/cosigned/0", b"garbage", MalformedError),
        ("trust", b"not json", MalformedError),
        ("trust", 503, UnknownError),
    ],
)
def test_garbage_moves_nothing_and_is_forgotten(partner, turns, prefix, fault, error):
    turns.publish()
    issue = partner.issue()
    partner.faults[prefix] = fault
    with pytest.raises(error):
        turns.follow(partner)
    assert followed().status == "following"
    partner.faults.clear()
    turns.follow(partner)
    assert find_issued(number=issue.number)


def test_a_trust_list_that_nobody_can_believe_keeps_no_log_from_being_followed(partner, turns):
    issue = partner.issue()
    partner.faults["trust"] = b"{}"
    with pytest.raises(CertoriginError):
        turns.follow(partner)
    assert find_issued(number=issue.number)


# -- entries that count for nothing ---------------------------------------------------------------


def test_entries_that_are_no_acts_are_kept_and_count_for_nothing(partner, turns):
    partner.enter(b"\x00\xff\x00", b"{}", b'{"a":1}', "тест".encode())
    issue = partner.issue()
    turns.follow(partner)
    voids = [row.void for row in registered()]
    assert voids[0] == voids[-1] == ""
    assert all(voids[1:-1])
    assert find_issued(number=issue.number)


def test_an_act_whose_bytes_were_changed_after_the_seal_counts_for_nothing(partner, turns):
    issue = az.Issue("AZBY6001000001", turns.clock())
    partner.enter(issue.raw.replace("Вино".encode(), "Пиво".encode(), 1))
    turns.follow(partner)
    assert registered()[1].void
    assert not find_issued(number=issue.number)


def test_an_issue_of_somebody_elses_certificate_is_not_found(partner, turns):
    """The subject names who may issue it; a partner that publishes another's changes nothing."""
    subject = "urn:certorigin:certificate:BY-1:0001"
    partner.issue("AZBY6001000001", subject=subject)
    turns.follow(partner)
    assert str(standing_of(subject, at=turns.clock()).status) == "unknown"


# -- our own acts, countersigned ------------------------------------------------------------------


def test_countersignatures_give_our_acts_their_legal_time(partner, turns):
    turns.publish()
    act = prepare(at=turns.clock())
    turns.publish()
    assert SealedAct.objects.get(pk=act.pk).status == "published"
    early = bundle_of(act.pk)
    partner.follow(OURS)
    legal = turns.clock()
    turns.follow(partner)
    stored = SealedAct.objects.get(pk=act.pk)
    assert (stored.status, stored.mirrored_at) == ("mirrored", legal)
    assert {row.legal_time for row in registered(OURS)} == {legal}
    head = CosignedHead.objects.get()
    assert bundle_of(act.pk).proof.endswith(head.note.encode())
    assert bundle_of(act.pk).act == early.act == stored.sealed.encode()
    (shown,) = logs()
    assert (shown.cosigned_size, shown.cosigned_at) == (2, legal)


@pytest.mark.parametrize("point", ["mirror.cosigned_collected"])
def test_a_crash_after_collecting_is_finished_by_the_next_turn(partner, turns, point):
    turns.publish()
    partner.follow(OURS)
    with crash_at(point), pytest.raises(Crash):
        turns.follow(partner)
    assert not CosignedHead.objects.exists()
    turns.follow(partner)
    assert CosignedHead.objects.count() == 1


def test_a_countersigned_head_is_kept_once(partner, turns):
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    head = CosignedHead.objects.get()
    facts = {
        "origin": OURS,
        "sequence": 0,
        "size": head.size,
        "legal_time": head.legal_time,
        "at": turns.clock(),
    }
    before = TrailEntry.objects.count()
    store_cosigned_head(note=head.note.encode(), **facts)
    assert TrailEntry.objects.count() == before
    with pytest.raises(CertoriginError, match=r"log\.cosigned_altered"):
        store_cosigned_head(note=b"another", **facts)


def test_a_countersigned_head_that_our_log_never_had_is_kept_as_evidence(partner, turns):
    turns.publish()
    turns.sequencer().close()
    folder, old = settings.SYSTEM.log_folder(OURS), settings.SYSTEM.folder / "old-copy"
    shutil.copytree(folder, old)
    before = transaction.savepoint()
    prepare(at=turns.clock())
    turns.publish()
    partner.follow(OURS)
    # The disk breaks; database and folder come back from a copy that lacks the last entry.
    transaction.savepoint_rollback(before)
    turns.sequencer().close()
    shutil.rmtree(folder)
    shutil.copytree(old, folder)
    prepare(at=turns.clock())
    turns.publish()
    for _ in range(2):
        with pytest.raises(VerificationError, match=r"collect\.not_our_head"):
            turns.follow(partner)
    assert sorted(place.name for place in (folder / "evidence" / "0").iterdir()) == [
        "evidence.json",
        "ours",
        "reason.json",
        "theirs",
    ]
    assert not (folder / "evidence" / "1").exists()
    assert TrailEntry.objects.filter(action="log.forked", subject=OURS).count() == 1


def test_a_closed_term_is_asked_for_until_its_last_entry_is_countersigned(partner, turns):
    turns.publish()
    Log.objects.update(status="closed")
    assert origins_to_collect(CORRIDOR) == [OURS]
    partner.follow(OURS)
    turns.follow(partner)
    assert origins_to_collect(CORRIDOR) == []


def test_who_ends_in_good_order_leaves_the_lease_to_the_next_at_once(partner, turns):
    turns.follow(partner)
    partner.issue()
    turns.follower(partner, "second").end()
    turns.follower(partner, "first").end()
    turns.follower(partner, "second")._line = partner.line(turns.keyring)
    assert turns.follow(partner, "second") > 0


def test_a_line_leads_to_the_partner_of_the_settings(partner, turns):
    own = turns.follower(partner)
    own._line = None
    assert own._open_line().base_url == "http://127.0.0.1:8200/exchange"
    assert own._open_line() is own._line
    own.end()


def test_a_term_that_has_no_folder_yet_is_not_asked_for(partner, turns):
    Log.objects.create(origin=OURS, corridor=CORRIDOR, term="2026")
    turns.follow(partner)
    assert not [path for path in partner.asked if path.startswith("mirror")]
