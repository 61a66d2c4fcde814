"""A certificate of origin for Belarusian tractors and butter, and what is published about it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from string import Formatter

from certorigin.standing.entry import LoggedAct, certificate_subject
from certorigin.standing.fold import fold, reference_to
from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    ItemUse,
    Refusal,
    Replacement,
    Utilisation,
)
from certorigin.vocabulary.certificate import ApplicantDeclaration, Certificate, Certification
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode
from certorigin.vocabulary.use_correction import UseCorrection

CORRIDOR = Corridor.from_text("AZ-BY/CIS-2009")
BODY = "urn:certorigin:body:BY:minsk"
OFFICER = "urn:certorigin:officer:BY:ivanova"
CUSTOMS = "urn:certorigin:officer:AZ:aliyev"
POST = "Bakı Baş Gömrük İdarəsi"
SUBJECT = certificate_subject("BY-1", "0001")
DAY = date(2026, 5, 16)
START = datetime(2026, 5, 16, 9, tzinfo=UTC)


def kilograms(value):
    return Quantity(Decimal(value), "KGM")


def pieces(value):
    return Quantity(Decimal(value), "H87")


def item(sequence=1, **changes):
    facts = {
        "sequence": sequence,
        "packages": Packages(10, "PX"),
        "description": "Тракторы колёсные «Беларус 82.1»",
        "tariff_code": TariffCode("870193900"),
        "criterion": Criterion("Д", "8701"),
        "quantity": pieces("100"),
        "gross": kilograms("400000"),
        "net": kilograms("390000"),
        "invoice": DocumentReference("17", DAY),
    }
    return GoodsItem(**(facts | changes))


def butter(sequence=2, **changes):
    facts = {
        "packages": Packages(500, "CT"),
        "description": "Масло сливочное несолёное, жирность 82,5 %",
        "tariff_code": TariffCode("040510190"),
        "criterion": Criterion("П"),
        "quantity": kilograms("10000"),
        "gross": kilograms("10500"),
        "net": kilograms("10000"),
    }
    return item(sequence, **(facts | changes))


LONG_TERM = "По долгосрочному договору № К-17 от 12.01.2026"


def newspapers(sequence=1, **changes):
    """Periodicals, for which box 10 may stay empty under a long-term contract."""
    facts = {
        "description": "Газета «Звязда», ежедневная",
        "tariff_code": TariffCode("490210000"),
        "criterion": Criterion("П"),
        "quantity": kilograms("0"),
        "gross": kilograms("0"),
        "net": kilograms("0"),
        "invoice": None,
    }
    return item(sequence, **(facts | changes))


EXPORTER = Party(
    "ОАО «Завод»", "220009, г. Минск, ул. Долгобродская, 29", "BY", Identifier("UNP", "200988541")
)
IMPORTER = Party("Aqrolizinq ASC", "AZ1025, Bakı, Xocalı pr., 1", "AZ")


def certificate(**changes):
    facts = {
        "form": "ST-1",
        "medium": "electronic-only",
        "number": "BYAZ6001000001",
        "issued_in": "BY",
        "presented_in": "AZ",
        "exporter": EXPORTER,
        "importer": IMPORTER,
        "items": (item(), butter()),
        "certification": Certification(
            BODY, "УП «Минское отделение»", "г. Минск, ул. Я. Коласа, 65", OFFICER, "Иванова", DAY
        ),
        "declaration": ApplicantDeclaration("BY", "Петров", DAY),
    }
    return Certificate(**(facts | changes))


REFERENCE = reference_to(certificate())


def act_id(number):
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


def moment(hours):
    return START + timedelta(hours=hours)


def entry(kind, body, *, number, at=0, publisher="BY-1", registered=True, **changes):
    """An act in a log: `number` gives id, index and digest; `at` is its legal time in hours."""
    facts = {"subject": SUBJECT, "corridor": CORRIDOR, "causes": ()} | changes
    act = Act(
        id=act_id(number),
        kind=kind,
        issuer=BODY if publisher.startswith("BY") else CUSTOMS,
        at=moment(at),
        body=body,
        **facts,
    )
    digest = sha256(f"{number} {body}".encode()).hexdigest()
    legal_time = moment(at) if registered else None
    return LoggedAct(act, publisher, "2026", number, digest, legal_time)


def issued(number=1, *, at=0, of=None, **changes):
    return entry(Kind.ISSUED, (of or certificate()).to_data(), number=number, at=at, **changes)


def annulled(number=2, *, at=10, effective=None, reference=REFERENCE, **changes):
    holds = at if effective is None else effective
    body = Annulment(reference, "issued_unlawfully", "", moment(holds), OFFICER).to_data()
    return entry(Kind.ANNULLED, body, number=number, at=at, **changes)


def replaced(number=3, *, at=10, **changes):
    by = CertificateReference("ST-1", "BYAZ6001000002", DAY, "BY")
    body = Replacement(REFERENCE, by, certificate_subject("BY-1", "0002"), OFFICER).to_data()
    return entry(Kind.REPLACED, body, number=number, at=at, **changes)


def declared(number="10001/160526/0000001", day=DAY):
    return DocumentReference(number, day)


def utilised(number, quantities, *, at=5, declaration=None, reference=REFERENCE, **changes):
    """A use under a declaration of its own: amounts (texts are pieces) by item."""
    items = tuple(
        ItemUse(sequence, amount if isinstance(amount, Quantity) else pieces(amount))
        for sequence, amount in quantities.items()
    )
    body = Utilisation(
        reference, declaration or declared(f"D-{number}"), POST, items, 2, CUSTOMS
    ).to_data()
    changes = {"publisher": "AZ-1"} | changes
    return entry(Kind.UTILISED, body, number=number, at=at, **changes)


def corrected(number, use, quantities, *, at=6, **changes):
    """A correction of the use in act number `use`: what it takes from now on."""
    items = tuple(ItemUse(sequence, pieces(amount)) for sequence, amount in quantities.items())
    body = UseCorrection(
        REFERENCE, declared(), POST, act_id(use), items, "entered_wrongly", 2, CUSTOMS
    ).to_data()
    changes = {"publisher": "AZ-1"} | changes
    return entry(Kind.USE_CORRECTED, body, number=number, at=at, **changes)


def refused(number=50, *, at=5, reference=REFERENCE, **changes):
    body = Refusal(reference, declared(), POST, "goods_not_identifiable", "", CUSTOMS).to_data()
    changes = {"publisher": "AZ-1"} | changes
    return entry(Kind.REFUSED, body, number=number, at=at, **changes)


def standing_at(hours, *acts, subject=SUBJECT):
    return fold(acts, subject=subject, at=moment(hours))


def codes(findings):
    """The codes of findings, each with the facts that its sentence asks for in every language."""
    for finding in findings:
        for language in LANGUAGES:
            sentence = get_catalogue(language)[finding.code]
            asked = {name for _, name, _, _ in Formatter().parse(sentence) if name}
            assert asked <= {"place", *finding.facts}, sentence
    return [finding.code for finding in findings]
