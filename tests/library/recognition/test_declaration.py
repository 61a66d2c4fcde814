"""Bundle and goods declaration: written and read back, and refused when anything is odd."""

from contextlib import suppress
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.balance import balance_of, balances, total
from certorigin.recognition.bundle import Bundle, is_bundle
from certorigin.recognition.declaration import MAX_DECLARATION, GoodsDeclaration, duty_of
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.quantity import Money
from tests.library.recognition.declarations import butter, declaration, line
from tests.library.standing import sample


def written(**changes):
    return orjson.dumps(declaration(**changes).to_data())


@pytest.mark.parametrize(
    "made",
    [
        declaration(),
        declaration(declarant=sample.IMPORTER),
        declaration(line(net=None, gross=None, packages=None, invoice=None, claim=None)),
        declaration(line(origin_country=""), butter()),
    ],
)
def test_a_declaration_reads_back_as_it_was_written(made):
    data = made.to_data()
    assert GoodsDeclaration.from_bytes(orjson.dumps(data)) == made
    assert GoodsDeclaration.from_bytes(orjson.dumps(data)).to_data() == data
    pretty = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    assert GoodsDeclaration.from_bytes(pretty) == made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data.update(items=[]), "declaration.without_goods"),
        (lambda data: data["items"][1].update(sequence="1"), "declaration.sequence_repeated"),
        (lambda data: data.update(format="x"), "record.not_a_choice"),
        (lambda data: data.update(more="x"), "record.member_unknown"),
        (lambda data: data["items"][0].update(more="x"), "record.member_unknown"),
        (lambda data: data["items"][0]["certificate"].update(more="x"), "record.member_unknown"),
        (lambda data: data["items"][0]["certificate"].update(item="0"), "record.text_misshaped"),
        (lambda data: data["items"][0]["certificate"].update(item="1\n"), "record.text_misshaped"),
        (lambda data: data["items"][0].update(originCountry="XX"), "country.unknown"),
        (lambda data: data["items"][0]["quantity"].update(value=1), "record.not_a_text"),
        (lambda data: data.update(destinationCountry="Баку"), "country.unknown"),
    ],
)
def test_a_declaration_with_a_fault_is_refused_with_its_place(change, code):
    data = declaration().to_data()
    change(data)
    with pytest.raises(MalformedError) as fault:
        GoodsDeclaration.from_bytes(orjson.dumps(data))
    assert fault.value.code == code
    assert fault.value.facts["place"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"1"])
def test_what_is_no_declaration_is_refused(raw):
    with pytest.raises(MalformedError):
        GoodsDeclaration.from_bytes(raw)


def test_a_declaration_that_is_too_large_is_not_read():
    with pytest.raises(LimitError):
        GoodsDeclaration.from_bytes(b" " * (MAX_DECLARATION + 1))


def test_what_is_at_stake_is_summed_for_each_currency():
    azn, byn = Money(Decimal("1250.40"), "AZN"), Money(Decimal("0.60"), "BYN")
    lines = [line(duty=azn), butter(duty=byn), line(3), line(4, duty=azn)]
    assert duty_of(lines) == (Money(Decimal("2500.80"), "AZN"), byn)
    assert duty_of([line()]) == ()


# -- bundle ---------------------------------------------------------------------------------------


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_bundle_reads_back_byte_for_byte(act, proof):
    try:
        bundle = Bundle(act.encode(), proof.encode())
    except UnicodeEncodeError:
        return
    raw = bundle.to_bytes()
    assert is_bundle(raw)
    assert Bundle.from_bytes(raw) == bundle


@given(st.binary(max_size=200))
def test_what_a_bundle_reads_it_writes_again(raw):
    with suppress(MalformedError):
        assert Bundle.from_bytes(raw).to_bytes() == raw


def test_a_bundle_holds_text_only():
    with pytest.raises(MalformedError, match="not_text"):
        Bundle(b"\xff", b"").to_bytes()


# -- balance --------------------------------------------------------------------------------------


def test_a_balance_tells_what_is_left_with_and_without_the_tolerance():
    form = get_form("ST-1")
    first, second = balances(sample.certificate(), {1: sample.pieces("40")}, form)
    assert (first.used, first.left, first.allowed) == (
        sample.pieces("40"),
        sample.pieces("60"),
        sample.pieces("65"),
    )
    assert second.left == sample.kilograms("10000")
    assert first.is_within_certified(sample.pieces("60"))
    assert not first.is_within_certified(sample.pieces("61"))
    assert first.is_within(sample.pieces("65"))
    assert not first.is_within(sample.pieces("65.1"))


def test_amounts_of_another_dimension_cannot_be_counted():
    item = sample.item()
    with pytest.raises(MalformedError, match="units_differ"):
        balance_of(item, sample.kilograms("1"), get_form("ST-1").quantity_tolerance)
    with pytest.raises(MalformedError, match="units_differ"):
        total([sample.kilograms("1")], "H87")
