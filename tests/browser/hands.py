"""What a person does in a browser, and what is looked at."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page

from certorigin_server.users.models import User
from tests.browser.people import PASSWORD
from tests.data import ROOT

PICTURES = ROOT / "var" / "screenshots"
USERNAMES = {
    "exporter": "exporter",
    "assessing_officer": "assessor",
    "certifying_officer": "certifier",
    "customs_officer": "customs",
    "auditor": "auditor",
    "administrator": "administrator",
}
# Everything of WCAG 2.2 A and AA that can be measured, and the usual good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FOCUS = """() => {
    const at = document.activeElement;
    const [name, value, type] = [at.name || "", at.value || "", at.type || ""];
    return {tag: at.tagName, id: at.id, name, value, type};
}"""


def sign_in(page: Page, role: str) -> None:
    """Sign in as the person of a role, past the sign-in page, and come to the first page."""
    user = User.objects.get(username=USERNAMES[role])
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
    page.context.add_cookies([{**cookie, "domain": "127.0.0.1", "path": "/"}])
    page.goto("/")


def sign_in_by_hand(page: Page, role: str, password: str = PASSWORD) -> None:
    """Sign in by the sign-in page, where one is already or will be."""
    if not page.locator("#id_password").count():
        page.goto("/sign-in")
    page.locator("#id_username").fill(USERNAMES[role])
    page.locator("#id_password").fill(password)
    page.locator("main button.main").click()
    page.wait_for_load_state()


# axe-core no longer looks for these; but a label then names the wrong field.
IDENTIFIERS_TWICE = """() => {
    const all = [...document.querySelectorAll("[id]")].map(element => element.id);
    return [...new Set(all.filter((one, place) => all.indexOf(one) !== place))];
}"""


def check_accessible(page: Page) -> None:
    """Fail on any finding of axe-core and on an identifier that stands twice; say where it is."""
    twice = page.evaluate(IDENTIFIERS_TWICE)
    assert not twice, f"{page.url}: two elements are called {', '.join(twice)}"
    results = Axe().run(page, options=RULES)
    told = [
        f"{one['id']}: {one['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in one["nodes"])
        for one in results.response["violations"]
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)


def check_fits(page: Page) -> None:
    """Fail when the page is wider than the screen."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def keep_picture(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in var/screenshots, for looking at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


# -- keyboard only --------------------------------------------------------------------------------


def focus_of(page: Page) -> dict[str, str]:
    """Where the focus is."""
    return page.evaluate(FOCUS)


def press_until(page: Page, selector: str, *, key: str = "Tab", most: int = 250) -> None:
    """Press a key until the focus is on an element."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {selector}")


def type_over(page: Page, text: str) -> None:
    """Replace what stands in the field that has the focus."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def fill_by_keyboard(page: Page, values: dict[str, str], *, most: int = 250) -> None:
    """Walk through the page by Tab and fill each named field as one comes to it."""
    left = dict(values)
    for _ in range(most):
        at = focus_of(page)
        if at["name"] in left:
            _give(page, at, left.pop(at["name"]))
        if not left:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not lead to {', '.join(left)}")


def _give(page: Page, at: dict[str, str], value: str) -> None:
    if at["tag"] == "SELECT":
        for _ in range(60):
            if focus_of(page)["value"] == value:
                return
            page.keyboard.press("ArrowDown")
        pytest.fail(f"{at['name']} does not offer {value}")
    if at["type"] == "checkbox":
        page.keyboard.press("Space")
    else:
        type_over(page, value)
