"""A third state joins by a profile and two links; a stolen key is withdrawn before all three."""

import copy
import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from certorigin.mirror.view import LogView
from certorigin.seal.multikey import public_key
from certorigin_server.operate.corridor import add_corridor as settle_corridor
from certorigin_server.operate.demo.journey import Carrier
from certorigin_server.operate.demo.systems import read_accounts
from tests.data import ROOT
from tests.journeys.ceremony import hold_ceremony, link, said, sign_and_publish
from tests.journeys.flow import Flow
from tests.journeys.states import Pair, State, copy_pair, sample_named, wait_for
from tests.ports import own_port

pytestmark = pytest.mark.journey

PROFILE = ROOT / "tests" / "journeys" / "KZ.toml"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def add_corridor(state, partner) -> None:
    name = "-".join(sorted((state.state, partner.state))) + "/CIS-2009"
    settle_corridor(
        state.folder,
        partner=partner.installation,
        partner_url=partner.url,
        agreement="CIS-2009",
        term=str(datetime.now(UTC).year),
        medium="electronic-only",
    )
    said(state, "trust", "draft", "corridor", str(state.folder), name)
    sign_and_publish(state)


@pytest.fixture(scope="module")
def three(template, tmp_path_factory):
    """Belarus and Azerbaijan as they are, and Kazakhstan, linked with both."""
    root = tmp_path_factory.mktemp("three")
    pair = copy_pair(template, root)
    kazakhstan = State("KZ", root / "KZ", own_port())
    states = {**pair.states, "KZ": kazakhstan}
    made = Pair(states)
    try:
        said(
            kazakhstan,
            "init",
            str(kazakhstan.folder),
            "--state=KZ",
            f"--profile={PROFILE}",
            f"--port={kazakhstan.port}",
            "--partner=BY-1",
            f"--partner-url={states['BY'].url}",
            "--interval=0.1",
            "--heartbeat=2",
        )
        kazakhstan.accounts = read_accounts(kazakhstan.folder)
        add_corridor(states["BY"], kazakhstan)
        add_corridor(states["AZ"], kazakhstan)
        add_corridor(kazakhstan, states["AZ"])
        link(states["BY"], kazakhstan)
        link(states["AZ"], kazakhstan)
        made.start()
        yield made
    finally:
        made.stop()


def bound_for(sample, state):
    """The same goods for a buyer in another country."""

    def changed(value, inside=""):
        if isinstance(value, list):
            return [changed(one) for one in value]
        if not isinstance(value, dict):
            return value
        made = {name: changed(one, name) for name, one in value.items()}
        if "destinationCountry" in made:
            made["destinationCountry"] = state
        if inside in {"importer", "consignee"}:
            made["country"] = state
            made.pop("identifier", None)
        return made

    return replace(
        sample,
        importer_state=state,
        application=changed(sample.application),
        worksheet=copy.deepcopy(sample.worksheet),
        declarations=tuple(changed(one) for one in sample.declarations),
    )


def test_a_certificate_travels_from_belarus_to_kazakhstan(three, tmp_path):
    """All seven stops, and the use comes back; no code names the third state."""
    sample = bound_for(sample_named("01-tractors"), "KZ")
    done = Carrier(sample, three.states, three.desks, tmp_path).carry()
    assert not done.error, done.to_data()
    assert (done.outcome, done.number[:4]) == ("accepted", "BYKZ")
    assert "returns" in done.stops[-1].values()
    told = three["KZ"].verb(
        "verify",
        done.files["bundle"],
        f"--trust={three['KZ'].folder / 'trust'}",
        f"--mirror={three['KZ'].folder / 'mirror'}",
    )
    assert told.returncode == 0, told.stdout
    # The third state's corridor is none of Azerbaijan's business.
    assert not list((three["AZ"].folder / "mirror").rglob("BY-KZ*"))


def a_moment_later() -> str:
    """A moment between what was and what comes: moments are whole seconds."""
    time.sleep(1.1)
    moment = datetime.now(UTC).strftime(MOMENT)
    time.sleep(1.1)
    return moment


def drill(state, key, moment) -> dict:
    done = state.verb(
        "trust", "drill", str(state.folder), key, f"--from={moment}", "--json", "--language=ru"
    )
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def numbers(found, part) -> set[str]:
    return {one["number"] for one in found[part] if one["kind"] == "Issued"}


def standing_in(state, person, made) -> bool:
    path = f"/mirror/certificate?number={made['number']}&issued_on={made['issued_on']}&issued_in=BY"
    return bool(person.ask("GET", path))


def voids_in(state) -> dict[str, str]:
    """What each side's register says of Belarus's acts towards Azerbaijan."""
    return {
        one["act"]: one["void"]
        for one in state.account()["register"]
        if one["origin"].startswith("certorigin/BY-1/AZ-BY")
    }


def test_a_stolen_key_is_withdrawn_and_both_sides_name_the_same_certificates(three):
    """What was registered before stays; what the thief had sealed falls, however it is dated."""
    belarus, azerbaijan = three["BY"], three["AZ"]
    flow = Flow(three)
    customs = flow.person(azerbaijan, "customs")
    try:
        early = flow.issue(belarus)
        wait_for(lambda: standing_in(azerbaijan, customs, early))
        wait_for(lambda: not belarus.account("sizes")["waiting"])
        stolen = a_moment_later()
        late = flow.issue(belarus)
        wait_for(lambda: standing_in(azerbaijan, customs, late))
        wait_for(lambda: not belarus.account("sizes")["waiting"])

        keys = json.loads(said(belarus, "key", "list", str(belarus.folder), "--json"))["keys"]
        (key,) = (one["key"] for one in keys if one["name"] == "officer-certifier-by")
        rehearsed = drill(belarus, key, stolen)
        # Other stories of this module may have issued before, in any order.
        assert early["number"] in numbers(rehearsed, "stays")
        assert late["number"] not in numbers(rehearsed, "stays")
        assert numbers(rehearsed, "falls") == {late["number"]}
        assert [one["code"] for one in rehearsed["lacking"]] == ["trust.drill_no_successor"]

        folder = str(belarus.folder)
        said(belarus, "trust", "draft", "officer", folder, "certifier-by", "--form=ST-1")
        withdraw = ("trust", "draft", "withdraw", folder, key, "--reason=compromised")
        said(belarus, *withdraw, f"--from={stolen}")
        hold_ceremony(belarus)

        wait_for(lambda: not standing_in(azerbaijan, customs, late))
        assert standing_in(azerbaijan, customs, early)
        wait_for(lambda: voids_in(belarus) == voids_in(azerbaijan))
        assert set(voids_in(belarus).values()) == {"", "trust.key_withdrawn"}
        abroad = drill(azerbaijan, key, stolen)
        assert numbers(abroad, "falls") == {late["number"]}
        assert early["number"] in numbers(abroad, "stays")

        # The officer goes on at once, with the key that the list now names, without a restart.
        after = flow.issue(belarus)
        wait_for(lambda: standing_in(azerbaijan, customs, after))
    finally:
        flow.close()


def test_keys_of_log_and_witness_are_changed_without_losing_an_act(three):
    """The term closes with the old keys, the next begins with the new; the witness changes."""
    belarus, azerbaijan = three["BY"], three["AZ"]
    flow = Flow(three)
    try:
        for role in ("log", "heartbeat"):
            new = f"{role}-2"
            said(belarus, "trust", "draft", "key", str(belarus.folder), new, f"--role={role}")
        said(belarus, "trust", "draft", "renew", str(belarus.folder), "--until=2030-01-01")
        sign_and_publish(belarus)
        said(azerbaijan, "trust", "draft", "key", str(azerbaijan.folder), "w2", "--role=witness")
        sign_and_publish(azerbaijan)
        term = str(datetime.now(UTC).year + 1)
        words = ("log", "close-term", str(belarus.folder), f"--next={term}")
        said(belarus, *words, "--corridor=AZ-BY/CIS-2009")
        origin = f"certorigin/BY-1/AZ-BY/CIS-2009/{term}"
        wait_for(lambda: origin in belarus.account("sizes")["open"])
        made = flow.issue(belarus)
        customs = flow.person(azerbaijan, "customs")
        wait_for(lambda: standing_in(azerbaijan, customs, made))
        wait_for(lambda: not belarus.account("sizes")["waiting"])
        keys = json.loads(said(azerbaijan, "key", "list", str(azerbaijan.folder), "--json"))["keys"]
        (witness,) = (one["key"] for one in keys if one["name"] == "w2")
        view = LogView.open(belarus.folder / "log/BY-1/AZ-BY/CIS-2009" / term, belarus.trust)
        (newest,) = (
            one.verifier
            for one in view.cosigned.last().head.signatures
            if "witness" in one.verifier.name
        )
        assert newest.public_key == public_key(witness).raw
    finally:
        flow.close()
