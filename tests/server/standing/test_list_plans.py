"""Whatever list is opened or searched, by whatever role: no growing table is read whole.

The route table is walked in a system with some trade, every statement is caught with its
parameters, and its plan is read on the database that runs it. A new page is in it by itself.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection

from certorigin_server.desk import search
from certorigin_server.operate.generate.loops import Clock
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.operate.generate.system import walk_through
from certorigin_server.operate.generate.trade import Order, make_plan
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests import pages
from tests.server.factories import (
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_organisation,
    make_user,
)
from tests.server.plans import read_whole, read_without_index, show_plan

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300, func_only=True)]
ORDER = Order("BY", 12, 3, date(2026, 11, 20))

# What does not grow with the trade: the companies and people of one state and where they have their
# programs told, each corridor's log, partner and loops, what an administrator decides, numbers that
# were taken out of use one by one.
SMALL = re.compile(
    r"users_(?!accesstoken)|log_log|mirror_followedlog|loops_|django_|auth_|administration_|"
    r"statistics_(followed|target)|"
    r"certification_(bodyrules|numbersequence|deputation|voidnumber|takennumber)|"
    r"guidance_publication|fees_(scheduleentry|feerules)|notices_endpoint|inquiry_p(artnerprofile|aperregister)"
)
# The register of blanks is reckoned as a whole at each look (docs/limitations.md).
# Made while this test was: they go through all annulments and replacements, or all that fell.
BORNE_AT = {
    "/mirror/": {"standing_registeredact"},
    "/recognition/fallen": {"standing_registeredact"},
}
BORNE = {"blanks_delivery", "blanks_use", "blanks_spoiled", "blanks_destruction"}


@pytest.fixture
def trade(folder):
    """A system with a little of everything, and somebody of each role."""
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    make_assessor()
    make_certifier()
    make_customs_officer()
    make_auditor(body="belcci")
    make_auditor("customs-auditor", body="belcci")
    make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    clock = Clock(datetime.combine(ORDER.begins, datetime.min.time(), UTC))
    partner = PlayedPartner(settings.SYSTEM, folder / "partner", seed=3, clock=clock)
    partner.pin(since=clock.now)
    walk_through(make_plan(ORDER), partner, clock, lambda day, certificates: None)


# What is asked of a benchmark and makes no other statement than what stands here, too.
SAME = ("?page=40", "?page=400", "&page=40", "=о", "=ОО", "={party}", "=хвфчщ")


def statements(reader, route, names, words, only=""):
    """Every question that a list asks for a role, with the address; None: it is not shown."""
    found = None
    for asked in pages.questions(route):
        if asked.endswith(SAME) or not (asked + "?").startswith("?" + only):
            continue
        path = route.path(names) + asked.format(**words)
        with pages.counting(connection) as caught:
            status = reader.ask(route, path).status_code
        assert status < 500, f"{path} for {reader.role}"
        if status == pages.GOOD:
            selects = [(sql, params) for sql, params in caught if sql.startswith("SELECT")]
            found = [*(found or ()), *((sql, params, path) for sql, params in selects)]
        elif not asked and status in {403, 404, 405}:
            return None
    return found


def faults(questions, read=read_whole):
    """What is read whole, each kind of statement once."""
    known = {}
    for sql, params, path in questions:
        known.setdefault(re.sub(r"(%s, )+%s", "%s", sql), (sql, params, path))
    found = []
    for sql, params, path in known.values():
        tables = {one for one in read(sql, params) if not SMALL.match(one)} - BORNE
        tables -= BORNE_AT.get(path.partition("?")[0], set())
        if tables:
            where = sql[sql.find(" FROM ") :]
            found.append(f"{path}: {tables}\n   {where}\n   {show_plan(sql, params)}")
    return found


def test_no_list_reads_a_growing_table_whole(trade, monkeypatch):
    names, words = pages.names_of(), pages.words_of()
    readers, unseen, asked = pages.readers(), [], []
    for route in pages.routes():
        if not route.is_list:
            continue
        answers = [statements(reader, route, names, words) for reader in readers]
        if all(one is None for one in answers):
            unseen.append(route.pattern)
        if route.pattern in pages.SEARCHED:  # as if each word had more hits than are sorted
            with monkeypatch.context() as many:
                many.setattr(search, "_FEW", 0)
                only = pages.SEARCHED[route.pattern]
                answers += [statements(one, route, names, words, only) for one in readers]
        asked += [one for answer in answers if answer for one in answer]
    begun = ["application/new", "assessment/dossiers/begin"]  # by a press, not by opening
    assert unseen == begun, "nobody opened these: what must they be asked?"
    read = read_without_index if connection.vendor == "postgresql" else read_whole
    assert not (bad := faults(asked, read)), "\n".join(bad)


@pytest.mark.parametrize(
    ("index", "role", "pattern", "table"),
    [
        ("application_to_certify", "certifying", "certification/", "application_application"),
        ("certification_newest", "auditor (cen", "certification/", "certification_certificate"),
        ("application_newest", "auditor (cen", "application/", "application_application"),
        ("recognition_newest", "auditor (cen", "recognition/", "recognition_goodsdeclaration"),
        ("standing_newest", "customs_officer", "received/", "standing_registeredact"),
    ],
)
def test_a_list_that_lost_its_index_is_seen(index, role, pattern, table, folder):
    reader = next(one for one in people() if one.role.startswith(role))
    route = next(one for one in pages.routes() if one.pattern == pattern)
    path = f"/{pattern}"
    assert reader.ask(route, path).status_code == pages.GOOD
    with pages.counting(connection) as caught:
        reader.ask(route, path)
    selects = [(sql, params, path) for sql, params in caught if sql.startswith("SELECT")]
    assert faults(selects) == []
    with connection.cursor() as cursor:  # undone with the test's transaction
        cursor.execute(f"DROP INDEX {index}")
    assert table in "".join(faults(selects))


def people():
    """Somebody of each role that the lost indexes are about."""
    make_certifier()
    make_assessor()
    make_customs_officer()
    make_auditor(body="belcci")
    return pages.readers()
