"""Fees: the best line, each item rounded by itself, the balance, references, payment files."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError, StandingError, UnknownError
from certorigin.fees.balance import Balance, Kind, Status
from certorigin.fees.payments import MOST_BYTES, read_amount, read_payments
from certorigin.fees.reckon import Order, Reckoning, reckon
from certorigin.fees.reference import find_references, make_reference, name_in
from certorigin.fees.schedule import Exemption, Line, Schedule
from tests.library.assessment.test_tables import xlsx_file

SCHEDULE = Schedule(
    act="Order 12 of 10.11.2026",
    currency="BYN",
    tax=Decimal(20),
    lines=(
        Line("1", "Certificate", "certificate", Decimal(40)),
        Line("1.1", "Certificate ST-1", "certificate", Decimal("48.50"), form="ST-1", taxed=True),
        Line("1.2", "Urgent", "certificate", Decimal(90), urgent=True, taxed=True),
        Line("2", "Duplicate", "certificate", Decimal(12), event="duplicate"),
        Line("3", "Additional sheet", "sheet", Decimal("3.33"), taxed=True),
        Line("4", "Expert's hour", "hour", Decimal("25.10")),
    ),
    exemptions=(Exemption("aid", "Humanitarian aid", "Order 12, cl. 4", Decimal(100)),),
)
MONEY = st.decimals(0, 10**6, places=2)
LINES = st.builds(
    Line,
    st.just("1"),
    st.just("x"),
    st.sampled_from(("certificate", "sheet", "hour")),
    MONEY,
    form=st.sampled_from(("", "ST-1")),
    event=st.sampled_from(("", "original", "duplicate")),
    urgent=st.booleans(),
    taxed=st.booleans(),
)
ORDERS = st.builds(
    Order,
    st.just("ST-1"),
    event=st.sampled_from(("original", "duplicate")),
    urgent=st.booleans(),
    sheets=st.integers(0, 60),
    hours=st.decimals(0, 200, places=2),
)


@st.composite
def schedules(draw):
    found = {(one.unit, one.form, one.event, one.urgent): one for one in draw(st.lists(LINES))}
    lines = tuple(replace(one, number=str(at)) for at, one in enumerate(found.values(), start=1))
    let_off = Exemption("some", "Some", "cl. 1", draw(st.decimals("0.01", 100, places=2)))
    return Schedule("x", "BYN", lines, draw(st.decimals(0, 30, places=1)), (let_off,))


def numbers(found):
    return [item.number for item in found.items]


@pytest.mark.parametrize(
    ("order", "lines", "total"),
    [
        (Order("ST-1"), ["1.1"], "58.20"),
        (Order("general"), ["1"], "40.00"),
        (Order("ST-1", urgent=True), ["1.2"], "108.00"),
        (Order("ST-1", event="duplicate"), ["2"], "12.00"),
        (Order("ST-1", sheets=3), ["1.1", "3"], "70.19"),
        (Order("ST-1", hours=Decimal("1.5")), ["1.1", "4"], "95.85"),
    ],
)
def test_the_line_that_fits_best_is_paid(order, lines, total):
    found = reckon(SCHEDULE, order)
    assert numbers(found) == lines
    assert format(found.total, "f") == total


def test_each_item_is_rounded_by_itself_and_the_sum_is_what_is_shown():
    (_, sheets) = reckon(SCHEDULE, Order("ST-1", sheets=3)).items
    assert (sheets.net, sheets.tax) == (Decimal("9.99"), Decimal("2.00"))  # 1.998 rounds up


def test_urgency_that_the_schedule_does_not_know_is_told():
    plain = replace(SCHEDULE, lines=SCHEDULE.lines[:1])
    assert reckon(plain, Order("ST-1", urgent=True)).not_urgent
    assert not reckon(SCHEDULE, Order("ST-1", urgent=True)).not_urgent


def test_an_exemption_takes_off_the_fee_and_its_tax_and_names_its_clause():
    found = reckon(SCHEDULE, Order("ST-1", sheets=9), exemption="aid")
    assert (found.total, found.clause) == (0, "Order 12, cl. 4")
    with pytest.raises(UnknownError):
        reckon(SCHEDULE, Order("ST-1"), exemption="other")


@settings(max_examples=25)
@given(schedules(), ORDERS)
def test_the_sum_is_that_of_its_items_and_more_never_costs_less(schedule, order):
    found = reckon(schedule, order)
    assert found.total == sum(item.total for item in found.items)
    assert all(abs(item.net - item.amount * item.count) <= Decimal("0.005") for item in found.items)
    turned = replace(schedule, lines=schedule.lines[::-1])
    assert reckon(turned, order) == found
    assert reckon(schedule, order, exemption="some").total <= found.total
    assert Reckoning.from_data(found.to_data()) == found
    more = replace(order, sheets=order.sheets + 1, hours=order.hours + 1)
    assert reckon(schedule, more).total >= reckon(schedule, order).total


def test_a_schedule_reads_back_as_it_was_written():
    assert Schedule.from_data(SCHEDULE.to_data()) == SCHEDULE


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"lines": []}, "record.member_missing", "lines"),
        ({"tax": "101"}, "fees.percent_wrong", "tax"),
        ({"currency": "rub"}, "record.text_misshaped", "currency"),
        ({"lines": [{"number": "1", "name": "x", "unit": "sheet", "amount": "1.001"}]},
         "fees.amount_wrong", "lines[0].amount"),
        ({"lines": [{"number": "1", "name": "x", "unit": "day", "amount": "1"}]},
         "record.not_a_choice", "lines[0].unit"),
        ({"lines": [{"number": "1", "name": "x", "unit": "hour", "amount": "1", "form": "Z"}]},
         "form.unknown", "lines[0].form"),
        ({"lines": [{"number": "1", "name": "x", "unit": "hour", "amount": "1"},
                    {"number": "2", "name": "y", "unit": "hour", "amount": "2"}]},
         "fees.line_twice", "lines[1].number"),
    ],
)  # fmt: skip
def test_a_schedule_that_answers_twice_or_not_at_all_is_refused(change, code, place):
    with pytest.raises(MalformedError) as caught:
        Schedule.from_data(SCHEDULE.to_data() | change)
    assert (caught.value.code, caught.value.facts["place"]) == (code, place)


@pytest.mark.parametrize("wrong", [{"event": "x"}, {"hours": Decimal("0.001")}])
def test_an_order_without_sense_is_refused(wrong):
    with pytest.raises(MalformedError):
        Order("ST-1", **wrong)


@pytest.mark.parametrize(
    ("total", "moved", "status", "outstanding", "over"),
    [
        ("0", [], Status.NOTHING, "0", "0"),
        ("58.20", [], Status.DUE, "58.20", "0"),
        ("58.20", [("payment", "50")], Status.PART_PAID, "8.20", "0"),
        ("58.20", [("payment", "58.20")], Status.PAID, "0", "0"),
        ("58.20", [("payment", "60")], Status.PAID, "0", "1.80"),
        ("58.20", [("payment", "60"), ("refund", "1.80")], Status.PAID, "0", "0"),
        ("58.20", [("payment", "58.20"), ("refund", "58.20")], Status.DUE, "58.20", "0"),
        ("32", [("payment", "25"), ("refund", "5")], Status.PART_PAID, "12", "0"),
        ("58.20", [("waiver", "0")], Status.WAIVED, "0", "0"),
        ("58.20", [("payment", "9"), ("waiver", "0")], Status.WAIVED, "0", "9"),
        ("20", [("payment", "20"), ("refund", "20"), ("waiver", "0")], Status.WAIVED, "0", "0"),
        ("20", [("waiver", "0"), ("recall", "0")], Status.DUE, "20", "0"),
        ("20", [("payment", "5"), ("waiver", "0"), ("recall", "0")], Status.PART_PAID, "15", "0"),
        ("20", [("waiver", "0"), ("recall", "0"), ("waiver", "0")], Status.WAIVED, "0", "0"),
    ],
)
def test_how_a_fee_stands(total, moved, status, outstanding, over):
    moves = [(Kind(kind), Decimal(amount)) for kind, amount in moved]
    found = Balance.of(Decimal(total), moves)
    assert found.status is status
    assert (found.outstanding, found.over) == (Decimal(outstanding), Decimal(over))


@pytest.mark.parametrize(
    ("moved", "status", "goes_back"),
    [
        ([], Status.NOTHING, "0"),
        ([("payment", "20")], Status.PAID, "20"),
        ([("payment", "25"), ("refund", "5")], Status.PAID, "20"),
        ([("payment", "20"), ("refund", "15")], Status.REFUNDED, "5"),
        ([("payment", "20"), ("refund", "20")], Status.REFUNDED, "0"),
    ],
)
def test_where_the_term_was_missed_nothing_is_due_and_all_goes_back(moved, status, goes_back):
    moves = [(Kind(kind), Decimal(amount)) for kind, amount in moved]
    found = Balance.of(Decimal(20), moves, late=True)
    assert (found.status, found.outstanding, found.goes_back) == (status, 0, Decimal(goes_back))


def test_no_more_goes_back_than_came():
    held = Balance.of(Decimal(9), [(Kind.PAYMENT, Decimal(9)), (Kind.REFUND, Decimal(4))])
    held.require_refundable(Decimal(5))
    with pytest.raises(StandingError):
        held.require_refundable(Decimal("5.01"))


def test_a_reference_is_that_of_iso_11649():
    assert make_reference("539007547034") == "RF18539007547034"  # the example of the standard
    assert name_in("rf18 5390 0754 7034") == "539007547034"
    with pytest.raises(MalformedError):
        make_reference("")


@settings(max_examples=30)
@given(st.text("0123456789ABCXYZ", min_size=1, max_size=21), st.data())
def test_a_mistyped_digit_and_two_swapped_ones_are_found(name, data):
    reference = make_reference(name)
    assert name_in(reference) == name
    at = data.draw(st.integers(4, len(reference) - 1))
    other = data.draw(st.sampled_from("0123456789".replace(reference[at], "")))
    mistyped = [reference[:at] + other + reference[at + 1 :]] if reference[at].isdigit() else []
    swapped = reference[: at - 1] + reference[at] + reference[at - 1] + reference[at + 1 :]
    mistyped += [swapped] if swapped != reference and reference[at - 1 : at + 1].isdigit() else []
    for wrong in mistyped:
        with pytest.raises(MalformedError):
            name_in(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "Fee RF18539007547034",
        "за сертификат rf18 5390 0754 7034, НДС",
        "RF18 5390 0754 7034 VAT 20",
        "RF18539007547034;RF00",
    ],
)
def test_a_reference_is_found_among_other_words(text):
    assert "RF18539007547034" in find_references(text)


def test_a_word_behind_a_reference_hides_it_not_and_no_word_is_cut():
    reference = make_reference("BY000000028")
    longer = [one for one in range(100, 200) if len(find_references(f"{reference} {one}")) > 1]
    assert longer, "of 97 words one lets the check digits hold"
    for word in longer:
        assert find_references(f"{reference} {word}") == (f"{reference}{word}", reference)
        assert reference not in find_references(f"{reference}{word}")
    other = make_reference("BY000000029")
    assert find_references(f"{reference} {other}") == (reference, other)


@pytest.mark.parametrize("text", ["", "RF19539007547034", "XRF18539007547034", "48,50 BYN"])
def test_no_reference_is_guessed(text):
    assert find_references(text) == ()


def test_a_payment_file_is_read_line_by_line_with_every_fault():
    raw = (
        "Дата;Номер документа;Сумма;Валюта;Назначение платежа;Плательщик\r\n"
        "23.11.2026;118;1 058,20;BYN;Сбор RF18 5390 0754 7034;Завод\r\n"
        "2026-11-31;119;8;BYN;RF18539007547034;x\r\n"
        "23.11.2026;120;-8;BYN;;x\r\n"
        ";;;;;\r\n"
        "24.11.2026;121;8;BYN;без номера;x\r\n"
    ).encode("cp1251")
    found = read_payments(raw)
    first, second = found.payments
    assert (first.line, first.references) == (2, ("RF18539007547034",))
    assert (format(first.amount, "f"), first.day.isoformat()) == ("1058.20", "2026-11-23")
    assert (second.line, second.references) == (6, ())
    assert [(one.code, one.place) for one in found.faults] == [
        ("day.malformed", "line 3, date"),
        ("number.malformed", "line 4, amount"),
    ]


def test_days_and_sums_of_a_spreadsheet_are_read_as_it_shows_them():
    names = ("Дата", "Номер", "Сумма", "Валюта", "Назначение")
    told = "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in names)
    text = '<c t="inlineStr"><is><t>BYN</t></is></c>'
    sums = ("20.100000000000001", "7.9999999999999996", "20.1001")
    rows = "".join(
        f"<row><c><v>46349</v></c><c><v>118</v></c><c><v>{one}</v></c>{text}</row>" for one in sums
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData><row>{told}</row>{rows}</sheetData></worksheet>'
    found = read_payments(xlsx_file((), sheet=sheet))
    amounts = [(one.day.isoformat(), format(one.amount, "f")) for one in found.payments]
    assert amounts == [("2026-11-23", "20.10"), ("2026-11-23", "8.00")]
    assert [one.code for one in found.faults] == ["fees.amount_wrong"]


def test_a_file_that_is_no_list_of_payments_is_refused():
    with pytest.raises(MalformedError) as caught:
        read_payments(b"date;number\n2026-11-23;1\n")
    assert caught.value.facts["columns"] == "reference, amount, currency"
    with pytest.raises(LimitError):
        read_payments(b"x" * (MOST_BYTES + 1))


@pytest.mark.parametrize("text", ["0", "1.005", "1e5", "", "-1", "1.234,50"])
def test_a_sum_is_positive_and_has_two_decimals(text):
    with pytest.raises(MalformedError):
        read_amount(text)
