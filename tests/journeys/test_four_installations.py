"""Chamber and customs of each state run an installation of their own: four in all (Annex 4).

The chambers' certificates go to the other state's customs, its use comes back. Between one pair
stands a gateway that relays under names and paths of its own (R12).
"""

import json
import subprocess
import sys
import tomllib
from contextlib import contextmanager

import pytest

from certorigin_server.operate.demo.systems import certorigin_command, read_accounts
from certorigin_server.operate.demo.traders import trader_of
from certorigin_server.operate.link import adopt_card, make_card
from certorigin_server.operate.profile import builtin_profile
from tests.data import ROOT
from tests.journeys.ceremony import said, sign_and_publish
from tests.journeys.flow import SAMPLE, Flow
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import (
    PATIENCE,
    Pair,
    State,
    copy_pair,
    database_beside,
    plain_environment,
    sample_named,
    wait_for,
)
from tests.ports import own_port

pytestmark = pytest.mark.journey

# Each state's chamber has the other's customs for its partner.
PARTNER = {"BY-1": "AZ-2", "AZ-1": "BY-2", "BY-2": "AZ-1", "AZ-2": "BY-1"}
CUSTOMS = {"central-customs-authority", "customs-post"}
FIRST = "certorigin-corridor/v1"
# Eight processes share two cores: they rest longer than those of a pair.
INTERVAL = 0.3


class Customs(State):
    """The second installation of a state."""

    @property
    def installation(self):
        return f"{self.state}-2"


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


def profile_of(state, path):
    """Write the part of the state's own profile that its customs work with."""
    data = tomllib.loads(builtin_profile(state))
    mine = [one for one in data["organisation"] if one["kind"] in CUSTOMS]
    wanted = {"customs_officer", "administrator"}
    people = [
        one | {"organisation": mine[-1]["slug"]}
        for one in data["person"]
        if wanted & set(one["roles"])
    ]
    tables = [("[installation]", data["installation"])]
    tables += [("[[organisation]]", one) for one in mine]
    tables += [("[[person]]", one) for one in people]
    lines = []
    for heading, members in tables:
        lines += [heading, *(f"{name} = {quoted(value)}" for name, value in members.items())]
    path.write_text("\n".join(lines), "utf-8")
    return path


def init_customs(sides, urls, root):
    """Make both customs installations; the root keys are those of their states."""
    running = []
    for side in (sides["BY-2"], sides["AZ-2"]):
        partner = PARTNER[side.installation]
        roots = sides[f"{side.state}-1"].trust.newest(side.state).contents.roots.keys
        words = (
            f"--state={side.state}",
            f"--installation={side.installation}",
            "--role=customs",
            f"--profile={profile_of(side.state, root / f'{side.installation}.toml')}",
            f"--port={side.port}",
            f"--partner={partner}",
            f"--partner-url={urls[partner]}",
            f"--interval={INTERVAL}",
            *(f"--root={key}" for key in roots),
        )
        command = [*certorigin_command(), "init", str(side.folder), *words]
        surroundings = {**plain_environment(), **side.environment}
        running.append(subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL))
    assert [one.wait(2 * PATIENCE) for one in running] == [0, 0]
    for side in (sides["BY-2"], sides["AZ-2"]):
        side.accounts = read_accounts(side.folder)


def settle_chamber(side):
    """A system that did everything is a chamber from now on; its partner is the other customs."""
    path = side.folder / "system.toml"
    text = path.read_text("utf-8").replace('roles = ["issuing", "customs"]', 'roles = ["issuing"]')
    old = f'partner = "{PARTNER[side.installation][:2]}-1"'
    assert old in text
    text = text.replace("interval = 0.1", f"interval = {INTERVAL}")
    path.write_text(text.replace(old, f'partner = "{PARTNER[side.installation]}"'), "utf-8")


def join_and_link(sides, root):
    """One list for each state, signed by its roots; then everybody adopts both."""
    for state in ("BY", "AZ"):
        chamber, customs = sides[f"{state}-1"], sides[f"{state}-2"]
        draft = str(root / f"{customs.installation}.draft")
        said(customs, "trust", "draft", "show", str(customs.folder), f"--out={draft}")
        said(chamber, "trust", "draft", "join", str(chamber.folder), draft)
        sign_and_publish(chamber)
        said(customs, "trust", "draft", "discard", str(customs.folder))
    for state in ("BY", "AZ"):
        card = make_card(sides[f"{state}-1"].folder / "trust", state)
        for side in sides.values():
            if side.installation != f"{state}-1":
                adopt_card(side.folder / "trust", card)


def set_corridor(side, name, value):
    """Write one setting of the corridor, which stands last in the file."""
    path = side.folder / "system.toml"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(name)]
    path.write_text("\n".join([*kept, f"{name} = {quoted(value)}", ""]), "utf-8")


@contextmanager
def gateway_to(**systems):
    """The third party between two states; it is told where each of them is."""
    port = own_port()
    known = [f"/{name}=127.0.0.1:{target}" for name, target in systems.items()]
    words = [sys.executable, str(ROOT / "tests/line/gateway.py"), f"127.0.0.1:{port}", *known]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def relayed():
        process.stdin.write("go\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())["relayed"]

    try:
        assert json.loads(process.stdout.readline()) == {"relayed": 0}
        yield f"http://127.0.0.1:{port}", relayed
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def sides(template, tmp_path_factory):
    """Four installations that are up, and how many requests went through the gateway."""
    root = tmp_path_factory.mktemp("four")
    made = {side.installation: side for side in copy_pair(template, root)}
    for state in ("BY", "AZ"):
        database = database_beside(template, state)
        place = root / f"{state}-2"
        made[f"{state}-2"] = Customs(state, place, own_port(), environment=database)
    with gateway_to(by=made["BY-1"].port, az=made["AZ-2"].port) as (url, relayed):
        urls = {name: side.url for name, side in made.items()}
        urls |= {"BY-1": f"{url}/by", "AZ-2": f"{url}/az"}
        init_customs(made, urls, root)
        for name, side in made.items():
            side.settle_at(urls[PARTNER[name]])
        for name in ("BY-1", "AZ-1"):
            settle_chamber(made[name])
        for name in ("BY-1", "AZ-2"):
            set_corridor(made[name], "known_as", urls[name])
        set_corridor(made["AZ-1"], "profiles", [FIRST])
        join_and_link(made, root)
        try:
            for side in made.values():
                side.start()
            for side in made.values():
                side.wait_until_healthy()
            yield made, relayed
        finally:
            for side in made.values():
                side.stop()


def pair_of(made, chamber):
    """A chamber and the customs on the other side of the border."""
    both = (made[chamber], made[PARTNER[chamber]])
    return Pair({side.state: side for side in both})


@pytest.fixture
def flows(sides):
    made, _ = sides
    found = {chamber: Flow(pair_of(made, chamber)) for chamber in ("BY-1", "AZ-1")}
    yield found
    for flow in found.values():
        flow.close()


def origin_names(folder):
    return {str(path.parent.relative_to(folder)) for path in folder.rglob("log.json")}


@pytest.mark.parametrize("chamber", ["BY-1", "AZ-1"])
def test_a_certificate_goes_from_chamber_to_customs_and_its_use_comes_back(sides, flows, chamber):
    made, relayed = sides
    issuing, customs, flow = made[chamber], made[PARTNER[chamber]], flows[chamber]
    sample = sample_named(SAMPLE[issuing.state])
    before = relayed()
    issued = flow.issue(issuing, sample)
    settle(flow.pair)
    assert flow.accept(customs, issued, sample)["outcome"] == "accepted"
    settle(flow.pair)
    check_invariants(flow.pair)
    exporter = flow.person(issuing, trader_of(sample))
    assert len(exporter.ask("GET", f"/returns/{issued['id']}")["uses"]) == 1
    # Each has a log and a mirror of its own; the other installation of the state has none of it.
    year = issued["issued_on"][:4]
    for side, other in ((issuing, customs), (customs, issuing)):
        assert origin_names(side.folder / "log") == {f"{side.installation}/AZ-BY/CIS-2009/{year}"}
        assert origin_names(side.folder / "mirror") == {
            f"{other.installation}/AZ-BY/CIS-2009/{year}"
        }
    assert chamber != "BY-1" or relayed() > before


def asked(flow, customs, issued, state):
    """Put a question at customs and wait for what comes of it."""
    person = flow.person(customs, f"customs-{customs.state.lower()}")
    body = {"number": issued["number"], "date": issued["issued_on"], "issued_in": state}
    (put,) = person.ask("POST", "/inquiry", body)

    def answered():
        found = person.ask("GET", f"/inquiry/{put['id']}")
        return found if found["outcome"] else None

    return wait_for(answered, "nobody answered")


def test_customs_asks_through_the_gateway_by_number_and_date(sides, flows):
    """The bundle comes back unharmed; a wrong date is answered like an unknown number (R11)."""
    made, _ = sides
    customs, flow = made["AZ-2"], flows["BY-1"]
    issued = flow.issue(made["BY-1"])
    settle(flow.pair)
    found = asked(flow, customs, issued, "BY")
    assert found["outcome"] == "found"
    (certificate,) = found["certificates"]
    assert certificate["report"]["bottom_line"] == "recognised"
    wrong = asked(flow, customs, issued | {"issued_on": "2026-01-01"}, "BY")
    assert (wrong["outcome"], wrong["certificates"]) == ("unknown", [])


def restart(side, *names):
    for name in names:
        side.end(name)
    side.start()
    side.wait_until_healthy()


def test_two_versions_of_the_profile_run_side_by_side_until_both_speak_the_second(sides, flows):
    """The older partner is not asked what it does not speak; certificates flow all the time."""
    made, _ = sides
    chamber, customs, flow = made["AZ-1"], made["BY-2"], flows["AZ-1"]
    issued = flow.issue(chamber)
    settle(flow.pair)
    assert asked(flow, customs, issued, "AZ")["outcome"] == "not_spoken"
    set_corridor(chamber, "profiles", [FIRST, "certorigin-corridor/v2"])
    restart(chamber, "web")
    restart(customs, "loops")
    assert asked(flow, customs, issued, "AZ")["outcome"] == "found"
    flow.issue(chamber)
    settle(flow.pair)
    check_invariants(flow.pair)
