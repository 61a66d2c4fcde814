"""A goods declaration that fits the sample certificate, and how it can be made not to."""

from datetime import date
from decimal import Decimal

from certorigin.recognition.declaration import Claim, DeclaredItem, GoodsDeclaration
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode
from tests.library.standing import sample

DAY = date(2026, 5, 20)
NUMBER = "10001/200526/0000001"


def line(sequence=1, quantity="100", unit="H87", **changes):
    """The tractors of item 1."""
    facts = {
        "sequence": sequence,
        "tariff_code": TariffCode("8701939000"),
        "description": "Тракторы колёсные «Беларус 82.1»",
        "quantity": Quantity(Decimal(quantity), unit),
        "net": sample.kilograms("390000"),
        "gross": sample.kilograms("400000"),
        "packages": Packages(10, "PX"),
        "origin_country": "BY",
        "invoice": DocumentReference("17", sample.DAY),
        "claim": Claim(sample.REFERENCE, 1),
    }
    return DeclaredItem(**(facts | changes))


def butter(sequence=2, quantity="10000", unit="KGM", **changes):
    facts = {
        "tariff_code": TariffCode("0405101900"),
        "description": "Масло сливочное несолёное, жирность 82,5 %",
        "net": sample.kilograms("10000"),
        "gross": sample.kilograms("10500"),
        "packages": Packages(500, "CT"),
        "claim": Claim(sample.REFERENCE, 2),
    }
    return line(sequence, quantity, unit, **(facts | changes))


def declaration(*items, quantities=("100", "10000"), units=("H87", "KGM"), **changes):
    if not items:
        items = (line(1, quantities[0], units[0]), butter(2, quantities[1], units[1]))
    facts = {
        "number": NUMBER,
        "date": DAY,
        "post": "AZ-01001",
        "destination": "AZ",
        "exporter": sample.EXPORTER,
        "importer": sample.IMPORTER,
        "items": items,
    }
    return GoodsDeclaration(**(facts | changes))
