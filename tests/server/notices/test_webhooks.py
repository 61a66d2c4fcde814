"""Webhooks: signed, delivered over real sockets, tried again, kept away from what is private."""

import base64
import hashlib
import hmac
import json

import httpx
import pytest

from certorigin.errors import MalformedError
from certorigin_server.notices.models import Delivery, Endpoint, Notice, Occasion
from certorigin_server.notices.webhooks import sending
from certorigin_server.notices.webhooks.address import choose_address, read_url
from certorigin_server.notices.webhooks.services import SWITCHED_OFF_AFTER
from certorigin_server.notices.webhooks.signature import sign
from certorigin_server.users.rights import Role
from tests.data import ROOT
from tests.server.factories import (
    Api,
    decided,
    make_assessor,
    make_body,
    make_exporter,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


def register(user, url, *kinds):
    answer = Api(user).post("/webhooks", {"url": url, "kinds": list(kinds) or ["decision"]})
    assert answer.status == 201, answer.data
    return answer.data


def is_signed(secret, headers, body):
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


@pytest.fixture
def exporter(folder, loops):
    return make_exporter()


def test_the_signature_is_that_of_the_published_example():
    # The example in the README of the reference libraries of Standard Webhooks.
    found = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        identifier="msg_p5jXN8AQM9LWM0D4loKWxJek",
        seconds=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_decision_is_delivered_signed_with_number_and_link_alone(exporter, receiver, loops):
    made = register(exporter, receiver.url)
    application = decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    ((path, headers, body),) = receiver.came
    assert path == "/hook"
    assert is_signed(made["secret"], headers, body)
    assert not is_signed("whsec_AAAA", headers, body)
    told = json.loads(body)
    assert told["type"] == "decision"
    assert told["data"] == {
        "code": "notice.decided",
        "installation": "BY-1",
        "link": f"https://by.example/application/{application}",
        "number": application[:8],
    }
    (row,) = Api(exporter).get(f"/webhooks/{made['id']}/deliveries").data
    assert (row["status"], row["answer"], row["id"]) == ("done", "204", headers["webhook-id"])


def test_the_example_of_the_guide_knows_a_genuine_delivery(exporter, receiver, loops):
    """Word for word as it stands in docs/guide/programs.md, on a delivery that really came."""
    guide = (ROOT / "docs" / "guide" / "programs.md").read_text("utf-8")
    found = {}
    exec(guide.split("```python\n")[1].split("```")[0], found)
    is_genuine = found["is_genuine"]
    secret = register(exporter, receiver.url)["secret"]
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    ((_, headers, body),) = receiver.came
    assert is_genuine(secret, headers, body)
    assert not is_genuine(secret, headers, body + b" ")
    assert not is_genuine("whsec_AAAA", headers, body)
    assert not is_genuine(secret, headers | {"webhook-id": "other"}, body)
    assert not is_genuine(secret, headers, body, now=loops.at.timestamp() + 301)


def test_a_trader_hears_of_its_own_and_the_system_of_everything(exporter, receiver, loops):
    rival = make_exporter("rival", "rival-trader")
    admin = make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    register(rival, f"{receiver.url}?rival")
    register(admin, f"{receiver.url}?system")
    register(exporter, f"{receiver.url}?questions", "question")
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    assert [path for path, _, _ in receiver.came] == ["/hook?system"]
    for other in (rival, admin):
        assert Api(other).get("/webhooks").data[0]["url"] != f"{receiver.url}?questions"


def test_a_failure_is_tried_again_as_the_same_delivery(exporter, receiver, loops):
    register(exporter, receiver.url)
    receiver.status = 503
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    loops.turn()
    assert len(receiver.came) == 1, "it waits before the next try"
    receiver.status = 200
    loops.wait(seconds=6)
    loops.turn()
    first, second = receiver.came
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]
    assert Delivery.objects.get().status == "done"
    assert Endpoint.objects.get().failing_since is None


def test_a_redirect_is_followed_nowhere(exporter, receiver, loops):
    register(exporter, receiver.url)
    receiver.status = 302
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    assert len(receiver.came) == 1
    assert Delivery.objects.get().answer == "302"


def test_an_address_that_fails_for_days_is_switched_off_with_an_alarm(exporter, receiver, loops):
    made = register(exporter, receiver.url)
    receiver.status = 500
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    Endpoint.objects.update(failing_since=loops.at - SWITCHED_OFF_AFTER)
    loops.wait(days=1)
    loops.turn()
    loops.turn()
    (row,) = Api(exporter).get("/webhooks").data
    assert row["status"] == "off"
    assert Notice.objects.filter(user=exporter, occasion__code="notice.webhook_off").exists()
    (delivery,) = Api(exporter).get(f"/webhooks/{made['id']}/deliveries").data
    assert delivery["status"] == "failed"
    again = f"/webhooks/deliveries/{delivery['id']}/again"
    assert Api(exporter).post(again).status == 409


def test_people_switch_on_send_again_renew_the_secret_and_remove(exporter, receiver, loops, client):
    made = register(exporter, receiver.url)
    receiver.status = 500
    decided(Api(exporter), Api(make_assessor()))
    loops.turn()
    Endpoint.objects.update(switched_off_at=loops.at)
    Delivery.objects.update(status="failed")
    client.force_login(exporter)
    page = f"/webhooks/{made['id']}"
    assert "switched off" in client.get(page).content.decode()
    client.post(page, {"order": "on"})
    secret = client.post(page, {"order": "secret"}).context["secret"]
    assert secret != made["secret"]
    receiver.status = 200
    row = Delivery.objects.get()
    assert client.post(page, {"order": f"again:{row.pk}"}).status_code == 302
    loops.wait(seconds=5)
    loops.turn()
    _, headers, body = receiver.came[-1]
    assert is_signed(secret, headers, body)
    assert not is_signed(made["secret"], headers, body)
    client.post(page, {"order": "remove"})
    assert client.get(page).status_code == 404


def test_one_address_that_is_silent_holds_up_no_other(exporter, receiver, loops):
    register(exporter, "http://127.0.0.1:1/")
    register(exporter, receiver.url)
    decided(Api(exporter), Api(make_assessor()))
    decided(Api(exporter), Api(make_assessor("second")))
    loops.turn()
    assert len(receiver.came) == 2
    dead = Endpoint.objects.get(url="http://127.0.0.1:1/")
    assert sum(row.tries for row in dead.deliveries.all()) == 1


def test_the_secret_stands_in_no_table(exporter, receiver, loops):
    made = register(exporter, receiver.url)
    row = Endpoint.objects.values().get()
    assert made["secret"] not in str(row)
    assert made["secret"].removeprefix("whsec_") not in str(row)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://user@a.example/",
        "https://a.example/#x",
        "https://a.example:99999/",
        "https://a .example/",
        "https:///x",
        "//a.example",
        "https://a.example/\r\nx",
        "https://a.example\\@b.example/",
        "https://" + "a" * 600,
        "",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(MalformedError):
        read_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "172.16.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_no_private_address_is_reached_by_any_spelling(address):
    target = read_url("https://a.example/")
    with pytest.raises(MalformedError, match="private"):
        choose_address(target, allowed=(), resolve=lambda *_: [address])
    with pytest.raises(MalformedError, match="private"):
        choose_address(target, allowed=(), resolve=lambda *_: ["93.184.216.34", address])


def test_http_goes_to_this_machine_alone_and_only_where_the_settings_say():
    plain = read_url("http://a.example/")
    for allowed in ((), ("10.0.0.0/8",)):
        for address in ("93.184.216.34", "10.0.0.1", "127.0.0.1"):
            with pytest.raises(MalformedError):
                choose_address(plain, allowed=allowed, resolve=lambda *_, a=address: [a])
    here = choose_address(plain, allowed=("127.0.0.0/8",), resolve=lambda *_: ["127.0.0.1"])
    assert here == "127.0.0.1"


def test_the_connection_goes_to_the_judged_address_under_the_name(loops, monkeypatch, exporter):
    """A name that leads elsewhere a moment later leads nowhere: the address is pinned."""
    seen = []

    def handler(request):
        seen.append((str(request.url), request.headers["host"], request.extensions))
        return httpx.Response(200)

    monkeypatch.setattr(sending, "choose_address", lambda *_, **__: "93.184.216.34")
    facts = {"kind": "decision", "code": "notice.decided", "number": "1", "path": "/"}
    occasion = Occasion.objects.create(key="x", at=loops.at, **facts)
    own = {"organisation": exporter.organisation, "made_by": exporter, "made_at": loops.at}
    endpoint = Endpoint.objects.create(url="https://a.example:8443/in?x=1", kinds="x", **own)
    delivery = Delivery.objects.create(
        endpoint=endpoint, occasion=occasion, created=loops.at, next_at=loops.at
    )
    answer = sending.post(delivery, at=loops.at, transport=httpx.MockTransport(handler))
    assert answer.is_good
    ((url, host, extensions),) = seen
    assert (url, host) == ("https://93.184.216.34:8443/in?x=1", "a.example:8443")
    assert extensions["sni_hostname"] == "a.example"


def test_a_form_with_a_private_address_is_told_so_beside_the_field(client, exporter):
    client.force_login(exporter)
    form = {"url": "https://127.0.0.1/", "kinds.decision": "on"}
    answer = client.post("/webhooks/", form)
    assert answer.status_code == 422
    assert "private network" in answer.content.decode()
    assert not Endpoint.objects.exists()
