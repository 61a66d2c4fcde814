"""What casts are compared with: the rows of the services, both logs, the trail, standings."""

import re
from collections import Counter
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.load import mould_of
from benchmarks.mould import APPS, COLUMNS, ENTERED, NOT_OF_A_CASE
from benchmarks.pour import Founder, Pouring
from certorigin.mirror.view import LogView
from certorigin_server.operate.generate.abroad import moment
from certorigin_server.operate.generate.loops import Clock, Loops
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import standing_of
from certorigin_server.standing.services import NewEntry, register_entries
from certorigin_server.trail.queries import find_broken_link

CASTS = 2
NAME = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{64}\b|generated-\d+|\b(?:BYAZ|AZBY)\d{10}\b"
    r'|\b\d{5}/\d{6}/\d\b|"(?:headSize|size|index)":"\d+"|"proofValue":"\w+"|"number":"\d+/\d+"'
)


def check(folder, begins, order):
    clock = Clock(moment(order.until + timedelta(days=1), 1))
    partner = PlayedPartner(settings.SYSTEM, folder / "partner", seed=7, clock=clock)
    loops = Loops(partner, clock)
    mould = mould_of(folder, loops)
    lived, standings = rows(), statuses()
    founder, pouring = Founder(mould, partner, clock.now), Pouring(mould, partner, loops, clock)
    for number in range(1, CASTS + 1):
        assert pouring.poured() == number - 1
        pouring.pour([founder.cast(number)])
    loops.end()
    cast = rows()
    for table in mould.tables:
        assert cast[table] == times(lived[table], CASTS + 1), table
    assert statuses() == times(standings, CASTS + 1)
    assert find_broken_link() is None
    assert not orphans()
    check_register(partner)


def rows():
    """Every row of every case without its names and the moments of its log, counted."""
    found = {}
    for model in models():
        table = model._meta.db_table
        left = {*ENTERED.get(table, ()), "digest", "act"}
        left |= {column for of, column in COLUMNS if of == table}
        kept = [
            one.attname
            for one in model._meta.concrete_fields
            if one.column not in left and not one.primary_key and not one.is_relation
        ]
        said = model._base_manager.exclude(**opening(model)).values(*(kept or ["pk"]))
        found[table] = Counter(
            NAME.sub("#", repr([row[name] for name in kept])) for row in said.iterator()
        )
    return found


def opening(model):
    """What begins a log is there once."""
    return {"kind": "TermOpened"} if model._meta.db_table in ENTERED else {"pk": None}


def models():
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if model._meta.db_table not in NOT_OF_A_CASE:
                yield model


def times(counted, number):
    return Counter({one: count * number for one, count in counted.items()})


def statuses():
    at = timezone.now()
    issued = RegisteredAct.objects.filter(kind="Issued").values_list("subject", flat=True)
    return Counter((one[:31], str(standing_of(one, at=at).status)) for one in issued)


def orphans():
    """Keys that lead nowhere: they were not looked up when the rows were copied."""
    found = []
    for model in models():
        for one in model._meta.concrete_fields:
            if one.is_relation:
                there = one.related_model._base_manager.values("pk")
                lost = model._base_manager.exclude(**{one.name: None})
                found += lost.exclude(**{f"{one.attname}__in": there})[:1]
    return found


def check_register(partner):
    """The register says of each entry of both folders what the service says of it."""
    system, (corridor,) = settings.SYSTEM, settings.SYSTEM.corridors
    folders = {
        system.installation: system.log_folder(corridor.origin_of(system.installation)),
        partner.name: system.mirror_folder(partner.origin),
    }
    for publisher, folder in folders.items():
        view = LogView.open(folder, get_trust())
        known = list(RegisteredAct.objects.filter(publisher=publisher).order_by("index"))
        assert view.size == len(known)
        entries = [NewEntry(one.index, one.raw.encode(), one.legal_time) for one in known]
        again = register_entries(
            publisher=publisher, origin=f"again {publisher}", entries=entries, at=timezone.now()
        )
        for mine, service in zip(known, again, strict=True):
            assert columns(mine) == columns(service)
            viewed = view.view(mine.index)
            assert mine.raw.encode() == view.data(mine.index)
            assert mine.legal_time == viewed.legal_time
            assert viewed.checked is not None, viewed.code
            words = [sorted(one.words.values_list("word", flat=True)) for one in (mine, service)]
            assert words[0] == words[1]


def columns(row):
    left = {"id", "origin", "registered_at"}
    names = [one.attname for one in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in left}


assert connection.vendor == "postgresql", "casts are copied into PostgreSQL"
