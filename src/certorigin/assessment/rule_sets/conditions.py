"""Conditions inside a rule: limits of value and weight, and what must be wholly obtained."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from certorigin.assessment.rule import AllOf, AnyOf, Rule
from certorigin.assessment.rule_sets.named import Named, named, sugar_and
from certorigin.assessment.rule_sets.rules import (
    EveryReading,
    ObtainedMaterials,
    ValueLimit,
    WeightLimit,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from certorigin.assessment.rule_sets.reader import Reader

# Words that name a material or an operation and nothing else: no number, no capital in the middle.
WORDS = re.compile(r"[a-z][a-z ,()/'-]{1,600}")
_QUALIFIERS = re.compile(
    r"\b(?:exceed\w*|provided|however|value|weight|percent|wholly|obtained|heading\w*|subheading\w*"
    r"|chapter\w*|product|good|originat\w*|may|must|shall|not less|at least (?!two)|only|unless"
    r"|until|see|note\w*|conditions?|quota\w*|limit\w*|part of this|whether|which|cases|other)\b"
)
_HARMLESS = re.compile(
    r"in each case |in both cases |other than knitted|at least two other main |with each other"
)
_PRODUCT = r"of the (?:product|goods?|set)"
_WHOLE = r"of the weight of (?:the )?(?:final )?(?:products?|goods?)"
_FISH = "fish and crustaceans, molluscs and other aquatic invertebrates"


@dataclass
class Conditions:
    """The conditions read so far, and the classes that they are of."""

    rules: list[Rule] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def add(self, rule: Rule, kind: str) -> bool:
        """Add a condition."""
        self.rules.append(rule)
        self.kinds.add(kind)
        return True


def words_of(text: str) -> str:
    """Return words that name something and nothing else; empty when they hold a qualifier."""
    words = text.strip()
    if not WORDS.fullmatch(words) or _QUALIFIERS.search(_HARMLESS.sub("", words)):
        return ""
    return words


def read_condition(reader: Reader, conditions: Conditions) -> bool:
    """Read one condition; the reader stays where it was when there is none."""
    mark = reader.at
    for read in (_read_value, _read_sugar, _read_weight, _read_obtained):
        if read(reader, conditions):
            return True
        reader.at = mark
    return False


def read_named(reader: Reader, until: str = "") -> Named | None:
    """Read materials named by codes, by words, or by words "of" codes."""
    mark = reader.at
    reader.take(r"(?:all )?(?:the )?(?:non-originating )?(?:materials )?(?:of )?(?=sub|head|chap)")
    codes = reader.codes()
    if codes:
        return named(codes)
    reader.at = mark
    reader.take(r"(?:all )?(?:the )?(?:non-originating )?(?=[a-z])")
    found = reader.take(r"([a-z][a-z ,()/'-]*?) of (?=(?:sub-?)?heading|chapter)")
    if found and (words := words_of(found[1])):
        codes = reader.codes()
        return named(codes, words) if codes else None
    if found or not until:
        return None
    found = reader.take(r"([a-z][a-z ,()/'-]*?)" + until)
    words = words_of(found[1]) if found else ""
    return named(words=words) if words else None


def read_base(reader: Reader) -> list[tuple[Fraction, bool]]:
    """Read limits and the prices they are of: ex works, free on board, or one of both."""
    limit = reader.percent()
    if limit is None or not reader.take(r"of (?:the )?ex-works? price(?: \(EXW\))?"):
        return []
    bases = [(limit, False)]
    if reader.take(r"or(?= )"):
        other = reader.percent()
        if other is not None:
            reader.take(r"of(?= )")
        if not reader.take(r"(?:the )?Free on Board \(FOB\) cost"):
            return []
        bases.append((limit if other is None else other, True))
    return bases if reader.take(_PRODUCT) else []


def _read_value(reader: Reader, conditions: Conditions) -> bool:
    if not reader.take(r"(?:the )?(?:total )?value of(?= )"):
        return False
    exceed = r"(?: used)? (?:does not|do not|must not) exceed"
    all_of_them = r"(?:all )?(?:the )?(?:non-originating )?materials"
    if reader.take(all_of_them + exceed):
        what = named()
    else:
        reader.take(all_of_them + r" of(?= (?:sub|head|chap))")
        found = read_named(reader, until=rf"(?={exceed})")
        if found is None or not reader.take(exceed):
            return False
        what = found
    bases = read_base(reader)
    if not bases:
        return False
    limits = tuple(ValueLimit(limit, what, on_board) for limit, on_board in bases)
    return conditions.add(limits[0] if len(limits) == 1 else AnyOf(limits), "MAXNOM")


def _read_sugar(reader: Reader, conditions: Conditions) -> bool:
    """Read limits on sugar alone, on sugar and other materials, each or together."""
    found = reader.take(r"the (individual |total combined )?weight of sugar")
    if not found:
        return False
    manner = (found[1] or "").strip()
    codes: tuple[str, ...] = ()
    if reader.take(r"and (?:of )?(?:the )?materials of(?= )"):
        codes = reader.codes()
        if not codes:
            return False
    limit = _read_weight_limit(reader)
    if limit is None or (codes and not manner):
        return False
    if manner == "individual":
        return conditions.add(_individual(limit, codes), "MAXWEIGHT")
    return conditions.add(WeightLimit(limit, sugar_and(codes)), "MAXWEIGHT")


def _individual(limit: Fraction, codes: tuple[str, ...]) -> Rule:
    """Read "individual weight" in both ways: of each group, and of each material by itself."""
    groups = [sugar_and(()), *([named(codes)] if codes else [])]
    readings = tuple(
        AllOf(tuple(WeightLimit(limit, group, each) for group in groups)) for each in (False, True)
    )
    return EveryReading(readings)


def _read_weight(reader: Reader, conditions: Conditions) -> bool:
    found = reader.take(
        r"the (individual |total )?weight of "
        r"(?:all )?(?:the )?(?:non-originating )?materials of(?= )"
    )
    if not found:
        return False
    codes = reader.codes()
    limit = _read_weight_limit(reader) if codes else None
    if limit is None:
        return False
    if (found[1] or "").strip() == "individual":
        readings = tuple(WeightLimit(limit, named(codes), each) for each in (False, True))
        return conditions.add(EveryReading(readings), "MAXWEIGHT")
    return conditions.add(WeightLimit(limit, named(codes)), "MAXWEIGHT")


def _read_weight_limit(reader: Reader) -> Fraction | None:
    if not reader.take(r"(?:used )?does not exceed"):
        return None
    limit = reader.percent()
    return limit if limit is not None and reader.take(_WHOLE) else None


def _read_obtained(reader: Reader, conditions: Conditions) -> bool:
    """Read "all the materials of chapter 4 used are wholly obtained"."""
    wholly = r"(?: used)? (?:is|are) wholly obtained(?: in the country or territory)?"
    if reader.take(r"all (?:the )?materials of(?= )"):
        codes = reader.codes()
        done = codes and reader.take(wholly)
        return bool(done) and conditions.add(ObtainedMaterials(named(codes)), "WO")
    if not reader.take(r"all (?:the )?(?=[a-z])"):
        return False
    if reader.take(_FISH + wholly):  # the title of chapter 3
        return conditions.add(ObtainedMaterials(named(("03",))), "WO")
    what = read_named(reader, until=rf"(?={wholly})")
    if what is None or not reader.take(wholly):
        return False
    if what.words == "animals" and what.codes == ("01",):  # the title of chapter 1
        what = named(("01",))
    return conditions.add(ObtainedMaterials(what), "WO")
