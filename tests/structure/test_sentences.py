"""Every code that the library or the server can say has a sentence, in four languages.

Codes are collected from the syntax trees: the literal first argument (or `code=`) of every call of
an error of `certorigin.errors`, of `Finding`, of functions named after them (`finding`), of a part
of a report and of `say`. In the library every other text of that shape counts too, but for names of
files, places and crash points; in the server, texts of the pages. Templates are searched for
`{% say "code" %}`. A code that is put together (`f"stop.{name}"`) belongs to a family: EVERY_FAMILY
lists what can come behind the dot.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter

import pytest

from certorigin.application.evidence import KINDS as EVIDENCE_KINDS
from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision
from certorigin.assessment.refusal import GROUNDS as REFUSAL_GROUNDS
from certorigin.assessment.rule_sets.rule_set import Reading
from certorigin.assessment.step import Outcome as Held
from certorigin.certification.acceptance import ASKED, REFUSED, Verdict
from certorigin.certification.acceptance_rules import RULES
from certorigin.recognition.court.check import Holds
from certorigin.recognition.report import CODES, PAGE, PARTS, Outcome
from certorigin.returns.asking import FINDINGS, REQUEST_GROUNDS, TOPICS
from certorigin.returns.correction import REASONS as CORRECTIONS
from certorigin.returns.grounds import ANNULMENT_GROUNDS, GROUNDS
from certorigin.returns.restoration import BASES
from certorigin.returns.verification import Stage
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.requests import GRANTED, RESULTS, WITHHELD
from tests.structure.source import LIBRARY, SERVER, excuses, files, name_of, python_files, tree
from tests.structure.test_folders import STOPS
from tests.structure.trail_actions import actions_in, recorded_actions

SENTENCES = LIBRARY / "terminal" / "sentences"
LANGUAGES = ("en", "ru", "az", "be")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
MAKERS = re.compile(r"(?:[A-Za-z_]*Error|_?error|[A-Za-z_]*Finding|[a-z_]*_?finding|part|say)")
SAY_TAG = re.compile(r"\{%\s*say\s+(\S+)([^%]*)%\}")
FAMILY = re.compile(r"[a-z]+(\.[a-z_]+)*\.")
TAG_FACT = re.compile(r"(\w+)=")
NO_SPEAKERS = {"crash_point", "import_module", "files", "joinpath", "entry_points"}
FILE_ENDINGS = {"json", "toml", "py", "typ", "sqlite3", "html", "txt", "pdf", "xml", "csv"}
# What a sentence may always use, because whoever shows it also has it.
ALWAYS = {"place"}

pytestmark = pytest.mark.skipif(not SENTENCES.is_dir(), reason="there are no catalogues yet")


@dataclass(frozen=True)
class Use:
    """A place in the source that says a code. `facts` is None where they can't be read off."""

    code: str
    where: str
    facts: frozenset[str] | None


def literals(node: ast.AST) -> Iterator[str]:
    """The texts that an argument can be: a literal, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def called_name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def facts_of(call: ast.Call, name: str) -> frozenset[str] | None:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if not name.endswith("Error") and name != "part":
        told = call.args[4] if len(call.args) > 4 else keywords.get("facts")
        if name != "Finding" or not isinstance(told, ast.Dict | None):
            return None
        keys = told.keys if told else []
        return frozenset(key.value for key in keys if isinstance(key, ast.Constant))
    if None in keywords:  # **facts
        return None
    # The two heads of a ForkError are evidence, not facts.
    evidence = {"ours", "theirs"} if name == "ForkError" else set()
    return frozenset(filter(None, keywords)) - evidence


def uses_in(module: ast.Module, where: str) -> Iterator[Use]:
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = called_name(node)
        codes = [
            text
            for keyword in node.keywords
            if keyword.arg == "code"
            for text in literals(keyword.value)
        ]
        if MAKERS.fullmatch(name) and node.args:
            codes += literals(node.args[0])
        for code in codes:
            if CODE.fullmatch(code):
                yield Use(code, f"{where}:{node.lineno}", facts_of(node, name))


def loose_codes_in(module: ast.Module, where: str) -> Iterator[Use]:
    """Texts in the shape of a code that go through variables and functions of other names."""
    no_codes: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            no_codes.update(keyword.value for keyword in node.keywords if keyword.arg == "place")
            if called_name(node) in NO_SPEAKERS:
                no_codes.update(node.args)
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and node not in no_codes
            and isinstance(node.value, str)
            and CODE.fullmatch(node.value)
            and not node.value.startswith("certorigin.")
            and node.value.rpartition(".")[2] not in FILE_ENDINGS
        ):
            yield Use(node.value, f"{where}:{node.lineno}", None)


def families_in(module: ast.Module, where: str) -> Iterator[tuple[str, str]]:
    """The beginnings of codes that are put together, with the place: `("stop.", "x:3")`."""
    no_codes: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            no_codes.update(node.args[1:])  # the place of a finding
            # An action stands in the trail, as a code.
            no_codes.update(one.value for one in node.keywords if one.arg in {"place", "action"})
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and node not in no_codes:
            start = node.values[0]
            if isinstance(start, ast.Constant) and FAMILY.fullmatch(str(start.value)):
                yield str(start.value), f"{where}:{node.lineno}"


def uses_in_template(text: str, where: str) -> Iterator[Use]:
    """What a template says by name; a code that comes in a variable has another home."""
    for told, facts in SAY_TAG.findall(text):
        code = told.strip("\"'")
        if code != told and CODE.fullmatch(code):
            yield Use(code, where, frozenset(TAG_FACT.findall(facts)))


def statuses_of_an_application() -> Iterable[str]:
    """The values of `Application.Status`, read off: models can't be imported without a database."""
    for node in ast.walk(tree(SERVER / "application" / "models.py")):
        if isinstance(node, ast.ClassDef) and node.name == "Status":
            assigned = [one.value for one in node.body if isinstance(one, ast.Assign)]
            return [str(value.value) for value in assigned if isinstance(value, ast.Constant)]
    raise AssertionError("there is no Application.Status")


# The families of codes, and what may come behind the dot. The names of rules and figures are
# those that the worked examples of tests/library/terminal/test_assessment.py meet.
EVERY_FAMILY: dict[str, tuple[str, ...]] = {
    "acceptance.consequence.": (REFUSED, ASKED),
    "acceptance.rule.": tuple(RULES),
    "acceptance.verdict.": tuple(Verdict),
    "act.": ("prepared", "sealed", "logged", "published", "mirrored"),
    "agreement.reading.": tuple(Reading),
    "application.": tuple(statuses_of_an_application()),
    "assessment.condition.": (
        "contract_between_parties",
        "owner_is_resident",
        "carried_by_resident",
        "territory_not_left",
        "criteria_met",
        "document_given",
    ),
    "assessment.decision.": tuple(Decision),
    "assessment.figure.": (),
    "assessment.form.": ("own", "general", "undetermined"),
    "assessment.ground.": tuple(REFUSAL_GROUNDS),
    "assessment.held.": tuple(Held),
    "assessment.rule.": (),
    "correction.reason.": CORRECTIONS,
    "court.outcome.": tuple(one for one in Holds if one is not Holds.TOLD),
    "evidence.kind.": EVIDENCE_KINDS,
    "fees.kind.": ("payment", "refund", "waiver", "recall"),
    "fees.line.": ("noted", "known", "unknown", "other_currency", "ahead", "unread"),
    "fees.status.": ("nothing", "due", "part_paid", "paid", "waived", "refunded"),
    "category.": tuple(get_agreement("CIS-2009").categories),
    "power.covers.": ("prepare", "submit"),
    "operation.": tuple(get_agreement("CIS-2009").operations),
    "ground.": (*GROUNDS, *ANNULMENT_GROUNDS),
    "reply.finding.": FINDINGS,
    "reply.result.": RESULTS,
    "request.ground.": REQUEST_GROUNDS,
    "request.preference.": (GRANTED, WITHHELD),
    "request.stage.": tuple(Stage),
    "request.topic.": TOPICS,
    "restoration.basis.": BASES,
    "standing.": (),  # only in the facts of a refusal, as a code
    "standing.status.": tuple(StandingStatus),
    "stop.": STOPS,
    "trail.action.": tuple(recorded_actions()),
    "trail.fact.": (),
    "supplier.status.": ("prepared", "sealed", "withdrawn"),
    "verify.": tuple(line for line in Outcome if line is not Outcome.NOT_ASKED),
    "verify.part.": (*PARTS, PAGE, "code"),
}


@cache
def all_uses() -> list[Use]:
    uses = [
        use for path in python_files(LIBRARY, SERVER) for use in uses_in(tree(path), name_of(path))
    ]
    uses += [
        use
        for path in files()
        if path.is_relative_to(SERVER) and path.suffix == ".html"
        for use in uses_in_template(path.read_text("utf-8"), name_of(path))
    ]
    uses += [Use(code, "certorigin.recognition.report", None) for code in CODES]
    uses += [
        Use(f"{family}{value}", "EVERY_FAMILY", None)
        for family, values in EVERY_FAMILY.items()
        for value in values
    ]
    known = {use.code for use in uses}
    loose = [
        use
        for path in python_files(LIBRARY, SERVER)
        for use in loose_codes_in(tree(path), name_of(path))
        # In the server most texts of that shape are rights, or actions in the trail.
        if path.is_relative_to(LIBRARY) or use.code.startswith("web.")
    ]
    excused = excuses("no-codes")
    return uses + [use for use in loose if use.code not in known and use.code not in excused]


def common_facts(places: list[Use]) -> frozenset[str]:
    known = [use.facts for use in places if use.facts is not None]
    return frozenset.intersection(*known) if known else frozenset()


def catalogue(language: str) -> dict[str, str]:
    return tomllib.loads((SENTENCES / f"{language}.toml").read_text("utf-8"))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_collector_finds_codes_and_facts():
    source = """
raise MalformedError("log.a", place=place, value=value)
raise ConflictError("log.b" if x else "log.c", **facts)
found.append(Finding("goods.d", place="items", facts={"weight": w}))
yield self._finding("goods.e", w)
note(code="goods.f")
found.append(Finding("goods.g", place, Grade.NOTE, clause, {"unit": u}))
raise ForkError("log.h", ours=ours, theirs=theirs, origin=origin)
part("standing.i", since=since)
raise ValueError("no code. at all")
crash_point("log.staged")
"""
    uses = {use.code: use.facts for use in uses_in(ast.parse(source), "x")}
    assert uses == {
        "log.a": {"place", "value"},
        "log.b": None,
        "log.c": None,
        "goods.d": {"weight"},
        "goods.e": None,
        "goods.f": None,
        "goods.g": {"unit"},
        "log.h": {"origin"},
        "standing.i": {"since"},
    }


def test_the_collector_finds_codes_that_go_through_variables():
    source = """
crash_point("log.staged")
text(data, place="corridor.id")
PATH = "log.json"
later = "trust.key_expired"
"""
    assert [use.code for use in loose_codes_in(ast.parse(source), "x")] == ["trust.key_expired"]


def test_the_collector_finds_codes_in_templates():
    text = """
{% say "web.used" amount=used unit=item.unit %} {% say row.status %} {%say 'stop.log'%}
"""
    assert list(uses_in_template(text, "x")) == [
        Use("web.used", "x", frozenset({"amount", "unit"})),
        Use("stop.log", "x", frozenset()),
    ]


def test_the_collector_finds_actions_of_the_trail():
    source = """
def close(row, done):
    record(by=by, action="log.a" if done else "log.b")
    note("log.c", row)
def note(action, row):
    verb = "d"
    record(by=by, action=action)
def decide(outcome):
    subject, action = row.pk, "log.e"
    record(by=by, action=action)
    record(by=by, action=f"recognition.{outcome}")
"""
    found = {action for action, _ in actions_in(ast.parse(source), "x")}
    decided = {"recognition.accepted", "recognition.refused"}
    assert found == {"log.a", "log.b", "log.c", "log.e"} | decided
    with pytest.raises(AssertionError, match="which action"):
        list(actions_in(ast.parse("def f(a):\n    record(action=a.b)"), "x"))


def test_every_code_that_is_put_together_belongs_to_a_family():
    found = [
        family
        for path in python_files(LIBRARY, SERVER)
        for family in families_in(tree(path), name_of(path))
    ]
    strangers = [f"{where}: {family}" for family, where in found if family not in EVERY_FAMILY]
    assert not strangers, "list them in EVERY_FAMILY, with what may come behind:\n" + "\n".join(
        strangers
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language):
    sentences = catalogue(language)
    uses: dict[str, list[Use]] = {}
    for use in all_uses():
        uses.setdefault(use.code, []).append(use)
    # One line for each, ready to be filled in, with the facts that every place gives.
    missing = [
        f'"{code}" = ""  # {", ".join(sorted(common_facts(places)))} ({places[0].where})'
        for code, places in sorted(uses.items())
        if not sentences.get(code)
    ]
    assert not missing, f"{language}.toml lacks {len(missing)} sentences:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_sentence_tells_the_same_facts_in_every_language(language):
    english, other = catalogue("en"), catalogue(language)
    assert english.keys() == other.keys()
    different = {
        code: (sorted(placeholders(english[code])), sorted(placeholders(other[code])))
        for code in english
        if placeholders(english[code]) != placeholders(other[code])
    }
    assert not different


def test_a_sentence_tells_only_facts_that_every_place_gives():
    english = catalogue("en")
    wrong = [
        f"{use.where}: {use.code} is told without {', '.join(sorted(lacking))}"
        for use in all_uses()
        if use.facts is not None
        and (lacking := placeholders(english.get(use.code, "")) - use.facts - ALWAYS)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_sentence_is_empty():
    empty = [
        f"{lang}: {code}"
        for lang in LANGUAGES
        for code, text in catalogue(lang).items()
        if not text.strip()
    ]
    assert not empty
