"""Addresses of pages with something on them: of the issuing side, of figures and the corridor."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certorigin_server.fees.models import Fee, PaymentFile
from certorigin_server.fees.worker import FeeLoop
from tests.server.batches.table import approve_goods, table_of
from tests.server.factories import client_of, consignment, submitted
from tests.server.statistics.counting import count as count_figures


def pages_of_figures():
    """The figures of all that was made here, counted."""
    count_figures(timezone.now())
    return {
        "rates": "/recognition/rates",
        "loops": "/administration/loops",
        "statistics": "/statistics/",
        "targets": "/statistics/targets",
        "open-data": "/open-data",
        "corridor": "/mirror/picture",
        "fee-schedules": "/fees/schedules",
        "fee-schedule": "/fees/schedules/minsk/enter",
        "fee-rules": "/fees/schedules/minsk/rules",
    }


def charged_by(rooms):
    """A body's schedule of fees, an application that it prices, and one that was charged by it."""
    lines = [
        {"number": "1", "name": "Сертификат", "unit": "certificate", "amount": "48.5"}
        | {"taxed": True},
        {"number": "2", "name": "Срочно", "unit": "certificate", "amount": "90", "urgent": True},
    ]
    aid = {"code": "aid", "name": "Гуманитарная помощь", "clause": "п. 4"}
    schedule = {"act": "Приказ № 12", "currency": "BYN", "tax": "20", "lines": lines}
    order = {"body": "minsk", "valid_from": "2026-01-01"}
    order |= {"document": schedule | {"exemptions": [aid]}}
    assert rooms.apis["administrator"].post("/fees/schedules", order).status == 201
    exporter, officer = rooms.apis["exporter"], rooms.apis["assessing_officer"]
    priced = exporter.post("/application", consignment()["application"]).data["id"]
    charged = submitted(exporter)
    FeeLoop(clock=timezone.now).turn()
    fee = Fee.objects.get(application=charged, request=0)
    paid = {"amount": "60", "on": timezone.localdate().isoformat(), "number": "118"}
    assert officer.post(f"/fees/{fee.reference}/payment", paid).status == 201
    told = f"назначение;дата;сумма;валюта;номер\n{fee.reference};{paid['on']};5;USD;119\n"
    taken = officer.post_bytes("/fees/payments?name=bank.csv", told.encode(), "text/csv")
    assert taken.status == 201
    return priced, charged, fee.pk, PaymentFile.objects.latest("pk").pk


def pages_of_issue(rooms):
    made = rooms.own()
    here, answers = f"/certification/{made['id']}", f"/answers/{rooms.asked_about(made['id'])}"
    event = rooms.event(made["id"], "duplicate", "lost")
    exporter = rooms.people["exporter"]
    approve_goods(exporter, rooms.people["assessing_officer"])
    file = SimpleUploadedFile("партии.csv", table_of(3))
    batch = client_of(exporter).post("/batches/new", {"file": file, "form": "ST-1"})["Location"]
    priced, charged, fee, bank = charged_by(rooms)
    asking = {one: f"{here}/ask/{one}" for one in ("duplicate", "substitute", "correction")}
    return {
        "exporter": {
            **asking,
            "excerpt": f"{here}/excerpt",
            "answered": answers,
            "batches": "/batches/",
            "batch-new": "/batches/new",
            "batch": batch,
            "fee-before": f"/fees/application/{priced}",
            "fee-after": f"/fees/application/{charged}",
        },
        "assessing_officer": {
            "answers": "/answers/",
            "answer": answers,
            "fees": "/fees/",
            "fee-payment": f"/fees/{fee}/payment",
            "fee-waiver": f"/fees/{fee}/waiver",
            "fee-payments": "/fees/payments",
            "fee-file": f"/fees/payments/{bank}",
        },
        "certifying_officer": {
            "certificate": here,
            "answer-letter": f"{answers}/letter",
            "review": f"{here}/review",
            "event": event,
            "sale": f"{here}/sale",
            "reserve": "/certification/journal/reserve",
            "register": "/certification/register",
        },
    }
