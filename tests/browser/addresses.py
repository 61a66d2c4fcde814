"""Addresses of pages with something on them: of the issuing side, of figures and the corridor."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.server.batches.table import approve_goods, table_of
from tests.server.factories import client_of
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
    }


def pages_of_issue(rooms):
    made = rooms.own()
    here, answers = f"/certification/{made['id']}", f"/answers/{rooms.asked_about(made['id'])}"
    event = rooms.event(made["id"], "duplicate", "lost")
    exporter = rooms.people["exporter"]
    approve_goods(exporter, rooms.people["assessing_officer"])
    file = SimpleUploadedFile("партии.csv", table_of(3))
    batch = client_of(exporter).post("/batches/new", {"file": file, "form": "ST-1"})["Location"]
    asking = {one: f"{here}/ask/{one}" for one in ("duplicate", "substitute", "correction")}
    return {
        "exporter": {
            **asking,
            "excerpt": f"{here}/excerpt",
            "answered": answers,
            "batches": "/batches/",
            "batch-new": "/batches/new",
            "batch": batch,
        },
        "assessing_officer": {"answers": "/answers/", "answer": answers},
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
