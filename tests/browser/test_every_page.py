"""Every page that can be read, out of the route table: axe-core, 320 px, targets, focus, colours.

It takes minutes, so scripts/long runs it, with CERTORIGIN_EVERY_PAGE=4: so many languages a page;
1 is one language a page, the next page in the next. In CI test_new_rooms looks at the rooms of each
role in another language. Pages that want a name in their address get what its fixtures made.
"""

import os
from collections import Counter

import pytest

from tests import pages as routes
from tests.browser.hands import check_accessible, check_fits, sign_in
from tests.browser.languages import LOCALES
from tests.browser.test_new_rooms import Rooms, disturbed, pages_of_customs, pages_of_issue

EACH = int(os.environ.get("CERTORIGIN_EVERY_PAGE", "0"))
pytestmark = [
    pytest.mark.skipif(not EACH, reason="takes minutes: scripts/long runs it"),
    pytest.mark.timeout(3000),
]
# Who opens a page that several may open: the one whose day it belongs to.
ROLES = (
    *("exporter", "assessing_officer", "certifying_officer", "customs_officer"),
    *("auditor", "administrator"),
)
# What is pressed, chosen or typed into is 24 px, or stands in a line of text (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(one => one.checkVisibility({visibilityProperty: true}))
    .filter(one => !one.matches(".unseen, .skip"))
    .filter(one => one.type !== "hidden" && !one.closest("p, li, td, th, dd, dt, label, .offers"))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""
# A control that has the focus is seen, and stands within the page.
UNSEEN = """() => { const at = document.activeElement; const box = at.getClientRects()[0];
    const style = getComputedStyle(at);
    const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 9)];
    const top = document.elementFromPoint(x, y);
    return at === document.body || style.outlineStyle !== "none" && (!top || at.contains(top)
        || top.contains(at) || at.labels?.length) ? "" : at.outerHTML.slice(0, 160); }"""


@pytest.fixture(scope="module")
def rooms(people, border):
    with disturbed():
        yield Rooms(people, border)


@pytest.fixture(scope="module")
def addresses(rooms):
    """By role: the addresses that can be read without more than a person's name."""
    made = {"customs_officer": pages_of_customs(rooms), **pages_of_issue(rooms)}
    known = [one for one in routes.routes() if one.is_list and not one.is_call]
    lists = [one.path({}) for one in known if one.pattern not in routes.PARTS]
    return {role: [*lists, *made.get(role, {}).values()] for role in ROLES}


def look(page, address):
    """Open a page; say whether it is one that this person reads, and no file or redirection."""
    first = page.request.get(address, max_redirects=0)
    if first.status != 200 or not first.headers.get("content-type", "").startswith("text/html"):
        return False
    return page.goto(address).ok


def faults(page, *checks):
    """Every fault of a page, so that one run tells all of them."""
    told = []
    for check in checks:
        try:
            check(page)
        except AssertionError as error:
            told.append(str(error))
    return told


def open_everything(page):
    for folded in page.locator("main details").all():
        folded.evaluate("one => one.open = true")


def focus_stays_in_sight(page):
    """Walk a page by Tab: whatever has the focus shows it and lies under nothing (WCAG 2.4.11)."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden = page.evaluate(UNSEEN)
        assert not hidden, f"{page.url}: the focus is not seen on {hidden}"


def targets_are_large(page):
    small = page.evaluate(SMALL)
    assert not small, f"{page.url}: smaller than 24 px\n" + "\n".join(small)


def nothing_moves(page):
    """Who asks for less motion gets none; with forced colours nothing comes to move either."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    moving = page.evaluate(
        "document.getAnimations().length + [...document.querySelectorAll('body *')].filter("
        "one => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    assert not moving, f"{page.url}: something moves"


def test_every_page_is_accessible_and_fits_320_px(open_page, addresses):
    """The rules of axe, what it can't measure, and the width that 400 % of a screen leaves."""
    seen, counted, wrong = set(), Counter(), []
    checks = (check_fits, check_accessible, targets_are_large, focus_stays_in_sight, nothing_moves)
    for role in ROLES:
        todo = [one for one in addresses[role] if one not in seen]
        for turn, (language, locale) in enumerate(LOCALES.items()):
            page = open_page(locale, width=320)
            sign_in(page, role)
            for number, address in enumerate(todo):
                if (number + turn) % 4 < EACH and look(page, address):
                    seen.add(address)
                    counted[language] += 1
                    open_everything(page)
                    wrong += faults(page, *checks)
            page.context.close()
    print(f"\n{len(seen)} pages, {EACH} languages each: {dict(counted)}")
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 60
