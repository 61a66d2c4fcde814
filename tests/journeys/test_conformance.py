"""The partner simulator, run as its guide says, finds our system well behaved in twelve scenes."""

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from certorigin_server.operate.demo.systems import certorigin_command
from tests.conformance.scenes import SCENES
from tests.data import ROOT
from tests.journeys.states import PATIENCE, plain_environment
from tests.ports import own_port

pytestmark = [pytest.mark.journey]


def run(*command):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=plain_environment()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def certorigin(*arguments):
    return run(*certorigin_command(), *arguments)


def simulator(*arguments):
    return run(sys.executable, "-m", "tests.conformance", *arguments)


@pytest.fixture
def system(tmp_path):
    """A system of Belarus that was linked with the simulated state, up."""
    port, partner = own_port(), own_port()
    folder = tmp_path / "by"
    plan = ("--state", "BY", "--partner", "AZ-1", "--interval", "0.1", "--heartbeat", "2")
    addresses = ("--partner-url", f"http://127.0.0.1:{partner}", "--port", str(port))
    certorigin("init", str(folder), *plan, *addresses)
    heard = simulator("card", str(tmp_path / "az")).partition(": ")[2].strip()
    certorigin("link", "card", str(folder), str(tmp_path / "BY.card"))
    card = str(tmp_path / "az" / "AZ.card")
    certorigin("link", "adopt", str(folder), card, "--fingerprint", heard)
    said = tmp_path / "serve.txt"
    with said.open("wb") as out:
        command = [*certorigin_command(), "serve", "--dir", str(folder)]
        serve = subprocess.Popen(command, stdout=out, stderr=out, env=plain_environment())
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", said)
        yield folder, port, partner
    finally:
        serve.terminate()
        serve.wait(PATIENCE)


def _wait_until_healthy(url, said):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"the system did not come up: {said.read_text('utf-8', 'replace')[-2000:]}")


def lift_command(folder: Path) -> str:
    """Return what the operator types; the mirror's folder comes into being later."""
    mirror = f"$(dirname $(find {folder}/mirror -name log.json))"
    words = " ".join(certorigin_command())
    return f"{words} mirror lift {mirror} --trust {folder}/trust --by operator --remark again"


def test_every_scene_holds(system, tmp_path):
    folder, port, partner = system
    said = simulator(
        *("run", str(tmp_path / "az"), "--card", str(tmp_path / "BY.card"), "--json"),
        *("--system", f"http://127.0.0.1:{port}", "--port", str(partner)),
        *("--lift", lift_command(folder)),
    )
    report = json.loads(said)
    assert [line["scene"] for line in report["scenes"]] == [scene.__name__ for scene in SCENES]
    assert (report["held"], report["of"]) == (12, 12)
    assert report["unsigned_requests"] == []
