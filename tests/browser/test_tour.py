"""The tour of the demo, clicked through as by a newcomer: one browser, and what stands on the page.

The demo is started as the README has it, and its passwords are read from its own words. Each step's
link leads to signing in as the person of the step, and then to something that is there.
"""

import re
import signal
import subprocess
import sys
import threading

import pytest
from playwright.sync_api import expect

from certorigin.terminal.sentences import say
from tests.browser.chromium import PATIENCE_MS
from tests.browser.hand import Hand
from tests.browser.languages import LOCALES, some
from tests.data import ROOT
from tests.journeys.states import plain_environment

pytestmark = pytest.mark.timeout(2400)
SAVE = "main .actions button.main"
ACCOUNT = re.compile(r"^   (\S+) +(\S+)$", re.MULTILINE)
TOUR = re.compile(r"(http://\S+/tour)$", re.MULTILINE)


class Demo:
    """The demo as it runs, and what it says."""

    def __init__(self, folder):
        command = [sys.executable, "-m", "certorigin", "demo", "--dir", str(folder)]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, env=plain_environment(), **options)
        self.said, self._is_up = "", threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self):
        for line in self._process.stdout:
            self.said += line
            if TOUR.search(self.said):
                self._is_up.set()

    def wait(self):
        assert self._is_up.wait(900), self.said
        return TOUR.search(self.said)[1], dict(ACCOUNT.findall(self.said))

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(120)
        self._listener.join(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = Demo(tmp_path_factory.mktemp("demo") / "here")
    try:
        yield started.wait()
    finally:
        started.stop()


class Newcomer(Hand):
    """Somebody who has the page of the tour and the list of passwords, and nothing else."""

    def __init__(self, page, demo, language):
        super().__init__(page)
        (self.tour, self.passwords), self.language = demo, language
        self.number = self.day = ""

    def step(self, number):
        """Press the link of a step; sign in as whom it names."""
        self.page.goto(self.tour)
        item = self.page.locator("ol.steps > li").nth(number - 1)
        self.go(item.locator("a"))
        if self.page.locator("#id_password").count():
            name = self.page.locator("#id_username").input_value()
            expect(self.page.locator("html")).to_have_attribute("lang", self.language)
            self.page.locator("#id_password").fill(self.passwords[name])
            self.go("main form button.main")
        expect(self.page.locator("main h1")).to_be_visible()
        assert self.page.locator("#id_password").count() == 0

    def reads(self, place, code, **facts):
        expected = say(code, facts, self.language)
        expect(self.page.locator(place).first).to_contain_text(expected, ignore_case=True)

    def open_row(self, turn=0):
        """Open a line of the list: the first, or the last with -1."""
        self.go(self.page.locator("main tbody tr").nth(turn).locator("a").first)

    def begin(self):
        self.step(1)
        expect(self.page.locator("main tbody tr")).to_have_count(1)
        self.open_row()
        self.reads("h1 .tag", "assessment.refused")
        self.go(self.page.locator("main a[href*='/reasons/']").first)
        expect(self.page.locator("main")).to_contain_text("50")
        self.step(2)
        self.fill({"tariffCode": "8701", "productionCountry": "BY", "destination": "AZ"})
        self.go(SAVE)
        expect(self.page.locator("main form .field").first).to_be_visible()

    def copy(self):
        self.step(3)
        self.open_row(-1)
        expect(self.page.locator(".stops li")).to_have_count(7)
        self.go("main form[action$='/copy'] button:not(.unseen)")
        invoice = f"ЗТ-{self.language}/26"
        self.fill({"invoice.number": invoice, "items[0].invoice.number": invoice})
        self.fill({"body": "belcci-minsk", "confirmed": "on"})
        self.go("main button[value=submit]")
        self.reads("h1 .tag", "application.submitted")

    def decide_and_certify(self):
        self.step(4)
        self.open_row()
        expect(self.page.locator("#opinion h2 .tag.good")).to_be_visible()
        self.go("main button.main[value=decide]")
        self.fill({"confirmed": "on"})
        self.go(SAVE)
        self.reads("h1 .tag", "assessment.decision.originating")
        self.step(5)
        self.open_row()
        self.fill({"confirmed": "on"})
        self.go("main button.main[value=certify]:not(.unseen)")
        self.reads("#way", "act.mirrored")
        self.number = self.page.locator("h1").inner_text().split()[-1]

    def look_from_outside(self):
        self.step(6)
        today = self.page.evaluate("new Date().toISOString().slice(0, 10)")
        self.fill({"number": self.number, "date": today})
        self.go("main form[method=get] button.main")
        expect(self.page.locator("main > .notice").first).to_contain_text(self.number)
        self.step(7)
        self.fill({"number": self.number})
        self.enter()
        expect(self.page.locator("h1")).to_contain_text(self.number)
        self.step(8)
        expect(self.page.locator("main tbody tr")).to_have_count(1)
        self.open_row()
        self.reads("main", "web.decision_refused")
        self.go(self.page.locator("main a[href*='/decision/']").first)
        self.reads("h1", "web.decision_refused")

    def look_back(self):
        self.step(9)
        expect(self.page.locator("main tbody tr")).to_have_count(1)
        self.open_row()
        used = self.page.locator("td", has_text=re.compile(r"\d"))
        expect(used.first).to_be_visible()
        self.step(10)
        self.go("main a.button[href*='verify']")
        expect(self.page.locator("#chain ~ .notice.good")).to_be_visible()


@pytest.mark.parametrize("language", some("az"))
def test_each_step_of_the_tour_leads_to_what_it_speaks_of(chromium, demo, language):
    """In one browser, whose cookies both states' systems share by their host."""
    context = chromium.new_context(locale=LOCALES[language])
    context.set_default_timeout(PATIENCE_MS)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    newcomer = Newcomer(page, demo, language)
    try:
        newcomer.begin()
        newcomer.copy()
        newcomer.decide_and_certify()
        newcomer.look_from_outside()
        newcomer.look_back()
    finally:
        context.close()
    assert not errors
