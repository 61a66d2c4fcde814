"""What is asked at every turn and at every desk goes by an index, on both databases."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin_server.application.queries import search as search_applications
from certorigin_server.application.queries import undecided
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import search as search_certificates
from certorigin_server.desk.search import begins
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.queries import decisions_to_return
from certorigin_server.seal import queries as acts
from certorigin_server.seal.services import mark_mirrored, mark_published
from certorigin_server.standing.followed import last_registered
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import (
    entered_about,
    find_issued,
    issued_act_of,
    logged_acts_about,
    search_issued,
    unsettled_endings,
)
from certorigin_server.standing.services import set_legal_time
from tests.server.factories import make_assessor, make_auditor, make_exporter

pytestmark = pytest.mark.django_db
CORRIDOR, ORIGIN = "AZ-BY/CIS-2009", "certorigin/BY-1/AZ-BY/CIS-2009/2026"
ASKED = {
    "number": lambda: find_issued(number="BYAZ6101000001", issued_on=timezone.localdate()),
    "number alone": lambda: find_issued(number="BYAZ6101000001"),
    "subject": lambda: issued_act_of("urn:certorigin:certificate:BY-1:0001"),
    "standing": lambda: logged_acts_about("urn:certorigin:certificate:BY-1:0001"),
    "undecided": lambda: entered_about("urn:certorigin:certificate:BY-1:0001"),
    "register's end": lambda: last_registered(ORIGIN),
    "no legal time yet": lambda: set_legal_time(origin=ORIGIN, size=9, legal_time=timezone.now()),
    "to seal": acts.acts_to_seal,
    "to log": lambda: acts.acts_to_log(corridor=CORRIDOR),
    "to publish": lambda: mark_published(origin=ORIGIN, size=9, at=timezone.now()),
    "to mirror": lambda: mark_mirrored(origin=ORIGIN, size=9, at=timezone.now()),
    "to return": decisions_to_return,
    "to look at": lambda: list(unsettled_endings()),
    "by publisher": lambda: list(search_issued("BYAZ61", received_by="BY-1")),
    "decisions": lambda: list(Decision.objects.filter(subject="urn:x:y", outcome="accepted")),
    "certificate by number": lambda: list(Certificate.objects.filter(number_key="BYAZ6101000001")),
}


def statements(ask):
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [one["sql"] for one in captured if one["sql"].startswith(("SELECT", "UPDATE"))]


def plan_of(statement):
    """The plan that the database would choose for a table of any size."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def is_by_index(plan):
    if connection.vendor == "postgresql":
        return "Index" in plan and "Seq Scan" not in plan
    return "INDEX" in plan and not re.search(r"SCAN \w+$", plan, re.MULTILINE)


@pytest.mark.parametrize("asked", ASKED)
def test_it_goes_by_an_index(asked):
    found = statements(ASKED[asked])
    assert found
    for statement in found:
        plan = plan_of(statement)
        assert is_by_index(plan), f"{statement}\n{plan}"


def test_a_question_without_an_index_would_be_seen():
    plan = plan_of('SELECT * FROM "standing_registeredact" WHERE "digest" = \'x\'')
    assert not is_by_index(plan)


# -- lists, as each kind of person asks for them; searches are read in test_list_plans -------------

PEOPLE = {
    "exporter": make_exporter,
    "body": make_assessor,
    "central body": lambda: make_auditor(body="belcci"),
}
LISTS = {
    "applications": search_applications,
    "certificates": search_certificates,
    "waiting": undecided,
    "received": lambda user: search_issued("", received_by="BY-1"),
}
# People and bodies are few; they do not grow with the trade.
GROWING = re.compile(r"application_|certification_certificate|standing_|seal_")


def asked_with(rows):
    """The statement and parameters that the keys of a page are asked with, as the database gets."""
    return rows.select_related(None).values_list("pk", flat=True)[:25].query.sql_with_params()


def scans(sql, params):
    """The growing tables that the plan reads without an index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{word} {sql}", params)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    wanted = r"Seq Scan on (\w+)" if connection.vendor == "postgresql" else r"SCAN (\w+)$"
    found = [match[1] for line in plan if (match := re.search(wanted, line))]
    return [name for name in found if GROWING.match(name) or re.fullmatch(r"[UVT]\d", name)]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_read_by_an_index(who, what):
    rows = LISTS[what](PEOPLE[who]())
    sql, params = asked_with(rows)
    assert scans(sql, params) == [], sql


def test_a_number_is_looked_up_by_how_it_begins():
    rows = Certificate.objects.filter(begins("number_key", "BYAZ61"))
    assert scans(*rows.query.sql_with_params()) == []
    rows = RegisteredAct.objects.filter(begins("number_key", "BYAZ61"), kind="Issued", void="")
    assert scans(*rows.query.sql_with_params()) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by size")
def test_what_is_open_and_what_is_not_ours_have_indexes_of_their_own():
    """By kind alone every annulment there ever was would be read, and by number all of ours."""
    rows = unsettled_endings()
    plan = plan_of(str(statements(lambda: list(rows))[0]))
    assert "standing_unsettled (kind=? AND void=? AND settled_at=?)" in plan
    found = statements(lambda: list(search_issued("BYAZ61", received_by="BY-1")))
    plans = "\n".join(plan_of(one) for one in found)
    assert "standing_number_of (kind=? AND void=? AND publisher>?)" in plans


@pytest.mark.parametrize(
    ("column", "value"), [("parties_key", "x"), ("export_document", "x"), ("exported_on", None)]
)
def test_a_list_without_an_index_would_be_seen(column, value):
    rows = Certificate.objects.filter(**{column: value}).order_by()
    assert scans(*rows.query.sql_with_params()) == ["certification_certificate"]
