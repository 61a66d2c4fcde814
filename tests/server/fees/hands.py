"""A schedule of fees, and what is done to a fee in many tests."""

from datetime import timedelta

from django.utils import timezone

from certorigin_server.fees.worker import FeeLoop
from tests.server.factories import submitted

DOCUMENT = {
    "act": "Order 12 of 10.11.2026",
    "currency": "BYN",
    "tax": "20",
    "lines": [
        {"number": "1.1", "name": "Certificate ST-1", "unit": "certificate", "amount": "48.50",
         "form": "ST-1", "event": "original", "taxed": True},
        {"number": "1.2", "name": "Urgent", "unit": "certificate", "amount": "90", "urgent": True},
        {"number": "2", "name": "Expert", "unit": "hour", "amount": "25.10"},
    ],
    "exemptions": [{"code": "aid", "name": "Humanitarian aid", "clause": "Order 12, cl. 4"}],
}  # fmt: skip


def turn(*, later=0):
    return FeeLoop(clock=lambda: timezone.now() + timedelta(days=later)).turn()


def charged(apis):
    """An application that the loop charged, with its fee."""
    application = submitted(apis["exporter"])
    turn()
    return application, seen(apis["exporter"], application)


def seen(api, application):
    (fee,) = api.get(f"/fees/application/{application}").data["fees"]
    return fee


def paid(api, fee, amount="58.20", number="118", kind="payment"):
    order = {"amount": amount, "on": timezone.localdate().isoformat(), "number": number}
    return api.post(f"/fees/{fee['reference']}/{kind}", order)
