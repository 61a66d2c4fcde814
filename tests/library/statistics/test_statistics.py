"""What an act adds to the figures; sums at recorded rates; nothing small can be made out."""

import io
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from pypdf import PdfReader

from certorigin.statistics.cells import cell_of_time, middle_of
from certorigin.statistics.convert import Quote, convert, months_between
from certorigin.statistics.open_data import Amount, Direction, csv_of_month, open_month
from certorigin.statistics.report import Report, Table, report_pdf
from certorigin.statistics.suppress import suppress

OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(("threshold", "names"), [(3, 2), (3, 3), (3, 4), (5, 2), (5, 3)])
def test_nobody_who_knows_the_rule_makes_out_a_small_cell(threshold, names):
    """Of every table there is another one that looks the same and differs in each small cell."""
    most = 3 * threshold + 2
    looks = defaultdict(list)
    for counts in product(range(most + 1), repeat=names):
        table = dict(zip("abcd", counts, strict=False))
        hidden = suppress(table, threshold=threshold)
        shown = tuple(None if name in hidden.names else table[name] for name in table)
        looks[shown, None if hidden.total else sum(counts)].append(table)
    checked = 0
    for (shown, _), tables in looks.items():
        if max(max(one.values()) for one in tables) > most - threshold:
            continue  # what it may be confused with lies beyond what was tried
        for name, told in zip("abcd", shown, strict=False):
            if told is None:
                assert len({one[name] for one in tables}) > 1, tables
                checked += 1
    assert checked


@pytest.mark.parametrize("counts", [{"a": -1}])
def test_no_table_without_a_sense_is_suppressed(counts):
    with pytest.raises(ValueError, match="3"):
        suppress(counts, threshold=3)
    with pytest.raises(ValueError, match="2"):
        suppress({"a": 1}, threshold=2)


def test_one_hidden_total_is_told_by_no_other_table():
    total = Amount(12, {"USD": (12, Decimal(900))})
    chapters = {"01": Amount(2), "02": Amount(1), "84": Amount(5)}
    partners = {"AZ": Amount(12, {"USD": (12, Decimal(900))})}
    tables = {"chapter": chapters, "partner": partners}
    made = open_month(OCTOBER, {"export": Direction(total, tables)}, state="BY", threshold=5)
    by = {one["by"]: one for one in made["tables"]}
    assert by["chapter"]["total"] == {"hidden": "yes"}
    assert by["partner"]["rows"] == [{"name": "AZ", "hidden": "yes"}]
    assert b"12" not in csv_of_month(made)
    assert b"900" not in csv_of_month(made)


def test_a_value_of_few_is_hidden_with_the_total_that_would_tell_it():
    many, few = {"USD": (20, Decimal(800))}, {"USD": (6, Decimal(70)), "EUR": (1, Decimal(30))}
    bodies = {"minsk": Amount(20, many), "brest": Amount(7, few)}
    total = Amount(27, {"USD": (26, Decimal(870)), "EUR": (9, Decimal(300))})
    (table,) = open_month(
        OCTOBER, {"export": Direction(total, {"body": bodies})}, state="BY", threshold=5
    )["tables"]
    rows = {one["name"]: one for one in table["rows"]}
    assert rows["minsk"]["values"] == [{"currency": "USD", "amount": "800"}]
    assert "values" not in rows["brest"]
    assert table["total"] == {"hidden": "no", "count": "27"}


def test_sums_are_converted_at_the_newest_rate_of_the_month_or_not_at_all():
    def quote(currency, day, price, own="BYN", units=1):
        return Quote(currency, date(2026, 10, day), Decimal(units), Decimal(price), own)

    quotes = [
        quote("USD", 5, "3.0"),
        quote("USD", 20, "3.2"),
        quote("EUR", 20, "4.0"),
        quote("RUB", 20, "3.2", units=100),
        quote("GBP", 20, "1.0", own="USD"),
    ]
    sums = {(OCTOBER, one): Decimal(100) for one in ("USD", "EUR", "RUB", "BYN", "GBP", "JPY")}
    made = convert(sums, into="USD", quotes=quotes)
    assert made.amount == Decimal(100) + 125 + 1 + Decimal("31.25") + 100
    assert made.left == {"JPY": Decimal(100)}
    assert not made.is_whole
    assert convert({(OCTOBER, "EUR"): Decimal(1)}, into="JPY", quotes=quotes).left
    later = {(date(2027, 1, 1), "EUR"): Decimal(100)}
    assert convert(later, into="USD", quotes=quotes).left == {"EUR": Decimal(100)}
    assert months_between(date(2026, 11, 30), date(2027, 1, 1)) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]


@pytest.mark.parametrize(
    ("passed", "name"),
    [
        (timedelta(0), "1"),
        (timedelta(hours=24), "1"),
        (timedelta(hours=25), "2"),
        (timedelta(days=31), "60"),
        (timedelta(days=181), "more"),
        (timedelta(days=-1), "1"),
    ],
)
def test_durations_are_sorted_by_days(passed, name):
    assert cell_of_time("term", passed).name == name


def test_the_middle_one_of_durations():
    assert middle_of({"1": 1, "3": 1, "more": 1}) == "3"
    assert middle_of({"1": 2, "5": 2}) == "1"
    assert middle_of({}) == ""


def test_a_report_holds_its_rows_and_is_the_same_for_the_same_figures():
    table = Table("Экспорт по месяцам", ("Месяц", "Число"), (("10.2026", "27"),), (1000,), "к")
    report = Report(
        "ru",
        "Торговля Ə",
        "Палата",
        "для комиссии",
        "",
        (("Всего", "27"),),
        (table,),
        ("зам.",),
        "Certorigin",
    )
    at = datetime(2026, 11, 21, tzinfo=UTC)
    made = report_pdf(report, at=at)
    assert made == report_pdf(report, at=at)
    text = PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "Экспорт по месяцам" in text
    assert "10.2026" in text
    assert b"<pdfaid:part>3" in made
