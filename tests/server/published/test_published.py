"""The loop, the buttons and the downloads of what leaves for posts and third parties."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from certorigin.certification.excerpt import verify_excerpt
from certorigin.seal.foreign.status_list import check_status
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.live import verify_live
from certorigin_server.published import queries, services
from certorigin_server.published.services import KEPT, drop_old
from certorigin_server.published.worker import Publisher
from certorigin_server.seal.trust import get_trust
from certorigin_server.settings.reading import read_settings
from certorigin_server.settings.system import PublishSettings
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_user,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
URL = "https://by.example/status"


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at


@pytest.fixture
def publish(folder, settings):
    """Set how often files are made."""

    def change(**facts):
        system = django_settings.SYSTEM
        settings.SYSTEM = replace(system, publish=PublishSettings(**facts))

    change()
    return change


@pytest.fixture
def loop():
    clock = Clock()
    made = Publisher(clock=clock, holder="one")
    made.clock = clock
    yield made
    made.end()


def age(folder, seconds):
    """Let every file there have been made so long before noon."""
    for path in folder.iterdir():
        os.utime(path, (NOON.timestamp() - seconds,) * 2)


def test_the_loop_makes_a_snapshot_when_one_is_due(publish, loop):
    assert loop.turn() == 1
    folder = queries.posts_folder()
    age(folder, 3_599)
    assert loop.turn() == 0
    age(folder, 3_600)
    loop.clock.at += timedelta(seconds=1)
    assert loop.turn() == 1
    names = {one.name for one in queries.post_files()}
    assert names == {"live-1.json", "live-2.json", "live-1-2.json"}
    trust = read_trust_folder(django_settings.SYSTEM.trust_folder)
    assert verify_live((folder / "live-2.json").read_bytes(), trust).number == 2


def test_nothing_is_made_that_the_settings_do_not_ask_for(publish, loop):
    publish(posts_every=0)
    assert loop.turn() == 0


def test_one_batch_of_lists_a_day_after_its_hour(publish, loop):
    publish(posts_every=0, status_url=URL, status_hour=13)
    assert loop.turn() == 0
    loop.clock.at = NOON + timedelta(hours=1)
    assert (loop.turn(), loop.turn()) == (1, 0)
    loop.clock.at = NOON + timedelta(hours=24)
    assert loop.turn() == 0
    loop.clock.at = NOON + timedelta(hours=25)
    assert loop.turn() == 1
    assert queries.last_batch().at == loop.clock.at


def test_a_second_process_leaves_it_to_the_first(publish, loop):
    assert loop.turn() == 1
    age(queries.posts_folder(), 4_000)
    other = Publisher(clock=Clock(), holder="two")
    assert other.turn() == 0
    loop.end()
    other._clock.at += timedelta(seconds=1)
    assert other.turn() == 1


def test_old_files_go_and_the_newest_stay(publish):
    folder = queries.posts_folder()
    folder.mkdir(parents=True)
    for number in range(1, KEPT + 3):
        (folder / f"live-{number}.json").write_bytes(b"{}")
        (folder / f"live-{number}-{number + 1}.json").write_bytes(b"{}")
    drop_old(folder, newest=KEPT + 2)
    left = queries.post_files(200)
    assert min(one.number for one in left if one.base is None) == 3
    assert min(one.base for one in left if one.base) == 3


def test_customs_takes_the_files_and_nothing_else(publish, loop):
    loop.turn()
    customs = client_of(make_customs_officer())
    page = customs.get("/published/posts/").content.decode()
    assert 'href="/published/posts/live-1.json"' in page
    raw = (queries.posts_folder() / "live-1.json").read_bytes()
    answer = customs.get("/published/posts/live-1.json")
    assert (answer.content, answer["Cache-Control"]) == (raw, "private")
    for name in ("live-2.json", "..%2Fbatch.json", "status.secret"):
        assert customs.get(f"/published/posts/{name}").status_code == 404


def test_an_administrator_makes_them_at_once_and_an_auditor_sees_it(publish):
    publish(status_url=URL)
    admin = client_of(make_user("admin", Role.ADMINISTRATOR))
    for kind in ("posts", "status"):
        page = admin.post(f"/published/make/{kind}", follow=True).content.decode()
        assert "Made." in page
        assert TrailEntry.objects.filter(action=f"published.{kind}").exists()
    seen = client_of(make_auditor()).get("/administration/loops").content.decode()
    assert "live-1.json" in seen
    assert "/published/make/" not in seen


def test_a_holder_takes_the_credential_and_anybody_the_list(publish, partner, turns, loop):
    publish(posts_every=0, status_url=URL, status_hour=0)
    exporter = make_exporter()
    subject = certified(decided(Api(exporter), Api(make_assessor())), Api(make_certifier()))["id"]
    path = f"/certification/{subject}/status"
    assert client_of(exporter).get(path).status_code == 404
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    assert loop.turn() == 1
    assert f'href="{path}"' in client_of(exporter).get(f"/certification/{subject}").content.decode()
    shown = json.loads(client_of(exporter).get(path).content)
    address = shown["credentialStatus"]["statusListCredential"]
    assert address.startswith(f"{URL}/")
    answer = client_of(make_user("nobody")).get(f"/status/{address.rpartition('/')[2]}")
    assert answer["Content-Type"] == "application/vc"
    check_status(shown["credentialStatus"], json.loads(answer.content))


def test_settings_that_make_no_sense_are_refused(folder):
    data = {"installation": {"id": "BY-1", "state": "BY", "name": "Test"}}
    read = read_settings(data | {"publish": {"posts_every": 60, "status_url": URL}}, folder)
    assert (read.publish.posts_every, read.publish.status_url) == (60.0, URL)
    for wrong in ({"status_hour": 24}, {"posts_every": -1}, {"status_url": "ftp://x"}):
        with pytest.raises(Exception, match=r"settings\.not_"):
            read_settings(data | {"publish": wrong}, folder)


def test_a_holder_takes_an_excerpt_and_later_what_opens_it(publish, partner, turns):
    exporter = make_exporter()
    subject = certified(decided(Api(exporter), Api(make_assessor())), Api(make_certifier()))["id"]
    path, client = f"/certification/{subject}/excerpt", client_of(exporter)
    assert client.get(path).status_code == 404
    turns.publish()
    assert b"Hide the invoices" in client.get(path).content
    assert client.post(path, {"order": "excerpt"}).status_code == 422
    asked = {"seller": "on", "invoice": "on"}
    raw = client.post(path, {**asked, "order": "excerpt"}).content
    opening = client.post(path, {**asked, "order": "opening"})
    assert "opening.json" in opening["Content-Disposition"]
    excerpt = verify_excerpt(raw, get_trust())
    boxes = json.loads(client.get(f"/certification/{subject}/bundle").json()["act"])
    boxes = boxes["credentialSubject"]["certificate"]
    assert boxes["exporter"]["name"] not in raw.decode()
    assert excerpt.opened(opening.content) == boxes


def test_of_two_that_make_a_secret_at_once_the_first_stays(tmp_path):
    path = tmp_path / "status.secret"
    services._make_secret(path)
    first = path.read_bytes()
    services._make_secret(path)
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
