"""What runs: loops, trust lists, logs, the line to each partner."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from certorigin_server.log.queries import logs
from certorigin_server.loops.queries import loop_states
from certorigin_server.mirror.queries import followed_logs, open_alarms
from certorigin_server.operate.doctor.note import bad, doubtful, good
from certorigin_server.operate.turn import NOTE_EVERY
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin_server.operate.doctor.note import Note
    from certorigin_server.settings.system import CorridorSettings, SystemSettings

# A loop says once a minute that it turns; after three it does not.
ASLEEP = timedelta(seconds=3 * NOTE_EVERY)
SOON = timedelta(days=30)
# A signed request is good for a few minutes: clocks further apart refuse each other.
APART = timedelta(seconds=60)
LINE_SECONDS = 5.0


def look_at_loops(at: datetime) -> Iterator[Note]:
    """Whether the loops turn, and what stops them."""
    states = list(loop_states())
    turned = [one.turned for one in states if one.turned is not None]
    if not turned or at - max(turned) > ASLEEP:
        yield bad("doctor.not_running")
        return
    for one in states:
        if one.fault:
            yield bad("doctor.loop_stopped", loop=one.name, fault=one.fault)
        elif one.turned is not None and at - one.turned > ASLEEP:
            yield doubtful("doctor.loop_asleep", loop=one.name)
    if not any(one.fault for one in states):
        yield good("doctor.loops", count=str(len(states)))


def look_at_trust(system: SystemSettings, at: datetime) -> Iterator[Note]:
    """Whether every state's list is there and has time left."""
    trust = get_trust()
    wanted = {system.state, *(one.partner.partition("-")[0] for one in system.corridors)}
    for state in sorted(wanted):
        if state not in trust.states:
            yield bad("doctor.no_list", state=state)
            continue
        newest = trust.newest(state)
        facts = {"state": state, "day": newest.contents.next_update.isoformat()}
        if newest.is_overdue(at):
            yield bad("doctor.list_overdue", **facts)
        elif newest.is_overdue(at + SOON):
            yield doubtful("doctor.list_ends", **facts)
        else:
            yield good("doctor.list", **facts)


def look_at_logs() -> Iterator[Note]:
    """Whether a log stands still, here or at the partner, and what waits for an administrator."""
    for followed in followed_logs():
        if followed.status == followed.Status.HALTED:
            facts = {"origin": followed.origin, "reason": followed.reason}
            yield bad("doctor.log_halted", **facts)
    waiting = open_alarms().count()
    if waiting:
        yield doubtful("doctor.alarms", count=str(waiting))
    for log in logs():
        if log.status == "open" and log.cosigned_size < log.size:
            missing = str(log.size - log.cosigned_size)
            yield doubtful("doctor.not_cosigned", origin=log.origin, count=missing)


def look_at_partner(corridor: CorridorSettings, at: datetime) -> Iterator[Note]:
    """Whether a partner answers, and whether its clock goes with ours."""
    if not corridor.partner_url:
        return
    facts = {"partner": corridor.partner}
    try:
        answer = httpx.get(f"{corridor.partner_url}/health", timeout=LINE_SECONDS, trust_env=False)
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except httpx.HTTPError as error:
        yield bad("doctor.partner_silent", reason=type(error).__name__, **facts)
    except ValueError:
        yield doubtful("doctor.partner_clock_unknown", **facts)
    else:
        seconds = str(round(abs((theirs - at).total_seconds())))
        if abs(theirs - at) > APART:
            yield bad("doctor.clocks_apart", seconds=seconds, **facts)
        else:
            yield good("doctor.partner", seconds=seconds, **facts)
