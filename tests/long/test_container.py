"""Two states in containers: the page and compose.yaml word for word, then work, and kills.

Needs podman, podman-compose and both images: that of this source, built as the page says, and
PostgreSQL's. Where one is missing, or no container can be started, it says so and skips. The test
adds a port on loopback and the exporters of the stories; all volumes and networks go at its end.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from functools import partial

import pytest
import yaml

from certorigin_server.operate.demo.systems import NationalSystem, free_port
from tests.data import ROOT
from tests.debian import steps
from tests.journeys.flow import SAMPLE, Flow
from tests.journeys.states import Pair, sample_named, wait_for, write_traders
from tests.long.states import Stubborn

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(1200)]
PAGE = ROOT / "docs/operate/container.md"
RECIPE = ROOT / "docs/operate/container/compose.yaml"
# Never that of compose.yaml: somebody's own states may run here, and these go with their volumes.
PROJECT = "certorigin-tested"
STATES = {"BY": 8101, "AZ": 8102}
IMAGES = {one["image"] for one in yaml.safe_load(RECIPE.read_text())["services"].values()}
PROCESS = "cat /proc/1/status; touch /usr/of-ours /var/of-ours; id -u"


def podman(*words, check=True):
    done = subprocess.run(["podman", *words], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"podman {words}: {done.stdout}{done.stderr}"
    return done


def require_containers():
    for program in ("podman", "podman-compose"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on this machine")
    for image in IMAGES:
        if podman("image", "exists", image, check=False).returncode:
            pytest.skip(f"the image {image} is not here; docs/operate/container.md says whence")
    words = ("--rm", "--network=none", "--entrypoint", "true")
    tried = podman("run", *words, "certorigin", check=False)
    if tried.returncode:
        pytest.skip(f"no container can be started here: {tried.stderr.strip()[-300:]}")


class Compose:
    """A copy of the recipe's folder, in which commands are typed."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(RECIPE, folder)

    def __call__(self, command):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env={**os.environ, "COMPOSE_PROJECT_NAME": PROJECT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def add(self, ports):
        """The port and the exporters of a state are this test's; compose reads a second file."""
        services = {}
        for state, traders in write_traders(self.folder).items():
            traders.chmod(0o644)
            services[state.lower()] = {
                "ports": [f"127.0.0.1:{ports[state]}:{STATES[state]}"],
                "volumes": [f"./{traders.name}:/traders.toml:ro"],
            }
        text = yaml.safe_dump({"services": services})
        (self.folder / "compose.override.yaml").write_text(text)


def fingerprints(said):
    return dict(re.findall(r"^(BY|AZ): ((?:[0-9a-f]{4} ?){8})", said, re.MULTILINE))


def follow(compose):
    """What the page says, from passwords to two states that are up."""
    said = ""
    for _, text in steps(PAGE):
        command = text.replace(" init system ", " init system --more /traders.toml ")
        said += compose(command.replace("-v certorigin_", f"-v {PROJECT}_"))
    heard = fingerprints(said)
    assert set(heard) == set(STATES), said
    for state, partner in (("BY", "AZ"), ("AZ", "BY")):
        link = f"link adopt system {partner}.card --fingerprint '{heard[partner].strip()}'"
        compose(f"podman-compose run --rm {state.lower()} {link}")
    compose("podman-compose up -d")


@pytest.fixture(scope="module")
def compose(tmp_path_factory):
    require_containers()
    made = Compose(tmp_path_factory.mktemp("containers"))
    try:
        yield made
    finally:
        made("podman-compose down --volumes")
        for state in STATES:  # those that `run` made bear no label of the project
            podman("volume", "rm", "--force", f"{PROJECT}_{state.lower()}")


@pytest.fixture(scope="module")
def pair(compose):
    ports = {state: free_port(port) for state, port in STATES.items()}
    compose.add(ports)
    follow(compose)
    states = {}
    for state, port in ports.items():
        accounts = compose(f"podman-compose exec -T {state.lower()} cat system/accounts.txt")
        pairs = dict(line.split(maxsplit=1) for line in accounts.splitlines() if line.strip())
        states[state] = NationalSystem(state, compose.folder, port, pairs)
    made = Pair(states)
    for state in made:
        state.wait_until_healthy()
    return made


@pytest.fixture
def people(pair):
    found = Stubborn(pair)
    yield found
    found.close()


def main_process(name):
    return int(podman("inspect", name, "--format", "{{.State.Pid}}").stdout)


def killed(name):
    """Kill the main process of a container as a fault would; return the seconds to its return."""
    before, start = main_process(name), time.monotonic()
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: main_process(name) not in {0, before}, f"{name} was not started again")
    return time.monotonic() - start


def recognised(people: Flow, home, abroad):
    """One certificate issued at home; customs abroad grant the preference for it."""
    made = people.issue(home)
    sample = sample_named(SAMPLE[home.state])
    declaration = people.declare(abroad, made, sample)
    examine = partial(people.examine, abroad, declaration)
    wait_for(lambda: examine()["bottom_line"] == "recognised", "it never came to the partner")
    words = {"subject": made["id"]}
    return people.decide_at_customs(abroad, declaration, "accept", words)["outcome"]


@pytest.mark.parametrize("state", STATES)
def test_the_process_can_do_nothing_but_its_work(compose, pair, state):
    del pair
    asked = f'podman-compose exec -T {state.lower()} sh -c "{PROCESS}" 2>&1'
    said = compose(asked)
    assert re.search(r"^CapBnd:\t0+$", said, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\t1$", said, re.MULTILINE)
    assert said.count("Read-only file system") == 2
    assert said.splitlines()[-1] == "10001"


@pytest.mark.parametrize(("home", "abroad"), [("BY", "AZ"), ("AZ", "BY")])
def test_what_is_issued_in_one_container_is_recognised_in_the_other(pair, people, home, abroad):
    assert recognised(people, pair[home], pair[abroad]) == "accepted"


@pytest.mark.parametrize("name", ["by", "by-db", "az", "az-db"])
def test_work_goes_on_after_a_container_was_killed(compose, pair, people, name, tell):
    del compose
    tell(f"container {name} runs again", killed(f"{PROJECT}_{name}_1"))
    start = time.monotonic()
    assert recognised(people, pair["BY"], pair["AZ"]) == "accepted"
    tell(f"a certificate after {name} was killed, issued and recognised", time.monotonic() - start)


def test_the_doctor_finds_both_states_well(compose, pair):
    del pair
    for state in STATES:
        said = compose(f"podman-compose exec -T {state.lower()} certorigin doctor system || true")
        assert "PostgreSQL" in said
        assert not re.search(r"^! ", said, re.MULTILINE), said
