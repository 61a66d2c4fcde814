"""`certorigin log audit`: an archive of logs verified again, on all cores or a cluster."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.audit.archive import Found, Planned, Task, check_terms, plan, tasks_of
from certorigin.audit.audited import Audited
from certorigin.audit.open_log import Wrong
from certorigin.audit.processes import audit_on, cluster, here
from certorigin.errors import CertoriginError
from certorigin.log import layout
from certorigin.mirror.view import find_log_folders
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.terminal.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certorigin.seal.trust.trust import Trust

SOUND, BAD, UNREADABLE, UNDECIDED = 0, 1, 2, 3

MOST_LISTED = 10_000
MOST_TOLD = 100


@dataclass
class Account:
    """What the audit has found so far; the list is cut, the numbers are not."""

    tasks: int
    done: int = 0
    kept: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    listed: dict[Wrong, None] = field(default_factory=dict)

    def add(self, wrong: Iterable[Wrong]) -> None:
        """Enter what is wrong, each thing once: many tiles can suffer from one file above them."""
        for one in wrong:
            if one in self.listed:
                continue
            self.counts["undecided" if one.undecided else "wrong"] += 1
            if len(self.listed) < MOST_LISTED:
                self.listed[one] = None

    def enter(self, found: Found, judged: Iterable[Wrong]) -> None:
        """Enter what a task found."""
        self.done += 1
        self.kept += found.judged is None
        self.counts["heads" if found.is_heads else "entries"] += found.count
        self.add(chain(found.unproven, judged))

    @property
    def exit_code(self) -> int:
        """One thing wrong outweighs what is not decided."""
        if self.counts["wrong"]:
            return BAD
        return UNDECIDED if self.counts["undecided"] else SOUND


@click.command("audit")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="DIR...",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--trust", "trust_path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; all cores by default.")
@click.option("--scheduler", help="Address of a Dask scheduler, in place of processes here.")
@click.option("--resume", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def audit_command(
    paths: tuple[Path, ...],
    *,
    trust_path: Path,
    workers: int | None,
    scheduler: str | None,
    resume: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Verify again every log and mirror at or below each DIR: entries, proofs, seals, issuers.

    With --resume what was verified is written down, and not verified again as long as bytes, trust
    lists and legal times are the same. Exits 0 when all is sound, 1 when something is wrong, 3 when
    only the trust lists leave something undecided, 2 when nothing could be audited.

    Example: certorigin log audit by az --trust by/trust --resume audit.jsonl
    """
    try:
        trust = read_trust_folder(trust_path)
        logs, account = _plan(paths, trust_path, trust, language)
        pool = cluster(scheduler) if scheduler else here(workers or os.cpu_count() or 1)
        with Audited(resume) if resume else nullcontext() as record:
            _run(account, record, audit_on(pool, _tasks(logs, record)), language)
    except CertoriginError as fault:
        click.echo(say(fault.code, fault.facts, language), err=True)
        sys.exit(UNREADABLE)
    except (OSError, RuntimeError) as fault:  # no scheduler there, or processes that died thrice
        click.echo(say("audit.broken_off", {"reason": str(fault)[:300]}, language), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(_to_data(logs, account), ensure_ascii=False, sort_keys=True))
    else:
        _tell(logs, account, language)
    sys.exit(account.exit_code)


def _plan(
    paths: Iterable[Path], trust_path: Path, trust: Trust, language: str
) -> tuple[list[Planned], Account]:
    """Find every log; one whose head does not hold is named, and its entries are not audited."""
    account = Account(tasks=0)
    logs = []
    folders = dict.fromkeys(found.resolve() for path in paths for found in find_log_folders(path))
    if not folders:
        told = {"path": ", ".join(map(str, paths))}
        click.echo(say("log.none_here", told, language), err=True)
        sys.exit(UNREADABLE)
    for folder in folders:
        try:
            logs.append(plan(folder, trust_path, trust))
        except CertoriginError as fault:
            path = fault.facts.get("path", layout.CHECKPOINT)
            account.add([Wrong(str(folder), fault.code, path)])
    account.add(check_terms(logs, trust))
    account.tasks = sum(1 for log in logs for _ in tasks_of(log))
    return logs, account


def _run(
    account: Account,
    record: Audited | None,
    audited: Iterable[tuple[Task, Found]],
    language: str,
) -> None:
    for task, found in audited:
        judged = found.judged
        if record is not None and judged is None:
            judged = record.judged(_name(task), found.digest, task.log.folder)
        elif record is not None:
            record.add(_name(task), found)
        account.enter(found, judged or ())
        _show_progress(account, language)


def _tasks(logs: list[Planned], record: Audited | None) -> Iterator[Task]:
    for task in chain.from_iterable(map(tasks_of, logs)):
        yield task if record is None else replace(task, known=record.known(_name(task)))


def _name(task: Task) -> str:
    return f"{task.log.origin} {task.name}"


def _show_progress(account: Account, language: str) -> None:
    """Say how far it is, twenty times in all, on the stream for errors."""
    step = max(1, account.tasks // 20)
    if account.done % step == 0 or account.done == account.tasks:
        facts = {
            "done": str(account.done),
            "tasks": str(account.tasks),
            "wrong": str(account.counts["wrong"]),
        }
        click.echo(say("audit.progress", facts, language), err=True)


def _to_data(logs: list[Planned], account: Account) -> dict[str, Any]:
    def listed(*, undecided: bool) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "index": one.index, "log": one.folder, "path": one.path}
            for one in account.listed
            if one.undecided is undecided
        ]

    return {
        "entries": account.counts["entries"],
        "heads": account.counts["heads"],
        "kept": account.kept,
        "logs": [
            {"heads": log.heads, "origin": log.origin, "path": log.folder, "size": log.size}
            for log in logs
        ],
        "ok": account.exit_code == SOUND,
        "tasks": account.tasks,
        "undecided": listed(undecided=True),
        "undecided_count": account.counts["undecided"],
        "wrong": listed(undecided=False),
        "wrong_count": account.counts["wrong"],
    }


def _tell(logs: list[Planned], account: Account, language: str) -> None:
    for log in logs:
        wrong = any(one.folder == log.folder for one in account.listed)
        facts = {"path": log.folder, "size": str(log.size)}
        click.echo(say("log.not_sound" if wrong else "log.sound", facts, language))
    for one in islice(account.listed, MOST_TOLD):
        index = "" if one.index is None else f"[{one.index}] "
        told = {"path": one.path, "index": str(one.index), "place": one.path}
        click.echo(f"   {one.folder}: {index}{one.path}: {say(one.code, told, language)}")
    names = ("entries", "heads", "wrong", "undecided")
    counted = {name: str(account.counts[name]) for name in names}
    facts = {**counted, "kept": str(account.kept), "tasks": str(account.tasks)}
    click.echo(say("audit.done", facts, language))
