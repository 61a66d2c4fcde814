"""The papers of a case: application, facts of production, goods declaration, as documents."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from certorigin_server.operate.generate.goods import Kind
    from certorigin_server.operate.generate.trade import Case, Line

_ROUTES = {
    "BY": "Минск – Москва – Яраг-Казмаляр – Самур – Баку",
    "AZ": "Баку – Самур – Яраг-Казмаляр – Москва – Минск",
}
_CENT = Decimal("0.01")
# A share that no rule for heading change lets pass.
_TOO_MUCH = Decimal("0.72")


def application_of(case: Case, *, form: str = "ST-1") -> dict[str, Any]:
    """Write the application; it lacks nothing but the declaration, which is made by submitting."""
    invoice = {"number": case.invoice, "date": (case.applied - timedelta(days=2)).isoformat()}
    contract = {
        "number": f"{case.importer.state}-{case.exporter.slug.rsplit('-', 1)[-1]}",
        "date": (case.applied - timedelta(days=60)).isoformat(),
    }
    return {
        "format": "certorigin-application/v1",
        "form": form,
        "destinationCountry": case.importer.state,
        "exporter": case.exporter.to_data(),
        "importer": case.importer.to_data(),
        "transport": {"means": "автомобильный транспорт", "route": _ROUTES[case.exporter.state]},
        "invoice": invoice,
        "invoiceTotal": _money(sum((line.value for line in case.lines), Decimal(0))),
        "contract": contract,
        "items": [_item(case, number, invoice) for number in range(1, len(case.lines) + 1)],
    }


def with_slip(application: dict[str, Any]) -> dict[str, Any]:
    """Return an application as it is sent in haste: the first line without its weights."""
    first, *others = application["items"]
    left = {name: value for name, value in first.items() if not name.endswith("Weight")}
    return application | {"items": [left, *others]}


def worksheet_of(case: Case, *, agreement: str, originates: bool = True) -> dict[str, Any]:
    """Write the facts of production; with `originates` false, too much of it is foreign."""
    state = case.exporter.state
    items = [
        {
            "sequence": str(number),
            "tariffCode": line.kind.tariff_code,
            "exWorksPrice": _money(line.value),
            **_facts(line, state, originates=originates),
        }
        for number, line in enumerate(case.lines, 1)
    ]
    return {
        "format": "certorigin-worksheet/v1",
        "agreement": agreement,
        "productionCountry": state,
        "items": items,
    }


def without_fact(worksheet: dict[str, Any]) -> dict[str, Any]:
    """Return facts of production of which the officer has to ask one before deciding."""
    first, *others = worksheet["items"]
    if "materials" in first:
        material, *rest = first["materials"]
        unknown = {"tariffCode", "whollyObtained"}
        left = {name: value for name, value in material.items() if name not in unknown}
        lacking = first | {"materials": [left, *rest]}
    else:
        lacking = first | {"whollyObtained": {"category": first["whollyObtained"]["category"]}}
    return worksheet | {"items": [lacking, *others]}


def declaration_of(
    case: Case, *, number: str, day: date, post: str, cite: dict[str, str], part: int, parts: int
) -> dict[str, Any]:
    """Write the goods declaration for one of several parts of a consignment."""
    return {
        "format": "certorigin-goods-declaration/v1",
        "number": number,
        "date": day.isoformat(),
        "post": post,
        "destinationCountry": case.importer.state,
        "exporter": case.exporter.to_data(),
        "importer": case.importer.to_data(),
        "items": [
            _declared(case, sequence, line, cite, taken(line, part, parts))
            for sequence, line in enumerate(case.lines, 1)
            if taken(line, part, parts)
        ],
    }


def taken(line: Line, part: int, parts: int) -> int:
    """Return how much of a line goes with a part; all parts together take the whole."""
    before = line.quantity * part // parts
    return line.quantity * (part + 1) // parts - before


def _item(case: Case, number: int, invoice: dict[str, str]) -> dict[str, Any]:
    line = case.lines[number - 1]
    net = _weight(line.kind, line.quantity)
    return {
        "sequence": str(number),
        "tariffCode": line.kind.tariff_code,
        "description": line.kind.name,
        "packages": {"count": str(line.packages), "kind": line.kind.package},
        "quantity": {"value": str(line.quantity), "unit": line.kind.unit},
        "grossWeight": _kilograms(net * Decimal("1.04")),
        "netWeight": _kilograms(net),
        "invoice": invoice,
        "value": _money(line.value),
        "originCountry": case.exporter.state,
    }


def _declared(
    case: Case, sequence: int, line: Line, cite: dict[str, str], quantity: int
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "sequence": str(sequence),
        "tariffCode": line.kind.tariff_code,
        "description": line.kind.name,
        "quantity": {"value": str(quantity), "unit": line.kind.unit},
        "netWeight": _kilograms(_weight(line.kind, quantity)),
        "originCountry": case.exporter.state,
        "certificate": cite | {"item": str(sequence)},
        "invoice": {
            "number": case.invoice,
            "date": (case.applied - timedelta(days=2)).isoformat(),
        },
    }
    return item


def _facts(line: Line, state: str, *, originates: bool) -> dict[str, Any]:
    kind = line.kind
    if not originates:
        foreign = _bought("Товар готовый", kind.tariff_code, "CN", line.value * _TOO_MUCH)
        return {"materials": [foreign], "operations": ["minimal.bottling_or_packing"]}
    if kind.way == "plants":
        claim = {"category": "plants", "grownIn": state, "gatheredIn": state}
        return {"operations": ["growing"], "whollyObtained": claim}
    if kind.way == "made":
        own = {
            "description": "Сырьё собственного производства",
            "tariffCode": kind.raw_material,
            "originCountry": state,
            "value": _money(line.value * Decimal("0.55")),
            "whollyObtained": True,
        }
        claim = {"category": "made_from_such"}
        return {"materials": [own], "operations": ["pasteurisation"], "whollyObtained": claim}
    bought = [
        _bought(
            f"Материалы товарной позиции {one.tariff_code}",
            one.tariff_code,
            one.country,
            line.value * one.share / 1000,
        )
        for one in kind.materials
    ]
    facts: dict[str, Any] = {"materials": bought, "operations": ["complex_assembly"]}
    return facts | ({"withinNamedPart": False} if kind.way == "rest" else {})


def _bought(description: str, code: str, country: str, value: Decimal) -> dict[str, Any]:
    return {
        "description": description,
        "tariffCode": code,
        "originCountry": country,
        "value": _money(value),
        "valueBasis": "customs_value",
    }


def _weight(kind: Kind, quantity: int) -> Decimal:
    return kind.kilograms * quantity


def _kilograms(weight: Decimal) -> dict[str, str]:
    return {"value": f"{_rounded(weight, Decimal('0.001')).normalize():f}", "unit": "KGM"}


def _money(amount: Decimal) -> dict[str, str]:
    return {"amount": f"{max(_rounded(amount, _CENT), _CENT):f}", "currency": "USD"}


def _rounded(amount: Decimal, to: Decimal) -> Decimal:
    return amount.quantize(to, rounding=ROUND_HALF_UP)
