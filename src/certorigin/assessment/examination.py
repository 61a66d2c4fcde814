"""Acts of examination as a body has them on record: which of them counts, for which goods, when.

A worksheet cites an act by number and date (2.6). What the act confirms is not for the worksheet to
say: the record says it, as long as the act is valid and speaks of these goods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certorigin.assessment.material import read_tariff_code
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from certorigin.assessment.material import ExpertAct
    from certorigin.assessment.worksheet import ItemWorksheet, Worksheet
    from certorigin.vocabulary.tariff import TariffCode

_CLAUSE = "Rules 2.6"


@dataclass(frozen=True)
class RecordedAct:
    """An act on record: whose it is, from when to when it counts, and of which codes it speaks.

    `confirms_necessary` is None for an act that says nothing about necessary components.
    """

    number: str
    dated: date
    issuer: str
    valid_from: date
    valid_until: date
    codes: tuple[TariffCode, ...]
    confirms_necessary: bool | None = None
    is_withdrawn: bool = False

    def covers(self, code: TariffCode) -> bool:
        """Say whether it speaks of goods of a code: of that code or of one above it."""
        return any(str(code).startswith(str(one)) for one in self.codes)

    def fault(self, item: ItemWorksheet, *, at: date) -> str:
        """Return the code of what keeps it from counting for an item on a day, or nothing."""
        if self.is_withdrawn:
            return "assessment.act_withdrawn"
        if at < self.valid_from:
            return "assessment.act_not_yet_valid"
        if at > self.valid_until:
            return "assessment.act_expired"
        if not self.covers(item.tariff_code):
            return "assessment.act_of_other_goods"
        return ""


@dataclass(frozen=True)
class ActDocument:
    """An act of examination as an officer records it."""

    number: str
    dated: date
    expert: str
    issuer: str
    valid_from: date
    valid_until: date
    findings: str
    goods: tuple[tuple[TariffCode, str], ...]
    confirms_necessary: bool | None = None

    @classmethod
    def from_data(cls, data: object) -> ActDocument:
        """Read an act to its last member. Raises MalformedError with the member's place."""
        record = Record(data)
        confirms = "confirmsNecessaryComponents"
        act = cls(
            number=record.text("number"),
            dated=record.day("date"),
            expert=record.text("expert"),
            issuer=record.text("issuer"),
            valid_from=record.day("validFrom"),
            valid_until=record.day("validUntil"),
            findings=record.text("findings"),
            goods=record.parts("goods", _goods_line),
            confirms_necessary=record.flag(confirms) if record.has(confirms) else None,
        )
        record.finish()
        if not act.goods:
            raise MalformedError("examination.without_goods", place="goods")
        if act.valid_until < act.valid_from:
            raise MalformedError("examination.valid_backwards", place="validUntil")
        for name, text, limit in (
            ("number", act.number, 60),
            ("expert", act.expert, 200),
            ("issuer", act.issuer, 200),
        ):
            if len(text) > limit:
                raise LimitError("application.text_too_long", place=name, limit=str(limit))
        return act

    def goods_data(self) -> list[dict[str, str]]:
        """Write the lines of goods."""
        return [{"tariffCode": str(code), "description": told} for code, told in self.goods]


def _goods_line(record: Record) -> tuple[TariffCode, str]:
    return read_tariff_code(record), record.text("description")


def with_recorded_acts(
    worksheet: Worksheet, acts: Iterable[RecordedAct], *, at: date
) -> tuple[Worksheet, tuple[Finding, ...]]:
    """Put what the record says in the place of what the worksheet says of the acts that it cites.

    An act that does not count is left out, so the fact is missing; a finding says why (2.6).
    """
    known: dict[tuple[str, date], list[RecordedAct]] = {}
    for act in acts:
        known.setdefault((_plain(act.number), act.dated), []).append(act)
    items: list[ItemWorksheet] = []
    findings: list[Finding] = []
    for index, item in enumerate(worksheet.items):
        place = f"items[{index}].expertAct"
        cited, found = _recorded(item, known, place, at=at)
        items.append(replace(item, expert_act=cited))
        findings.extend(found)
        for number, element in enumerate(item.elements):
            made = element.production
            if made is None or made.expert_act is None:
                continue
            inner = f"items[{index}].elements[{number}].production.expertAct"
            cited, found = _recorded(made, known, inner, at=at)
            elements = list(items[-1].elements)
            elements[number] = replace(element, production=replace(made, expert_act=cited))
            items[-1] = replace(items[-1], elements=tuple(elements))
            findings.extend(found)
    return replace(worksheet, items=tuple(items)), tuple(findings)


def _recorded(
    item: ItemWorksheet,
    known: dict[tuple[str, date], list[RecordedAct]],
    place: str,
    *,
    at: date,
) -> tuple[ExpertAct | None, tuple[Finding, ...]]:
    cited = item.expert_act
    if cited is None:
        return None, ()
    facts = {"number": cited.number, "date": cited.date.isoformat()}
    rows = [
        one
        for one in known.get((_plain(cited.number), cited.date), [])
        if not cited.issuer or _plain(cited.issuer) == _plain(one.issuer)
    ]
    if not rows:
        return None, (Finding("assessment.act_unknown", place, Grade.WARNING, _CLAUSE, facts),)
    faults = {row.fault(item, at=at): row for row in rows}
    if "" in faults:
        act = faults[""]
        told = replace(cited, issuer=act.issuer, confirms_necessary=act.confirms_necessary)
        return told, ()
    code, act = next(iter(faults.items()))
    facts |= {"until": act.valid_until.isoformat(), "code": str(item.tariff_code)}
    return None, (Finding(code, place, Grade.WARNING, _CLAUSE, facts),)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
