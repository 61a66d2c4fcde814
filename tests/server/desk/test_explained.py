"""Every field of every form explains itself: help in four languages, and the clause behind it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from certorigin_server.desk.explained import Explained, explain, explained_labels
from certorigin_server.desk.findings import law_in
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Field, Flag, Rows
from tests.structure.source import SERVER, name_of, python_files, tree

KINDS = {
    *("Field", "LongText", "Secret", "DecimalText", "Day", "Choice", "Radio", "Flag", "YesNo"),
}
# Boxes to tick whose page explains all of them at once.
TOGETHER = {"web.hide_seller", "web.hide_buyer", "web.hide_transport", "web.hide_invoice"}
TOGETHER |= {"web.hide_quantity"}


@dataclass(frozen=True)
class Stated:
    """A field as the source states it; what is no literal is None."""

    where: str
    kind: str
    label: str | None
    has_help: bool
    has_clause: bool


def fields() -> Iterator[Stated]:
    """Every field in the source of the desks."""
    for path in python_files(SERVER):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS:
                said = {one.arg: one.value for one in node.keywords}
                label = said.get("label")
                if label is not None and getattr(label, "value", None) != "":
                    text = label.value if isinstance(label, ast.Constant) else None
                    where = f"{name_of(path)}:{node.lineno}"
                    yield Stated(where, node.func.id, text, "help" in said, "clause" in said)


def explains_itself(field: Stated) -> bool:
    if field.has_help or field.label in TOGETHER:
        return True
    if field.label is None:  # of a family: told by its clause, or by the group around it
        return field.has_clause or field.kind in {"Flag", "Choice"}
    is_sentence = get_catalogue("en")[field.label].endswith(".")  # "I have checked ..."
    return bool(explain(Field(name="x", label=field.label)).help) or is_sentence


def test_every_field_explains_itself():
    known = list(fields())
    assert len(known) > 300
    silent = [f"{one.where}: {one.label}" for one in known if not explains_itself(one)]
    assert not silent, "give each `help=`, or its label a row in desk/help.toml:\n" + "\n".join(
        silent
    )


def test_the_table_explains_labels_that_are_used_and_speaks_four_languages():
    used = {one.label for one in fields() if not one.has_help}
    assert set(explained_labels()) - used == set()
    for language in LANGUAGES:
        catalogue = get_catalogue(language)
        assert {told.help for told in explained_labels().values()} <= catalogue.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_is_written_for_people(language):
    clauses = {told.clause for told in explained_labels().values() if told.clause}
    assert len(clauses) > 15
    assert all(law_in(clause, language) for clause in clauses)
    assert language == "en" or not any("Rules" in law_in(one, language) for one in clauses)


def test_a_field_s_own_words_come_first():
    own = Field(name="x", label="web.number", help="web.day_help", clause="Rules 1")
    assert explain(own) == Explained("web.day_help", "Rules 1")
    assert explain(Flag(name="x", label="web.number")).clause == "Rules 7.4, box 4"
    assert explain(Field(name="x", label="web.none")) == Explained()


def test_help_is_described_with_the_control_and_a_hint_only_where_the_form_says_nothing():
    rows = Rows(
        name="goods",
        title="web.goods",
        row_title="web.item_title",
        least=2,
        parts=(Field(name="unit", label="web.unit"),),
    )
    form = Form.from_data(
        (rows, Field(name="date", label="web.date", help="web.day_help")), {}, "en"
    )
    (unit,), date = form.parts[0].rows[0].parts, form.parts[1]
    assert unit.help.startswith("Code of Recommendation 20")
    assert unit.is_hint
    assert not date.is_hint
    assert 'aria-describedby="goods-0-unit-help"' in unit.attributes
