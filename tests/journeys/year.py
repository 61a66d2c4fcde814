"""A clock that both states of a story read; it runs ahead where a story needs months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from certorigin_server.operate.demo.samples import read_samples
from tests.journeys.invariants import settle

CLOCK = Path(__file__).parent / "clock"


class Clock:
    """How far both states are ahead of the machine."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.set(0.0)

    def set(self, seconds: float) -> None:
        self.seconds = round(seconds)
        waiting = self.place.with_suffix(".new")
        waiting.write_text(str(self.seconds), "ascii")
        waiting.replace(self.place)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    def run_to(self, moment: datetime) -> None:
        self.set(self.seconds + (moment - self.now()).total_seconds() + 1)

    def samples(self) -> dict:
        """The samples, with the days of the story."""
        return {one.name: one for one in read_samples(self.now().date())}


def live_by(clock: Clock, pair) -> None:
    """Let both states live by a clock, once they are started."""
    for state in pair:
        state.environment |= {"PYTHONPATH": str(CLOCK), "JOURNEY_CLOCK": str(clock.place)}


def begin_a_day(clock: Clock, pair, flow) -> None:
    """Let both states be up, at an hour at which every calendar shows one day."""
    pair.start()
    if not 6 <= clock.now().hour < 16:
        tomorrow = clock.now() + timedelta(days=1)
        go_to(clock, flow, tomorrow.replace(hour=6, minute=0))
        settle(pair)


def go_to(clock, flow, moment):
    """Let time pass for everybody; who was signed in is so no more."""
    clock.run_to(moment)
    flow.close()
