"""What a file states around its goods: parties, invoice, contract, currency, sum.

A party is told in one line as a rule: its name up to the first comma outside quotation marks, the
rest its address. That it was taken apart so is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.assessment.intake.figures import read_day
from certorigin.assessment.intake.words import LABELS, currency_of, plain
from certorigin.vocabulary.code_names import LANGUAGES, names_of
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PARTIES = ("exporter", "importer", "consignor", "consignee")
_PAPERS = ("invoice", "contract")
_OF_PARTY = {"address", "identifier", "country"}
_WORDS_IN_LABEL = 4
_NUMBER_AND_DAY = re.compile(
    r"(?:№|#|n|no|nr|number|номер|nömrə|нумар)?[.:№#\s]*(?P<number>\S+)\s*,?\s+"
    r"(?:от|ад|dated|of|date|tarix|tarixli)?[.:\s]*(?P<day>\d.*)",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(
    r"(?:№|#|n|no|nr|number|номер|nömrə|нумар)?[.:№#\s]*(?P<number>\S+)", re.IGNORECASE
)
_IDENTIFIERS = (
    ("UNP", "BY", re.compile(r"(?:унп|unp)[\s:№]*([0-9A-Z]{2}[0-9]{7})", re.IGNORECASE)),
    ("VOEN", "AZ", re.compile(r"v[öo]en[\s:№]*([0-9]{10})", re.IGNORECASE)),
)
_BARE = (("UNP", re.compile(r"[0-9A-Z]{2}[0-9]{7}")), ("VOEN", re.compile(r"[0-9]{10}")))
_QUOTES = {"«": "»", "“": "”", "„": "“", '"': '"'}


class Around:
    """Collects what stands around the goods."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.currency = ""
        self.findings: list[Finding] = []
        self._party = ""
        self._said: dict[str, str] = {}

    def read(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Take what rows state."""
        for line, row in rows:
            for label, value in _labelled(row):
                self._take(label, value, f"line {line}")

    def _take(self, label: str, value: str, place: str) -> None:
        value = value[:LONGEST_TEXT]
        if label in _OF_PARTY:
            if self._party:
                self._take_of_party(label, value)
            return
        if label == "total" or not self._is_new(label, value, place):
            return
        if label in PARTIES:
            self._party = label
            self._take_party(label, value, place)
        elif label in _PAPERS:
            self._take_paper(label, value, place)
        elif label == "dated":
            self._set_day("invoice", value, place)
        elif label == "currency":
            self.currency = currency_of(value)
        elif label == "transport":
            self.data["transport"] = {"means": value}

    def _is_new(self, label: str, value: str, place: str) -> bool:
        """Say whether a thing is told for the first time; of two that differ the first counts."""
        first = self._said.setdefault(label, value)
        if first != value:
            self._note("intake.said_twice", place, Grade.WARNING, value=value, first=first)
        return first == value and label not in self.data

    def _take_party(self, name: str, value: str, place: str) -> None:
        party = self.data.setdefault(name, {})
        for scheme, country, pattern in _IDENTIFIERS:
            if found := pattern.search(value):
                party["identifier"] = {"scheme": scheme, "value": found[1]}
                party["country"] = country
                value = (value[: found.start()] + value[found.end() :]).strip(" ,;.()")
        said, rest = _parted(value)
        party["name"] = said
        if rest:
            party["address"] = rest
            self._note("intake.party_split", place, Grade.NOTE, name=said, address=rest)
            if country := _state_in(rest):
                party.setdefault("country", country)

    def _take_of_party(self, label: str, value: str) -> None:
        party = self.data[self._party]
        if label == "address" and "address" not in party:
            party["address"] = value
            if country := _state_in(value):
                party.setdefault("country", country)
        elif label == "country" and (country := _state_in(value)):
            party["country"] = country
        elif label == "identifier" and "identifier" not in party:
            bare = value.replace(" ", "")
            schemes = [scheme for scheme, shape in _BARE if shape.fullmatch(bare)]
            scheme = schemes[0] if schemes else "OTHER"
            party["identifier"] = {"scheme": scheme, "value": bare if schemes else value}

    def _take_paper(self, name: str, value: str, place: str) -> None:
        found = _NUMBER_AND_DAY.fullmatch(value)
        if found is not None and (day := read_day(_trimmed(found["day"]))) is not None:
            self.data[name] = {"number": found["number"].rstrip(","), "date": day.isoformat()}
            return
        only = _ONLY_NUMBER.fullmatch(value)
        if only is not None and any(letter.isdigit() for letter in value):
            self.data.setdefault(name, {})["number"] = only["number"]
        elif found is not None:
            self.data.setdefault(name, {})["number"] = found["number"].rstrip(",")
            self._note("intake.day_doubtful", place, Grade.WARNING, value=found["day"])

    def _set_day(self, name: str, value: str, place: str) -> None:
        day = read_day(_trimmed(value))
        if day is None:
            self._note("intake.day_doubtful", place, Grade.WARNING, value=value)
        else:
            self.data.setdefault(name, {}).setdefault("date", day.isoformat())

    def finish(self) -> None:
        """Leave out papers of which the number or the day is not known, and say so."""
        for name in _PAPERS:
            known = self.data.get(name, {})
            if known and set(known) != {"number", "date"}:
                facts = {"value": " ".join(known.values())[:80]}
                self._note("invoice.reference_incomplete", name, Grade.WARNING, **facts)
                del self.data[name]

    def _note(self, code: str, place: str, grade: Grade, **facts: str) -> None:
        shown = {name: value[:120] for name, value in facts.items()}
        self.findings.append(Finding(code, place, grade, "", shown))


def _labelled(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what a row says under a name: in the same cell behind it, or in the next one."""
    told = [cell for cell in row if cell]
    for at, cell in enumerate(told):
        if plain(cell) in LABELS and at + 1 < len(told):
            yield LABELS[plain(cell)], told[at + 1]
            continue
        words = cell.split()
        for count in range(min(_WORDS_IN_LABEL, len(words) - 1), 0, -1):
            label, rest = LABELS.get(plain(" ".join(words[:count]))), " ".join(words[count:])
            is_marked = words[count - 1].endswith(":") or rest.startswith(("№", "#"))
            if label and (is_marked or (label in _PAPERS and any(map(str.isdigit, rest)))):
                yield label, rest.lstrip(": ")
                break


def _parted(text: str) -> tuple[str, str]:
    """Return what stands before the first comma outside quotation marks, and what is behind it."""
    closing = ""
    for at, letter in enumerate(text):
        if closing:
            closing = "" if letter == closing else closing
        elif letter in _QUOTES and _QUOTES[letter] in text[at + 1 :]:
            closing = _QUOTES[letter]
        elif letter in ",;":
            return text[:at].strip(), text[at + 1 :].strip(" ,;")
    return text.strip(), ""


def _trimmed(day: str) -> str:
    return re.sub(r"\s*(?:г|года|г\.|il|y)\.?$", "", day.strip(), flags=re.IGNORECASE)


def _state_in(text: str) -> str:
    """Return the state that a text names as one of its parts, or an empty text."""
    parts = {part.strip().casefold() for part in re.split(r"[,;()]", text)}
    found = {code for names in _states() for code, name in names if name in parts}
    return found.pop() if len(found) == 1 else ""


def _states() -> Iterator[list[tuple[str, str]]]:
    for language in LANGUAGES:
        named = names_of("states", language).items()
        yield [
            pair for code, name in named for pair in ((code, name.casefold()), (code, code.lower()))
        ]
