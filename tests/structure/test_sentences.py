"""Every code that the library or the server can say has a sentence, in four languages.

Codes are collected from the syntax trees: the literal first argument (or `code=`) of every call of
an error of `certorigin.errors`, of `Finding`, and of functions named after them (`finding`). In the
library every other text of that shape counts too, but for names of files, places and crash points.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

import pytest

from tests.structure.source import LIBRARY, SERVER, excuses, name_of, python_files, tree

SENTENCES = LIBRARY / "terminal" / "sentences"
LANGUAGES = ("en", "ru", "az", "be")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
MAKERS = re.compile(r"(?:[A-Za-z_]*Error|_?error|[A-Za-z_]*Finding|[a-z_]*_?finding)")
NO_SPEAKERS = {"crash_point", "import_module", "files", "joinpath", "entry_points"}
FILE_ENDINGS = {"json", "toml", "py", "sqlite3", "html", "txt", "pdf", "xml", "csv"}
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
    if not name.endswith("Error"):
        told = keywords.get("facts")
        if name != "Finding" or not isinstance(told, ast.Dict | None):
            return None
        keys = told.keys if told else []
        return frozenset(key.value for key in keys if isinstance(key, ast.Constant))
    if None in keywords:  # **facts
        return None
    return frozenset(filter(None, keywords))


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


def all_uses() -> list[Use]:
    uses = [
        use for path in python_files(LIBRARY, SERVER) for use in uses_in(tree(path), name_of(path))
    ]
    known = {use.code for use in uses}
    loose = [
        use for path in python_files(LIBRARY) for use in loose_codes_in(tree(path), name_of(path))
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
    }


def test_the_collector_finds_codes_that_go_through_variables():
    source = """
crash_point("log.staged")
text(data, place="corridor.id")
PATH = "log.json"
later = "trust.key_expired"
"""
    assert [use.code for use in loose_codes_in(ast.parse(source), "x")] == ["trust.key_expired"]


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
