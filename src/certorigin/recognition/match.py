"""Whether a certificate fits a goods declaration: item by item, with grade and clause.

Comparison reports, it does not raise. An ERROR makes the two differ; some warnings leave it to a
person, who then decides (`undetermined`); the rest is told and changes nothing. A misprint that
leaves no doubt about the goods is no ground to refuse (R56; Rules 9.3), so what differs only in
case, alphabet, look-alike letters or punctuation is `similar`: it fits, and it is said, for it is
never silently equal.
"""

from __future__ import annotations

from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.recognition.balance import balance_of, total
from certorigin.recognition.compare import compare_dates, compare_goods, compare_states
from certorigin.recognition.matching.papers import compare_packages, compare_transport
from certorigin.recognition.matching.parties import compare_parties
from certorigin.recognition.own import own_uses
from certorigin.standing.quantities import shown, tally
from certorigin.standing.validity import is_uncounted
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from certorigin.recognition.balance import Balance
    from certorigin.recognition.declaration import DeclaredItem, GoodsDeclaration
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.quantity import Quantity

BOX_10 = "Rules 7.4, box 10"
IN_PARTS = "Rules 8.4"

# Warnings after which the answer is a person's: they neither fit nor differ by themselves.
LEFT_TO_A_PERSON = frozenset(
    {
        "match.criterion_heading_differs",
        "match.party_close",
        "match.party_form_differs",
        "match.party_number_differs",
        "match.subheading_differs",
        "match.units_differ",
        "match.used_in_parts",
    }
)


class Fit(StrEnum):
    """Whether it fits."""

    FITS = "fits"
    UNDETERMINED = "undetermined"
    DIFFERS = "differs"


@dataclass(frozen=True)
class ItemMatch:
    """One item of the certificate, the lines that rest on it, and what was found."""

    sequence: int
    lines: tuple[int, ...]
    declared: Quantity | None
    balance: Balance | None
    findings: tuple[Finding, ...]

    @property
    def fit(self) -> Fit:
        """Whether the item fits."""
        return fit_of(self.findings)

    def to_data(self) -> dict[str, Any]:
        """Write the item for a machine."""
        data: dict[str, Any] = {
            "findings": [finding.to_data() for finding in self.findings],
            "fit": str(self.fit),
            "item": str(self.sequence),
            "lines": [str(line) for line in self.lines],
        }
        if self.declared is not None:
            data["declared"] = _amount(self.declared)
        if self.balance is not None:
            names = ("certified", "used", "left", "allowed")
            data |= {name: _amount(getattr(self.balance, name)) for name in names}
        return data


@dataclass(frozen=True)
class MatchReport:
    """What was found about the whole, and about each item that the declaration rests on."""

    findings: tuple[Finding, ...]
    items: tuple[ItemMatch, ...]

    @property
    def fit(self) -> Fit:
        """The worst of the whole and its items."""
        fits = {fit_of(self.findings), *(item.fit for item in self.items)}
        return next(fit for fit in (Fit.DIFFERS, Fit.UNDETERMINED, Fit.FITS) if fit in fits)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Every finding, the whole first."""
        return (*self.findings, *(found for item in self.items for found in item.findings))

    def to_data(self) -> dict[str, Any]:
        """Write the match for a machine."""
        return {
            "findings": [finding.to_data() for finding in self.findings],
            "fit": str(self.fit),
            "items": [item.to_data() for item in self.items],
        }


def fit_of(findings: Sequence[Finding]) -> Fit:
    """Return what findings come to."""
    if any(finding.grade is Grade.ERROR for finding in findings):
        return Fit.DIFFERS
    if any(finding.code in LEFT_TO_A_PERSON for finding in findings):
        return Fit.UNDETERMINED
    return Fit.FITS


def match(
    certificate: Certificate,
    declaration: GoodsDeclaration,
    *,
    standing: Standing | None,
    form: Form,
    in_parts: bool = True,
) -> MatchReport:
    """Compare a certificate with a declaration.

    `standing` tells what is used already; without it only this declaration is counted, and the
    report says so. A use that was recorded for this very declaration is not counted against it.
    `in_parts` is the corridor's setting: whether several declarations may use one certificate
    directly, or each part wants a certificate of its own (R48; Rules 8.4).
    """
    findings = [
        *compare_states(certificate, declaration),
        *compare_dates(certificate, declaration, form),
        *compare_parties(certificate, declaration),
        *compare_transport(certificate.transport, declaration.transport),
    ]
    if standing is None:
        findings.append(Finding("match.uses_unknown", "", Grade.NOTE, BOX_10))
    lines: dict[int, list[tuple[str, DeclaredItem]]] = {}
    for index, declared in enumerate(declaration.items):
        place = f"items[{index}]"
        fault = _fault_of_claim(certificate, declared, place)
        if fault is not None:
            findings.append(fault)
        elif _is_claimed(certificate, declared) and declared.claim is not None:
            lines.setdefault(declared.claim.item, []).append((place, declared))
    if not lines:
        findings.append(
            Finding(
                "match.certificate_not_cited",
                "items",
                clause="Rules 6.1",
                facts={"number": certificate.number},
            )
        )
    used, own = own_uses(standing, declaration) if standing else ({}, ())
    if own:
        facts = {"act": ", ".join(own)}
        findings.append(Finding("match.used_already", "number", Grade.NOTE, BOX_10, facts))
    earlier = sorted(number for number, amount in used.items() if amount.value)
    if earlier and not in_parts:
        facts = {"items": ", ".join(map(str, earlier))}
        findings.append(Finding("match.used_in_parts", "items", Grade.WARNING, IN_PARTS, facts))
    items = tuple(
        _match_item(certificate, number, lines[number], used, form) for number in sorted(lines)
    )
    return MatchReport(tuple(findings), items)


def _is_claimed(certificate: Certificate, declared: DeclaredItem) -> bool:
    claim = declared.claim
    return claim is not None and number_key(claim.certificate.number) == number_key(
        certificate.number
    )


def _fault_of_claim(certificate: Certificate, declared: DeclaredItem, place: str) -> Finding | None:
    """A line may cite other certificates; one that cites this number must mean this certificate."""
    if declared.claim is None or not _is_claimed(certificate, declared):
        return None
    cited = declared.claim.certificate
    said = (cited.form, cited.date, cited.issued_in)
    is_this = said == (certificate.form, certificate.certification.date, certificate.issued_in)
    if is_this:
        return None
    day = certificate.certification.date.isoformat()
    facts = {
        "certified": f"{certificate.form} {day} {certificate.issued_in}",
        "declared": f"{cited.form} {cited.date.isoformat()} {cited.issued_in}",
    }
    return Finding(
        "match.reference_differs", f"{place}.certificate", clause="Rules 6.1", facts=facts
    )


def _match_item(
    certificate: Certificate,
    number: int,
    lines: Sequence[tuple[str, DeclaredItem]],
    used: Mapping[int, Quantity],
    form: Form,
) -> ItemMatch:
    sequences = tuple(declared.sequence for _, declared in lines)
    item = next((item for item in certificate.items if item.sequence == number), None)
    place = lines[0][0]
    if item is None:
        facts = {"item": str(number), "items": str(len(certificate.items))}
        where = f"{place}.certificate.item"
        unknown = Finding("match.item_unknown", where, clause="Rules 7.4, box 6", facts=facts)
        return ItemMatch(number, sequences, None, None, (unknown,))
    findings = [
        finding
        for where, declared in lines
        for finding in compare_goods(certificate, item, declared, where)
    ]
    balance: Balance | None = None
    declared_sum: Quantity | None = None
    is_open = is_uncounted(certificate, item, form)
    if is_open:
        declared_sum = reduce(tally, (line.quantity for _, line in lines))
        findings.append(_not_certified(item, used.get(number), f"{place}.quantity"))
    else:
        balance = balance_of(item, used.get(number), form.quantity_tolerance)
        try:
            declared_sum = total((line.quantity for _, line in lines), item.quantity.unit)
            findings.extend(_judge_quantity(balance, declared_sum, f"{place}.quantity"))
        except MalformedError as fault:
            findings.append(_units_differ(fault, f"{place}.quantity"))
    if not is_open or item.net.value:
        findings.extend(_judge_net(item, lines, form))
    packed = [line.packages for _, line in lines if line.packages is not None]
    findings.extend(compare_packages(item.packages, packed, f"{place}.packages"))
    return ItemMatch(number, sequences, declared_sum, balance, tuple(findings))


def _not_certified(item: GoodsItem, used: Quantity | None, place: str) -> Finding:
    """Box 10 is empty by right: nothing is compared, and the officer is told (R24)."""
    taken = used or item.quantity
    facts = {"item": str(item.sequence), "used": shown(taken), "unit": taken.unit}
    return Finding("match.quantity_not_certified", place, Grade.NOTE, BOX_10, facts)


def _judge_quantity(balance: Balance, declared: Quantity, place: str) -> Iterator[Finding]:
    """The 5 % is given once per item, over all uses together (R28)."""
    if balance.is_within_certified(declared):
        return
    facts = {
        "allowed": shown(balance.allowed),
        "certified": shown(balance.certified),
        "declared": shown(declared),
        "unit": declared.unit,
        "used": shown(balance.used),
    }
    if balance.is_within(declared):
        yield Finding("match.quantity_within_tolerance", place, Grade.NOTE, BOX_10, facts)
    else:
        yield Finding("match.quantity_exceeds", place, clause=BOX_10, facts=facts)


def _judge_net(
    item: GoodsItem, lines: Sequence[tuple[str, DeclaredItem]], form: Form
) -> Iterator[Finding]:
    """Net mass of this declaration alone: earlier uses are counted in box 10's unit only."""
    amounts = [declared.net for _, declared in lines if declared.net is not None]
    if not amounts:
        return
    place = f"{lines[0][0]}.netWeight"
    try:
        declared = total(amounts, item.net.unit)
    except MalformedError as fault:
        yield _units_differ(fault, place)
        return
    limit = item.net.value * (1 + form.quantity_tolerance)
    if declared.value > limit:
        facts = {"certified": shown(item.net), "declared": shown(declared), "unit": declared.unit}
        yield Finding("match.net_exceeds", place, clause=BOX_10, facts=facts)


def _units_differ(fault: MalformedError, place: str) -> Finding:
    facts = {name: fault.facts.get(name, "") for name in ("ours", "theirs")}
    return Finding("match.units_differ", place, Grade.WARNING, BOX_10, facts)


def _amount(quantity: Quantity) -> dict[str, str]:
    return {"unit": quantity.unit, "value": shown(quantity)}
