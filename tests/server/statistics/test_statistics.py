"""The figures of a generated trade: counted once, seen by whom they concern, in every form."""

import io
import json
from collections import Counter as Counts
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.conf import settings

from certorigin_server.operate.generate.loops import Clock
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.operate.generate.system import walk_through
from certorigin_server.operate.generate.trade import Fate, Order, Use, make_plan
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.statistics import services
from certorigin_server.statistics.models import Figure
from certorigin_server.statistics.published import published_months
from certorigin_server.trail.queries import latest
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server.factories import (
    Api,
    client_of,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)
from tests.server.statistics.counting import count

pytestmark = pytest.mark.django_db
ORDER = Order("BY", 8, 16, date(2026, 11, 20))
PERIOD = {"from": "2026-10-01", "to": "2026-11-30"}
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
PLAN = make_plan(ORDER)
OURS = [case for case in PLAN.ours if case.fate is Fate.CERTIFIED]


def value_of(cases):
    return sum((line.value for case in cases for line in case.lines), Decimal(0))


@pytest.fixture
def trade(folder):
    """A trade of eight certificates, counted."""
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    for make in (make_assessor, make_certifier, make_customs_officer):
        make()
    clock = Clock(datetime.combine(ORDER.begins, datetime.min.time(), UTC))
    partner = PlayedPartner(settings.SYSTEM, folder / "partner", seed=16, clock=clock)
    partner.pin(since=clock.now)
    walk_through(PLAN, partner, clock, lambda day, certificates: None)
    count(AT)


@pytest.fixture
def figured(folder):
    """Figures as they are after some months, made by hand: two bodies, both directions."""
    for body in ("minsk", "brest"):
        make_body(body)
    enter("issued", "ST-1", 20, body="minsk", values={"USD": (20, "1000.00")})
    enter("issued", "ST-1", 7, body="brest", values={"USD": (6, "500.00"), "EUR": (1, "90.00")})
    enter("issued", "ST-1", 11, is_import=True)
    enter("chapter", "84", 25, body="minsk", values={"USD": (25, "1400.00")})
    enter("chapter", "07", 2, body="brest", values={"USD": (2, "100.00"), "EUR": (1, "90.00")})
    enter("used", "", 10, body="minsk")
    enter("refused", "criteria_not_met", 3, body="minsk")
    enter("declined", "goods_not_identifiable", 1, is_import=True)
    enter("term", "3", 20, body="minsk", hours="960")
    enter("answered", "15", 2, is_import=True, hours="480")
    services.Followed.objects.create(source="log", counted_at=AT)


def enter(measure, name, number, *, body="", is_import=False, values=None, hours="0"):
    """Enter a figure of October, and the values that belong to it."""
    place = {
        "month": date(2026, 10, 1),
        "source": "log",
        "is_import": is_import,
        "partner": "AZ",
        "body": body,
        "measure": measure,
        "name": name,
    }
    Figure.objects.create(**place, count=number, total=Decimal(hours))
    for currency, (many, amount) in (values or {}).items():
        Figure.objects.create(**place, currency=currency, count=many, total=Decimal(amount))


def sections(client, **more):
    answer = client.get("/statistics/", {**PERIOD, **more, "file": "json"})
    assert answer.status_code == 200, answer.content
    data = json.loads(answer.content)
    return data, {one["key"]: one for one in data["sections"]}


def figures(section, place=0):
    return {line["name"]: line["figures"][place] for line in section["lines"]}


def by_sql(**wanted):
    return Figure.objects.filter(currency="", **wanted)


def test_the_figures_are_those_of_the_trade(trade):
    data, found = sections(client_of(make_auditor(body="belcci")))
    assert data["unconverted"] == []
    assert data["targets"] == []
    assert_months(found["months"])
    chapters = Counts(
        chapter for case in OURS for chapter in {line.kind.tariff_code[:2] for line in case.lines}
    )
    assert counted(found["chapters"]) == chapters
    assert sum(Decimal(one) for one in figures(found["chapters"], 2).values()) == value_of(OURS)
    assert figures(found["directions"])["AZ"] == str(len(OURS))
    refused = sum(case.fate is Fate.REFUSED for case in PLAN.ours)
    assert sum(counted(found["refused"]).values()) == refused
    terms = counted(found["terms"])
    assert sum(terms.values()) == len(OURS)
    assert not {"30", "60", "180", "more"} & set(terms)
    assert_used_once()
    assert_counted_once_and_anew()


def assert_months(section):
    for place, cases in enumerate((OURS, PLAN.theirs)):
        assert counted(section, place) == Counts(f"{case.certified:%Y-%m}" for case in cases)
    by_month = figures(section, 2)
    for month in counted(section):
        cases = [case for case in OURS if f"{case.certified:%Y-%m}" == month]
        assert Decimal(by_month[month]) == value_of(cases)


def assert_used_once():
    assert any(len(one.used) > 1 for one in [*PLAN.ours, *PLAN.theirs])
    for is_import, cases in ((False, OURS), (True, PLAN.theirs)):
        used = [one for one in cases if one.used and one.use in {Use.WHOLE, Use.IN_PARTS}]
        assert whole("used", is_import=is_import) == len(used)


def assert_counted_once_and_anew():
    before = list(Figure.objects.order_by("pk").values())
    count(AT + timedelta(hours=1))
    assert list(Figure.objects.order_by("pk").values()) == before
    row = RegisteredAct.objects.filter(kind="Issued", publisher=settings.SYSTEM.installation)[0]
    RegisteredAct.objects.filter(pk=row.pk).update(void="trust.key_withdrawn")
    count(AT + timedelta(hours=2))
    assert whole("issued", is_import=False) == len(OURS) - 1
    assert whole("refused", is_import=False) == sum(one.fate is Fate.REFUSED for one in PLAN.ours)


def whole(measure, *, is_import):
    rows = Figure.objects.filter(currency="", measure=measure, is_import=is_import)
    return sum(rows.values_list("count", flat=True))


def counted(section, place=0):
    return {name: int(one) for name, one in figures(section, place).items() if one != "0"}


def test_everybody_sees_what_concerns_them(figured):
    _, own = sections(client_of(make_certifier()))
    assert counted(own["bodies"]) == {"minsk": 20}
    assert own["months"]["columns"] == ["exports", "value"]
    assert counted(own["months"]) == {"2026-10": 20}
    _, asked = sections(client_of(make_certifier("second")), body="brest")
    assert counted(asked["months"]) == {"2026-10": 20}
    _, customs = sections(client_of(make_customs_officer()))
    assert customs["months"]["columns"] == ["imports"]
    assert counted(customs["months"]) == {"2026-10": 11}
    assert counted(customs["declined"]) == {"goods_not_identifiable": 1}
    assert not {"bodies", "refused", "terms"} & set(customs)
    _, central = sections(client_of(make_certifier("centre", body="belcci")))
    assert counted(central["bodies"]) == {"minsk": 20, "brest": 7}
    assert figures(central["used"])["2026-10"] == "37"
    assert (central["terms"]["middle"], central["terms"]["hours"]) == ("3", "48")
    _, chosen = sections(client_of(make_auditor()), body="brest")
    assert counted(chosen["months"]) == {"2026-10": 7}
    assert client_of(make_exporter()).get("/statistics/").status_code == 404
    report = client_of(make_certifier("third")).get("/statistics/report/2026/ru.pdf")
    assert report.status_code == 404


def test_values_without_a_rate_stand_apart_and_with_one_are_converted(figured):
    client = client_of(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    data, found = sections(client)
    assert data["unconverted"] == [{"currency": "EUR", "amount": "90"}]
    assert figures(found["months"], 2)["2026-10"] == "1500"
    typed = {"year": "26", "amount": "-5", "currency": "XYZ"}
    page = client.post("/statistics/targets", typed)
    assert page.status_code == 422
    assert b"XYZ" in page.content
    assert b"-5" in page.content
    typed = {"year": "2026", "amount": "3200", "currency": "USD"}
    assert client.post("/statistics/targets", typed).status_code == 302
    assert latest(1)[0].action == "statistics.target_set"
    assert sections(client)[0]["targets"][0]["complete"] == "no"
    for currency, price in (("USD", "3.0"), ("EUR", "4.0")):
        rate = {"day": "2026-10-05", "units": "1", "currency": currency, "price": price}
        rate |= {"price_currency": "BYN", "source": "НБ"}
        assert client.post("/recognition/rates", rate).status_code == 302
    data, found = sections(client)
    assert data["unconverted"] == []
    assert figures(found["months"], 2)["2026-10"] == "1620"
    (target,) = data["targets"]
    assert (target["reached"], target["amount"], target["complete"]) == ("1620", "3200", "yes")
    assert client_of(make_auditor()).get("/statistics/targets").status_code == 404


def test_page_files_and_report_hold_the_same(figured):
    auditor = make_auditor(body="belcci")
    client = client_of(auditor)
    page = client.get("/statistics/", PERIOD)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('role="img"') == text.count("<desc") >= 5
    assert " style=" not in text
    assert "<script>" not in text
    csv = client.get("/statistics/", {**PERIOD, "file": "csv"}).content.decode("utf-8-sig")
    exported = next(line for line in csv.splitlines() if line.startswith("Azerbaijan;"))
    assert exported.split(";")[1:] == ["27", "11", "1500"]
    book = client.get("/statistics/", {**PERIOD, "file": "xlsx"}).content
    sheet = ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert ">Azerbaijan<" in sheet
    for language in ("ru", "en", "az", "be"):
        report = client.get(f"/statistics/report/2026/{language}.pdf")
        assert report.status_code == 200
        assert report.content.startswith(b"%PDF-")
        assert b"pdfaid" in report.content
    assert client.get("/statistics/report/2026/de.pdf").status_code == 404
    wrong = client.get("/statistics/", {"from": "2026-11-01", "to": "2026-10-01"})
    assert wrong.status_code == 422
    empty = client.get("/statistics/", {"from": "2020-01-01", "to": "2020-03-01"})
    assert empty.status_code == 200
    assert b'role="img"' not in empty.content
    answer = Api(auditor).get("/statistics", start="2026-10-01", end="2026-11-30")
    assert answer.data == sections(client)[0]
    assert Api(auditor).get("/statistics", currency="XYZ").status == 422


def test_open_data_of_a_month_that_is_over_is_published_once(figured, client):
    count(AT)
    assert published_months() == ["2026-10"]
    data = json.loads(client.get("/open-data/2026-10.json").content)
    exported = {one["by"]: one for one in data["tables"] if one["direction"] == "export"}
    hidden = {row["name"]: row["hidden"] for row in exported["chapter"]["rows"]}
    assert hidden == {"07": "yes", "84": "yes"}
    bodies = {row["name"]: row for row in exported["body"]["rows"]}
    assert bodies["minsk"]["count"] == "20"
    assert "values" not in bodies["brest"]
    assert "values" not in exported["body"]["total"]
    csv = client.get("/open-data/2026-10.csv").content.decode()
    assert "2026-10,export,body,minsk,no,20,," in csv.splitlines()
    assert b"2026-10" in client.get("/open-data").content
    assert client.get("/open-data/2026-11.json").status_code == 404
    Figure.objects.update(count=1_000)
    count(AT + timedelta(hours=1))
    assert json.loads(client.get("/open-data/2026-10.json").content) == data
