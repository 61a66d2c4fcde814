"""The generator: an order makes one trade, whatever interrupts it; no other system is touched."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from certorigin.errors import ConflictError
from certorigin_server.application.models import Application
from certorigin_server.assessment.models import Assessment
from certorigin_server.certification.models import Certificate
from certorigin_server.operate.generate.command import generate_command
from certorigin_server.operate.generate.goods import kinds_of
from certorigin_server.operate.generate.loops import Clock
from certorigin_server.operate.generate.order import read_order, write_order
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.operate.generate.system import set_up, walk_through
from certorigin_server.operate.generate.trade import Fate, Order, Use, make_plan
from certorigin_server.recognition.models import Decision
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import Organisation
from tests.server.factories import (
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_organisation,
)

pytestmark = pytest.mark.django_db
ORDER = Order("BY", 20, 7, date(2026, 11, 20))


class Generated:
    """The system of the tests, as the generator finds one that is set up."""

    def __init__(self, folder, order=ORDER):
        make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
        make_assessor()
        make_certifier()
        make_customs_officer()
        self.plan, self.folder = make_plan(order), folder
        self.begins = datetime.combine(order.begins, datetime.min.time(), UTC)

    def walk(self, progress=lambda day, certificates: None):
        clock = Clock(self.begins)
        partner = PlayedPartner(settings.SYSTEM, self.folder / "partner", seed=7, clock=clock)
        partner.pin(since=self.begins)
        return walk_through(self.plan, partner, clock, progress)


class Interrupted(BaseException):
    """Not caught by anything, as the end of a process."""


def seen():
    """What became of the trade, without ids, keys and times."""
    return {
        "applications": sorted(
            Application.objects.values_list("status", "parties_key", "created_at", "version")
        ),
        "decided": Counter(Assessment.objects.values_list("decision", flat=True)),
        "numbers": sorted(Certificate.objects.values_list("number", "issued_on")),
        "acts": Counter(RegisteredAct.objects.filter(void="").values_list("kind", "publisher")),
        "customs": Counter(Decision.objects.values_list("outcome", flat=True)),
    }


def test_every_case_of_the_plan_has_become_what_it_says(folder):
    system = Generated(folder)
    assert system.walk() == ORDER.certificates
    fates = Counter(case.fate for case in system.plan.ours)
    found = seen()
    acts = found["acts"]
    assert acts["Issued", "BY-1"] == len(found["numbers"]) == fates[Fate.CERTIFIED] == 12
    assert acts["Issued", "AZ-1"] == len(system.plan.theirs) == 8
    uses = [case for case in system.plan.ours if case.use in {Use.WHOLE, Use.IN_PARTS}]
    assert acts["Utilised", "AZ-1"] == sum(len(case.used) for case in uses)
    customs = sum(len(case.used) for case in system.plan.theirs)
    assert sum(found["customs"].values()) == customs > 0
    assert found["decided"]["not_originating"] == fates[Fate.REFUSED] > 0
    statuses = Counter(status for status, *_ in found["applications"])
    assert statuses["withdrawn"] == fates[Fate.WITHDRAWN] > 0
    assert statuses["draft"] == fates[Fate.DRAFT] > 0
    assert not RegisteredAct.objects.exclude(void="").exists()
    assert find_broken_link() is None


def test_an_interrupted_walk_goes_on_and_comes_to_the_same(folder, tmp_path):
    system = Generated(folder)
    days = []

    def interrupt(day, certificates):
        days.append(day)
        if len(days) in {3, 9}:
            raise Interrupted

    for _ in range(2):
        with pytest.raises(Interrupted):
            system.walk(interrupt)
    assert system.walk(interrupt) == ORDER.certificates
    acts = seen()["acts"]
    assert (acts["Issued", "BY-1"], acts["Issued", "AZ-1"]) == (12, 8)
    used = sum(len(case.used) for case in system.plan.ours if case.use is not Use.REFUSED)
    assert acts["Utilised", "AZ-1"] == used
    assert Application.objects.count() == len(system.plan.ours)


def certified(case):
    return case.certified


def with_rare_events(plan):
    """Put one replacement and a question of each side into a plan that is too small for them."""
    ours = [one for one in plan.ours if one.certified]
    asked, theirs = min(ours, key=certified), min(plan.theirs, key=certified)
    unused = [one for one in ours if not one.used and one != asked]
    days = [ORDER.until - timedelta(days=left) for left in (4, 2, 1)]
    course = dict(zip(("asked", "answered", "judged"), days, strict=True))
    changed = {
        asked.invoice: replace(asked, annulled=None, replaced=None, **course),
        unused[0].invoice: replace(unused[0], annulled=None, replaced=ORDER.until),
    }
    return replace(
        plan,
        ours=tuple(changed.get(one.invoice, one) for one in plan.ours),
        theirs=tuple(replace(one, **course) if one == theirs else one for one in plan.theirs),
    )


def test_rare_events_run_their_course_and_casts_are_what_services_wrote(folder):
    """On PostgreSQL what was lived through is cast twice, and compared with itself."""
    system = Generated(folder)
    system.plan = with_rare_events(system.plan)
    assert system.walk() == ORDER.certificates + 1
    acts = seen()["acts"]
    for kind in ("VerificationRequested", "VerificationReplied", "VerificationJudged"):
        assert (acts[kind, "BY-1"], acts[kind, "AZ-1"]) == (1, 1)
    assert acts["Replaced", "BY-1"] == 1
    assert not RegisteredAct.objects.exclude(void="").exists()
    if connection.vendor == "postgresql":
        import_module("tests.server.operate.casts").check(folder, system.begins, ORDER)


def test_a_plan_follows_from_its_order_alone():
    assert make_plan(ORDER) == make_plan(ORDER)
    assert make_plan(ORDER) != make_plan(replace(ORDER, seed=8))
    assert make_plan(ORDER) != make_plan(replace(ORDER, until=date(2026, 11, 19)))


def test_ten_thousand_certificates_are_a_years_trade_of_270_exporters_in_300_kinds_of_goods():
    plan = make_plan(Order("BY", 10_000, 1, date(2026, 11, 20)))
    cases = [*plan.ours, *plan.theirs]
    certified = [case for case in cases if case.fate is Fate.CERTIFIED]
    assert len(certified) == 10_000
    assert len({case.exporter.slug for case in cases}) == 270
    lines = [line for case in cases for line in case.lines]
    assert len({line.kind.name for line in lines}) >= 300
    assert {line.kind.tariff_code[:2] for line in lines} >= {"07", "87", "44", "31"}
    tomatoes = [case for case in cases if case.lines[0].kind.tariff_code == "070200"]
    in_season = [case for case in tomatoes if case.applied.month in {10, 11, 12, 1, 2, 3, 4, 5, 6}]
    assert len(in_season) > 0.9 * len(tomatoes) > 0
    assert all(case.certified <= plan.order.until for case in certified)
    assert sum(len(case.lines) > 1 for case in cases) > 2_000


@pytest.mark.parametrize("state", ["BY", "AZ"])
def test_goods_are_named_once_and_sold_in_some_month(state):
    kinds = kinds_of(state)
    assert len({kind.name for kind in kinds}) > 150
    assert all(kind.months and kind.price > 0 and kind.kilograms > 0 for kind in kinds)


def test_a_database_that_holds_anything_is_refused(folder):
    make_assessor()
    with pytest.raises(ConflictError) as refused:
        set_up(ORDER)
    assert refused.value.code == "generate.database_taken"


def test_a_system_that_the_generator_did_not_make_is_refused(tmp_path):
    (tmp_path / "system.toml").write_text("[installation]\n", "utf-8")
    done = CliRunner().invoke(generate_command, [str(tmp_path)])
    assert done.exit_code == 2
    assert "generate.folder_taken" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["system.toml"]


def test_a_folder_of_another_order_is_refused(tmp_path):
    write_order(tmp_path, ORDER)
    assert read_order(tmp_path) == ORDER
    done = CliRunner().invoke(generate_command, [str(tmp_path), "--seed", "8"])
    assert done.exit_code == 2
    assert "generate.another_order" in done.output
    (tmp_path / "generated.json").write_text("{}", "utf-8")
    done = CliRunner().invoke(generate_command, [str(tmp_path)])
    assert "generate.order_unreadable" in done.output
