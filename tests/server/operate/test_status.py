"""What leaves for posts and third parties follows the standing; it names no goods, no parties."""

import json
from datetime import timedelta
from itertools import count

import pytest
from click.testing import CliRunner
from django.utils import timezone

from certorigin.errors import SignatureError
from certorigin.seal.foreign.contexts import known_contexts
from certorigin.seal.foreign.status_list import check_status
from certorigin.seal.foreign.verification import verify_credential
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.live import verify_live
from certorigin.terminal.main import main
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
URL = "https://status.example/lists"


class World:
    """A certificate of ours in both logs, and the commands run at the clock of the tests."""

    def __init__(self, folder, partner, turns):
        self.folder, self.partner, self.turns = folder, partner, turns
        exporter, self.officer = Api(make_exporter()), Api(make_certifier())
        self.subject = certified(decided(exporter, Api(make_assessor())), self.officer)["id"]
        self.mirror()

    def mirror(self):
        self.turns.publish()
        self.partner.follow(OURS)
        self.turns.follow(self.partner)

    def annul(self):
        body = {"ground": "error_in_certificate", "remark": ""}
        assert self.officer.post(f"/returns/{self.subject}/annul", body).status == 201
        self.mirror()

    def run(self, *words):
        words = [str(word) for word in words]
        done = CliRunner().invoke(main, [*words, "--json"])
        return done.exit_code, json.loads(done.stdout) if not done.exit_code else done.stderr

    def credential(self):
        out = self.folder / "shown.json"
        words = ("status", "credential", self.folder, self.subject)
        return *self.run(*words, "--out", out, "--url", URL), out

    def listed(self):
        out = self.folder / "public"
        status, told = self.run("status", "publish", self.folder, "--out", out, "--url", URL)
        assert status == 0, told
        (name,) = told["lists"]
        return json.loads((out / name).read_bytes())


@pytest.fixture
def world(folder, partner, turns, monkeypatch):
    monkeypatch.setenv("CERTORIGIN_DIR", str(folder))
    later = count(1)

    def now():
        """The clock of the desks, but never twice in one second."""
        return timezone.now().replace(microsecond=0) + timedelta(seconds=next(later))

    for name in ("live", "status"):
        monkeypatch.setattr(f"certorigin_server.operate.{name}.now", now)
    return World(folder, partner, turns)


def test_a_holder_shows_a_credential_until_the_batch_after_the_annulment(world):
    status, told, path = world.credential()
    assert status == 0, told
    shown = json.loads(path.read_bytes())
    contexts = known_contexts()
    assert (
        verify_credential(shown, contexts, at=timezone.now() + timedelta(hours=1)).period
        == "within"
    )
    before = world.listed()
    assert verify_credential(before, contexts, at=timezone.now()).document["id"].startswith(URL)
    assert shown["credentialStatus"]["statusListCredential"] == before["id"]
    check_status(shown["credentialStatus"], before)

    world.annul()
    check_status(shown["credentialStatus"], before)
    with pytest.raises(SignatureError, match=r"foreign\.status_set"):
        check_status(shown["credentialStatus"], world.listed())
    status, told, _ = world.credential()
    assert (status, "status.ended" in told) == (2, True)


def test_the_credential_tells_no_trade(world):
    *_, path = world.credential()
    shown = path.read_text("utf-8")
    assert set(json.loads(shown)["credentialSubject"]) == {
        "id",
        "actDigest",
        "certificateDate",
        "certificateForm",
        "certificateNumber",
    }
    assert not any("А" <= letter <= "я" for letter in shown)
    assert "BY-1" not in json.dumps(world.listed()["credentialSubject"])


def test_the_secret_is_made_once_and_is_ours_alone(world):
    world.listed()
    path = world.folder / "keys" / "status.secret"
    first = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    world.listed()
    assert path.read_bytes() == first
    path.write_bytes(b"short")
    assert "status.secret_malformed" in world.credential()[1]


def test_a_certificate_that_is_not_ours_has_no_place(world):
    world.subject = "urn:certorigin:certificate:AZ-1:nobody"
    assert "certificate.unknown" in world.credential()[1]


def test_posts_get_a_snapshot_and_then_deltas(world):
    out = world.folder / "posts"
    made = world.partner.issue()
    world.turns.follow(world.partner)
    assert world.run("live", "make", world.folder, "--out", out)[1]["count"] == 2
    world.annul()
    status, told = world.run("live", "make", world.folder, "--out", out)
    assert (status, told["count"], set(told["files"])) == (0, 1, {"live-2.json", "live-1-2.json"})
    trust = read_trust_folder(world.folder / "trust")
    first, delta, second = (
        verify_live((out / name).read_bytes(), trust)
        for name in ("live-1.json", "live-1-2.json", "live-2.json")
    )
    assert delta.apply(first) == second
    assert first.holds(world.subject)
    assert not second.holds(world.subject)
    assert second.holds(made.subject)
    _, told = world.run("live", "make", world.folder, "--out", out, "--fresh")
    assert set(told["files"]) == {"live-3.json"}


def test_a_second_snapshot_in_one_second_is_refused(world, monkeypatch):
    out = world.folder / "posts"
    moment = timezone.now().replace(microsecond=0)
    monkeypatch.setattr("certorigin_server.operate.live.now", lambda: moment)
    assert world.run("live", "make", world.folder, "--out", out)[0] == 0
    status, told = world.run("live", "make", world.folder, "--out", out)
    assert (status, "live.too_soon" in told) == (2, True)
    (out / "live-1.json").write_text("{}")
    assert world.run("live", "make", world.folder, "--out", out)[0] == 2
