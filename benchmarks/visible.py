"""From the officer's click to the partner's customs: how long until a certificate is seen there.

Two whole installations, linked, with their web and loops as processes of their own, over HTTP on
loopback. First the line is idle: applications are decided, then one after another is certified,
and the partner's customs asks for the certificate until it is there. Then the partner's loops are
stopped while acts pile up in the log; they are started again, and measured is until all are
registered, and until a certificate is visible that was issued the moment the line was back. An hour
of cut is not waited for: what the partner finds after it is the same, many entries. Run it with the
folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.visible [--count 20] [--waiting 500] [--json]

The clock is the wall's; the load of the machine is told beside it.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from certorigin.errors import StandingError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.journeys.flow import Flow  # noqa: E402 - they lie beside this folder
from tests.journeys.states import copy_pair, make_template  # noqa: E402

PAUSE = 0.02
TOGETHER = 500  # acts of one transaction
PATIENCE = 3600.0

# Certificates of two lines, sealed by their body and its officer: they travel as any other, though
# no desk knows them.
PILE = f"""
sys.path.insert(0, {str(ROOT)!r})
import uuid
from dataclasses import replace
from types import SimpleNamespace
from django.db import transaction
from django.utils import timezone
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Kind
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import slots_of
from tests.library.standing.sample import CORRIDOR, certificate
of, name = "urn:certorigin:officer:BY:", "certifier-by"
body = SimpleNamespace(urn="urn:certorigin:body:BY:belcci-minsk")
officer = SimpleNamespace(username=name, officer_urn=of + name)
slots = slots_of(get_keyring(), body=body, officer=officer)
boxes = certificate()
by = replace(boxes.certification, body=body.urn, officer=officer.officer_urn)
def prepare(number, at):
    subject = certificate_subject("BY-1", f"waiting-{{number}}")
    today = replace(by, date=at.date())
    paper = replace(boxes, number=f"BYAZ69{{number:08}}", certification=today).to_data()
    name = f"urn:uuid:{{uuid.uuid4()}}"
    made = Act(name, Kind.ISSUED, body.urn, at, CORRIDOR, subject, paper)
    prepare_act(act=made, slots=slots, by="", at=at)
at = timezone.now().replace(microsecond=0)
with transaction.atomic():
    for number in range(*map(int, sys.argv[1:])):
        prepare(number, at)
"""


def wait_until(holds):
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise SystemExit("it never came")
        time.sleep(PAUSE)


def is_visible(customs, subject):
    try:
        customs.ask("GET", f"/mirror/certificate/{subject}")
    except StandingError:
        return False
    return True


def seconds_until_visible(flow, pair, application):
    """From the answer to the certifying officer until the partner's customs sees it."""
    customs = flow.person(pair["AZ"], "customs")
    made = flow.certify(pair["BY"], application)
    start = time.monotonic()
    wait_until(lambda: is_visible(customs, made["id"]))
    return time.monotonic() - start


def registered(state):
    return sum(state.account("sizes")["registered"].values())


def logged(state):
    return sum(state.account("sizes")["logs"].values())


def after_a_cut(flow, pair, waiting, application):
    """Stop the partner's loops, let acts pile up, start them: seconds until everything is there."""
    by, az = pair["BY"], pair["AZ"]
    az.end("loops")
    before = logged(by)
    began = time.monotonic()
    for first in range(0, waiting, TOGETHER):
        by.must_run(PILE, str(first), str(min(first + TOGETHER, waiting)))
    wait_until(lambda: logged(by) >= before + waiting)
    logged_after = time.monotonic() - began
    az.launch("loops")
    start = time.monotonic()
    visible = seconds_until_visible(flow, pair, application)
    wait_until(lambda: registered(az) >= before + waiting)
    return {
        "certificate_visible_s": round(visible, 2),
        "load": [round(one, 1) for one in os.getloadavg()],
        "prepared_sealed_and_logged_before_s": round(logged_after, 2),
        "registered_s": round(time.monotonic() - start, 2),
        "waiting": waiting,
    }


def measure(count, waiting):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template").mkdir()
        (folder / "states").mkdir()
        pair = copy_pair(make_template(folder / "template"), folder / "states")
        flow = Flow(pair)
        try:
            pair.start()
            ready = [flow.ready(pair["BY"]) for _ in range(count + 1)]
            times = [seconds_until_visible(flow, pair, one) for one in ready[1:]]
            cut = after_a_cut(flow, pair, waiting, ready[0]) if waiting else None
        finally:
            flow.close()
            pair.stop()
    hundredths = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "after_a_cut": cut,
        "count": count,
        "idle_median_s": round(statistics.median(times), 3),
        "idle_p99_s": round(hundredths[98], 3),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--waiting", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print one JSON object alone")
    arguments = parser.parse_args()
    result = measure(arguments.count, arguments.waiting)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:<20}{value}")
    print(json.dumps(result, sort_keys=True))


if __name__ == "__main__":
    main()
