"""A certificate as the UBL 2.1 document CertificateOfOrigin, and back (docs/spec/export.md).

The criterion stands in `GoodsItem/PreferenceCriterionCode`. The document is a copy for systems that
read UBL: it carries no seal, and proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from certorigin.application.ubl import NAMESPACES
from certorigin.application.xml_tree import parse_tree
from certorigin.certification.export.table import Gathered, get_table
from certorigin.errors import MalformedError
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import LONGEST_LIST, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.certification.export.table import Row

_NAME = "urn:oasis:names:specification:ubl:schema:xsd:CertificateOfOrigin-2"
_ROOT = f"{{{_NAME}}}CertificateOfOrigin"


def certificate_to_ubl(certificate: Certificate) -> bytes:
    """Write a certificate as UBL.

    Raises MalformedError (`export.not_in_xml`) for a character that XML can't hold.
    """
    table, data = get_table(), certificate.to_data()
    root = etree.Element(_ROOT, nsmap={None: _NAME, **NAMESPACES})  # type: ignore[dict-item]
    _write(root, table.head, data)
    parent, _, name = table.items_ubl.rpartition("/")
    for item in data["items"]:
        _write(etree.SubElement(_reach(root, parent), _tag(name)), table.item, item)
    _write(root, table.tail, data)
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def certificate_from_ubl(raw: bytes) -> Certificate:
    """Read a certificate that `certificate_to_ubl` wrote.

    Raises MalformedError: for what is no XML or no certificate of ours, for members that stand in
    two places and disagree, and as every reader of certificates; LimitError for too much of it.
    """
    root = parse_tree(raw)
    if root.tag != _ROOT:
        raise MalformedError("export.not_ours", place="", value=str(root.tag)[:80])
    table, found = get_table(), Gathered()
    _gather(root, table.head, found)
    items = root.findall(table.items_ubl, NAMESPACES)[: LONGEST_LIST + 1]
    found.data["items"] = [_item(one, table.item, index) for index, one in enumerate(items)]
    _gather(root, table.tail, found)
    record = Record(found.data)
    certificate = Certificate.from_record(record)
    record.finish()
    return certificate


def _item(element: etree._Element, rows: Iterable[Row], index: int) -> dict[str, Any]:
    found = Gathered(f"items[{index}].")
    _gather(element, rows, found)
    return found.data


def _write(root: etree._Element, rows: Iterable[Row], data: Mapping[str, Any]) -> None:
    for row in rows:
        if not row.ubl:
            continue
        path, _, attribute = row.ubl.partition("/@")
        for text in row.texts_of(data):
            parent, _, name = path.rpartition("/")
            above = _reach(root, parent)
            try:
                if attribute:
                    _reach(above, name).set(attribute, text)
                elif row.is_list:
                    etree.SubElement(above, _tag(name)).text = text
                else:
                    _reach(above, name).text = text
            except ValueError as error:
                raise MalformedError("export.not_in_xml", place=row.member) from error


def _reach(root: etree._Element, path: str) -> etree._Element:
    """Return the last element on a path, made where it is not there yet."""
    for name in filter(None, path.split("/")):
        known = root.findall(name, NAMESPACES)
        root = known[-1] if known else etree.SubElement(root, _tag(name))
    return root


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _gather(root: etree._Element, rows: Iterable[Row], found: Gathered) -> None:
    for row in rows:
        if not row.ubl:
            continue
        path, _, attribute = row.ubl.partition("/@")
        elements = root.findall(path, NAMESPACES)
        texts = [(one.get(attribute) if attribute else one.text) or "" for one in elements]
        found.add(row, [text for text in texts if text])
