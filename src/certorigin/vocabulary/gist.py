"""The gist of a plain certificate, taken from its canonical bytes without making objects of them.

Whoever checks thousands of acts wants to know that each is in order, and a dozen of its members.
The narrower schema of `plain` is written here once more, as regular expressions over canonical
bytes: what fits them keeps schema and strict profile, has its one spelling, and can be read to the
end. None means nothing (marks of box 5, causes, whatever is rare is left out): it leads to the
longer way, which says the same of all that both can judge.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from certorigin.vocabulary.acts import BODY_MEMBER, CONTEXT, Kind
from certorigin.vocabulary.plain import NUMBERS, narrowed
from certorigin.vocabulary.schema import ACT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Match = re.Match[str]
    Look = Callable[[str, int], Match | None]

MOST_PROOFS = 8

_CERTIFICATE = f"credentialSubject.{BODY_MEMBER[Kind.ISSUED]}"
# The members that are told, by the place where they stand: in this order in canonical bytes.
_TOLD = {
    f"{_CERTIFICATE}.certification.body": "body",
    f"{_CERTIFICATE}.certification.date": "date",
    f"{_CERTIFICATE}.certification.officer": "officer",
    f"{_CERTIFICATE}.destinationCountry": "destination_country",
    f"{_CERTIFICATE}.form": "form",
    f"{_CERTIFICATE}.issuingCountry": "issuing_country",
    f"{_CERTIFICATE}.number": "number",
    "credentialSubject.corridor": "corridor",
    "credentialSubject.id": "subject",
    "id": "id",
    "issuer": "issuer",
    "validFrom": "at",
}
_TOLD_OF_ITEM = {"sequence": "sequence"}
_TOLD_OF_PROOF = {
    "created": "created",
    "cryptosuite": "cryptosuite",
    "proofValue": "value",
    "verificationMethod": "method",
}
_RARE = frozenset({f"{_CERTIFICATE}.officialMarks", "credentialSubject.causes"})
_LISTS = frozenset({f"{_CERTIFICATE}.items", "proof"})
_HERE = "\0"  # where a list stands: each of its members is looked at by itself
_PROOFS = ',"proof":['
_VALUE = '"proofValue":"'

# Escaped characters, and what takes as much room. No expression but that of a text lets either in,
# and that of a text takes them for what they were: a letter, and a blank.
_ESCAPED = (("\\\\", "««"), ('\\"', "««"), ("\\n", "  "))
# Of what is written with this lead byte (the sign of a number is as well), these are no letters.
_SIGNS = re.compile(rb"\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81[\x9f-\xaf])")
_TOLD_NAME = re.compile(r"\(\?P<(\w+)>")
_WRITTEN_MARK = '\\"'  # a quotation mark within a text of JSON
_MARK_LOOKED_FOR = r"\\\""
_LETTERS = r"!#-\[\]-~"  # of ASCII, those that are written as they are
_KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "string": {"pattern", "maxLength"},
    "array": {"items", "minItems", "maxItems"},  # kept where the members are counted
}
_SILENT = frozenset({"$schema", "$id", "title", "$defs", "type"})


class GistOfProof(NamedTuple):
    """One proof as it stands in an act, and the canonical bytes of its options."""

    created: str
    cryptosuite: str
    value: str
    method: str
    options: bytes


class Gist(NamedTuple):
    """What a certificate says of itself, as far as seal, issuer and registration are judged."""

    body: str
    date: str
    officer: str
    destination_country: str
    form: str
    issuing_country: str
    number: str
    corridor: str
    subject: str
    id: str
    issuer: str
    at: str
    # Of an act that was read the longer way, what follows was found elsewhere.
    unsecured: bytes = b""  # the canonical bytes of the act without its proofs
    proofs: tuple[GistOfProof, ...] = ()
    has_marks: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it was found in the bytes of a plain certificate, and so every member seen."""
        return bool(self.unsecured)


class _Before(NamedTuple):
    """The expressions up to the proofs: what stands before the items, one item, what is left."""

    top: Look
    item: Look
    middle: Look


class _After(NamedTuple):
    """The expressions from the proofs on: one proof, and so on to the end."""

    proof: Look
    end: Look


def find_gist(raw: bytes) -> Gist | None:
    """Return the gist of a plain certificate in its canonical bytes; None leaves all open."""
    text = _text_in(raw)
    if text is None:
        return None
    if "\\" in text:
        for escaped, as_long in _ESCAPED:
            text = text.replace(escaped, as_long)
    found = _before_proofs(_looks_before(), text)
    return found and _gist(found[0], raw, text[found[1] :])


def find_written_gist(written: bytes) -> tuple[bytes, Gist] | None:
    """Find a plain certificate in what stands for it as a text of JSON: bytes and gist, or None.

    There a backslash stands before each quotation mark, and nothing else is escaped in canonical
    bytes without escapes. So the places of the marks are those that the expressions ask for.
    """
    text = _text_in(written)
    found = _before_proofs(_looks_before(is_written=True), text) if text is not None else None
    if text is None or found is None:
        return None
    told, place = found
    rest = text[place:].replace(_WRITTEN_MARK, '"')
    if rest.replace('"', _WRITTEN_MARK) != text[place:]:
        return None
    raw = written.translate(None, b"\\")
    gist = _gist(told, raw, rest)
    return (raw, gist) if gist is not None else None


def _text_in(raw: bytes) -> str | None:
    """Return the text, or None where it may hold a space that is no blank, or a mark of direction.

    Looked for in the whole act: an expression that knew them would be slow to make and to use. What
    else is written with the three lead bytes is rare in both states.
    """
    if b"\xe1" in raw or b"\xe3" in raw or b"\xef" in raw:
        return None
    if b"\xe2" in raw and _SIGNS.search(raw) is not None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _before_proofs(looks: _Before, text: str) -> tuple[tuple[str, ...], int] | None:
    """Return what is told before the proofs, and where they begin."""
    top = looks.top(text, 0)
    middle = top and looks.middle(text, _after_items(looks.item, text, top.end()))
    if not top or not middle:
        return None
    return top.groups() + middle.groups(), middle.end()


def _gist(told: tuple[str, ...], raw: bytes, rest: str) -> Gist | None:
    """Make the gist of what was told before the proofs and of the rest, from them to the end."""
    looks = _looks_after()
    proofs, place = _proofs_at(looks.proof, rest)
    end = looks.end(rest, place)
    if not end:
        return None
    start = len(raw) - len(rest)  # from the proofs on all is ASCII: a letter is a byte
    unsecured = raw[: start - len(_PROOFS)] + raw[start + place :]
    return Gist._make((*told, *end.groups(), unsecured, proofs, False))


def gist_of(document: Mapping[str, Any]) -> Gist:
    """Return the gist of an `Issued` that was read the longer way and keeps the schema."""
    subject = document["credentialSubject"]
    certificate = subject[BODY_MEMBER[Kind.ISSUED]]
    certification = certificate["certification"]
    return Gist(
        body=certification["body"],
        date=certification["date"],
        officer=certification["officer"],
        destination_country=certificate["destinationCountry"],
        form=certificate["form"],
        issuing_country=certificate["issuingCountry"],
        number=certificate["number"],
        corridor=subject["corridor"],
        subject=subject["id"],
        id=document["id"],
        issuer=document["issuer"],
        at=document["validFrom"],
        has_marks="officialMarks" in certificate,
    )


def _after_items(look: Look, text: str, place: int) -> int:
    """Return where the items end, which are numbered from one on; else the end of the text."""
    for number in NUMBERS:
        found = look(text, place)
        if not found or found[1] != number:
            break
        place = found.end()
        if text[place - 1] == "]":
            return place
    return len(text)


def _proofs_at(look: Look, text: str) -> tuple[tuple[GistOfProof, ...], int]:
    """Return the proofs at the beginning and where they end; else the end of the text."""
    proofs, place = [], 0
    for _ in range(MOST_PROOFS):
        found = look(text, place)
        if not found:
            break
        value = found.start("value") - len(_VALUE)
        options = text[place:value] + text[found.end("value") + 2 : found.end() - 1]
        created, cryptosuite, signature, method = found.groups()
        proofs.append(GistOfProof(created, cryptosuite, signature, method, options.encode()))
        place = found.end()
        if text[place - 1] == "]":
            return tuple(proofs), place
    return (), len(text)


@lru_cache(maxsize=2)
def _looks_before(*, is_written: bool = False) -> _Before:
    top, item, middle, _, _ = _parts()
    parts = [top, f"{item}[,\\]]", middle]
    if is_written:  # a mark that is no member of a set stands for itself, and for nothing else
        parts = [part.replace('"', _MARK_LOOKED_FOR) for part in parts]
    return _Before(*[re.compile(part).match for part in parts])


@lru_cache(maxsize=1)
def _looks_after() -> _After:
    *_, proof, end = _parts()
    return _After(re.compile(f"{proof}[,\\]]").match, re.compile(end).fullmatch)


@lru_cache(maxsize=1)
def _parts() -> tuple[str, str, str, str, str]:
    """Write the expressions: of what stands before the items, of one item, and so on to the end."""
    schema = narrowed(ACT_SCHEMA)
    names = schema["$defs"]
    whole = _Writer(names, _TOLD).write(schema, "")
    top, middle, end = whole.split(_HERE)
    item = _Writer(names, _TOLD_OF_ITEM).write(names["item"], "")
    proof = _Writer(names, _TOLD_OF_PROOF).write(names["proof"], "")
    made = (top, item, middle, proof, end)
    told = [name for part in made for name in _TOLD_NAME.findall(part)]
    wanted = [*_TOLD.values()]
    wanted[6:6] = _TOLD_OF_ITEM.values()
    wanted[-1:-1] = _TOLD_OF_PROOF.values()
    if told != wanted:
        raise _unknown("another order of members", "the schema")
    return made


class _Writer:
    """Writes the expression of the canonical bytes of all values that keep a part of a schema.

    A keyword that is not known here is an error, never passed over. Repetitions are possessive and
    alternatives atomic, so that nothing is tried twice: that may lose a fit, never find one more.
    """

    def __init__(self, names: Mapping[str, Any], told: Mapping[str, str]) -> None:
        self._names = names
        self._told = told

    def write(self, part: Mapping[str, Any], place: str) -> str:
        if "$ref" in part:
            name = part["$ref"].removeprefix("#/$defs/")
            return self._text() if name == "text" else self.write(self._names[name], place)
        if place == "@context":  # of a proof: any other than that of the act goes the longer way
            part = {"const": CONTEXT}
        if "const" in part:
            return re.escape(orjson.dumps(part["const"]).decode())
        if "enum" in part:
            return _any_of([re.escape(orjson.dumps(one).decode()) for one in part["enum"]])
        kind = part["type"]
        if not part.keys() - _SILENT <= _KEYWORDS[kind]:
            raise _unknown("keywords", place)
        if kind == "string":
            return self._string(part, place)
        if kind == "object":
            return self._object(part, place)
        if place not in _LISTS:
            raise _unknown("a list", place)
        return r"\[" + _HERE

    def _object(self, part: Mapping[str, Any], place: str) -> str:
        if part["additionalProperties"] is not False:
            raise _unknown("any members", place)
        written: list[str] = []
        is_first = True
        for name, inner in sorted(part["properties"].items()):
            where = f"{place}.{name}" if place else name
            if where in _RARE:
                continue
            member = f'"{re.escape(name)}":{self.write(inner, where)}'
            if name in part["required"]:
                written.append(member if is_first else f",{member}")
                is_first = False
            else:
                written.append(f"(?:{member},|)" if is_first else f"(?:,{member}|)")
        if is_first:
            raise _unknown("no member", place)
        return r"\{" + "".join(written) + r"\}"

    def _string(self, part: Mapping[str, Any], place: str) -> str:
        pattern = part.get("pattern")
        if pattern is None:  # a name that any letters may form: here of ASCII
            inner = f"[{_LETTERS}]{{0,{part['maxLength']}}}+"
        else:
            inner = pattern.removeprefix("^(?:").removesuffix(")$").replace("}", "}+")
            if len(inner) < len(pattern) - 8 or "[^" in inner or "\\s" in inner:
                raise _unknown("a pattern of what may be escaped", place)
        name = self._told.get(place)
        if "|" not in inner and "?" not in inner:
            return f'"(?P<{name}>{inner})"' if name else f'"{inner}"'
        if name:
            return f'"(?P<{name}>(?>(?:{inner})(?=")))"'
        return f'"(?>(?:{inner})")'

    def _text(self) -> str:
        """A text that begins with a letter; what `_has_odd_letter` refuses is not named here."""
        most = self._names["text"]["maxLength"] - 1
        return rf'"[^\0-\x20\x22\x7f-\xa0\\][^\0-\x1f\x22\x7f-\x9f\\]{{0,{most}}}+"'


def _unknown(what: str, place: str) -> ValueError:
    return ValueError(f"{what} in {place}: not known here")


def _any_of(choices: list[str]) -> str:
    return f"(?>{'|'.join(choices)})"
