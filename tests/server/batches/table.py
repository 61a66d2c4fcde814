"""A table of consignments, and the dossier that its goods need."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from certorigin_server.assessment.dossier_services import approve
from certorigin_server.batches.worker import BatchLoop
from tests.server.factories import Api, consignment, decided

HEADER = (
    "партия;получатель;адрес получателя;страна получателя;номер получателя;назначение;транспорт;"
    "маршрут;счет;дата счета;договор;дата договора;наименование;код;мест;упаковка;количество;"
    "единица;брутто;нетто"
)


def table_of(size, *, change=None):
    """A table of consignments of refrigerators; `change` may change the cells of a row."""
    document = consignment()["application"]
    item, importer = document["items"][0], document["importer"]
    lines = [HEADER]
    for number in range(1, size + 1):
        cells = [
            f"P{number}",
            importer["name"],
            importer["address"],
            importer["country"],
            importer["identifier"]["value"],
            "AZ",
            f"автомобиль {number}",
            document["transport"]["route"],
            f"С-{number}",
            document["invoice"]["date"],
            document["contract"]["number"],
            document["contract"]["date"],
            item["description"],
            item["tariffCode"],
            item["packages"]["count"],
            item["packages"]["kind"],
            item["quantity"]["value"],
            item["quantity"]["unit"],
            item["grossWeight"]["value"],
            item["netWeight"]["value"],
        ]
        lines.append(";".join(change(number, cells) if change else cells))
    return "\n".join(lines).encode()


def approve_goods(exporter, assessor):
    """Let the goods of the table have a dossier in force."""
    now = timezone.now()
    approve(
        application=UUID(decided(Api(exporter), Api(assessor))),
        sequence=1,
        valid_until=timezone.localdate(now) + timedelta(days=300),
        by=assessor,
        at=now,
    )


def turn_until_idle(loop=None):
    """Turn the loop until nothing is left to do."""
    loop = loop or BatchLoop(clock=timezone.now)
    while loop.turn() or loop.turn():
        pass
