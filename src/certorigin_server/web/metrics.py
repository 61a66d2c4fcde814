"""What a monitoring system reads, as Prometheus takes it: lag, alarms, loops, sizes; no trade data.

The page is there for whoever shows the token in `keys/metrics-token`, and for nobody while there is
no such file: behind a proxy everybody comes from this machine.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.utils import timezone

from certorigin_server.log.queries import logs
from certorigin_server.loops.queries import loop_states
from certorigin_server.mirror.notices import notices_now
from certorigin_server.mirror.queries import followed_logs, numbers_twice, open_alarms
from certorigin_server.seal.queries import count_waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from django.http import HttpRequest

TOKEN = "metrics-token"  # noqa: S105 - the name of a file
_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple["Mapping[str, str]", float]
Family = tuple[str, str, "Iterable[Sample]"]


def read_metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every measure. Raises Http404 for whoever does not know the token."""
    place = settings.SYSTEM.keys_folder / TOKEN
    wanted = place.read_bytes().strip() if place.is_file() else b""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip().encode()
    if not wanted or not hmac.compare_digest(wanted, shown):
        raise Http404
    answer = HttpResponse(written(_families(timezone.now())), content_type=_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def written(families: Iterable[Family]) -> str:
    """Write families of gauges in the text format of Prometheus."""
    lines = []
    for name, told, samples in families:
        lines += [f"# HELP certorigin_{name} {told}", f"# TYPE certorigin_{name} gauge"]
        for labels, value in samples:
            inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in sorted(labels.items()))
            lines.append(f"certorigin_{name}{{{inner}}} {value:g}")
    return "\n".join(lines) + "\n"


def _families(at: datetime) -> Iterator[Family]:
    yield from _of_alarms(at)
    yield from _of_logs(at)
    yield from _of_loops(at)


def _of_alarms(at: datetime) -> Iterator[Family]:
    alarms = open_alarms().order_by().values_list("code").annotate(count=Count("pk"))
    counted = [({"code": code}, count) for code, count in alarms]
    yield "alarms", "Open alarms that nobody has noted.", counted
    twice = numbers_twice().count()
    yield "set_aside", "Certificates whose number was issued twice.", [({}, twice)]
    held = [
        ({"corridor": one}, sum(notice.holds(at) for notice in notices_now(one, at=at)))
        for one in _corridors()
    ]
    yield "service_disturbed", "Notices of disturbed service in force.", held


def _of_logs(at: datetime) -> Iterator[Family]:
    followed, own = list(followed_logs()), logs()
    sizes = [({"origin": log.origin, "status": log.status}, log.size) for log in followed]
    yield "mirror_entries", "Entries of a partner's log that were verified.", sizes
    beating = [log for log in followed if log.heartbeat is not None]
    ages = [({"origin": log.origin}, _age(log.heartbeat, at)) for log in beating]
    yield "mirror_age_seconds", "Age of the newest head of a partner's log.", ages
    halted = [({"origin": log.origin}, float(log.status == "halted")) for log in followed]
    yield "mirror_halted", "1 when a partner's log is stopped.", halted
    sizes = [({"origin": one.origin}, one.size) for one in own]
    yield "log_entries", "Entries of a log of ours.", sizes
    lags = [({"origin": one.origin}, one.size - one.cosigned_size) for one in own]
    yield "log_lag_entries", "Entries that the partner has not countersigned.", lags
    waiting = [
        ({"corridor": corridor, "step": step}, count)
        for corridor in _corridors()
        for step, count in count_waiting(corridor=corridor).items()
    ]
    yield "acts_waiting", "Acts on their way, by the next step.", waiting


def _of_loops(at: datetime) -> Iterator[Family]:
    loops = list(loop_states())
    turned = [one for one in loops if one.turned is not None]
    ages = [({"loop": one.name}, _age(one.turned, at)) for one in turned]
    yield "loop_age_seconds", "Time since a loop was last noted to turn.", ages
    failing = [
        ({"loop": one.name}, float(bool(one.fault) and one.fault_at == one.turned)) for one in loops
    ]
    yield "loop_failing", "1 when the last noted turn of a loop failed.", failing


def _corridors() -> list[str]:
    return [str(one.corridor) for one in settings.SYSTEM.corridors]


def _age(moment: datetime | None, at: datetime) -> float:
    return max(0.0, (at - moment).total_seconds()) if moment is not None else 0.0


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
