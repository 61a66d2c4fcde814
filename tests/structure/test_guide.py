"""Commands, settings, packages, steps: what there is, is documented, and the other way round."""

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from functools import cache

import click
import pytest

from certorigin.errors import FaultsError
from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from certorigin_server.operate.folder import Plan, settings_text
from certorigin_server.settings import reading
from certorigin_server.settings.system import LoopSettings, SystemSettings
from certorigin_server.settings.table import Table
from tests.data import ROOT
from tests.structure.blocks import BLOCK, KINDS, blocks
from tests.structure.source import name_of, python_files, tree
from tests.structure.test_docs import (
    COMMAND,
    DECISIONS,
    GUIDE,
    LINK,
    README,
    command_tree,
    leaves,
    pages,
)

OPERATE = ROOT / "docs" / "operate"
SETTINGS = OPERATE / "settings.md"
JOURNEY = ROOT / "docs" / "journey.md"

FIRST_CELL = re.compile(r"^\| (.+?) \|", re.MULTILINE)
OPTION = re.compile(r"`(--[a-z-]+)`")
STEP = re.compile(r"(?<!\S)(\d)\.\s")
ENVIRONMENT = re.compile(r"(?:CERTORIGIN_[A-Z_]+|DATABASE_URL|DJANGO_SETTINGS_MODULE)")


@pytest.mark.parametrize(("command", "shown"), [*blocks("console")])
def test_a_command_of_the_docs_does_what_the_page_shows(command, shown):
    words = command.split()
    assert words[0] == "certorigin"
    done = subprocess.run(
        [sys.executable, "-m", "certorigin", *words[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(shown)


def test_every_block_of_commands_says_whether_it_is_run():
    wrong = [
        f"{name_of(page)}: {info or 'no kind'}: {line}"
        for page in pages()
        for info, text in BLOCK.findall(page.read_text("utf-8"))
        for line in text.splitlines()
        if line.startswith("$ ") and info not in KINDS
    ]
    readme = README.read_text("utf-8")
    wrong += [
        f"README.md: {line}"
        for info, text in BLOCK.findall(readme)[1:]  # the first block holds the two commands
        for line in text.splitlines()
        if COMMAND.match(line) and info not in KINDS
    ]
    assert not wrong, "\n".join(wrong)


def sections(text):
    """The sections of the second level: title and text."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def find_command(words):
    command: click.Command = command_tree()
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None, words
        command = found
    return command


def test_the_guide_has_a_section_for_every_command_and_no_other():
    commands = {f"certorigin {' '.join(words)}" for words in leaves(command_tree())}
    assert sections((GUIDE / "commands.md").read_text("utf-8")).keys() == commands


@pytest.mark.parametrize("words", [*leaves(command_tree())], ids=" ".join)
def test_the_guide_has_every_option_of_a_command_and_no_other(words):
    section = sections((GUIDE / "commands.md").read_text("utf-8"))[f"certorigin {' '.join(words)}"]
    cells = " ".join(FIRST_CELL.findall(section))
    there = {
        name
        for parameter in find_command(words).params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }
    assert set(OPTION.findall(cells)) == there
    assert f"$ certorigin {' '.join(words)}" in section or words == ("demo",)


@cache
def read_settings():
    """What is asked of `system.toml` when everything may be set: `installation.id`, `mail.port`."""
    asked, end = set(), Table.end

    def noted(table):
        place = re.sub(r"\[\d+\]", "", table.place)
        asked.update(f"{place}.{name}" if place else name for name in table._asked)
        end(table)

    wanted = {"device": {}, "sign_in": {"directory": {}}, "corridor": [{}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "end", noted)
        with pytest.raises(FaultsError):
            reading.read_settings(wanted, ROOT)
    tables = {place.rpartition(".")[0] for place in asked}
    return asked - tables


def documented(heading):
    section = sections(SETTINGS.read_text("utf-8"))[heading]
    return {cell.strip("`") for cell in FIRST_CELL.findall(section) if cell.startswith("`")}


def test_every_setting_is_documented_and_no_other():
    assert documented("system.toml") == read_settings()


def test_every_fault_of_the_settings_has_its_number_in_all_languages_and_its_line_in_the_page():
    shown = r"^\| (S\d\d) \| `(settings\.\w+)` \| .+ \| .+ \|$"
    page = dict(re.findall(shown, SETTINGS.read_text("utf-8"), re.MULTILINE))
    assert len(page) > 20
    for language in LANGUAGES:
        told = {
            sentence.partition(":")[0]: code
            for code, sentence in get_catalogue(language).items()
            if code.startswith("settings.")
        }
        assert told == page


def test_defaults_of_settings_are_those_of_the_source():
    section = sections(SETTINGS.read_text("utf-8"))["system.toml"]
    told = dict(re.findall(r"^\| `(\S+)` \| `(\S+)` \|", section, re.MULTILINE))
    defaults = {f"loops.{field.name}": field.default for field in fields(LoopSettings)}
    system = {field.name: field.default for field in fields(SystemSettings)}
    defaults |= {f"web.{name}": system[name] for name in ("host", "port")}
    assert told.items() >= {name: str(value) for name, value in defaults.items()}.items()


def test_what_init_writes_is_what_is_read():
    plan = Plan(
        "BY-1", "BY", "x", ("ru",), "127.0.0.1", 8100, "AZ-1", "http://x", "C", "2026", 1, 1
    )
    written = tomllib.loads(settings_text(plan))
    names = {
        f"{table}.{name}"
        for table, value in written.items()
        for name in (value[0] if isinstance(value, list) else value)
    }
    # What is used as it is, or not at all.
    tables = ("device.", "publish.", "sign_in.", "mail.", "webhooks.", "uploads.")
    optional = {name for name in read_settings() if name.startswith(tables)}
    # For who stands behind a proxy or a gateway, and for two versions of a profile.
    optional |= {name for name in read_settings() if name.startswith("installation.keep_")}
    optional |= {"web.https", "web.trusted_proxies", "web.names"}
    optional.add("web.calls_a_minute")
    optional |= {"corridor.known_as", "corridor.profiles"}
    optional |= {"corridor.certificate", "corridor.key", "corridor.authorities"}
    assert names == read_settings() - optional


def test_every_variable_of_the_environment_is_documented_and_no_other():
    read = {
        node.value
        for path in python_files(ROOT / "src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ENVIRONMENT.fullmatch(node.value)
    }
    assert documented("Environment") == read


def test_every_package_has_its_reason():
    (record,) = DECISIONS.glob("*-few-dependencies-each-for-a-reason.md")
    table = " ".join(re.findall(r"^\| [^|]+\| ([^|]+) \|", record.read_text("utf-8"), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = {re.split(r"[\[~=><]", entry)[0] for entry in project["dependencies"]}
    assert set(re.findall(r"[a-z][a-z0-9-]+", table)) - {"package"} == packages


@pytest.mark.parametrize(
    ("module", "title"),
    [
        ("mirror/follow.py", "5. Mirror"),
        ("standing/fold.py", "5. Mirror"),
        ("recognition/verify.py", "6. Recognition"),
    ],
)
def test_the_journey_has_the_numbers_of_the_code(module, title):
    docstring = ast.get_docstring(tree(ROOT / "src" / "certorigin" / module)) or ""
    numbers = STEP.findall(docstring)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    section = sections(JOURNEY.read_text("utf-8"))[title]
    after = section[section.index(f"`{module}`") :]
    steps = re.findall(r"^(\d)\. ", after, re.MULTILINE)
    assert steps[: len(numbers)] == numbers
    assert steps[len(numbers) :][:1] in ([], ["1"])


def test_the_journey_names_tests_that_there_are():
    folders = set(re.findall(r"`(tests/[a-z/]+)`", JOURNEY.read_text("utf-8")))
    assert {folder for folder in folders if not (ROOT / folder).is_dir()} == set()


def test_the_readme_leads_to_every_part_of_the_docs():
    targets = {
        target.split("/")[1] for target in LINK.findall(README.read_text("utf-8")) if "/" in target
    }
    assert {"spec", "decisions", "operate", "guide", "journey.md"} <= targets
