"""What the docs promise, a test checks."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.data import ROOT
from tests.structure.source import files, name_of

README = ROOT / "README.md"
SPEC = ROOT / "docs" / "spec"
DECISIONS = ROOT / "docs" / "decisions"
GUIDE = ROOT / "docs" / "guide"

FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
COMMAND = re.compile(r"((?:\.venv/bin/|\.?/)?certorigin|scripts/[a-z-]+)(?: |$)")


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    made = set()
    for heading in HEADING.findall(prose(text)):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        made.add(words.replace(" ", "-"))
    return made


def commands_in(text: str) -> Iterator[list[str]]:
    """The command lines of a page, in blocks and in running text, as words."""
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
    for line in blocks + INLINE.findall(prose(text)):
        command = line.strip().removeprefix("$ ").removeprefix("sudo ")
        if COMMAND.match(command):
            yield shlex.split(command, comments=True)


def command_tree() -> click.Group:
    main = pytest.importorskip("certorigin.terminal.main").main
    assert isinstance(main, click.Group)
    return main


def leaves(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that can be called, as words."""
    context = click.Context(group, info_name="certorigin")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from leaves(command, (*words, name))
        else:
            yield (*words, name)


def faults_of(words: list[str]) -> str:
    """Why a `certorigin` command line in the docs could not be run, or nothing."""
    command: click.Command = command_tree()
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(click.Context(command), name)
        if found is None:
            return "" if name in {"…", "..."} else f"there is no command {name}"
        command = found
    known = {"--help", "--version", "-h"}
    for parameter in command.params:
        known |= {*parameter.opts, *parameter.secondary_opts}
    for word in rest:
        option = word.strip("[]").split("=")[0]
        if re.fullmatch(r"--?[a-z][a-z-]*", option) and option not in known:
            return f"there is no option {option}"
    return ""


def test_every_relative_link_leads_somewhere():
    broken = []
    for page in pages():
        for target in LINK.findall(prose(page.read_text("utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            place = (page.parent / name).resolve() if name else page
            if not place.exists():
                broken.append(f"{name_of(page)}: {target}")
            elif (
                anchor and place.suffix == ".md" and anchor not in anchors(place.read_text("utf-8"))
            ):
                broken.append(f"{name_of(page)}: {target} (no such heading)")
    assert not broken, "\n".join(broken)


def test_every_command_in_the_docs_can_be_run():
    wrong = []
    for page in pages():
        for words in commands_in(page.read_text("utf-8")):
            if words[0].startswith("scripts/"):
                script = ROOT / words[0]
                fault = "" if os.access(script, os.X_OK) else "no such script"
            else:
                fault = faults_of(words)
            if fault:
                wrong.append(f"{name_of(page)}: {shlex.join(words)}: {fault}")
    assert not wrong, "\n".join(wrong)


def test_the_readme_opens_with_the_two_commands():
    block = FENCE.search(README.read_text("utf-8"))
    assert block is not None
    assert {"scripts/demo", "scripts/test"} <= {
        line.split()[0] for line in block[1].splitlines() if line
    }


def test_every_command_is_documented():
    texts = [README.read_text("utf-8")]
    texts += [page.read_text("utf-8") for page in pages() if page.is_relative_to(GUIDE)]
    documented = "\n".join(texts)
    silent = [
        " ".join(words)
        for words in leaves(command_tree())
        if not re.search(rf"certorigin {re.escape(' '.join(words))}\b", documented)
    ]
    assert not silent, "in README.md or docs/guide nobody reads about: " + ", ".join(silent)


def test_every_script_says_what_it_does():
    for path in (path for path in files() if path.parent.name == "scripts"):
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("#!"), path.name
        assert lines[1].startswith(("# ", '"""')), path.name


@pytest.mark.skipif(not SPEC.is_dir(), reason="there is no docs/spec yet")
def test_every_format_has_its_page():
    index = SPEC / "README.md"
    listed = {
        target.partition("#")[0]
        for target in LINK.findall(index.read_text("utf-8"))
        if "/" not in target and ".md" in target
    }
    written = {path.name for path in SPEC.glob("*.md")} - {"README.md"}
    assert listed
    assert listed == written


@pytest.mark.skipif(not SPEC.is_dir(), reason="there is no docs/spec yet")
def test_every_page_of_the_spec_shows_an_example_first():
    late = []
    for page in SPEC.glob("*.md"):
        text = page.read_text("utf-8")
        if page.name == "README.md":
            continue
        example = text.find("```")
        second = [match.start() for match in HEADING.finditer(text)][1:3]
        if example < 0 or (len(second) == 2 and example > second[1]):
            late.append(page.name)
    assert not late


@pytest.mark.skipif(not DECISIONS.is_dir(), reason="there is no docs/decisions yet")
def test_decision_records_are_numbered_without_holes():
    names = sorted(path.name for path in DECISIONS.glob("*.md") if path.name != "README.md")
    assert names
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names), names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
