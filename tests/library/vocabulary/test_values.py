"""Numbers, moments, codes and names: one spelling each, everything else is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, UnknownError
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.finding import Finding, Grade, has_errors
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.moment import (
    day_from_text,
    end_of_day,
    moment_from_text,
    moment_to_text,
)
from certorigin.vocabulary.number import decimal_from_text, decimal_to_text
from certorigin.vocabulary.party import Identifier
from certorigin.vocabulary.tariff import TariffCode
from tests.library.vocabulary import makers


def refused(read, text, code):
    with pytest.raises(MalformedError) as caught:
        read(text, place="here")
    assert caught.value.code == code
    assert caught.value.facts["place"] == "here"


@given(makers.decimals)
def test_a_decimal_comes_back_with_its_places(value):
    text = decimal_to_text(value)
    assert decimal_from_text(text) == value
    assert decimal_to_text(decimal_from_text(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "+1", "-0", "01", "00", "1.", ".5", "1e3", "1E3", "1,5", " 1", "1 ", "1\n"),
        *("1.0000000", "1" * 16, "NaN", "Infinity", "\u0661", "1.\u0665", "0x1", "1_0", None, 1),
    ],
)
def test_another_spelling_of_a_decimal_is_refused(text):
    refused(decimal_from_text, text, "number.malformed")


@pytest.mark.parametrize("value", ["-1", "-0", "1E-7", "1E+15", "NaN", "Infinity"])
def test_a_decimal_that_could_not_be_read_is_not_written(value):
    with pytest.raises(MalformedError, match=r"number\.malformed"):
        decimal_to_text(Decimal(value))


def test_a_decimal_is_written_without_exponent():
    assert decimal_to_text(Decimal("1E+3")) == "1000"
    assert decimal_to_text(Decimal("1E-6")) == "0.000001"


@given(makers.moments)
def test_a_moment_comes_back(moment):
    text = moment_to_text(moment)
    assert moment_from_text(text) == moment
    assert moment_to_text(moment_from_text(text)) == text


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 5, 16), "2026-05-17T00:00:00Z"),
        (date(9999, 12, 30), "9999-12-31T00:00:00Z"),
        (date(9999, 12, 31), "9999-12-31T23:59:59Z"),
    ],
)
def test_every_day_of_the_calendar_ends(day, end):
    assert moment_to_text(end_of_day(day)) == end


def test_a_moment_is_written_in_utc_and_whole_seconds():
    minsk = timezone(timedelta(hours=3))
    assert moment_to_text(datetime(26, 1, 2, 3, 4, 5, 999_999, minsk)) == "0026-01-02T00:04:05Z"
    with pytest.raises(ValueError, match="time zone"):
        moment_to_text(datetime(2026, 1, 1))  # noqa: DTZ001 - the fault itself


@pytest.mark.parametrize(
    "text",
    [
        *("2026-05-16T09:30:00", "2026-05-16T09:30:00+00:00", "2026-05-16 09:30:00Z"),
        *("2026-05-16T09:30:00z", "2026-05-16T09:30Z", "2026-05-16T09:30:00.0Z"),
        *("2026-05-16T09:30:00Z\n", "2026-02-30T09:30:00Z", "2026-05-16T24:00:00Z"),
        *("2026-05-16T09:30:60Z", "0000-01-01T00:00:00Z", "٢026-05-16T09:30:00Z", "", None),
    ],
)
def test_another_spelling_of_a_moment_is_refused(text):
    refused(moment_from_text, text, "moment.malformed")


@given(st.dates())
def test_a_day_comes_back(day):
    assert day_from_text(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        *("20260516", "2026-5-16", "2026-02-30", "2026-05-16\n", "2026-W20-6", "16.05.2026"),
        *("2026-05-1٦", "", None),
    ],
)
def test_another_spelling_of_a_day_is_refused(text):
    refused(day_from_text, text, "day.malformed")


@given(makers.tariff_codes)
def test_a_tariff_code_comes_back_with_or_without_spaces(code):
    assert TariffCode.from_text(str(code)) == code
    assert TariffCode.from_text(" ".join(str(code))) == code
    assert code.heading.startswith(code.chapter)
    assert code.is_within(code.chapter)
    assert code.is_within(code.heading)


def test_a_tariff_code_knows_where_it_lies():
    code = TariffCode.from_text("8704.21\u00a0310 0")
    assert (code.digits, code.heading, code.chapter) == ("8704213100", "8704", "87")
    assert not code.is_within("8703")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "87",
        "870",
        "87042",
        "8704213",
        "87042131000",
        "0001",
        "9801",
        "870a",
        "8704\n",
        "٨704",
        8704,
    ],
)
def test_what_is_no_tariff_code_is_refused(text):
    refused(TariffCode.from_text, text, "tariff.malformed")


@given(makers.criteria)
def test_a_criterion_comes_back(criterion):
    assert Criterion.from_text(str(criterion)) == criterion


@pytest.mark.parametrize(
    "text",
    ["", "П1", "К8701", "Д", "Д870", "Д87011", "K", "P", "Пк", "д8701", "Д8701\n", "Д870١", None],
)
def test_what_is_no_criterion_is_refused(text):
    refused(Criterion.from_text, text, "criterion.malformed")


@given(makers.corridors)
def test_a_corridor_comes_back(corridor):
    assert Corridor.from_text(str(corridor)) == corridor
    first, second = corridor.states
    assert corridor.partner_of(first) == second
    assert corridor.partner_of(second) == first
    assert corridor.has(first)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BY-AZ/CIS-2009", "corridor.states_out_of_order"),
        ("BY-BY/CIS-2009", "corridor.states_out_of_order"),
        ("AZ-QQ/CIS-2009", "country.unknown"),
        ("AA-BY/CIS-2009", "country.unknown"),
        ("AZ-BY", "corridor.malformed"),
        ("AZ-BY/cis", "corridor.malformed"),
        ("AZ-BY/CIS-2009\n", "corridor.malformed"),
        (None, "corridor.malformed"),
    ],
)
def test_what_is_no_corridor_is_refused(text, code):
    refused(Corridor.from_text, text, code)


def test_a_corridor_has_no_third_state():
    corridor = Corridor.from_text("AZ-BY/CIS-2009")
    assert not corridor.has("RU")
    with pytest.raises(MalformedError, match=r"corridor\.state_not_in_it"):
        corridor.partner_of("RU")


@pytest.mark.parametrize("text", ["QQ", "by", "BLR", "EU", "", "BY\n", None])
def test_what_is_no_country_is_refused(text):
    refused(country_from_text, text, "country.unknown")


@pytest.mark.parametrize(
    ("scheme", "value", "valid"),
    [
        ("UNP", "200988541", True),
        ("UNP", "MA1953684", True),
        ("UNP", "200988542", False),
        ("UNP", "20098854", False),
        ("VOEN", "1400057421", True),
        ("VOEN", "1401555071", True),
        ("VOEN", "1400057424", False),
        ("OTHER", "whatever it is", True),
    ],
)
def test_an_identifier_is_judged_by_its_register(scheme, value, valid):
    assert Identifier(scheme, value).is_valid() is valid


def test_the_form_of_the_cis_is_known_box_by_box():
    form = get_form("ST-1")
    assert get_form("ST-1") is form
    assert [box.number for box in form.boxes] == list(range(1, 14))
    assert form.box_of("invoice") == 11
    assert form.box_of("nothing") is None
    assert [box.number for box in form.boxes if not box.mandatory] == [3, 5]
    assert form.quantity_tolerance == Decimal("0.05")
    assert form.criteria == ("П", "Д", "К")
    with pytest.raises(UnknownError, match=r"form\.unknown"):
        get_form("ST-9")


def test_findings_weigh():
    note = Finding("a.b", grade=Grade.NOTE)
    error = Finding("a.c", "items[0]", clause="R1", facts={"value": "1"})
    assert not has_errors([note, Finding("a.d", grade=Grade.WARNING)])
    assert has_errors([note, error])
    assert error.to_data() == {
        "code": "a.c",
        "place": "items[0]",
        "grade": "error",
        "clause": "R1",
        "facts": {"value": "1"},
    }


def test_moments_are_in_utc():
    assert moment_from_text("2026-05-16T09:30:00Z") == datetime(2026, 5, 16, 9, 30, tzinfo=UTC)
    assert day_from_text("2026-05-16") == date(2026, 5, 16)
