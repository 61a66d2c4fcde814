"""The trail: one chain, written with the act, changed by nobody without being found out."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certorigin.audit.chain import START, entry_hash
from certorigin_server.trail import queries
from certorigin_server.trail.guards import Guard
from certorigin_server.trail.models import TrailEntry, TrailHead
from certorigin_server.trail.queries import (
    TrailFilter,
    actions,
    entries_about,
    find_broken_link,
    find_entries,
    latest,
)
from certorigin_server.trail.services import record, together

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 20, 9, 30, 15, 999_999, tzinfo=UTC)


def write(count):
    for number in range(count):
        record(by="olga", at=AT, action="test.done", subject=f"urn:x:{number}", outcome="ok")


class Editor:
    """As much of a schema editor as a guard needs, inside the transaction of a test."""

    connection = connection

    @staticmethod
    def execute(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def unguarded():
    """Someone with the database's password took the triggers off."""
    Guard("trail_trailentry").remove(Editor)


def test_entries_are_chained_from_the_start():
    write(3)
    first, second, third = TrailEntry.objects.all()
    assert first.previous == START
    assert (second.previous, third.previous) == (first.hash, second.hash)
    head = TrailHead.objects.get()
    assert (head.sequence, head.hash) == (3, third.hash)
    assert find_broken_link() is None


def test_an_empty_trail_is_sound():
    assert find_broken_link() is None


def test_moments_are_kept_in_whole_seconds():
    write(1)
    assert TrailEntry.objects.get().at.microsecond == 0


def test_facts_are_written_in_one_order():
    record(by="", at=AT, action="a", subject="s", beta="2", alpha="1")
    assert TrailEntry.objects.get().facts == '{"alpha":"1","beta":"2"}'


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a test outside a transaction")
def test_the_trail_is_written_inside_a_transaction_only():
    with pytest.raises(RuntimeError):
        write(1)


def test_an_act_that_is_rolled_back_leaves_no_entry():
    write(1)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert TrailEntry.objects.count() == TrailHead.objects.get().sequence == 1
    write(1)
    assert find_broken_link() is None


@pytest.mark.parametrize(
    "column", ["actor", "action", "subject", "facts", "previous", "hash", "sequence", "at"]
)
def test_the_database_refuses_to_change_an_entry(column):
    write(1)
    value = {"sequence": 7, "at": AT}.get(column, "other")
    with pytest.raises(IntegrityError), transaction.atomic():
        TrailEntry.objects.update(**{column: value})


def test_the_database_refuses_to_delete_an_entry():
    write(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrailEntry.objects.all().delete()
    assert TrailEntry.objects.count() == 2


@pytest.mark.parametrize("column", ["actor", "action", "subject", "facts", "previous", "hash"])
def test_a_changed_entry_is_found(unguarded, column):
    write(3)
    TrailEntry.objects.filter(sequence=2).update(**{column: "0" * 64})
    assert find_broken_link() == 2


def test_a_changed_moment_is_found(unguarded):
    write(3)
    TrailEntry.objects.filter(sequence=2).update(at=datetime(2026, 1, 1, tzinfo=UTC))
    assert find_broken_link() == 2


@pytest.mark.parametrize(("gone", "found"), [(1, 1), (2, 2)])
def test_a_missing_entry_is_found(unguarded, gone, found):
    write(3)
    TrailEntry.objects.filter(sequence=gone).delete()
    assert find_broken_link() == found


def test_entries_that_changed_places_are_found(unguarded):
    write(3)
    TrailEntry.objects.filter(sequence=2).update(sequence=9)
    TrailEntry.objects.filter(sequence=3).update(sequence=2)
    TrailEntry.objects.filter(sequence=9).update(sequence=3)
    assert find_broken_link() == 2


def test_a_trail_cut_at_its_end_is_found(unguarded):
    write(3)
    TrailEntry.objects.filter(sequence=3).delete()
    assert find_broken_link() == 3


def test_a_trail_that_grows_while_it_is_read_is_sound(monkeypatch):
    write(3)
    left = [1]

    def hash_while_somebody_writes(**said):
        if left:
            write(left.pop())
        return entry_hash(**said)

    monkeypatch.setattr(queries, "entry_hash", hash_while_somebody_writes)
    assert find_broken_link() is None
    assert queries.get_head()[0] == 4


def test_an_entry_behind_the_head_is_found(unguarded):
    write(3)
    head = TrailHead.objects.get()
    write(1)
    head.save()
    assert find_broken_link() == 4


def test_the_trail_is_read_by_subject_and_from_the_end():
    write(3)
    assert [one.sequence for one in entries_about("urn:x:1")] == [2]
    assert [one.sequence for one in latest(2)] == [3, 2]


# -- what the auditor asks ------------------------------------------------------------------------


def plan_of(statement):
    """The plan that the database would choose for a table of any size."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    "wanted",
    [
        TrailFilter(),
        TrailFilter(actor="olga"),
        TrailFilter(action="trail.read"),
        TrailFilter(subject="urn:x:1"),
        TrailFilter(start=AT, end=AT),
    ],
    ids="all actor action subject period".split(),
)
def test_a_page_of_a_long_trail_goes_by_an_index(wanted):
    with CaptureQueriesContext(connection) as captured:
        find_entries(wanted, before=1_000_000)
    plan = plan_of(captured[0]["sql"])
    assert "Seq Scan" not in plan
    assert "SCAN" not in plan
    assert "ndex" in plan.lower()


def test_every_kind_of_act_is_named_once():
    write(3)
    record(by="", at=AT, action="a.done", subject="s")
    assert actions() == ["a.done", "test.done"]


def test_what_is_recorded_together_is_one_part_of_the_chain_in_its_order():
    """Whoever writes holds the head until the end: it is taken last, and once."""
    record(by="", at=AT, action="first.done", subject="urn:x:first")
    with CaptureQueriesContext(connection) as asked, together():
        write(3)
        with together():
            record(by="", at=AT, action="inner.done", subject="urn:x:inner")
        assert not TrailEntry.objects.filter(subject="urn:x:0").exists()
    heads = [one for one in asked.captured_queries if "trail_trailhead" in one["sql"]]
    assert len(heads) == 2  # read and moved
    subjects = TrailEntry.objects.order_by("sequence").values_list("subject", flat=True)
    assert list(subjects) == ["urn:x:first", "urn:x:0", "urn:x:1", "urn:x:2", "urn:x:inner"]
    assert find_broken_link() is None


def test_of_a_block_that_fails_nothing_is_recorded_and_the_next_goes_its_own_way():
    def fail():
        with together():
            write(2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not TrailEntry.objects.exists()
    write(1)
    assert TrailEntry.objects.count() == 1


def test_what_is_taken_back_to_a_savepoint_takes_its_entries_with_it():
    with together():
        write(1)
        with transaction.atomic():
            record(by="", at=AT, action="lost.done", subject="urn:x:lost")
            transaction.set_rollback(True)
        with transaction.atomic(savepoint=False):
            record(by="", at=AT, action="kept.done", subject="urn:x:kept")
    subjects = TrailEntry.objects.order_by("sequence").values_list("subject", flat=True)
    assert list(subjects) == ["urn:x:0", "urn:x:kept"]
    assert find_broken_link() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a test outside a transaction")
def test_nothing_is_recorded_together_outside_a_transaction():
    with pytest.raises(RuntimeError), together():
        pass
