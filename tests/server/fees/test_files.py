"""Payments by a file of the bank: each line found, told and noted by itself."""

import pytest
from django.utils import timezone

from certorigin.fees.reference import find_references, make_reference
from certorigin_server.fees import imported, services
from certorigin_server.fees.models import Fee, Movement
from certorigin_server.fees.queries import (
    find_by_reference,
)
from tests.server.factories import (
    client_of,
)
from tests.server.fees.hands import charged

pytestmark = pytest.mark.django_db


def test_a_file_of_payments_is_matched_by_reference_and_differences_are_shown(apis, people, priced):
    _, fee = charged(apis)
    day = timezone.localdate().isoformat()
    rows = [
        f"за сертификат {fee['reference']};{day};58,20;BYN;118",
        f"{fee['reference']};{day};8,20;BYN;119",
        f"{fee['reference']};{day};58,20;USD;120",
        f"без номера;{day};5;BYN;121",
        f"{fee['reference']};31.02.2026;5;BYN;122",
    ]
    raw = "\n".join(["назначение;дата;сумма;валюта;номер", *rows]).encode("cp1251")
    taken = apis["assessor"].post_bytes("/fees/payments?name=bank.csv", raw, "text/csv").data
    outcomes = {one["line"]: one["outcome"] for one in taken["lines"]}
    assert outcomes == {
        "2": "noted", "3": "noted", "4": "other_currency", "5": "unknown", "6": "unread",
    }  # fmt: skip
    assert [one["over"] for one in taken["lines"] if one["line"] == "3"] == ["8.20"]
    again = apis["assessor"].post_bytes("/fees/payments?name=bank.csv", raw, "text/csv").data
    assert again["noted"] == "0"
    client = client_of(people["assessor"])
    assert "bank.csv" in client.get("/fees/payments").content.decode()
    assert fee["reference"] in client.get("/fees/").content.decode()  # what came beyond goes back


def test_a_payment_is_noted_on_the_fee_that_exists_however_its_line_reads(apis, priced):
    _, fee = charged(apis)
    reference, day = fee["reference"], timezone.localdate().isoformat()
    word = next(one for one in range(100, 300) if len(find_references(f"{reference} {one}")) > 1)
    raw = f"details;date;amount;currency;number\n{reference} {word};{day};5;BYN;1".encode()
    taken = apis["assessor"].post_bytes("/fees/payments?name=a.csv", raw, "text/csv").data
    assert [(one["outcome"], one["reference"]) for one in taken["lines"]] == [("noted", reference)]
    row = Fee.objects.get()
    assert find_by_reference(reference, bodies=[row.body_id]) == row
    for name in (f"BY{row.pk}", f"BY0{row.pk:09d}", f"{row.pk:09d}", f"BY{row.pk:018d}9"):
        other = make_reference(name)
        assert find_by_reference(other, bodies=[row.body_id]) is None


def test_a_file_that_stops_half_way_keeps_what_was_noted(apis, people, priced, monkeypatch):
    """Each line is a transaction of its own, so nobody waits for the whole file (R7)."""
    _, fee = charged(apis)
    day = timezone.localdate().isoformat()
    lines = [f"{fee['reference']};{day};5;BYN;{one}" for one in (1, 2)]
    raw = "\n".join(["details;date;amount;currency;number", *lines]).encode()
    order = {"raw": raw, "name": "a.csv", "by": people["assessor"], "at": timezone.now()}

    def note(*, number, **said):
        if number == "2":
            raise RuntimeError("the power went")
        return services.note_payment(number=number, **said)

    with monkeypatch.context() as broken:
        broken.setattr(imported, "note_payment", note)
        with pytest.raises(RuntimeError):
            imported.take_payments(**order)
    assert Movement.objects.count() == 1
    assert imported.take_payments(**order).noted == 1
