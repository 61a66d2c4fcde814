"""A partner state for engineers: it links with a system, misbehaves in twelve ways, and reports.

    python -m tests.conformance card FOLDER --state AZ --partner BY
    python -m tests.conformance run FOLDER --card BY.card --system http://127.0.0.1:8101 \\
        --port 8102 --lift "certorigin mirror lift …" --json

`card` makes the simulated state, writes its card and prints its fingerprint; the system under test
adopts the card and names this address as its partner's. `run` plays the scenes and exits with 0
only if the system did in each what docs/spec/mirror.md and docs/spec/exchange.md ask for. It
imports nothing from certorigin.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.conformance.scenes import SCENES, DiffersError, Play
from tests.conformance.server import Server
from tests.conformance.state import State, read_card
from tests.simulator import COSIGNATURE, NoteKey, WrongError, base58_decode

ATTEMPT = "simulated-state.json"


def make(arguments):
    """Make the state and write its card; doing it again gives the same one."""
    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=10)
    settings = {
        "code": arguments.state,
        "partner": arguments.partner,
        "agreement": arguments.agreement,
        "term": arguments.term,
        "seed": arguments.seed,
        "began": began.isoformat(),
    }
    place = folder / ATTEMPT
    if not place.exists():
        place.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
    state = load(folder)
    card = folder / f"{state.code}.card"
    card.write_bytes(state.card())
    print(f"{state.code}: {state.fingerprint}")
    return 0


def load(folder):
    settings = json.loads((folder / ATTEMPT).read_text("utf-8"))
    settings["seed"] = settings["seed"].encode()
    settings["began"] = datetime.fromisoformat(settings["began"])
    state = State(**settings)
    state.trust_list(at=state.began)
    return state


def keys_of(subject, role):
    return [key["key"] for key in subject["keys"] if role in key["roles"]]


def witness_of(subject):
    """Return the key with which the system under test cosigns, from its own trust list."""
    (multibase,) = keys_of(subject, "witness")
    public = base58_decode(multibase.removeprefix("z")).removeprefix(b"\xed\x01")
    (installation,) = [one["id"].rpartition(":")[2] for one in subject["installations"]]
    return NoteKey(f"certorigin/{installation}/witness", COSIGNATURE, public)


def play(arguments):
    """Play every scene; return 0 when all were met as they should be."""
    state = load(Path(arguments.folder))
    subject = read_card(Path(arguments.card).read_bytes())
    tell = (lambda text: None) if arguments.json else (lambda text: print(text, flush=True))
    chosen = [scene for scene in SCENES if arguments.only in {None, scene.__name__}]
    with Server(arguments.port, keys_of(subject, "exchange")) as server:
        stage = Play(state, server, arguments.system, witness_of(subject), arguments.lift, tell)
        stage.publish()
        stage.expect_cosigned(1)
        report = [one_scene(stage, scene, tell) for scene in chosen]
        unsigned = sorted(set(server.unsigned))
    passed = sum(line["held"] for line in report)
    whole = {
        "format": "certorigin-conformance/v1",
        "system": arguments.system,
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "held": passed,
        "of": len(report),
        "unsigned_requests": unsigned,
        "scenes": report,
    }
    if arguments.json:
        print(json.dumps(whole, ensure_ascii=False, indent=2))
    tell(f"{passed} of {len(report)} held; unsigned requests: {len(unsigned)}")
    return 0 if passed == len(report) and not unsigned else 1


def one_scene(stage, scene, tell):
    name, began = scene.__name__, time.monotonic()
    tell(f"{name}: {scene.__doc__}")
    try:
        held, said = True, scene(stage)
    except (DiffersError, WrongError) as error:
        held, said = False, str(error)
        stage.server.heal()
    tell(f"  {'held' if held else 'DIFFERS'}: {said}")
    return {
        "scene": name,
        "shows": scene.__doc__,
        "held": held,
        "seen": said,
        "seconds": round(time.monotonic() - began, 1),
    }


def read_arguments(given):
    parser = argparse.ArgumentParser(
        prog="partner-simulator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(required=True)
    card = verbs.add_parser("card", help="make the simulated state and write its card")
    card.add_argument("folder")
    card.add_argument("--state", default="AZ", help="the state that is simulated")
    card.add_argument("--partner", default="BY", help="the state of the system under test")
    card.add_argument("--agreement", default="CIS-2009")
    card.add_argument("--term", default=str(datetime.now(UTC).year))
    card.add_argument("--seed", default="simulated state", help="its keys are made from this text")
    card.set_defaults(run=make)
    run = verbs.add_parser("run", help="play the scenes and report")
    run.add_argument("folder")
    run.add_argument("--card", required=True, help="the card of the system under test")
    run.add_argument("--system", required=True, help="its address, without /exchange")
    run.add_argument("--port", type=int, required=True, help="where the simulated state listens")
    run.add_argument("--lift", required=True, help="what its operator types to lift a stop")
    run.add_argument("--only", choices=[scene.__name__ for scene in SCENES])
    run.add_argument("--json", action="store_true")
    run.set_defaults(run=play)
    return parser.parse_args(given)


def main():
    arguments = read_arguments(sys.argv[1:])
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
