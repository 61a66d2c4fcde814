"""One journey between two states, walked by its people in two browsers: by clicks and typing alone.

Each person looks for what the page should tell; whatever is missing ends the walk. Nobody uses the
machine interface, and nobody is helped from behind.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from certorigin.terminal.sentences import say
from tests.browser.chromium import PATIENCE_MS
from tests.browser.hand import Hand, Task
from tests.browser.picture import take
from tests.browser.typed import fields_of
from tests.browser.weight import Weight, weigh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.journeys.states import Pair

LOCALES = {"BY": "ru-RU", "AZ": "az-AZ"}
# What is bought for a tractor: words, code, country.
MATERIALS = (
    ("Двигатели дизельные Д-260", "840820", "BY"),
    ("Шины сельскохозяйственные", "401170", "CN"),
    ("Насосы гидравлические", "841350", "DE"),
)
SAVE = "main .actions button.main"


class Walk:
    """Two browsers, one for each state; the people of a state take turns at its browser."""

    def __init__(self, browser: Browser, pair: Pair, sample, folder: Path) -> None:
        self.pair, self.sample, self.folder = pair, sample, folder
        self.picture = folder / "examination.png"
        self.pages: dict[str, Page] = {}
        self.errors: list[str] = []
        for state, locale in LOCALES.items():
            context = browser.new_context(base_url=pair[state].url, locale=locale)
            context.set_default_timeout(PATIENCE_MS)
            self.pages[state] = page = context.new_page()
            page.on("pageerror", lambda error: self.errors.append(str(error)))
            page.on("response", self._note)
        self.tasks: list[Task] = []
        # What each role has before it, by a name.
        self.seen: dict[str, dict[str, str]] = {}
        self.at_work = ("", "")
        self.spoken: set[tuple[str, str]] = set()
        self.weights: list[tuple[str, str, Weight]] = []

    def close(self) -> None:
        """Close both browsers."""
        for page in self.pages.values():
            page.context.close()

    def _note(self, answer) -> None:
        if answer.status >= 500:
            self.errors.append(f"{answer.status} {answer.url}")

    @contextmanager
    def desk(self, state: str, username: str, language: str, what: str = "") -> Iterator[Hand]:
        """Sign in, choose a language, do something, sign out."""
        hand = Hand(self.pages[state])
        hand.task, self.at_work = Task(username, what), (username, language)
        hand.page.goto("/sign-in")
        if not self.weights:
            self.weights.append(("anybody", "sign-in", weigh(hand.page, "/sign-in")))
        hand.fill({"username": username, "password": self.pair[state].accounts[username]})
        hand.enter()
        if hand.page.locator("html").get_attribute("lang") != language:
            hand.choose("#page-language", language)
            hand.go("form.language button")
        expect(hand.page.locator(f"html[lang={language}]")).to_be_attached()
        self.spoken.add(self.at_work)
        self.mark("start", hand)
        yield hand
        hand.go("form.person button")
        if what:
            self.tasks.append(hand.task)

    def word(self, code: str, **facts: str) -> str:
        """Return a sentence in the language of whoever is at work."""
        return say(code, facts, self.at_work[1])

    def mark(self, name: str, hand: Hand) -> None:
        """Keep the address of a page that somebody has before them, and weigh it beside them."""
        role, url = self.at_work[0], hand.page.url
        if name not in self.seen.setdefault(role, {}):
            self.seen[role][name] = url
            with hand.page.context.new_page() as beside:
                self.weights.append((role, name, weigh(beside, url)))

    def reads(self, place: str | Locator, code: str, hand: Hand, **facts: str) -> None:
        """Look for a sentence at a place of the page; pages that follow something renew it."""
        at = hand.page.locator(place).first if isinstance(place, str) else place
        expect(at).to_contain_text(self.word(code, **facts), ignore_case=True)


# -- the exporter ----------------------------------------------------------------------------------


def ask_about_origin(walk: Walk, hand: Hand) -> None:
    """Answer what matters for the origin of tractors, and begin an application with it."""
    code = walk.sample.application["items"][0]["tariffCode"]
    hand.go("nav.main a[href='/ask/']")
    hand.fill({"tariffCode": code, "productionCountry": "BY", "destination": "AZ"})
    hand.go(SAVE)
    hand.go(SAVE)  # not wholly obtained
    for number, (words, heading, country) in enumerate(MATERIALS):
        if number:
            hand.click("#q0-add")
        place = f"q0[{number}]"
        row = {"description": words, "tariffCode": heading, "originCountry": country}
        hand.fill({f"{place}.{name}": value for name, value in row.items()})
    hand.go(SAVE)
    hand.click("main form details:not([open]) > summary")
    hand.fill({"q0.complex_assembly": "on"})
    hand.go(SAVE)
    walk.reads("h1 .tag.good", "assessment.decision.originating", hand)
    walk.mark("questionnaire", hand)
    hand.fill({"q0": "BY", "q1": "BY", "q2": "AZ", "q3": "BY", "q4": "business", "q5": "no"})
    hand.go(SAVE)
    hand.fill({"q0": "certificate"})
    hand.go(SAVE)
    walk.reads("main .notice", "ask.finished", hand)
    hand.go("main form[action$='/use'] button:not(.unseen)")


def apply(walk: Walk) -> str:
    """Answer the questionnaire, fill the application, confirm and submit it, attach a file."""
    paper = walk.folder / "technology.txt"
    paper.write_text("Сварка рам, механическая обработка, сложная сборка, испытания.\n", "utf-8")
    with walk.desk("BY", "exporter-by-01", "ru", "asks, applies, attaches a file") as hand:
        ask_about_origin(walk, hand)
        walk.mark("form", hand)
        values = fields_of(walk.sample.application)
        hand.fill(values | {"body": "belcci-minsk"})
        hand.go("main button[value=submit]")  # box 13 is not confirmed yet
        walk.reads(".summary", "web.declaration_missing", hand)
        hand.fill({"confirmed": "on"})
        hand.go("main button[value=submit]")
        walk.reads("h1 .tag", "application.submitted", hand)
        walk.mark("application", hand)
        application = hand.page.url.rpartition("/")[2]
        hand.go("main a[href$='/evidence']")
        hand.fill({"kind": "technology"})
        hand.attach("#file", paper)
        hand.go(SAVE)
        expect(hand.page.locator("main td, main tbody th").first).to_contain_text(paper.name)
    return application


def answer(walk: Walk) -> None:
    """Find the question among one's tasks, and answer it."""
    with walk.desk("BY", "exporter-by-01", "ru", "answers a question") as hand:
        hand.go("main a[href^='/application/question/']")
        hand.fill({"text": "Изготовлены в Минске, паспорт двигателя приложен."})
        hand.go(SAVE)
        walk.reads("main", "web.questions", hand)
        expect(hand.page.locator("main")).to_contain_text("паспорт двигателя приложен")


def apply_again(walk: Walk, application: str) -> str:
    """Copy an application for the next consignment."""
    with walk.desk("BY", "exporter-by-01", "ru", "applies again from an earlier one") as hand:
        hand.go("nav.main a[href='/application/']")
        hand.go(f"main a[href='/application/{application}']")
        hand.go(f"main form[action='/application/{application}/copy'] button:not(.unseen)")
        number = {"invoice.number": "ЗТ-119/26", "items[0].invoice.number": "ЗТ-119/26"}
        hand.fill({**number, "body": "belcci-minsk", "confirmed": "on"})
        hand.go("main button[value=submit]")
        walk.reads("h1 .tag", "application.submitted", hand)
        return hand.page.url.rpartition("/")[2]


def see_use(walk: Walk, application: str, used: str) -> None:
    """Read on the application's page how much of the certificate the other state used."""
    with walk.desk("BY", "exporter-by-01", "ru", "sees the use abroad") as hand:
        hand.go("nav.main a[href='/application/']")
        hand.go(f"main a[href='/application/{application}']")
        sentence = re.escape(walk.word("web.used_of", used=used, whole=used))
        wanted = re.compile(sentence.replace(used, rf"{used}\b\D*"))  # units may follow
        hand.look_until(hand.page.locator("main td", has_text=wanted))
        expect(hand.page.locator("#stall")).to_be_visible()
        hand.go("main a.main[href^='/certificate/']")
        expect(hand.page.locator("main")).to_contain_text(wanted)
        walk.mark("journey", hand)


# -- the body --------------------------------------------------------------------------------------


def ask(walk: Walk, application: str) -> None:
    """Ask the applicant where the engines come from; the term stands still."""
    with walk.desk("BY", "assessor-by", "be", "asks a question") as hand:
        hand.go(f"main a[href*='{application}']")
        hand.go(f"main a[href='/assessment/{application}']")
        walk.mark("case", hand)
        hand.fill({"text": "Дзе зроблены рухавікі?", "suspends": "on"})
        hand.go("main form[action$='/ask'] .actions button")
        walk.reads("main .notice.wait", "web.clock_stands", hand)


def decide(walk: Walk, application: str, *, reads: str = "") -> None:
    """Read the answer, see what the facts come to, and decide."""
    with walk.desk("BY", "assessor-by", "be", "decides") as hand:
        if reads:
            hand.go("nav.main a[href='/assessment/']")
            hand.go(f"main a[href*='{application}']")
            hand.go(f"main a[href='/assessment/{application}']")
            expect(hand.page.locator("main")).to_contain_text(reads)
            hand.go(f"main a.main[href='/assessment/{application}/worksheet']")
        else:
            hand.go(f"main a[href*='{application}']")
        expect(hand.page.locator("#opinion h2 .tag.good")).to_be_visible()
        walk.mark("worksheet", hand)
        hand.go("main button.main[value=decide]")
        walk.reads("h1 .tag", "assessment.decision.originating", hand)
        hand.fill({"confirmed": "on"})
        hand.go(SAVE)
        walk.reads("h1 .tag", "assessment.decision.originating", hand)


def certify(walk: Walk, application: str) -> str:
    """Certify what another officer decided; see it published and received. Return its number."""
    with walk.desk("BY", "certifier-by", "ru", "certifies") as hand:
        hand.go(f"main a[href='/certification/{application}']")
        walk.mark("sheet", hand)
        hand.fill({"confirmed": "on"})
        hand.go("main button.main[value=certify]:not(.unseen)")
        walk.reads("#way", "act.mirrored", hand)
        walk.mark("certificate", hand)
        return hand.page.locator("h1").inner_text().split()[-1]


def annul(walk: Walk, number: str) -> None:
    """Annul a certificate, after being told what follows."""
    with walk.desk("BY", "certifier-by", "ru", "annuls") as hand:
        hand.type("#search", number)
        hand.enter()
        hand.go(hand.page.locator("main a", has_text=number).first)
        hand.go("main a.main[href^='/certification/urn:']")
        hand.go("main a[href$='/annul']")
        hand.fill({"ground": "error_in_certificate"})
        hand.go(SAVE)
        walk.reads("main", "web.annul_warning", hand, number=number)
        hand.fill({"confirmed": "on"})
        hand.go("main button.danger")
        walk.reads("main", "standing.status.annulled", hand)


# -- customs of the other state --------------------------------------------------------------------


def declare(walk: Walk, number: str, *, quantity: str) -> str:
    """Find the certificate, enter the declaration, see the verdict in parts, grant."""
    with walk.desk("AZ", "customs-az", "az", "declares, examines, grants") as hand:
        hand.go("nav.main a[href='/received/']")
        hand.fill({"number": number})
        hand.enter()
        expect(hand.page.locator("h1")).to_contain_text(number)
        walk.mark("certificate", hand)
        hand.go("main a.main[href^='/recognition/new/']")
        walk.mark("declaration", hand)
        duty = {"amount": "4920", "currency": "AZN"}
        given = {f"items[0].dutyAtStake.{name}": value for name, value in duty.items()}
        hand.fill({"number": f"70200/{number[-6:]}", "items[0].quantity.value": quantity, **given})
        hand.go("main button.main[value=save]:not(.unseen)")
        expect(hand.page.locator("#verdict .notice.good")).to_be_visible()
        assert hand.page.locator("#verdict tbody tr").count() >= 4
        walk.mark("examination", hand)
        if not walk.picture.exists():
            take(hand.page, walk.picture)
        hand.go("#accepting .actions button")
        walk.reads("h1", "web.decision_accepted", hand)
        walk.mark("decision", hand)
        walk.reads("#way", "act.mirrored", hand)
        return hand.page.url


def look_again(walk: Walk, decision: str) -> None:
    """Be told of the annulment as a task, and note what was done."""
    path = decision.removeprefix(walk.pair["AZ"].url)
    with walk.desk("AZ", "customs-az", "az", "looks again after an annulment") as hand:
        task = hand.page.locator(f"main a[href='{path}']", has_text=walk.word("web.task_recheck"))
        hand.look_until(task)
        hand.go(task)
        expect(hand.page.locator("main section.notice.bad")).to_be_visible()
        hand.fill({"remark": "Rüsum tutulub"})
        hand.go("main section.notice button:not(.unseen)")
        expect(hand.page.locator("main")).to_contain_text("Rüsum tutulub")


# -- those who look on -----------------------------------------------------------------------------


def audit(walk: Walk, application: str) -> None:
    """Check the chain of the trail, find one application in it, draw a sample, record a finding."""
    with walk.desk("BY", "auditor-by", "en", "checks the trail, draws a sample") as hand:
        hand.go("nav.main a[href='/audit/']")
        walk.mark("trail", hand)
        hand.go("main a.button[href*='verify']")
        expect(hand.page.locator("#chain ~ .notice.good")).to_be_visible()
        hand.fill({"actor": "certifier-by"})
        hand.go("main form[method=get] button.main")
        expect(hand.page.locator("main tbody tr").first).to_contain_text("certifier-by")
        hand.go("main nav a[href='/audit/samples']")
        hand.fill({"size": "1"})
        hand.go(SAVE)
        walk.mark("sample", hand)
        hand.go("main a.button.main")
        expect(hand.page.locator("h1")).to_contain_text("ST-1")
        walk.mark("checklist", hand)
        hand.click("main input[value=in_order]")
        hand.go(SAVE)
        expect(hand.page.locator("main")).to_contain_text("The finding is recorded.")


def administer(walk: Walk) -> None:
    """See that the partner answers, and that every loop turns."""
    with walk.desk("BY", "admin-by", "en", "looks at partner and loops") as hand:
        hand.go("nav.main a[href='/administration/']")
        hand.go("main nav a[href='/administration/partners']")
        expect(hand.page.locator("main")).to_contain_text("AZ-1")
        walk.mark("partners", hand)
        hand.go("main nav a[href='/administration/loops']")
        expect(hand.page.locator("#loops code", has_text="mirror").first).to_be_visible()
        expect(hand.page.locator("#loops .tag.bad")).to_have_count(0)
        walk.mark("loops", hand)


def whole(walk: Walk) -> None:
    """Walk all of it: one certificate that is used, another that is annulled after its use."""
    (item,) = walk.sample.application["items"]
    quantity = item["quantity"]["value"]
    first = apply(walk)
    ask(walk, first)
    answer(walk)
    decide(walk, first, reads="паспорт двигателя приложен")
    number = certify(walk, first)
    declare(walk, number, quantity=quantity)
    see_use(walk, first, quantity)
    second = apply_again(walk, first)
    decide(walk, second)
    other = certify(walk, second)
    decision = declare(walk, other, quantity=quantity)
    annul(walk, other)
    look_again(walk, decision)
    audit(walk, first)
    administer(walk)
    assert not walk.errors, walk.errors
