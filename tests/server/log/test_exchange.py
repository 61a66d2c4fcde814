"""What crosses the border: one partner reads, and everybody else finds a place where nothing is."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from certorigin.errors import UnknownError
from certorigin.mirror.http import HttpLine
from certorigin.mirror.line import sign_request
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.entries import Installation, Key, Roots
from certorigin.seal.trust.folder import roots_from_bytes, roots_to_bytes
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin_server.log.models import Log
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import SeenNonce
from certorigin_server.seal.partners import answer_bytes
from certorigin_server.seal.services import hold_corridor
from tests.server import partner as az
from tests.server.authority import CORRIDOR, START
from tests.server.turns import OURS, THEIRS

pytestmark = pytest.mark.django_db
BASE = "http://testserver/exchange"
LIMIT = 1_000_000


@pytest.fixture(autouse=True)
def open_connection():
    """A real request ends its connection to the database; here the test's transaction goes on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def client():
    return httpx.Client(transport=httpx.WSGITransport(app=WSGIHandler()), base_url=BASE)


def line(sealer: FileSealer | None = None, **changes) -> HttpLine:
    facts = {"clock": timezone.now, "nonce": lambda: uuid.uuid4().hex} | changes
    transport = httpx.WSGITransport(app=WSGIHandler())
    return HttpLine(BASE, sealer=sealer or az.sealer("exchange"), transport=transport, **facts)


def ask(path, sealer=None, *, method="GET", at=None, nonce=None, sign_path=None):
    """Ask as somebody would who made the headers himself."""
    headers = sign_request(
        method,
        f"{BASE}/{sign_path or path}",
        sealer=sealer or az.sealer("exchange"),
        at=at or timezone.now(),
        nonce=nonce or uuid.uuid4().hex,
    )
    return client().request(method, f"{BASE}/{path}", headers=headers)


@pytest.fixture
def published(partner, turns):
    turns.publish()
    return settings.SYSTEM.log_folder(OURS)


def seen(answer):
    """Everything by which a stranger could tell one refusal from another."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


# -- the partner ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["checkpoint", "log.json", "tile/0/000.p/1", "tile/entries/000.p/1"]
)
def test_the_partner_reads_the_files_of_our_log(published, name):
    assert line().fetch(f"log/{OURS}/{name}", LIMIT) == (published / name).read_bytes()


def test_an_answer_is_for_the_partner_alone(published):
    answer = ask(f"log/{OURS}/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-transform"
    assert answer_bytes(b"x").headers["Cache-Control"] == "private, no-transform"


def test_however_often_a_partner_asks_it_is_answered(published, settings):
    """No fee, quota or limit (R7): neither that of traders' programs nor that of strangers."""
    settings.SYSTEM = replace(settings.SYSTEM, calls_a_minute=1)
    one = line()
    for _ in range(120):
        assert one.fetch(f"log/{OURS}/checkpoint", LIMIT)
    strangers = [client().get(f"{BASE}/log/{OURS}/checkpoint").status_code for _ in range(40)]
    assert set(strangers) == {404}
    assert one.fetch(f"log/{OURS}/checkpoint", LIMIT)


def test_a_large_act_is_read_as_an_object(published):
    name = f"object/{'ab' * 32}"
    (published / "object").mkdir()
    (published / name).write_bytes(b"{}")
    assert line().fetch(f"log/{OURS}/{name}", LIMIT) == b"{}"


def test_the_partner_reads_our_trust_list(published, folder):
    assert line().fetch("trust/1.json", LIMIT) == (folder / "trust" / "BY" / "1.json").read_bytes()
    with pytest.raises(UnknownError, match=r"line\.absent"):
        line().fetch("trust/2.json", LIMIT)


def test_the_publisher_takes_back_what_we_countersigned(published, partner, turns):
    turns.follow(partner)
    mirror = settings.SYSTEM.mirror_folder(THEIRS)
    path = f"mirror/{THEIRS}/cosigned/0"
    assert line().fetch(path, LIMIT) == (mirror / "cosigned" / "0").read_bytes()
    with pytest.raises(UnknownError, match=r"line\.absent"):
        line().fetch(f"mirror/{THEIRS}/cosigned/1", LIMIT)


def test_a_publisher_that_lost_its_log_reads_our_copy_of_it_and_nobody_else_does(
    published, partner, turns
):
    partner.issue()
    turns.follow(partner)
    mirror = settings.SYSTEM.mirror_folder(THEIRS)
    for name in COPY:
        path = f"mirror/{THEIRS}/{name}"
        assert line().fetch(path, LIMIT) == (mirror / name).read_bytes()
        for fault in ("unsigned", "our own key", "nobody's key"):
            assert seen(WRONG[fault](path)) == seen(unsigned("nothing/at/all"))
    lists = settings.SYSTEM.trust_folder / "AZ"
    assert line().fetch("mirror/trust/1.json", LIMIT) == (lists / "1.json").read_bytes()
    assert seen(unsigned("mirror/trust/1.json")) == seen(unsigned("nothing/at/all"))


COPY = ("checkpoint", "log.json", "tile/0/000.p/2", "tile/entries/000.p/2")


def test_a_log_that_may_stand_behind_its_copy_shows_no_head(published):
    hold_corridor(corridor=CORRIDOR, reason="log.restored", at=timezone.now())
    assert seen(ask(f"log/{OURS}/checkpoint")) == seen(unsigned("nothing/at/all"))
    assert line().fetch(f"log/{OURS}/log.json", LIMIT)


def test_the_partner_reads_its_own_cosigned_heads_of_our_log(published, partner, turns):
    partner.follow(OURS)
    turns.follow(partner)
    kept = published / "cosigned" / "0"
    assert line().fetch(f"log/{OURS}/cosigned/0", LIMIT) == kept.read_bytes()


# -- everybody else -------------------------------------------------------------------------------

STRANGE_PATHS = [
    f"log/{OURS}/private/staged",
    f"log/{OURS}/private/lock",
    f"log/{OURS}/../../../../../keys/log.pem",
    f"log/{OURS}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/keys/passphrase",
    f"log/{OURS}/tile/0/../../private/lock",
    f"log/{OURS}/checkpoint%00",
    f"log/{OURS}/checkpoint%0a",
    f"log/{OURS}/tile",
    f"log/{OURS}/tile/0",
    f"log/{OURS}/tile/0/000.p/0",
    f"log/{OURS}/tile/0/000.p/999",
    f"log/{OURS}/tile/9/000",
    f"log/{OURS}/object/{'ab' * 32}",
    f"log/{OURS}/evidence/0/reason.json",
    f"log/{OURS}/cosigned/0",
    "log/certorigin/BY-1/AZ-BY/CIS-2009/2030/checkpoint",
    "log/certorigin/AZ-1/AZ-BY/CIS-2009/2026/checkpoint",
    "log/certorigin/../../keys/checkpoint",
    f"mirror/{OURS}/cosigned/0",
    f"mirror/{THEIRS}/cosigned/01",
    f"mirror/{THEIRS}/private/pending",
    f"mirror/{OURS}/checkpoint",
    "mirror/trust/0.json",
    "mirror/certorigin/AZ-9/AZ-BY/CIS-2009/2026/cosigned/0",
    "trust/0.json",
    "trust/../roots.json",
    "trust/999999999.json",
    "roots.json",
]


@pytest.mark.parametrize("path", STRANGE_PATHS)
def test_what_is_not_for_partners_is_nowhere(published, partner, turns, path):
    turns.follow(partner)
    assert seen(ask(path)) == seen(ask("nothing/at/all"))


def unsigned(path):
    return client().get(f"{BASE}/{path}")


def with_headers(**headers):
    return lambda path: client().get(f"{BASE}/{path}", headers=headers)


WRONG = {
    "unsigned": unsigned,
    "empty signature": with_headers(**{"Signature": "", "Signature-Input": ""}),
    "garbage": with_headers(**{"Signature": "a=:::", "Signature-Input": 'a=("@method")'}),
    "no dictionary": with_headers(**{"Signature": "1, 2", "Signature-Input": "((((("}),
    "half a pair": with_headers(Signature="certorigin=:YQ==:"),
    "huge": with_headers(**{"Signature": "x" * 5000, "Signature-Input": "y" * 5000}),
    "our own key": lambda path: ask(path, get_keyring().named("exchange")),
    "the partner's log key": lambda path: ask(path, az.sealer("log")),
    "nobody's key": lambda path: ask(path, az.sealer("nobody")),
    "stale": lambda path: ask(path, at=timezone.now() - timedelta(minutes=10)),
    "from the future": lambda path: ask(path, at=timezone.now() + timedelta(minutes=10)),
    "signed for another path": lambda path: ask(path, sign_path=f"log/{OURS}/log.json"),
    "signed with a query": lambda path: ask(path, sign_path=f"{path}?a=1"),
}


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.parametrize(
    "path", [f"log/{OURS}/checkpoint", f"mirror/{THEIRS}/cosigned/0", "trust/1.json"]
)
def test_whoever_is_not_the_partner_finds_nothing(published, partner, turns, fault, path):
    turns.follow(partner)
    assert seen(WRONG[fault](path)) == seen(unsigned("nothing/at/all"))


def test_a_partner_of_another_corridor_reads_nothing_of_this_one(published, settings_of_two):
    """The other one signs truly, and is somebody's partner: only not this log's."""
    assert seen(ask(f"log/{OURS}/checkpoint")) == seen(unsigned("nothing/at/all"))
    assert ask("trust/1.json").status_code == 404


@pytest.fixture
def settings_of_two(settings):
    (corridor,) = settings.SYSTEM.corridors
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(replace(corridor, partner="KZ-1"),))


def test_a_log_of_a_corridor_that_was_given_up_is_closed_to_everybody(published, settings):
    settings.SYSTEM = replace(settings.SYSTEM, corridors=())
    assert seen(ask(f"log/{OURS}/checkpoint")) == seen(unsigned("nothing/at/all"))


def test_a_mirror_is_shown_to_the_publisher_of_its_log_alone(published, partner, turns):
    turns.follow(partner)
    FollowedLog.objects.update(publisher="KZ-1")
    assert seen(ask(f"mirror/{THEIRS}/cosigned/0")) == seen(unsigned("nothing/at/all"))


def test_a_state_that_lists_the_partners_key_as_its_own_neither_shuts_it_out_nor_reads(
    published, folder
):
    """Keys are public: any state whose list we believe could copy one."""
    roots = folder / "trust" / "roots.json"
    theirs = az.sealer("root of KZ")
    known = roots_from_bytes(roots.read_bytes())
    roots.write_bytes(roots_to_bytes({**known, "KZ": Roots(1, (theirs.key,))}))
    system = "urn:certorigin:installation:KZ-1"
    always = Period(START)
    draft = draft_trust_list(
        state="KZ",
        version=1,
        valid_from=START.date(),
        next_update=date(2100, 1, 1),
        roots=Roots(1, (theirs.key,)),
        installations=[Installation(system, "KZ", ("customs",), always)],
        keys=[
            Key(az.sealer("exchange").key, system, ("exchange",), always),
            Key(az.sealer("exchange of KZ").key, system, ("exchange",), always),
        ],
    )
    (folder / "trust" / "KZ").mkdir()
    place = folder / "trust" / "KZ" / "1.json"
    place.write_bytes(seal_trust_list(draft, [theirs], created=START))
    path = f"log/{OURS}/checkpoint"
    assert line().fetch(path, LIMIT) == (published / "checkpoint").read_bytes()
    assert ask("trust/1.json").status_code == 200
    stranger = az.sealer("exchange of KZ")
    for one in (path, "trust/1.json"):
        assert seen(ask(one, stranger)) == seen(unsigned("nothing/at/all"))


# -- replays --------------------------------------------------------------------------------------


def test_a_request_is_good_once(published):
    path, nonce, at = f"log/{OURS}/checkpoint", uuid.uuid4().hex, timezone.now()
    assert ask(path, nonce=nonce, at=at).status_code == 200
    assert seen(ask(path, nonce=nonce, at=at)) == seen(unsigned("nothing/at/all"))
    assert ask(path).status_code == 200


def test_whoever_is_not_believed_fills_no_table(published):
    ask(f"log/{OURS}/checkpoint", az.sealer("nobody"))
    unsigned(f"log/{OURS}/checkpoint")
    assert not SeenNonce.objects.exists()


def test_nonces_are_forgotten_when_they_can_no_longer_be_replayed(published):
    long_ago = timezone.now() - timedelta(minutes=20)
    SeenNonce.objects.create(key="k", nonce="n" * 16, expires=long_ago)
    SeenNonce.objects.create(key="k", nonce="m" * 16, expires=timezone.now())
    ask(f"log/{OURS}/checkpoint")
    assert not SeenNonce.objects.filter(nonce="n" * 16).exists()
    assert SeenNonce.objects.count() == 2


def test_before_the_first_entry_there_is_nothing_to_read(partner):
    Log.objects.create(origin=OURS, corridor="AZ-BY/CIS-2009", term="2026")
    assert seen(ask(f"log/{OURS}/checkpoint")) == seen(unsigned("nothing/at/all"))
