"""Rows that somebody altered past every trigger: the first entry that is wrong is named."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Replace

from certorigin_server.log.models import Log
from certorigin_server.mirror.compare import compare_all
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.trail.guards import Guard
from tests.server.acts import prepare
from tests.server.turns import OURS, THEIRS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture
def settled(partner, turns):
    """Four entries of ours, two of the partner's, all with their legal time; no guards."""
    partner.issue()
    for _ in range(3):
        prepare(at=turns.clock.tick())
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    turns.sequencer().close()
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        for table in ("standing_registeredact", "seal_sealedact"):
            Guard(table).remove(editor)


def told():
    return {one.origin: (one.code, one.index) for one in compare_all() if not one.agrees}


def at(index, origin=OURS):
    return RegisteredAct.objects.filter(origin=origin, index=index)


def flip(name):
    return Replace(F(name), Value('"urn'), Value('"uRn'))


def flip_in_folder(place):
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(data)


DAMAGES = {
    "a byte of a row": (lambda: at(2).update(raw=flip("raw")), OURS, "register.row_altered", 2),
    "a digest": (lambda: at(1).update(digest="0" * 64), OURS, "register.row_altered", 1),
    "a row of the partner's": (
        lambda: at(1, THEIRS).update(raw=flip("raw")),
        THEIRS,
        "register.row_altered",
        1,
    ),
    "a row that is gone": (lambda: at(1)._raw_delete("default"), OURS, "register.row_missing", 1),
    "a legal time": (
        lambda: at(3).update(legal_time=F("registered_at")),
        OURS,
        "register.time_differs",
        3,
    ),
    "a row too many": (lambda: at(3).update(index=9), OURS, "register.row_missing", 3),
    "the sealed bytes": (
        lambda: SealedAct.objects.filter(log_index=2).update(sealed=flip("sealed")),
        OURS,
        "register.act_differs",
        2,
    ),
    "the head": (
        lambda: Log.objects.update(head=Replace(F("head"), Value("\n4\n"), Value("\n3\n"))),
        OURS,
        "register.head_differs",
        3,
    ),
    "an entry in the folder": (
        lambda: flip_in_folder(settings.SYSTEM.log_folder(OURS) / "tile/entries/000.p/4"),
        OURS,
        "log.entry_altered",
        3,
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_first_entry_that_differs_is_named(settled, name):
    damage, origin, code, index = DAMAGES[name]
    assert told() == {}
    damage()
    assert told() == {origin: (code, index)}
