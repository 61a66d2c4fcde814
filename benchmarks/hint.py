"""From seal to visible at the partner, with a hint and without, at the interval of one second.

Two national systems on this machine, an idle line, one act at a time, at random moments. The time
begins when the seal is stored and ends when the partner's register holds the act. The limit is what
resting alone costs: without a hint half an interval on average. Run it with the folder above
`benchmarks` as working folder.

    .venv/bin/python -m benchmarks.hint [--count 30] [--only with]
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from certorigin_server.operate.demo.systems import NationalSystem, certorigin_command, free_port

INTERVAL = 1.0
PAUSES = (0.8, 2.6)  # seconds from one act to the next, evenly between the two
PREPARE = """
import os, sys, uuid
os.environ["CERTORIGIN_DIR"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "certorigin_server.settings.project"
import django
django.setup()
from datetime import UTC, date, datetime
from django.conf import settings
from certorigin.seal.prepared import Slot
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import Annulment, CertificateReference
from certorigin_server.seal.choice import installation_sealer
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act

(corridor,), name = settings.SYSTEM.corridors, settings.SYSTEM.installation
issuer = f"urn:certorigin:installation:{name}"
for line in sys.stdin:
    at = datetime.now(UTC).replace(microsecond=0)
    gateway = installation_sealer(get_keyring(), "gateway", at=at)
    known = CertificateReference("ST-1", "BYAZ6001000001", date(2026, 5, 16), "BY")
    body = Annulment(known, "error_in_certificate", "", at, issuer).to_data()
    subject = certificate_subject(name, line.strip())
    name_of_act = f"urn:uuid:{uuid.uuid4()}"
    act = Act(name_of_act, Kind.ANNULLED, issuer, at, corridor.corridor, subject, body)
    prepare_act(act=act, slots=[Slot(issuer, gateway.key, gateway.suite)], by="", at=at)
"""


def rows(system, query):
    with sqlite3.connect(f"file:{system.folder}/database.sqlite3?mode=ro", uri=True) as database:
        return dict(database.execute(query))


def moment(text):
    return datetime.fromisoformat(text.replace(" ", "T"))


def run(*arguments):
    command = [*certorigin_command(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def set_up(ours, theirs, root: Path):
    """Make both systems and link them, however long a busy machine takes."""
    said = {}
    for system, partner in ((ours, theirs), (theirs, ours)):
        facts = [f"--state={system.state}", f"--port={system.port}", f"--interval={INTERVAL}"]
        facts += [f"--partner={partner.installation}", f"--partner-url={partner.url}"]
        run("init", system.folder, *facts)
        card = run("link", "card", system.folder, root / f"{system.state}.json")
        said[system.state] = card.partition(": ")[2].strip()
    for system, partner in ((ours, theirs), (theirs, ours)):
        card = root / f"{partner.state}.json"
        run("link", "adopt", system.folder, card, f"--fingerprint={said[partner.state]}")


def measure(root: Path, count: int, *, hint: float):
    """Return the seconds from seal to register, one for each act."""
    ours, theirs = (NationalSystem(state, root / state, free_port(0)) for state in ("BY", "AZ"))
    set_up(ours, theirs, root)
    try:
        for system in (ours, theirs):
            settings = system.folder / "system.toml"
            text = settings.read_text("utf-8")
            settings.write_text(text.replace("hint = 2.0", f"hint = {hint}"), "utf-8")
            system.start()
        time.sleep(30)  # both have opened their terms and met
        with subprocess.Popen(
            [sys.executable, "-c", PREPARE, str(ours.folder)], stdin=subprocess.PIPE, text=True
        ) as preparing:
            moments = random.Random(20261123)
            for number in range(count):
                preparing.stdin.write(f"{number}\n")
                preparing.stdin.flush()
                time.sleep(moments.uniform(*PAUSES))
            preparing.stdin.close()
        time.sleep(4)
        of_benchmark = "subject LIKE 'urn:certorigin:certificate:%'"
        sealed = rows(ours, f"SELECT id, sealed_at FROM seal_sealedact WHERE {of_benchmark}")
        seen = rows(
            theirs, f"SELECT act, registered_at FROM standing_registeredact WHERE {of_benchmark}"
        )
        return [(moment(seen[act]) - moment(sealed[act])).total_seconds() for act in sealed]
    finally:
        ours.stop()
        theirs.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--only", choices=("without", "with"))
    arguments = parser.parse_args()
    told = {"interval": INTERVAL, "count": arguments.count}
    for name, hint in (("without", 0.0), ("with", 2.0)):
        if arguments.only not in {None, name}:
            continue
        with tempfile.TemporaryDirectory(prefix="certorigin-hint-") as folder:
            found = sorted(measure(Path(folder), arguments.count, hint=hint))
        told[name] = {
            "median": round(statistics.median(found), 3),
            "p99": round(found[min(len(found) - 1, int(len(found) * 0.99))], 3),
            "most": round(found[-1], 3),
            "load": [round(one, 1) for one in os.getloadavg()],
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
