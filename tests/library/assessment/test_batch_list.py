"""Many applications from one table: rows of one consignment together, every fault with its line."""

import pytest

from certorigin.assessment import batch_list
from certorigin.assessment.batch_list import read_batch
from certorigin.errors import LimitError, MalformedError

HEADER = (
    "партия;форма;назначение;получатель;страна получателя;номер получателя;счет;дата счета;"
    "наименование;код;мест;упаковка;количество;единица;брутто;нетто"
)
FIRST = "P1;ST-1;AZ;ООО Гянджа;AZ;1234567891;С-1;16.05.2026;холодильник;841810;10;BX;10;H87;600;550"
SECOND = "P1;;;;;;;;морозильник;841830;5;BX;5;H87;300;280"
OTHER = "P2;ST-1;AZ;ООО Баку;AZ;;С-2;2026-05-17;масло;040510;2;BX;100;KGM;110;100"


def read(*lines, **given):
    return list(read_batch("\n".join((HEADER, *lines)).encode(), given=given))


def test_rows_of_one_consignment_are_one_application():
    one, other = read(FIRST, SECOND, "", OTHER)
    assert (one.line, one.name, one.faults) == (2, "P1", ())
    assert [item.sequence for item in one.draft.items] == [1, 2]
    assert (other.line, other.name, other.faults) == (5, "P2", ())
    told = one.draft.to_data()
    assert told["importer"]["identifier"] == {"scheme": "VOEN", "value": "1234567891"}
    assert told["invoice"]["date"] == "2026-05-16"
    assert other.draft.to_data()["invoice"]["date"] == "2026-05-17"


def test_what_all_state_is_given_once():
    (one,) = read(OTHER, contract={"number": "7", "date": "2026-01-01"})
    assert one.draft.to_data()["contract"]["number"] == "7"


@pytest.mark.parametrize(
    "line",
    [
        OTHER.replace("100;KGM", "много;KGM"),
        OTHER.replace("2026-05-17", "вчера"),
        OTHER.replace("040510", "масло"),
    ],
)
def test_a_faulty_consignment_is_told_and_the_others_are_read(line):
    one, other = read(FIRST, line)
    assert one.faults == ()
    assert other.faults
    assert other.draft is None


def test_rows_that_contradict_each_other_or_stand_apart_are_told():
    (one,) = read(FIRST, SECOND.replace("P1;;;", "P1;;;ООО Баку"))
    assert one.faults
    apart = read(FIRST, OTHER, SECOND)
    assert apart[-1].faults


@pytest.mark.parametrize(
    "raw", [b"a;b\n1;2\n", HEADER.replace("партия;", "").encode() + b"\n1;2", b"\xff\xfe"]
)
def test_what_is_no_such_table(raw):
    with pytest.raises(MalformedError):
        list(read_batch(raw, given={}))


def test_a_table_has_a_limit(monkeypatch):
    monkeypatch.setattr(batch_list, "MOST_BYTES", 10)
    with pytest.raises(LimitError):
        read(FIRST)
