"""Many certificates in one file: each line is read for itself, and a bad one hinders no other."""

import json

import pytest

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition import batch
from certorigin.recognition.batch import Asked, read_batch
from tests.library.recognition.declarations import declaration

TABLE = "form;number;date;state\nST-1;AZBY6001000001;2026-05-16;AZ\n"


def written(found):
    return json.dumps(found.to_data(), ensure_ascii=False)


def test_declarations_a_line_each():
    good = declaration()
    asked = read_batch(f"{written(good)}\n\n{{}}\n".encode())
    assert [one.line for one in asked] == [1, 3]
    assert asked[0].declaration == good
    assert len(asked[0].references) == 1
    assert asked[1].fault
    assert not asked[1].references


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_table_of_numbers(delimiter):
    (one,) = read_batch(("\ufeff" + TABLE.replace(";", delimiter)).encode())
    (reference,) = one.references
    told = reference.to_data()
    assert (told["number"], told["issuingCountry"]) == ("AZBY6001000001", "AZ")


@pytest.mark.parametrize(
    ("line", "fault"),
    [("ST-1;N1;16.05.2026;AZ", "day.malformed"), ("ST-1;N1;2026-05-16;zz", "record.")],
)
def test_a_line_that_can_not_be_read_says_why(line, fault):
    first, second = read_batch(f"{TABLE}{line}\n".encode())
    assert first.references
    assert second.fault.startswith(fault)
    assert second.line == 3


def test_a_line_comes_back_as_it_was_kept():
    asked = [*read_batch(written(declaration()).encode()), *read_batch(TABLE.encode())]
    for one in (*asked, Asked(7, fault="day.malformed")):
        assert Asked.from_data(one.to_data()) == one


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "batch.columns_missing"),
        (b"form;number\nST-1;1\n", "batch.columns_missing"),
        (b"form;number;date;state\n", "batch.empty"),
        (b"form;number;date;state\n\xff", "batch.not_utf8"),
        (b'form;number;date;state\n"ST-1;1', "batch.not_a_table"),
    ],
)
def test_what_is_no_such_file(raw, code):
    with pytest.raises(MalformedError) as caught:
        read_batch(raw)
    assert caught.value.code in {code, "batch.empty"}


def test_limits(monkeypatch):
    monkeypatch.setattr(batch, "MOST_LINES", 1)
    with pytest.raises(LimitError, match="too_many_lines"):
        read_batch(f"{TABLE}ST-1;N2;2026-05-16;AZ\n".encode())
    monkeypatch.setattr(batch, "MAX_BATCH", 10)
    with pytest.raises(LimitError, match="too_large"):
        read_batch(TABLE.encode())
    monkeypatch.setattr(batch, "MAX_DECLARATION", 10)
    monkeypatch.setattr(batch, "MAX_BATCH", 1 << 20)
    (one,) = read_batch(written(declaration()).encode())
    assert one.fault == "declaration.too_large"
