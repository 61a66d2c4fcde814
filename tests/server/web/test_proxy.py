"""Behind a proxy: who asks, whether it came by TLS, and what a session says to the browser."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from django.http import HttpRequest, HttpResponse

from certorigin.errors import MalformedError
from certorigin_server.desk.middleware import HEADERS, trusted_proxy
from certorigin_server.settings.reading import read_settings
from certorigin_server.trail.models import Tries
from certorigin_server.trail.services import _keys
from tests.server.conftest import SYSTEM
from tests.server.factories import make_assessor

INSTALLATION = {"installation": {"id": "BY-1", "state": "BY", "name": "x"}}
PROXIES = ("10.0.0.0/24", "127.0.0.1", "2001:db8::/64")


@pytest.fixture
def proxied(settings):
    settings.SYSTEM = replace(settings.SYSTEM, trusted_proxies=PROXIES)


def seen(near, told=None, **more):
    """What the program knows of a request that came from `near`."""
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": near} | more
    if told is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = told
    trusted_proxy(lambda _: HttpResponse())(request)
    return request.META


@pytest.mark.parametrize(
    ("near", "told", "address"),
    [
        ("10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "192.0.2.1, 198.51.100.1 , 10.0.0.8,2001:db8::9", "198.51.100.1"),
        ("10.0.0.7", "2001:db8:1::5", "2001:db8:1::5"),
        ("10.0.0.7", "198.51.100.1, nonsense, 10.0.0.8", "10.0.0.8"),
        ("10.0.0.7", "10.0.0.9", "10.0.0.9"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.7", None, "10.0.0.7"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_nearest_that_is_no_proxy_of_ours_asks(proxied, near, told, address):
    assert seen(near, told)["REMOTE_ADDR"] == address


def test_only_a_proxy_of_ours_says_how_a_request_came(proxied):
    told = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert seen("10.0.0.7", "198.51.100.1", **told).items() >= told.items()
    stranger = seen("203.0.113.9", "198.51.100.1", **told)
    assert stranger == {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.django_db
def test_tries_to_sign_in_are_counted_by_the_address_behind_the_proxy(proxied, client):
    make_assessor("olga")
    wrong = {"username": "olga", "password": "wrong"}
    client.post("/sign-in", wrong, headers={"x-forwarded-for": "192.0.2.1, 198.51.100.1"})
    kept = set(Tries.objects.values_list("key", flat=True))
    assert kept == {*_keys("olga", "198.51.100.1").values()}


@pytest.mark.parametrize(
    "web",
    [
        {"trusted_proxies": "10.0.0.1"},
        {"trusted_proxies": ["10.0.0.1/24"]},
        {"trusted_proxies": ["proxy.example"]},
        {"trusted_proxies": [7]},
        {"https": "true", "trusted_proxies": ["10.0.0.1"]},
        {"https": True},
    ],
)
def test_a_setting_that_would_not_protect_stops_the_start(tmp_path, web):
    with pytest.raises(MalformedError, match=r"^settings\."):
        read_settings(INSTALLATION | {"web": web}, tmp_path)


ASK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
told = {}
for proto in ("http", "https"):
    answer = Client(headers={"x-forwarded-proto": proto}).get("/sign-in")
    cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
    told[proto] = [bool(cookie["secure"]), answer.headers.get("Strict-Transport-Security", "")]
told["session"] = settings.SESSION_COOKIE_SECURE and settings.LANGUAGE_COOKIE_SECURE
print(json.dumps(told))
"""


def test_with_tls_no_cookie_travels_in_the_clear(tmp_path, settings):
    assert not settings.SESSION_COOKIE_SECURE  # a system on one machine speaks plain HTTP
    folder = tmp_path / "by"
    shutil.copytree(SYSTEM, folder)
    text = (folder / "system.toml").read_text("utf-8")
    added = '[web]\nhttps = true\ntrusted_proxies = ["127.0.0.1"]'
    (folder / "system.toml").write_text(text.replace("[web]", added), "utf-8")
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "CERTORIGIN_DIR": str(folder)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(run.stdout) == {
        "http": [True, ""],
        "https": [True, "max-age=31536000"],
        "session": True,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/desk/desk.css", "/sign-in", "/certification/", "/x", "/api/v1/me"]
)
def test_whoever_answers_tells_browsers_how_to_treat_it(client, path):
    """A file, a page, a redirect, an address that is not there, a call; all routes: test_doors."""
    answer = client.get(path)
    answer.close()  # a file is given piece by piece
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
