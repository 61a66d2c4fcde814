"""Read a worksheet from a file: JSON, YAML, or a table in XLSX or CSV.

In JSON and YAML a number without quotes is refused: `0.10` read as a number would no longer be what
was written. Of what can be parsed every fault is told at once, with its place.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from certorigin.assessment.faults import find_faults
from certorigin.assessment.spreadsheet import ZIP_START, csv_cells, first_row, xlsx_cells
from certorigin.assessment.table import Cells, has_kinds, sheet_from_cells
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FaultsError, LimitError, MalformedError
from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

MAX_JSON_BYTES = 4_000_000
MAX_YAML_BYTES = 500_000  # the reader of YAML is slow: about a second for as much
MAX_DEPTH = 24

_TEXT = "tag:yaml.org,2002:str"
_FLAG = "tag:yaml.org,2002:bool"


def read_worksheet(raw: bytes) -> Worksheet:
    """Read a worksheet from the bytes of a file, whose notation shows in how it begins.

    Raises MalformedError when it can't be parsed, LimitError when it is too large or too deep, and
    FaultsError with every fault when it is no worksheet.
    """
    if len(raw) > MAX_JSON_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MAX_JSON_BYTES))
    if raw.startswith(ZIP_START):
        return _from_table(xlsx_cells(raw))
    text = _decode(raw)
    if text.startswith("{"):
        return _from_data(parse_json(text), ())
    if has_kinds(first_row(text)[1]):
        return _from_table(csv_cells(text))
    return _from_data(_from_yaml(text), ())


def _from_table(cells: Cells) -> Worksheet:
    sheet = sheet_from_cells(cells)
    try:
        return _from_data(sheet.data, sheet.faults)
    except FaultsError as error:
        found = [
            replace(one, place=sheet.place_of(one.place))
            for one in error.findings
            if isinstance(one, Finding)
        ]
        raise _faulty(found) from None


def _from_data(data: object, faults: Sequence[Finding]) -> Worksheet:
    try:
        worksheet = Worksheet.from_data(data)
    except MalformedError:
        raise _faulty([*faults, *find_faults(data)]) from None
    if faults:
        raise _faulty(faults)
    return worksheet


def _faulty(found: Sequence[Finding]) -> FaultsError:
    first = found[0]
    return FaultsError(first.code, found, **(dict(first.facts) | {"place": first.place}))


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8").removeprefix("\ufeff").lstrip()
    except UnicodeDecodeError as error:
        raise MalformedError("worksheet.not_utf8", place=f"byte {error.start}") from None


def read_json(raw: bytes) -> object:
    """Read JSON in UTF-8 with the limits and the strictness of a worksheet. Raises MalformedError.

    Raises LimitError when it is too large or too deep.
    """
    if len(raw) > MAX_JSON_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MAX_JSON_BYTES))
    return parse_json(_decode(raw))


def parse_json(text: str) -> object:
    """Parse JSON; numbers and members that stand twice are refused. Raises MalformedError."""
    try:
        data: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_refuse_number,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedError("worksheet.unreadable", place=place) from None
    except RecursionError:
        raise LimitError("worksheet.too_deep", limit=str(MAX_DEPTH)) from None
    _refuse_depth(data)
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedError("worksheet.member_twice", place=twice)
    return data


def _refuse_number(text: str) -> NoReturn:
    raise MalformedError("worksheet.number_unquoted", place=text[:40], value=text[:40])


def _refuse_depth(data: object) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        inner = [list(one.values()) if isinstance(one, dict) else one for one in level]
        level = [two for one in inner if isinstance(one, list) for two in one]
        if not level:
            return
    raise LimitError("worksheet.too_deep", limit=str(MAX_DEPTH))


def _from_yaml(text: str) -> object:
    if len(text) > MAX_YAML_BYTES:
        raise LimitError("worksheet.too_large", limit=str(MAX_YAML_BYTES))
    try:
        data: object = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        place = _line(error.problem_mark or error.context_mark)
        raise MalformedError("worksheet.unreadable", place=place) from None
    except yaml.YAMLError:  # a character that YAML does not allow
        raise MalformedError("worksheet.unreadable", place="") from None
    return data


def _line(mark: yaml.Mark | None) -> str:
    return "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"


class _Loader(yaml.SafeLoader):
    """The safe loader without references, duplicate members, numbers, dates and nothing."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as in the base
        """Read one node. Raises MalformedError for what a worksheet can't hold."""
        if self.check_event(yaml.AliasEvent):
            raise MalformedError("worksheet.reference", place=_line(self.peek_event().start_mark))  # type: ignore[no-untyped-call]
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitError("worksheet.too_deep", limit=str(MAX_DEPTH))
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and node.tag not in {_TEXT, _FLAG}:
            place = _line(node.start_mark)
            raise MalformedError("worksheet.number_unquoted", place=place, value=node.value[:40])
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - as in the base
        """Make an object. Raises MalformedError when a member stands twice."""
        names = [getattr(name, "value", "") for name, _ in node.value]
        for index, name in enumerate(names):
            if not isinstance(name, str) or name in names[:index]:
                raise MalformedError("worksheet.member_twice", place=_line(node.start_mark))
        return super().construct_mapping(node, deep=deep)
