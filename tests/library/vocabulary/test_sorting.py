"""Names in the order of the alphabets of those who read them."""

import random
import re
import string

import pytest

from certorigin.vocabulary.sorting import sort_key

AZERBAIJANI = "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v y z".split()
BELARUSIAN = "а б в г д е ё ж з і й к л м н о п р с т у ў ф х ц ч ш ы ь э ю я".split()
RUSSIAN = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я".split()


@pytest.mark.parametrize("alphabet", [AZERBAIJANI, BELARUSIAN, RUSSIAN, [*string.ascii_lowercase]])
def test_letters_stand_as_in_the_alphabet_in_both_cases(alphabet):
    # What the two Latin alphabets put elsewhere follows the Azerbaijani one.
    known = [one for one in alphabet if alphabet[0] != "a" or one not in "xq" or "ə" in alphabet]
    mixed = [*known]
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=sort_key) == known
    is_own = "ə" in known
    capitals = ["İ" if one == "i" and is_own else one.upper() for one in known]
    end = "ə" * is_own  # a capital I is `ı` beside letters that only Azerbaijani has
    assert [sort_key(one + end) for one in capitals] == [sort_key(one + end) for one in known]


def test_names_of_a_list_stand_where_people_look_for_them():
    names = [
        *("Əliyev", "Elçin", "Xəzər", "Quba", "Lənkəran", "Kür", "Həsənov", "Çinar", "Cavad"),
        *("Ўладзімір", "Фёдар", "Уладзімір", "Ігнат", "Зоя", "Йосіф", "«Атлант»", "Ель", "Ёлка"),
        *("Завод № 10", "Завод № 2", "Завод", "Заводской"),
    ]
    assert sorted(names, key=sort_key) == [
        *("Cavad", "Çinar", "Elçin", "Əliyev", "Həsənov", "Xəzər", "Kür", "Quba", "Lənkəran"),
        *("«Атлант»", "Ель", "Ёлка", "Завод", "Завод № 2", "Завод № 10", "Заводской", "Зоя"),
        *("Ігнат", "Йосіф", "Уладзімір", "Ўладзімір", "Фёдар"),
    ]


@pytest.mark.parametrize(
    "text", ["", " \n\u2003", "«№»-", "漢字α" * 40, "0159²½ 007", "é\u0301Ĳ\U000e0041", "Я" * 300]
)
def test_a_key_is_small_ascii_and_ends(text):
    assert re.fullmatch(r"[0-9a-f]{0,420}", sort_key(text))
