"""The day on which a corridor begins: what is older belongs to paper."""

from datetime import date

import pytest

from certorigin.recognition.report import Outcome
from certorigin.recognition.verify import verify
from certorigin.seal.trust.entries import CorridorSettings
from tests.library.recognition.world import CORRIDOR, MAX_AGE, minutes, trust

CERTIFIED = date(2026, 5, 16)


def settled(*, by=None, az=None):
    """Trust lists in which each state names the day that it wants, or none."""

    def corridor(start):
        made = CorridorSettings(CORRIDOR, MAX_AGE, ("electronic-only",), ("ST-1",), True, (), start)
        return {"corridors": [made]}

    return trust(by=corridor(by), az=corridor(az))


@pytest.mark.parametrize(
    ("by", "az"),
    [
        (None, None),
        (CERTIFIED, None),
        (None, date(2026, 1, 1)),
        (CERTIFIED, CERTIFIED),
    ],
)
def test_a_certificate_of_the_first_day_or_later_is_recognised(world, bundle, by, az):
    report = verify(bundle, trust=settled(by=by, az=az), at=minutes(2), mirrors=[world.view()])
    assert report.bottom_line is Outcome.RECOGNISED


@pytest.mark.parametrize("mirrored", [True, False])
@pytest.mark.parametrize(
    ("by", "az"),
    [(date(2026, 5, 17), None), (None, date(2026, 5, 17)), (CERTIFIED, date(2026, 6, 1))],
)
def test_an_older_one_is_undetermined_by_the_later_of_both_days(world, bundle, by, az, mirrored):
    """It may lie in the log from a trial: a true seal makes it no electronic certificate."""
    mirrors = [world.view()] if mirrored else []
    report = verify(bundle, trust=settled(by=by, az=az), at=minutes(2), mirrors=mirrors)
    found = report.parts["registration"]
    later = max(day for day in (by, az) if day)
    assert (found.code, found.facts) == (
        "registration.before_start",
        {"date": "2026-05-16", "start": later.isoformat()},
    )
    assert report.bottom_line is Outcome.UNDETERMINED
