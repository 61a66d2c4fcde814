"""Every state has a name in every language, and no name stands beside a code that isn't one."""

import pytest

from certorigin.vocabulary.code_list import CodeStatus, get_currencies, get_packages, get_units
from certorigin.vocabulary.code_names import LANGUAGES, name_of, names_of
from certorigin.vocabulary.country import CODES

CODE_LISTS = {
    "currencies": get_currencies,
    "units": get_units,
    "symbols": get_units,
    "packages": get_packages,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_name(language):
    assert set(names_of("states", language)) == CODES


@pytest.mark.parametrize("kind", CODE_LISTS)
def test_only_codes_in_use_are_named_and_the_same_in_every_language(kind):
    codes = set(names_of(kind, "en"))
    assert codes
    for code in codes:
        allowed = {CodeStatus.CURRENT, CodeStatus.DEPRECATED}
        assert CODE_LISTS[kind]().status(code) in allowed, code
    for language in LANGUAGES:
        assert set(names_of(kind, language)) == codes
        assert all(names_of(kind, language).values())


def test_a_name_is_in_the_language_that_was_asked_for():
    assert name_of("states", "BY", "az") == "Belarus"
    assert name_of("states", "AZ", "az") == "Azərbaycan"
    assert name_of("packages", "BX", "ru") == "ящик"
    assert name_of("units", "KGM", "en") == "kilograms"
    assert name_of("units", "KGM", "fr") == "kilograms"
    assert name_of("units", "???", "en") == ""


def test_a_unit_with_a_sign_has_a_name_too():
    assert set(names_of("symbols", "en")) <= set(names_of("units", "en"))
    assert [name_of("symbols", "LTR", language) for language in LANGUAGES] == ["l", "л", "l", "л"]
