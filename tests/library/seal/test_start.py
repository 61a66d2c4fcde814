"""The first day of a corridor, and one more installation of a state: what a draft makes of them."""

from dataclasses import replace
from datetime import date

import pytest

from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.trust.change import join, with_corridor
from certorigin.seal.trust.entries import Installation, Key
from tests.library.seal.samples import (
    ALWAYS,
    CHAMBER,
    az_draft,
    draft,
    keys,
    known,
    sealer,
    settings,
)

SECOND = "urn:certorigin:installation:BY-2"


def test_a_corridor_begins_on_the_later_of_both_days_and_keeps_it_when_other_settings_change():
    first, later = settings(start=date(2026, 9, 1)), date(2026, 10, 1)
    assert known(draft(corridors=[first])).corridor(first.id) == first
    theirs = settings(start=later)
    trust = known(draft(corridors=[first]), az_draft(corridors=[theirs]))
    assert trust.corridor(first.id).start == later
    trust = known(draft(corridors=[first]), az_draft())
    assert trust.corridor(first.id).start == first.start
    changed = with_corridor(draft(corridors=[first]), settings(max_head_age=7))
    assert changed.corridors == (settings(max_head_age=7, start=first.start),)
    moved = with_corridor(changed, settings(start=later))
    assert moved.corridors == (settings(start=later),)


def second(**changes):
    """The draft that another installation of BY made for itself, with the chamber's name again."""
    members = {
        "installations": [Installation(SECOND, "Customs", ("customs",), ALWAYS)],
        "bodies": [replace(one, name="another name") for one in draft().bodies[:1]],
        "officers": [],
        "keys": [Key(sealer("BY-2 witness").key, SECOND, ("witness",), ALWAYS)],
        "corridors": [settings(max_head_age=1)],
    }
    return draft(**(members | changes))


def test_a_second_installation_joins_with_its_keys_and_changes_nothing_that_is_there():
    joined = join(draft(version=2), second())
    assert [one.id for one in joined.installations] == [draft().installations[0].id, SECOND]
    assert [one.name for one in joined.bodies if one.id == CHAMBER] == ["Палата"]
    assert {one.controller for one in joined.keys} >= {SECOND}
    assert joined.corridors == (settings(),)
    trust = known(draft(), joined, az_draft())
    assert [key.controller for key in trust.keys_of(SECOND, "witness")] == [SECOND]


def test_who_is_no_second_installation_of_the_state_does_not_join():
    with pytest.raises(MalformedError, match=r"trust\.join_other_state"):
        join(draft(), az_draft())
    with pytest.raises(ConflictError, match=r"trust\.joined_already"):
        join(draft(), draft(keys=keys()[:1]))
    with pytest.raises(ConflictError, match=r"trust\.key_listed_already"):
        join(draft(), second(keys=keys()[:1]))
