"""Invented companies of both states: names as companies have them, numbers with true check digits.

Any likeness with a company that exists is chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.vocabulary.party import Identifier

if TYPE_CHECKING:
    from random import Random

    from certorigin_server.operate.generate.goods import Kind

_SCHEME = {"BY": "UNP", "AZ": "VOEN"}
_LEGAL = {
    "BY": ("ОАО", "ООО", "ЗАО", "СООО", "УП", "ОДО", "ЧУП"),
    "AZ": ("ООО", "ОАО", "ЗАО", "ИП"),
}
_FIRST = {
    "BY": "Бел Агро Пром Полесье Неман Двина Свитязь Березина Зубр Лён Гарант Вектор Минск Полоцк "
    "Сож Припять Рассвет Восход Стандарт Альянс Нарочь Славутич Ясень Дубрава Каскад".split(),
    "AZ": "Азер Хазар Гянджа Ширван Гарабаг Апшерон Шеки Губа Талыш Араз Кяпаз Нар Нафталан "
    "Гёйчай Мугань Ленкорань Хачмаз Товуз Барда Сабирабад Шамкир Загатала Муган Шамахи".split(),
}
_SECOND = {
    "BY": "экспорт мебель текстиль стекло маш мет пласт молоко хлеб торг строй снаб хим дерево "
    "кабель электро агро сервис обувь трикотаж".split(),
    "AZ": "Агро Мейве Сянайе Тиджарет Экспорт Текстиль Метал Полимер Шираб Кянд Аграр Сервис "
    "Холдинг Истехсал Комбинат Гида".split(),
}
_PLACES = {
    "BY": "220030 Минск,246050 Гомель,210026 Витебск,212030 Могилёв,230023 Гродно,224030 Брест,"
    "225320 Барановичи,213810 Бобруйск,247760 Мозырь,223710 Солигорск,222160 Жодино,211440 "
    "Новополоцк".split(","),
    "AZ": "AZ1000 Баку,AZ2000 Гянджа,AZ5000 Сумгаит,AZ4500 Мингечевир,AZ5500 Шеки,AZ4200 "
    "Ленкорань,AZ2700 Хачмаз,AZ4000 Губа,AZ5700 Шамкир,AZ6200 Загатала".split(","),
}
_COUNTRY = {"BY": "Республика Беларусь", "AZ": "Азербайджанская Республика"}
_STREETS = {
    "BY": "Заводская Советская Промышленная Ленина Первомайская Садовая Гагарина Я. Коласа",
    "AZ": "Низами Хагани Нариманова Сулеймана Рустама Азадлыг Бабека Шарифзаде Вургуна",
}
_SURNAMES = {
    "BY": "Ковалёв Новик Жук Савицкий Климович Козлов Гончар Мороз Лукашик Дубовик Шевчук Рудько",
    "AZ": "Алиев Мамедов Гасанов Гусейнов Исмаилов Кулиев Рзаев Ахмедов Аббасов Велиев Джафаров",
}
_NAMES = {
    "BY": "Андрей Сергей Дмитрий Игорь Олег Виктор Павел Юрий",
    "AZ": "Рашад Эльчин Фарид Вугар Анар Тофик Ильхам Самир",
}


@dataclass(frozen=True)
class Trader:
    """A company, the person who signs for it, and what it sells."""

    slug: str
    name: str
    address: str
    state: str
    identifier: Identifier
    first_name: str
    last_name: str
    assortment: tuple[Kind, ...] = ()

    def to_data(self) -> dict[str, object]:
        """Write the company as a party of a document."""
        return {
            "name": self.name,
            "address": self.address,
            "country": self.state,
            "identifier": self.identifier.to_data(),
        }


def make_traders(
    random: Random, state: str, count: int, *, slug: str, kinds: tuple[Kind, ...] = ()
) -> tuple[Trader, ...]:
    """Make companies of a state; those that sell get goods of neighbouring headings."""
    return tuple(
        _make(random, state, number, slug=f"{slug}-{state.lower()}-{number}", kinds=kinds)
        for number in range(1, count + 1)
    )


def person_name(random: Random, state: str) -> tuple[str, str]:
    """Return a first and a last name."""
    return random.choice(_NAMES[state].split()), random.choice(_SURNAMES[state].split())


def _make(random: Random, state: str, number: int, *, slug: str, kinds: tuple[Kind, ...]) -> Trader:
    first, second = random.choice(_FIRST[state]), random.choice(_SECOND[state])
    joint = "" if state == "BY" else " "
    tail = f"-{number}" if number > len(_FIRST[state]) else ""
    code, town = random.choice(_PLACES[state]).split(" ")
    street, house = random.choice(_STREETS[state].split(" ")), random.randint(1, 160)
    first_name, last_name = person_name(random, state)
    start, width = random.randrange(max(1, len(kinds))), random.randint(2, 12)
    return Trader(
        slug=slug,
        name=f"{random.choice(_LEGAL[state])} «{first}{joint}{second}{tail}»",
        address=f"{code}, {_COUNTRY[state]}, г. {town}, ул. {street}, {house}",
        state=state,
        identifier=_identifier(random, state),
        first_name=first_name,
        last_name=last_name,
        assortment=tuple(kinds[(start + step) % len(kinds)] for step in range(width))
        if kinds
        else (),
    )


def _identifier(random: Random, state: str) -> Identifier:
    """Draw numbers until one has a true check digit."""
    scheme = _SCHEME[state]
    while True:
        value = f"{random.randint(1, 6)}{random.randrange(10**8):08d}"
        found = Identifier(scheme, value if state == "BY" else f"{value}1")
        if found.is_valid():
            return found
