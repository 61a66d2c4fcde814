"""Worksheets in few words, for the tests of this stop."""

from datetime import date

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import ItemDecision, assess
from certorigin.assessment.worksheet import Worksheet

DAY = date(2026, 9, 1)
REFERENCE = {"form": "ST-1", "number": "RUBY6001000123", "date": "2026-05-04"}


def money(amount: str, currency: str = "USD") -> dict:
    return {"amount": amount, "currency": currency}


def material(code: str | None, origin: str | None, value: str | None = "0", **more) -> dict:
    data: dict = {"description": "material", "valueBasis": "customs_value"}
    if code is not None:
        data["tariffCode"] = code
    if origin is not None:
        data["originCountry"] = origin
    if value is not None:
        data["value"] = money(value, more.pop("currency", "USD"))
    return {name: value for name, value in (data | more).items() if value is not None}


def certificate(origin: str = "RU", **more) -> dict:
    return REFERENCE | {"issuingCountry": origin} | more


def item(code: str, *materials: dict, price: str | None = "1000", **more) -> dict:
    data: dict = {"sequence": "1", "tariffCode": code, "materials": list(materials)}
    if price is not None:
        data["exWorksPrice"] = money(price)
    data.setdefault("operations", ["machining"])
    data |= more
    return {name: value for name, value in data.items() if value is not None}


def worksheet(*items: dict, country: str = "BY", **more) -> dict:
    numbered = [one | {"sequence": str(index + 1)} for index, one in enumerate(items)]
    return {
        "format": "certorigin-worksheet/v1",
        "agreement": "CIS-2009",
        "productionCountry": country,
        "items": numbered,
    } | more


def decide(
    one: dict, *, country: str = "BY", at: date = DAY, verified=None, **more
) -> ItemDecision:
    sheet = Worksheet.from_data(worksheet(one, country=country, **more))
    agreement = get_agreement("CIS-2009")
    return assess(sheet, agreement=agreement, at=at, verified=verified).items[0]


def codes(decision: ItemDecision) -> list[str]:
    return [hint.code.removeprefix("assessment.") for hint in decision.hints]
