"""A goods declaration as XML: an element for each member, in a namespace of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from certorigin.application.xml_tree import parse_tree
from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.declaration import FORMAT
from certorigin.recognition.members import Told
from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from certorigin.recognition.declaration import GoodsDeclaration

NAMESPACE = "urn:certorigin:goods-declaration:v1"

_ROOT = f"{{{NAMESPACE}}}goodsDeclaration"
_LIST, _ROW = "items", "item"
# The reader of XML was made for invoices; here the same faults are told of a declaration.
_SAID = {
    "invoice.document_type": "declaration.document_type",
    "invoice.encoding_unknown": "declaration.encoding_unknown",
    "invoice.encoding_wrong": "declaration.encoding_wrong",
    "invoice.malformed": "declaration.xml_malformed",
    "invoice.not_xml": "declaration.xml_malformed",
    "invoice.too_deep": "declaration.too_deep",
    "invoice.too_large": "declaration.too_large",
    "invoice.too_many": "declaration.too_many_rows",
}


def data_from_xml(raw: bytes) -> Told:
    """Put XML into the shape of a declaration, with the faults of its elements.

    Raises MalformedError and LimitError for what can't be parsed or is no declaration.
    """
    try:
        root = parse_tree(raw)
    except MalformedError as fault:
        kind = LimitError if isinstance(fault, LimitError) else MalformedError
        raise kind(_SAID[fault.code], **({"line": "1", "value": ""} | fault.facts)) from None
    if root.tag != _ROOT:
        raise MalformedError("declaration.not_a_file_of_ours", place="", line=str(_line(root)))
    told = Told({"format": FORMAT})
    told.data |= _object(root, "", told)
    return told


def xml_from(declaration: GoodsDeclaration) -> bytes:
    """Write a declaration as XML that reads back as the same declaration."""
    root = etree.Element(_ROOT, nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    data = {name: value for name, value in declaration.to_data().items() if name != "format"}
    _write(root, data)
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _write(holder: etree._Element, members: dict[str, Any]) -> None:
    for name, value in members.items():
        element = etree.SubElement(holder, f"{{{NAMESPACE}}}{name}")
        if isinstance(value, list):
            for row in value:
                _write(etree.SubElement(element, f"{{{NAMESPACE}}}{_ROW}"), row)
        elif isinstance(value, dict):
            _write(element, value)
        else:
            element.text = value


def _object(holder: etree._Element, place: str, told: Told) -> dict[str, Any]:
    members: dict[str, Any] = {}
    _check_bare(holder, place, told)
    for element in holder:
        name = _name(element, place, told)
        at = f"{place}.{name}" if place else name
        if not name:
            continue
        if name in members:
            _fault("declaration.element_twice", at, element, told)
            continue
        told.lines[at] = (_line(element), 0)
        value = _value(element, at, told)
        if value != "":
            members[name] = value
    return members


def _value(element: etree._Element, place: str, told: Told) -> object:
    """Return a list for `items`, an object where there are elements, else the text."""
    if place == _LIST:
        return _list(element, told)
    if len(element):
        return _object(element, place, told)
    _check_attributes(element, place, told)
    return (element.text or "").strip()


def _list(holder: etree._Element, told: Told) -> list[Any]:
    _check_bare(holder, _LIST, told)
    rows: list[Any] = []
    for element in holder:
        name = _name(element, _LIST, told)
        if name == _ROW:
            place = f"{_LIST}[{len(rows)}]"
            told.lines[place] = (_line(element), 0)
            rows.append({"sequence": str(len(rows) + 1)} | _object(element, place, told))
        elif name:
            _fault("declaration.element_unknown", _LIST, element, told)
    return rows


def _name(element: etree._Element, place: str, told: Told) -> str:
    """Return the element's name, or nothing (and a fault) outside our namespace."""
    name = etree.QName(element)
    if name.namespace == NAMESPACE:
        return name.localname
    _fault("declaration.element_unknown", place, element, told)
    return ""


def _check_bare(element: etree._Element, place: str, told: Told) -> None:
    """An object holds elements and nothing else."""
    _check_attributes(element, place, told)
    texts = [element.text, *(inner.tail for inner in element)]
    if any(text and text.strip() for text in texts):
        _fault("declaration.text_between_elements", place, element, told)


def _check_attributes(element: etree._Element, place: str, told: Told) -> None:
    for name in element.attrib:
        if not str(name).startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            _fault("declaration.attribute_unknown", place, element, told)


def _fault(code: str, place: str, element: etree._Element, told: Told) -> None:
    facts = {"line": str(_line(element)), "value": etree.QName(element).localname[:40]}
    told.faults.append(Finding(code, place, facts=facts))


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
