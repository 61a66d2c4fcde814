"""Names of companies: pairs as they occur between Belarus and Azerbaijan, and laws for any two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.recognition.matching.names import Likeness, compare_names, typing_distance

SAME = {
    Likeness.SPELLING: [
        ("ОАО «Завод»", 'оао "завод"'),
        ("ОАО «Завод»", "OAO Zavod"),
        ("ИП Иванов И. И.", "ИП Иванов И.И."),
    ],
    Likeness.LEGAL_FORM: [
        ("ОАО «Нафтан»", "ААТ «Нафтан»"),
        ("ОАО «Нафтан»", "Naftan OJSC"),
        ("ОАО «Нафтан»", "Открытое акционерное общество «Нафтан»"),
        ("АО «Альфа»", "ОАО «Альфа»"),
        ("Çay Fabriki MMC", "Chay Fabriki LLC"),
        ("Çay Fabriki MMC", "«Çay Fabriki» Məhdud Məsuliyyətli Cəmiyyəti"),
        ("ИП Иванов И.И.", "Иванов И.И., индивидуальный предприниматель"),
        ("ООО «Альфа»", "Альфа"),
    ],
    Likeness.ORDER: [("Иванов Иван", "Иван Иванов"), ("ООО «Торг Союз»", "ООО «Союз Торг»")],
    Likeness.TRANSLITERATION: [
        ("Azərsun Holdinq MMC", "ООО «Азерсун Холдинг»"),
        ("Bakı Traktor Təchizat MMC", "ООО «Баки Трактор Течизат»"),
        ("Xocalı Kənd Təsərrüfatı MMC", "ООО «Ходжалы Кенд Тесеррюфаты»"),
        ("Gəncə Şərab-2 ASC", "ОАО «Гянджа Шараб-2»"),
        ("Şəki-İpək ASC", "ОАО «Шеки-Ипек»"),
        ("Cəlilabad Üzüm", "Джалилабад Узюм"),
        ("Yevlax Pambıq", "Евлах Памбыг"),
        ("Мінскі трактарны завод", "Минский тракторный завод"),
        ("Hrodna Azot", "ОАО «Гродно Азот»"),
    ],
}
LEFT_TO_A_PERSON = {
    Likeness.TYPING: [
        ("Bakı Traktor Təchizat MMC", "Bakı Traktor Təchizad MMC"),
        ("ООО «Рассвет»", "ООО «Расвет»"),
        ("ААТ «Гродна Азот»", "ОАО «Гродно Азот»"),
        ("ОАО «Савушкин продукт»", "JSC Savushkin Product"),
    ],
    Likeness.OTHER_FORM: [
        ("ООО «Альфа»", "ОАО «Альфа»"),
        ("ЧУП «Альфа»", "РУП «Альфа»"),
        ("Azərsun MMC", "ОАО «Азерсун»"),
    ],
}
OTHERS = [
    ("Завод № 1", "Завод № 2"),
    ("ОАО «Завод»", "ОАО «Завод-2»"),
    ("ООО «Нива»", "ООО «Нива+»"),
    ("ООО «Лада»", "ООО «Лата»"),
    ("Открытое акционерное общество «Альфа»", "Открытое акционерное общество «Бета»"),
    ("ОАО «Рассвет»", "ООО «Расвет»"),  # another form and another letter
    ("ООО", "ОАО"),
    ("ООО", "ООО «Завод»"),
    ("Azərsun MMC", "Azərgün MMC İdxal"),
]


def pairs():
    for likeness, some in (SAME | LEFT_TO_A_PERSON).items():
        yield from ((likeness, one, other) for one, other in some)
    yield from ((Likeness.DIFFERENT, one, other) for one, other in OTHERS)


@pytest.mark.parametrize(("likeness", "one", "other"), list(pairs()))
def test_a_pair(likeness, one, other):
    assert compare_names(one, other)[0] is likeness


LETTERS = st.text("АБЗаво бГнд1«»MCcçəız+", max_size=14)
NAMES = st.one_of(
    LETTERS,
    st.tuples(st.sampled_from(["ОАО ", "ООО ", "", "LLC "]), LETTERS).map("".join),
    st.sampled_from([name for _, *both in pairs() for name in both]),
)


@given(NAMES, NAMES)
def test_it_does_not_matter_which_side_says_it(one, other):
    assert compare_names(one, other) == compare_names(other, one)


@given(NAMES, NAMES)
def test_nothing_is_silently_equal(one, other):
    assert (compare_names(one, other)[0] is Likeness.EQUAL) == (one == other)


@given(st.text("abv", max_size=7), st.text("abv", max_size=7), st.integers(0, 4))
def test_how_many_keys_were_hit_wrongly(one, other, most):
    typed = typing_distance(one, other, most)
    assert typed == typing_distance(other, one, most) <= most + 1
    assert (typed == 0) == (one == other)
    if typed <= most:
        assert typed == typing_distance(one, other, most + 3)
    assert typed >= min(abs(len(one) - len(other)), most + 1)


def test_two_letters_that_are_swapped_are_one_slip():
    assert typing_distance("azersun", "azesrun", 3) == 1
    assert typing_distance("azersun", "azerbaijan", 3) == 4
