"""A certificate as JSON with the names of UN/CEFACT, and back (docs/spec/export.md).

The names follow the certificate of origin of the UN/CEFACT buy-ship-pay model as published trials
used them; figures stay texts, so that nothing is rounded on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.certification.export.table import Gathered, get_table, put, take
from certorigin.errors import MalformedError
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.certification.export.table import Row

_LIST = "[]"


def certificate_to_cefact(certificate: Certificate) -> dict[str, Any]:
    """Write a certificate with UN/CEFACT names. Raises UnknownError for an unknown form."""
    table, data = get_table(), certificate.to_data()
    written: dict[str, Any] = {"isPreferential": get_form(certificate.form).preferential}
    _write(written, table.head, data)
    items: list[dict[str, Any]] = [{} for _ in data["items"]]
    for line, item in zip(items, data["items"], strict=True):
        _write(line, table.item, item)
    put(written, table.items_cefact.split("."), items)
    _write(written, table.tail, data)
    return written


def certificate_from_cefact(document: Mapping[str, Any]) -> Certificate:
    """Read a certificate that `certificate_to_cefact` wrote. Raises MalformedError."""
    table, found = get_table(), Gathered()
    _gather(document, table.head, found)
    items = take(document, table.items_cefact.split("."))
    if not isinstance(items, list):
        raise MalformedError("export.not_ours", place=table.items_cefact, value="")
    found.data["items"] = [_item(one, table.item, index) for index, one in enumerate(items)]
    _gather(document, table.tail, found)
    record = Record(found.data)
    certificate = Certificate.from_record(record)
    record.finish()
    return certificate


def _item(line: Mapping[str, Any], rows: Iterable[Row], index: int) -> dict[str, Any]:
    found = Gathered(f"items[{index}].")
    _gather(line, rows, found)
    return found.data


def _write(written: dict[str, Any], rows: Iterable[Row], data: Mapping[str, Any]) -> None:
    for row in rows:
        texts = row.texts_of(data)
        if row.cefact and texts:
            steps = row.cefact.removesuffix(_LIST).split(".")
            put(written, steps, texts if row.is_list else texts[0])


def _gather(document: Mapping[str, Any], rows: Iterable[Row], found: Gathered) -> None:
    for row in rows:
        value = take(document, row.cefact.removesuffix(_LIST).split(".")) if row.cefact else None
        if value is None:
            continue
        texts = value if row.is_list else [value]
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            raise MalformedError("record.not_a_text", place=row.cefact)
        found.add(row, texts)
