"""One consignment through the seven stops, by people of two states, over the machine interface."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certorigin.errors import CertoriginError
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.operate.demo.traders import trader_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from certorigin_server.operate.demo.person import Desks, Person
    from certorigin_server.operate.demo.samples import Sample
    from certorigin_server.operate.demo.systems import NationalSystem

ISSUING_BODY = {"BY": "belcci-minsk", "AZ": "baku-origin-office"}
# Which ground of the closed list an officer takes for what the report shows (domain.md 1.5).
GROUND_OF_STANDING = "conditions_not_met"
GROUND_OF_MATCH = "goods_not_identifiable"


@dataclass
class Consignment:
    """What became of one sample: its stops, its number, its outcome, its files."""

    sample: Sample
    stops: list[dict[str, Any]] = field(default_factory=list)
    number: str | None = None
    subject: str = ""
    outcome: str = "unfinished"
    account: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    seal_to_seen: float | None = None
    error: str = ""

    def pass_stop(self, name: str, account: str, at: str = "") -> None:
        """Note that a stop held, at its own time when the system knows one."""
        time = at or moment_to_text(datetime.now(UTC))
        self.stops.append({"name": name, "time": time, "held": True})
        self.account.append(account)

    def fail_stop(self, name: str, error: str) -> None:
        """Note that a stop did not hold, and why."""
        time = moment_to_text(datetime.now(UTC))
        self.stops.append({"name": name, "time": time, "held": False})
        self.error = error

    @property
    def held(self) -> bool:
        """Say whether every stop held and the outcome is the one that the sample claims."""
        return all(stop["held"] for stop in self.stops) and self.outcome == self.sample.expected

    def to_data(self) -> dict[str, Any]:
        """Write the consignment for the report."""
        return {
            "sample": self.sample.name,
            "title": self.sample.title,
            "exporter_state": self.sample.exporter_state,
            "importer_state": self.sample.importer_state,
            "number": self.number,
            "subject": self.subject,
            "outcome": self.outcome,
            "expected": self.sample.expected,
            "held": self.held,
            "stops": self.stops,
            "account": self.account,
            "files": self.files,
            "error": self.error,
        }


class Carrier:
    """Carries one sample from its exporter to customs and back."""

    def __init__(
        self,
        sample: Sample,
        systems: Mapping[str, NationalSystem],
        desks: Desks,
        bundles: Path,
    ) -> None:
        self.consignment = Consignment(sample)
        self._sample = sample
        self._home = systems[sample.exporter_state]
        self._abroad = systems[sample.importer_state]
        self._bundles = bundles
        self._desks = desks

    def carry(self) -> Consignment:
        """Carry the consignment as far as it goes; a stop that fails is named, never hidden."""
        steps = {
            "application": self._apply,
            "assessment": self._assess,
            "certification": self._certify,
            "log": self._log,
            "mirror": self._mirror,
            "recognition": self._recognise,
            "returns": self._return,
        }
        for name, step in steps.items():
            if not self._try(name, step):
                break
        return self.consignment

    def _try(self, name: str, step: Any) -> bool:  # noqa: ANN401 - a bound method of this class
        try:
            return bool(step())
        except CertoriginError as error:
            self.consignment.fail_stop(name, str(error))
            return False

    def _at_home(self, role: str) -> Person:
        return self._person(self._home, f"{role}-{self._home.state.lower()}")

    def _abroad_at(self, role: str) -> Person:
        return self._person(self._abroad, f"{role}-{self._abroad.state.lower()}")

    def _exporter(self) -> Person:
        return self._person(self._home, trader_of(self._sample))

    def _person(self, system: NationalSystem, username: str) -> Person:
        return self._desks.person(system, username)

    def _apply(self) -> bool:
        exporter = self._exporter()
        draft = exporter.ask("POST", "/application", self._sample.application)
        self._application = draft["id"]
        path = f"/application/{self._application}"
        exporter.ask("PUT", f"{path}/worksheet?version=0", self._sample.worksheet)
        submission = {
            "body": ISSUING_BODY[self._home.state],
            "version": draft["version"],
            "produced_in": self._sample.worksheet["productionCountry"],
            "confirmed": True,
        }
        done = exporter.ask("POST", f"{path}/submit", submission)
        name, items = self._sample.application["exporter"]["name"], done["document"]["items"]
        said = f"{name} asks for {len(items)} item(s)"
        self.consignment.pass_stop("application", said, done["submitted_at"])
        return True

    def _assess(self) -> bool:
        officer = self._at_home("assessor")
        path = f"/assessment/{self._application}/decide"
        found = officer.ask("POST", path, {"worksheet_version": "1"})
        items = ", ".join(
            f"{item['tariff_code']} {item['criterion'] or item['decision']}"
            for item in found["items"]
        )
        said = f"{found['decision']}: {items}"
        self.consignment.pass_stop("assessment", said, found["decided_at"])
        if found["decision"] in {"originating", "general"}:
            return True
        self.consignment.outcome = found["decision"]
        for item in found["items"]:
            self.consignment.account.extend(hint["message"] for hint in item["hints"])
        return False

    def _certify(self) -> bool:
        officer = self._at_home("certifier")
        made = officer.ask("POST", f"/certification/{self._application}/certify", {})
        self.consignment.number, self.consignment.subject = made["number"], made["id"]
        self._issued_on = made["issued_on"]
        sealed = officer.wait_for(
            f"/certification/{made['id']}", lambda found: found["times"]["sealed"]
        )
        self._sealed_at = datetime.now(UTC)
        self.consignment.pass_stop(
            "certification", f"certificate {made['number']} sealed", sealed["times"]["sealed"]
        )
        return True

    def _log(self) -> bool:
        subject = self.consignment.subject
        logged = self._exporter().wait_for(
            f"/certification/{subject}", lambda found: found["times"]["published"]
        )
        said = f"entry {logged['log_index']} of {logged['log_origin']}"
        self.consignment.pass_stop("log", said, logged["times"]["published"])
        return True

    def _mirror(self) -> bool:
        consignment, customs = self.consignment, self._abroad_at("customs")
        path = (
            f"/mirror/certificate?number={consignment.number}&issued_on={self._issued_on}"
            f"&issued_in={self._home.state}"
        )
        (found,) = customs.wait_for(path, len)
        seen = datetime.now(UTC)
        consignment.seal_to_seen = (seen - self._sealed_at).total_seconds()
        said = f"{self._abroad.state} holds it, countersigned at {found['legal_time']}"
        consignment.pass_stop("mirror", said, found["legal_time"])
        self._keep_bundle()
        if "annul" in self._sample.events:
            self._annul(customs)
        return True

    def _keep_bundle(self) -> None:
        """Take bundle and PDF once the partner's countersignature is in them."""
        exporter, subject = self._exporter(), self.consignment.subject
        exporter.wait_for(f"/certification/{subject}", lambda found: found["times"]["mirrored"])
        for kind, ending in (("bundle", "json"), ("pdf", "pdf")):
            path = self._bundles / f"{self.consignment.number}.{ending}"
            path.write_bytes(exporter.download(f"/log/{kind}/{subject}"))
            self.consignment.files[kind] = str(path)

    def _annul(self, customs: Person) -> None:
        subject = self.consignment.subject
        body = {"ground": "error_in_certificate", "remark": "по заявлению экспортёра"}
        self._at_home("certifier").ask("POST", f"/returns/{subject}/annul", body)
        found = customs.wait_for(
            f"/mirror/certificate/{subject}", lambda answer: answer["standing"] == "annulled"
        )
        self.consignment.account.append(f"annulled with effect from {found['since']}")

    def _recognise(self) -> bool:
        customs = self._abroad_at("customs")
        self._decisions = [
            self._decide(customs, document) for document in self._sample.declarations
        ]
        outcomes = {decision["outcome"] for decision in self._decisions}
        codes = {
            part["code"]
            for decision in self._decisions
            for part in decision["report"]["parts"].values()
        }
        self.consignment.outcome = _outcome(outcomes, codes, len(self._decisions))
        last = self._decisions[-1]
        self.consignment.pass_stop("recognition", f"{self.consignment.outcome}", last["decided_at"])
        return True

    def _decide(self, customs: Person, document: Mapping[str, Any]) -> dict[str, Any]:
        cited = _cite(document, str(self.consignment.number), self._issued_on)
        declaration = customs.ask("POST", "/recognition/declaration", cited)
        path = f"/recognition/declaration/{declaration['id']}"
        examined = customs.ask("GET", f"{path}/examination")
        (found,) = examined["certificates"]
        parts = found["report"]["parts"]
        self.consignment.account.append(_told(cited["number"], found))
        if found["bottom_line"] == "recognised":
            body = {"subject": found["subject"]}
            return dict(customs.ask("POST", f"{path}/accept", body))
        ground = GROUND_OF_MATCH
        if parts["standing"]["outcome"] == "refused":
            ground = GROUND_OF_STANDING
        body = {"subject": found["subject"], "ground": ground, "remark": ""}
        return dict(customs.ask("POST", f"{path}/refuse", body))

    def _return(self) -> bool:
        """The answer comes back: the exporter sees each use or refusal in the returned log."""
        subject, count = self.consignment.subject, len(self._decisions)
        standing = self._exporter().wait_for(
            f"/returns/{subject}",
            lambda found: len(found["uses"]) + len(found["refusals"]) >= count,
        )
        used = ", ".join(
            f"item {item['sequence']}: {item['used']} of {item['quantity']} {item['unit']}"
            for item in standing["items"]
        )
        times = [one["legal_time"] for one in (*standing["uses"], *standing["refusals"])]
        self.consignment.pass_stop("returns", f"{standing['status']}; used {used}", max(times))
        return True


def _cite(document: Mapping[str, Any], number: str, day: str) -> dict[str, Any]:
    """Write the certificate's number and day into each line that cites it."""
    items = []
    for item in document["items"]:
        cited = dict(item)
        if "certificate" in item:
            cited["certificate"] = {**item["certificate"], "number": number, "date": day}
        items.append(cited)
    return {**document, "items": items}


def _outcome(outcomes: set[str], codes: set[str], declarations: int) -> str:
    """Name what happened from what the reports say."""
    if "standing.annulled" in codes:
        return "annulled"
    if "match.differs" in codes:
        return "mismatch"
    if outcomes == {"accepted"}:
        return "partly_used" if declarations > 1 else "accepted"
    return "refused"


def _told(number: str, found: Mapping[str, Any]) -> str:
    wrong = [
        part["code"]
        for part in found["report"]["parts"].values()
        if part["outcome"] in {"refused", "undetermined"}
    ]
    findings = [
        finding["code"]
        for item in found["report"].get("match", {}).get("items", [])
        for finding in item["findings"]
        if finding["grade"] == "error"
    ]
    reasons = ", ".join([*wrong, *findings])
    return f"declaration {number}: {found['bottom_line']}" + (f" ({reasons})" if reasons else "")
