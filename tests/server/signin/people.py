"""People who sign in by hand, and settings of sign-in for one test."""

import re
from dataclasses import replace

from django.test import Client

SECRET = "a long password"


def with_password(user):
    user.set_password(SECRET)
    user.save()
    return user


def demand(settings, **facts):
    """Change what the system demands at sign-in."""
    settings.SYSTEM = replace(settings.SYSTEM, sign_in=replace(settings.SYSTEM.sign_in, **facts))


def browser(**headers):
    return Client(headers={"accept-language": "en", "user-agent": "Firefox"} | headers)


def enter(client, user, password=SECRET, **more):
    return client.post("/sign-in", {"username": user.username, "password": password} | more)


def is_in(client):
    return client.get("/account/sign-in").status_code == 200


def options_in(page):
    """What the page wants to know of a device."""
    return page.context["question"]


def codes_in(page):
    return re.findall(r"<code>((?:[2-9A-Z]{4}-){3}[2-9A-Z]{4})</code>", page.content.decode())
