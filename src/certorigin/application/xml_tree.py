"""XML from outside, read within limits: no entities, no document type, no network, no surprises.

The order is what makes it safe: size, encoding, counts, prolog, and only then a parser.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from certorigin.errors import LimitError, MalformedError

MOST_BYTES = 10_000_000
MOST_DEPTH = 64
MOST_ELEMENTS = 300_000

_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MOST_DEPTH + 1) + ")")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What accounting programs really write. Other encodings are refused by their name.
_ENCODINGS = frozenset(
    "ascii utf-8 utf-16 cp1250 cp1251 cp1252 cp1254 iso8859-1 iso8859-5 iso8859-9 koi8-r".split()
)


def parse_tree(raw: bytes) -> etree._Element:
    """Parse XML and return its root.

    Raises LimitError when it is too large, too deep or has too many elements, and MalformedError
    when it is not XML, carries a document type, or breaks off.
    """
    if len(raw) > MOST_BYTES:
        raise LimitError("invoice.too_large", place="", limit=str(MOST_BYTES), value=str(len(raw)))
    text = _decode(raw)
    _check_counts(text)
    _check_prolog(text)
    return _parse(text.encode("utf-8"))


def _decode(raw: bytes) -> str:
    if raw.startswith(_UTF_16):
        name = "utf-16"
    else:
        start = raw.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
        if not start.startswith(b"<"):
            raise MalformedError("invoice.not_xml", place="")
        declared = _DECLARED.match(start)
        name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found not in _ENCODINGS:
        raise MalformedError("invoice.encoding_unknown", place="", value=name)
    try:
        return raw.decode(found).removeprefix("\ufeff")
    except UnicodeError:
        raise MalformedError("invoice.encoding_wrong", place="", value=name) from None


def _check_prolog(text: str) -> None:
    """Refuse a document type before any parser sees it; entities can only be declared there."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(opening, at):
                end = text.find(closing, at)
                if end < 0:
                    raise MalformedError("invoice.malformed", place="", line="1")
                at = end + len(closing)
                break
        else:
            break
    if text.startswith("<!", at):
        raise MalformedError("invoice.document_type", place="")


def _check_counts(text: str) -> None:
    """Bound elements and attributes by their marks: counting is cheap, building a tree is not."""
    tags, quotes = text.count("<"), text.count('"') + text.count("'")
    if max(tags, quotes) > 2 * MOST_ELEMENTS:
        raise LimitError("invoice.too_many", place="", limit=str(MOST_ELEMENTS))


def _parse(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None
    if _TOO_DEEP(root):
        raise LimitError("invoice.too_deep", place="", limit=str(MOST_DEPTH))
    return root


def _refusal(error: etree.XMLSyntaxError) -> MalformedError:
    if getattr(error, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return LimitError("invoice.too_deep", place="", limit=str(MOST_DEPTH))
    return MalformedError("invoice.malformed", place="", line=str(error.lineno or 1))
