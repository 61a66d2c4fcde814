"""People who go on working while processes die under them: they ask again, and look first."""

from __future__ import annotations

import copy
import itertools
import threading
import time

import httpx

from certorigin.errors import CertoriginError, StandingError
from certorigin_server.operate.demo.journey import ISSUING_BODY
from certorigin_server.operate.demo.person import Person
from certorigin_server.operate.demo.traders import trader_of
from tests.journeys.invariants import Ledger
from tests.journeys.states import PATIENCE, State, sample_named

SAMPLE = {"BY": "01-tractors", "AZ": "07-polyethylene"}
PAUSE = 0.1


class GaveUpError(AssertionError):
    """A person asked again and again, and no answer ever came."""


class Flow:
    """Consignments between two states, with a ledger of everything that was acknowledged."""

    _numbers = itertools.count(1)
    _trips = itertools.count(1)

    def __init__(self, pair, ledger: Ledger | None = None) -> None:
        self.pair = pair
        self.ledger = ledger or Ledger()
        self._people: dict[tuple[str, str], Person] = {}
        self._lock = threading.Lock()

    def person(self, state: State, role: str) -> Person:
        """Somebody of a state who is signed in; waits for the web to come back."""
        username = role if role in state.accounts else f"{role}-{state.state.lower()}"
        with self._lock:
            key = (state.state, username)
            if key not in self._people:
                self._people[key] = self.patiently(lambda: Person(state, username))
            return self._people[key]

    def patiently(self, ask, patience: float = PATIENCE):
        """Ask until the connection holds. Only for what may be done twice."""
        until = time.monotonic() + patience
        while True:
            try:
                return ask()
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise GaveUpError(str(error)) from error
                time.sleep(PAUSE)

    def ready(self, state: State, sample=None, change=None) -> str:
        """Bring an application to where it can be certified; what breaks off is begun anew."""
        sample = sample or sample_named(SAMPLE[state.state])
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._ready(state, sample, change)
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise GaveUpError(str(error)) from error
                time.sleep(PAUSE)

    def apply(self, state: State, sample, change=None) -> str:
        """Hand in an application with its worksheet."""
        documents = copy.deepcopy([sample.application, sample.worksheet])
        # Each is a consignment of its own: it travels apart.
        documents[0].setdefault("transport", {"means": "—"})["means"] += f" {next(self._trips)}"
        if change is not None:
            change(*documents)
        exporter = self.person(state, trader_of(sample))
        draft = exporter.ask("POST", "/application", documents[0])
        path = f"/application/{draft['id']}"
        exporter.ask("PUT", f"{path}/worksheet?version=0", documents[1])
        submission = {
            "body": ISSUING_BODY[state.state],
            "version": draft["version"],
            "produced_in": documents[1]["productionCountry"],
            "confirmed": True,
        }
        exporter.ask("POST", f"{path}/submit", submission)
        return str(draft["id"])

    def decide(self, state: State, application: str) -> dict:
        """Let the assessing officer decide about an application."""
        path = f"/assessment/{application}/decide"
        return self.person(state, "assessor").ask("POST", path, {"worksheet_version": "1"})

    def _ready(self, state: State, sample, change) -> str:
        application = self.apply(state, sample, change)
        found = self.decide(state, application)
        assert found["decision"] == "originating", found
        return application

    def certify(self, state: State, application: str) -> dict:
        """Certify, and find out what came of it when the answer never arrived."""
        officer = self.person(state, "certifier")

        def once():
            try:
                return officer.ask("POST", f"/certification/{application}/certify", {})
            except StandingError as error:
                if error.facts["answer"] != "certification.done":
                    raise
            path = f"/certification?application={application}"
            (row,) = officer.ask("GET", path)["certificates"]
            return officer.ask("GET", f"/certification/{row['id']}")

        made = self.patiently(once)
        self.ledger.certificates.append((state.state, made))
        return made

    def issue(self, state: State, sample=None, change=None) -> dict:
        """One certificate, from the application to the acknowledged number."""
        return self.certify(state, self.ready(state, sample, change))

    def declare(self, state: State, made: dict, sample, *, quantity=None, part=0) -> dict:
        """Register a goods declaration that cites a certificate; a new number each time."""
        customs = self.person(state, "customs")

        def once():
            document = self.declaration(made, sample, quantity=quantity, part=part)
            return customs.ask("POST", "/recognition/declaration", document)

        return self.patiently(once)

    def declaration(self, made: dict, sample, *, quantity=None, part=0) -> dict:
        document = copy.deepcopy(sample.declarations[part])
        document["number"] = f"{document['number'][:40]}/{next(self._numbers)}"
        for item in document["items"]:
            item["certificate"] |= {"number": made["number"], "date": made["issued_on"]}
            if quantity is not None:
                item["quantity"]["value"] = quantity
        return document

    def accept(self, state: State, made: dict, sample=None, **facts) -> dict:
        """Grant the preference for a partner's certificate."""
        home = self.pair.other(state)
        sample = sample or sample_named(SAMPLE[home.state])
        declaration = self.declare(state, made, sample, **facts)
        return self.decide_at_customs(state, declaration, "accept", {"subject": made["id"]})

    def decide_at_customs(self, state: State, declaration: dict, verb: str, body: dict) -> dict:
        customs = self.person(state, "customs")
        path = f"/recognition/declaration/{declaration['id']}"

        def once():
            try:
                return customs.ask("POST", f"{path}/{verb}", body)
            except StandingError as error:
                if error.facts["answer"] != "recognition.already_decided":
                    raise
            (decision,) = customs.ask("GET", f"{path}/decisions")
            return decision

        decision = self.patiently(once)
        self.ledger.decisions.append((state.state, decision))
        return decision

    def examine(self, state: State, declaration: dict) -> dict:
        """Verify and match the one certificate that a declaration cites."""
        path = f"/recognition/declaration/{declaration['id']}/examination"
        (found,) = self.person(state, "customs").ask("GET", path)["certificates"]
        return found

    def close(self) -> None:
        """Everybody leaves; who is asked again signs in anew."""
        while self._people:
            _, person = self._people.popitem()
            person.close()


def refusal_of(ask) -> str:
    """Return the code with which a request is refused."""
    try:
        ask()
    except CertoriginError as error:
        return str(error.facts.get("answer", error.code))
    message = "it was not refused"
    raise AssertionError(message)
