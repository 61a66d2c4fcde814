"""Reads the database of one national system and answers in lines of JSON: what is there, exactly.

It runs in a process of its own, over its own connection, and sees what any other reader would see.
"""

import hashlib
import json
import sys

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402 - after the setup

from certorigin_server.certification.models import (  # noqa: E402
    Certificate,
    TakenNumber,
)
from certorigin_server.log.models import CosignedHead, Log  # noqa: E402
from certorigin_server.loops.models import LoopState  # noqa: E402
from certorigin_server.mirror.models import FollowedLog  # noqa: E402
from certorigin_server.recognition.models import Decision  # noqa: E402
from certorigin_server.seal.models import SealedAct  # noqa: E402
from certorigin_server.standing.models import RegisteredAct  # noqa: E402
from certorigin_server.trail.queries import find_broken_link  # noqa: E402

ACT = ("id", "kind", "subject", "sealed", "digest", "log_origin", "log_index", "mirrored_at")
ENTRY = ("publisher", "origin", "index", "act", "kind", "raw", "digest", "void", "legal_time")
CERTIFICATE = ("id", "act_id", "body_id", "form", "year", "serial", "number")


def sizes():
    """How far each log, and what we follow of the partner's, is in this database."""
    origins = RegisteredAct.objects.values_list("origin", flat=True).distinct()
    return {
        "waiting": SealedAct.objects.filter(mirrored_at=None).count(),
        "unpublished": SealedAct.objects.filter(published_at=None).count(),
        "unreturned": Decision.objects.filter(returned_at=None).count(),
        "timeless": RegisteredAct.objects.filter(legal_time=None).count(),
        "logs": {log.origin: log.size for log in Log.objects.all()},
        "open": [log.origin for log in Log.objects.filter(status="open")],
        "registered": {name: RegisteredAct.objects.filter(origin=name).count() for name in origins},
        "followed": {log.origin: log.status for log in FollowedLog.objects.all()},
    }


def returned():
    """Certificates that came back after a restore without their applications."""
    facts = ("act_id", "body_id", "form", "year", "serial", "number", "subject")
    rows = TakenNumber.objects.exclude(subject="").values(*facts)
    return [{**row, "id": row["subject"]} for row in rows]


def account():
    """Everything that the two states must agree on."""
    return sizes() | {
        "acts": list(SealedAct.objects.order_by("log_origin", "log_index").values(*ACT)),
        "register": list(RegisteredAct.objects.order_by("origin", "index").values(*ENTRY)),
        "certificates": [*Certificate.objects.values(*CERTIFICATE), *returned()],
        "decisions": list(Decision.objects.values("act", "subject", "outcome")),
        "heads": {log.origin: log.head for log in Log.objects.all()},
        "cosigned": [
            [head.log.origin, head.sequence, hashlib.sha256(head.note.encode()).hexdigest()]
            for head in CosignedHead.objects.select_related("log").order_by("log", "sequence")
        ],
        "broken_link": find_broken_link(),
    }


def faults():
    """What stopped each loop in its last turn; nothing for one that turned."""
    return {one.name: one.fault for one in LoopState.objects.all()}


ANSWERS = {"sizes": sizes, "account": account, "faults": faults}


def answer(question):
    """Answer; where the database went away since the last question, over a new connection."""
    try:
        return ANSWERS[question]()
    except OperationalError:
        connection.close()
        return ANSWERS[question]()


for line in sys.stdin:
    print(json.dumps(answer(line.strip()), default=str), flush=True)
