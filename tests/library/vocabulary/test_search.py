"""Search keys: what people write alike is found alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.vocabulary.search import name_key, number_key

CYRILLIC = "АВЕКМНОРСТУХІЈЅ"
LATIN = "ABEKMHOPCTYXIJS"


@pytest.mark.parametrize(
    "text",
    [
        "BYAZ6101000123",
        "byaz6101000123",
        "ВYАZ6101000123",  # with Cyrillic letters that look the same
        "вyаz 6101 000123",
        "BYAZ-6101/000123",
        "ＢＹＡＺ６１０１０００１２３",  # full width
        "ΒΥΑΖ6101000123",  # Greek
    ],
)
def test_one_number_has_one_key(text):
    assert number_key(text) == "BYAZ6101000123"


@given(st.text(alphabet=LATIN + "0123456789", min_size=1))
def test_look_alike_letters_make_no_difference(text):
    other = text.translate(str.maketrans(LATIN, CYRILLIC))
    assert number_key(other) == number_key(text) == text


@given(st.text(alphabet="ABCXYZАВСЖЯіїıİß 0123456789-/."))
def test_the_key_of_a_number_is_its_own_key(text):
    key = number_key(text)
    assert number_key(key) == key
    assert number_key(text.lower()) == number_key(text.upper()) == key
    assert " " not in key


@given(st.text())
def test_keys_hold_letters_and_figures_of_any_alphabet_and_nothing_else(text):
    assert all(char.isalnum() for char in number_key(text))
    assert all(char.isalnum() for char in name_key(text).replace(" ", ""))
    assert (number_key("A_1"), name_key("a_b")) == ("A1", "a b")


@pytest.mark.parametrize(
    "spellings",
    [
        ("Минский тракторный завод", "Minskiy traktornyy zavod", "MINSKII TRAKTORNYI ZAVOD"),
        ("Быков", "Bykov", "BYKOV"),
        ("ОАО «Савушкин продукт»", "OAO Savushkin produkt"),
        ("Гянджа Хлебозавод", "Giandzha Khlebozavod"),
        ("Xəzər", "Хазар", "Khazar"),
        ("Şəki-İpək", "SHAKI IPAK", "Шаки  Ипак"),
        ("Qızıl ağ", "QIZIL AGH".replace("GH", "Ğ"), "qizil ag"),
        ("Брэст ўзор", "Brest uzor"),
        ("Объединение", "Obedinenie", "Об'единение"),
        ("Алёна", "Алена", "Alena"),
        ("Juice & Co.", "juice co"),
    ],
)
def test_spellings_of_one_name_meet(spellings):
    assert len({name_key(text) for text in spellings}) == 1


def test_different_names_do_not_meet():
    names = ["Мир", "Мор", "Baku", "Bakı 2", "Seller", "Sellers", ""]
    assert len({name_key(name) for name in names}) == len(names)


@given(st.text(alphabet="абвжзёйщъыьэюяўіґəışçğöüABCXYZİı ’-.,"))
def test_the_key_of_a_name_is_its_own_key(text):
    key = name_key(text)
    assert name_key(key) == key
    assert name_key(unicodedata.normalize("NFD", text)) == key
    assert name_key(f"  {text} ") == key
    assert key.isascii()
