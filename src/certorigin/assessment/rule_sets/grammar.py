"""The grammar of published rules: a text is translated as a whole or not at all.

Every pattern consumes what it understands, and what is left over refuses the translation. What
stands in words of the trade only (an operation, a material that no code names) becomes a fact that
a person attests; such words may hold no number, no code and no qualifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from certorigin.assessment.rule import AllOf, AnyOf, Attested, ChangeOfCode, Rule
from certorigin.assessment.rule_sets.conditions import (
    Conditions,
    read_base,
    read_condition,
    read_named,
    words_of,
)
from certorigin.assessment.rule_sets.named import Named, named
from certorigin.assessment.rule_sets.reader import Reader
from certorigin.assessment.rule_sets.rules import (
    AnyHeading,
    ChangeBut,
    EveryReading,
    MadeFrom,
    NotOf,
    ObtainedMaterials,
    ValueLimit,
)
from certorigin.assessment.rule_sets.text import slug

_LEVELS = {"CC": ("2", "chapter"), "CTH": ("4", "tariff heading"), "CTSH": ("6", "subheading")}
_DIGITS = {"chapter": 2, "heading": 4, "subheading": 6}
_CHANGE = {2: "CC", 4: "CTH", 6: "CTSH"}
_FULL = (
    r"(CC|CTH|CTSH): All non-originating materials used in the production of the good have "
    r"undergone a change in tariff classification at the (\d)-digit level \(([a-z ]+)\)"
)
_FROM_ANY = (
    r"(?:Manufacture|Production)\s*:? from (?:non-originating )?materials? of any "
    r"(heading|subheading|chapter)"
)
_OTHER = (
    r"Other operations in which all the materials used are classified within a heading other than "
    r"that of the product"
)
_OPERATION = re.compile(
    r"(?:[A-Z][a-z-]*(?:ing|ion|up)|(?:Yarn|Non-?woven|Fabric|Thermal|Electrolytic)\b)[ ,a-z()/-]*"
)
_REACTION = re.compile(r"(?:An? )?[A-Za-z][a-z -]*[a-z, -]* is undergone")
_MADE = re.compile(r"(?:Manufacture|Production) from (?P<words>[a-z][a-z ,()-]*)")
_OR = re.compile(r",?\s+(?:or|OR)\s+(?=[A-Z])")


@dataclass(frozen=True)
class Translation:
    """A rule made of a text, and the classes that the text itself states."""

    rule: Rule
    kinds: frozenset[str]


@dataclass(frozen=True)
class Scope:
    """The codes that a rule set is for: "the same heading" can be known from them."""

    first: str
    last: str

    def is_heading_of(self, codes: tuple[str, ...]) -> bool:
        """Say whether all goods of the set and all these codes stand in one heading."""
        return {self.first[:4], self.last[:4]} | {code[:4] for code in codes} == {self.first[:4]}


def translate(text: str, scope: Scope) -> Translation | None:
    """Translate the plain text of a rule; None when any part of it is not understood."""
    tidy = tidied(text)
    found = _translate_sentence(tidy, scope)
    if found is None and len(parts := _OR.split(tidy)) > 1:
        return _translate_alternatives(parts, scope)
    return found


def tidied(text: str) -> str:
    """Take out the dashes of lists: after "and", "or", ":" and "," they say nothing more."""
    text = re.sub(r"(?<=[:,])\s+-\s+|(?<=\band)\s+-\s+|(?<=\bor)\s+-\s+", " ", text)
    text = re.sub(r"\s+-\s+", " ; ", text)
    text = re.sub(r"\bnon- originating\b", "non-originating", text)
    text = re.sub(r"\bmaking- up\b", "making-up", text)
    return re.sub(r"\band\s*/\s*or\b", "and-or", text).strip()


def is_sentence(text: str) -> bool:
    """Say whether a text begins as a rule does, and is not the continuation of another."""
    begins = r"(?:CC|CTH|CTSH|Manufacture|Production|All|None|Each|An?|Your|Other operations)\b"
    return bool(re.match(begins, text) or _OPERATION.match(text))


def _translate_alternatives(parts: list[str], scope: Scope) -> Translation | None:
    """Join alternatives; a proviso at the very end may be meant for the last or for all."""
    found = [_translate_sentence(part, scope) for part in parts]
    known = [one for one in found if one is not None]
    if len(known) < len(parts):
        return None
    kinds = frozenset[str]().union(*(one.kinds for one in known))
    rules = tuple(one.rule for one in known)
    any_of = AnyOf(rules)
    last = rules[-1]
    if not isinstance(last, AllOf):
        return Translation(any_of, kinds)
    head, *tail = last.rules
    for_all = AllOf((AnyOf((*rules[:-1], head)), *tail))
    return Translation(EveryReading((any_of, for_all)), kinds)


def _translate_sentence(text: str, scope: Scope) -> Translation | None:
    reader = Reader(text)
    for read in (_read_change, _read_any_heading, _read_conditions, _read_figures):
        reader.at = 0
        found = read(reader, scope)
        if found is not None and reader.at_end():
            return found
    return _translate_words(text)


def _translate_words(text: str) -> Translation | None:
    """Translate what a person attests: an operation and its proviso, or what goods are of."""
    head, tail = text, ""
    split = re.search(r",? provided that |,? in which (?=the )", text)
    if split:
        head, tail = text[: split.start()], text[split.end() :]
    head = head.rstrip(" .").replace("non-originating ", "")
    bare = _without_codes(head)
    if not words_of(bare[:1].lower() + bare[1:]):
        return None
    rule: Rule
    made = _MADE.fullmatch(head)
    if made:
        rule, kind = MadeFrom(named(words=made["words"].strip())), "MADE"
    elif _OPERATION.fullmatch(bare) or _REACTION.fullmatch(bare):
        rule, kind = Attested(slug(head)), "PROCESSING"
    else:
        return None
    if not tail:
        return Translation(rule, frozenset({kind}))
    reader, conditions = Reader(tail), Conditions()
    if not read_condition(reader, conditions) or not reader.at_end():
        return None
    return Translation(AllOf((rule, *conditions.rules)), frozenset({kind, *conditions.kinds}))


def _without_codes(text: str) -> str:
    """Leave out the codes that a material of an operation is said to be of."""
    while (found := re.search(r" of (?=(?:sub-?)?headings? \d)", text)) is not None:
        reader = Reader(text)
        reader.at = found.end()
        if not reader.codes():
            return text
        text = text[: found.start()] + text[reader.at :]
    return text


def _read_change(reader: Reader, scope: Scope) -> Translation | None:
    found = reader.take(_FULL)
    if found:
        label = found[1].upper()
        if (found[2], found[3].lower()) != _LEVELS[label]:
            return None
    else:
        found = reader.take(r"(CC|CTH|CTSH)\b(?!:)")
        if not found:
            return None
        label = found[1].upper()
    digits = int(_LEVELS[label][0])
    barred = _read_exceptions(reader) if reader.take(r"except from(?= )") else []
    if barred is None:
        return None
    return _with_tail(reader, scope, [ChangeOfCode(digits), *barred], {label})


def _read_any_heading(reader: Reader, scope: Scope) -> Translation | None:
    if reader.take(_OTHER):
        return _with_tail(reader, scope, [ChangeOfCode(4)], {"CTH"})
    found = reader.take(_FROM_ANY)
    if not found:
        return _read_made_from(reader, scope)
    level = found[1].lower()
    if reader.take(r",? except (?:that|those) of the (?:product|good)(?! of)"):
        digits = _DIGITS[level]
        rules: list[Rule] = [ChangeOfCode(digits)]
        if reader.take(
            r",? and (?=(?:except |materials |of |from )*(?:sub|head|chap|[a-z ]+ of ))"
        ):
            mark = reader.at
            reader.take(r"(?:except )?(?:materials )?(?:of|from)?(?: those of)?")
            barred = _read_exceptions(reader)
            if barred is None:
                reader.at = mark - 4
            else:
                rules += barred
        return _with_tail(reader, scope, rules, {_CHANGE[digits]})
    if level != "heading":
        return None
    rules = [AnyHeading()]
    if reader.take(r",? except (?:from|those of)(?= )"):
        barred = _read_exceptions(reader)
        if barred is None:
            return None
        rules += barred
    return _with_tail(reader, scope, rules, {"AH"})


def _read_made_from(reader: Reader, scope: Scope) -> Translation | None:
    if not reader.take(r"(?:Manufacture|Production) from "):
        return None
    what = read_named(reader)
    if what is None or not what.codes:
        return None
    return _with_tail(reader, scope, [MadeFrom(what)], {"MADE"})


def _read_conditions(reader: Reader, scope: Scope) -> Translation | None:
    """Read "Manufacture in which …" and the plain "All the materials … are wholly obtained"."""
    if not reader.take(r"(?:Manufacture|Production)(?: in which)?:?(?= )|(?=All )"):
        return None
    conditions = Conditions()
    if not _read_list(reader, conditions):
        return None
    return _with_tail(reader, scope, conditions.rules, conditions.kinds)


def _read_figures(reader: Reader, scope: Scope) -> Translation | None:
    """Read "A maximum of 45 % of the ex-works price …" and "a Regional Value Content of …"."""
    found = _read_maximum(reader)
    return None if found is None else _with_tail(reader, scope, [found[0]], {found[1]})


def _read_maximum(reader: Reader) -> tuple[Rule, str] | None:
    if reader.take(r"A maximum of"):
        limit = reader.percent()
        made = r"of the ex-works price \(EXW\) is made up of non-originating parts \(MAXNOM\)"
        if limit is None or not reader.take(made):
            return None
        return ValueLimit(limit, named()), "MAXNOM"
    if reader.take(r"Your goods contain a Regional Value Content \(RVC\) of at least"):
        least = reader.percent()
        if least is None or not reader.take(r"of the Free on Board \(FOB\) cost of the goods"):
            return None
        return ValueLimit(1 - least, named(), on_board=True), "RVC"
    return None


def _with_tail(
    reader: Reader, scope: Scope, rules: list[Rule], kinds: set[str]
) -> Translation | None:
    """Read what follows the head: provisos, joined figures, quotas, what may be used."""
    rules, kinds = list(rules), set(kinds)
    while not reader.at_end():
        if reader.take(r"; within the limits of the applicable annual quota"):
            rules.append(Attested("within_annual_quota"))
        elif reader.take(r"[.,]?\s*However,?(?= )"):
            if not _read_however(reader, scope, rules, kinds):
                return None
        elif reader.take(r",?\s*and (?=A maximum|Your goods)"):
            found = _read_maximum(reader)
            if found is None:
                return None
            rules.append(found[0])
            kinds.add(found[1])
        elif reader.take(r",?\s*(?:and )?(?:provided that|in which):?(?= )"):
            conditions = Conditions()
            if not _read_list(reader, conditions):
                return None
            rules += conditions.rules
            kinds |= conditions.kinds
        else:
            return None
    whole = rules[0] if len(rules) == 1 else AllOf(tuple(rules))
    if isinstance(whole, ObtainedMaterials):
        whole = replace(whole, alone=True)
    return Translation(whole, frozenset(kinds))


def _read_list(reader: Reader, conditions: Conditions) -> bool:
    """Read conditions joined by "and", by dashes, or by both."""
    if not read_condition(reader, conditions):
        return False
    while True:
        mark = reader.at
        if not reader.take(r"(?:,?\s*(?:;\s*)?and(?: in which)?|[,;])(?= )"):
            return True
        if not read_condition(reader, conditions):
            reader.at = mark
            return True


def _read_exceptions(reader: Reader) -> list[Rule] | None:
    """Read what may not be used, after "except from"."""
    barred: list[Rule] = []
    while True:
        what = read_named(reader)
        if what is None:
            return None
        barred.append(NotOf(what))
        if not reader.take(r",? and from(?= )"):
            return barred


def _read_however(reader: Reader, scope: Scope, rules: list[Rule], kinds: set[str]) -> bool:
    """Read "However, … may be used, provided that their total value does not exceed …"."""
    mark = reader.at
    conditions = Conditions()
    if read_condition(reader, conditions):  # "However, the value of … must not exceed …"
        rules += conditions.rules
        kinds |= conditions.kinds
        return True
    reader.at = mark
    what = _read_allowed(reader)
    if what is None:
        return False
    if reader.take(r"may not be used"):
        rules.append(NotOf(what))
        return True
    change = next((rule for rule in rules if isinstance(rule, ChangeOfCode)), None)
    if change is None or not reader.take(r"may be (?:used|incorporated into the set)"):
        return False
    if what.codes and not scope.is_heading_of(what.codes):
        return False
    place = rules.index(change)
    if not reader.take(r",? provided that their (?:total )?value does not exceed"):
        if what.same:
            return False
        rules[place] = ChangeBut(change.digits, what)
        return True
    bases = read_base(reader)
    if not bases:
        return False
    kept = named(what.codes, what.words, same=what.same or change.digits)
    limits = tuple(ValueLimit(limit, kept, on_board) for limit, on_board in bases)
    value: Rule = limits[0] if len(limits) == 1 else AnyOf(limits)
    others: tuple[Rule, ...] = (ChangeBut(change.digits, kept),) if what.codes or what.words else ()
    rules[place] = AnyOf((change, AllOf((*others, value)) if others else value))
    kinds.add("MAXNOM")
    return True


def _read_allowed(reader: Reader) -> Named | None:
    same = reader.take(
        r"(?:non-originating )?materials of the same (heading|subheading) as the (?:product|good)"
    )
    if same:
        return named(same=_DIGITS[same[1].lower()])
    found = reader.take(r"(?:other )?(?:non-originating )?(?:other )?materials of(?= )")
    if found:
        codes = reader.codes()
        return named(codes) if codes else None
    return read_named(reader, until=r"(?= may (?:not )?be )")
