"""Our code lists say what the published tables say."""

import csv

import pytest

from certorigin.vocabulary.code_list import (
    CodeStatus,
    get_currencies,
    get_packages,
    get_units,
)
from certorigin.vocabulary.country import CODES
from tests.data import shared, vectors

STATUS = {"": CodeStatus.CURRENT, "¦": CodeStatus.CURRENT, "+": CodeStatus.CURRENT}
STATUS |= {"D": CodeStatus.DEPRECATED, "X": CodeStatus.WITHDRAWN}


def rows(name):
    with shared(f"code-lists/{name}").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("get_list", "name", "column", "kind"),
    [
        (get_units, "unece-rec20-units.csv", "CommonCode", "code_lists.units"),
        (get_packages, "unece-rec21-packages.csv", "Code", "code_lists.packages"),
    ],
)
def test_units_and_packages_are_those_of_the_recommendations(get_list, name, column, kind):
    published = {row[column]: STATUS[row["Status"]] for row in rows(name)}
    assert get_list().codes == published
    vectors.count(kind, len(published))


def test_currencies_are_those_of_iso_4217():
    published = rows("currency-codes-all.csv")
    current = {row["AlphabeticCode"] for row in published if not row["WithdrawalDate"]} - {""}
    every = {row["AlphabeticCode"] for row in published} - {""}
    codes = get_currencies().codes
    assert {code for code, own in codes.items() if own is CodeStatus.CURRENT} == current
    assert codes.keys() == every
    vectors.count("code_lists.currencies", len(every))


def test_countries_are_those_of_iso_3166():
    published = {row["ISO3166-1-Alpha-2"].strip() for row in rows("country-codes.csv")} - {""}
    assert published == CODES
    vectors.count("code_lists.countries", len(published))


def test_a_code_has_a_status():
    units = get_units()
    assert units.name == "UNECE Recommendation 20"
    assert units.status("KGM") is CodeStatus.CURRENT
    assert units.status("NE") is CodeStatus.WITHDRAWN
    assert units.status("kgm") is CodeStatus.UNKNOWN
    assert get_packages().status("BX") is CodeStatus.CURRENT
    assert get_currencies().status("BYR") is CodeStatus.WITHDRAWN
    assert get_currencies().status("BYN") is CodeStatus.CURRENT
