"""The processes of an audit: some of this machine, or a Dask cluster's.

Of this machine the first works while others start. Dask has its price, which a cluster is worth: it
takes seconds of the processor until its first task, and its own threads beside the work.
"""

from __future__ import annotations

import gc
import os
import signal
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from importlib import import_module
from itertools import chain, count, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

from certorigin.audit.archive import Found, Task, audit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Pool = Callable[[], AbstractContextManager[tuple[Executor, int]]]

# For each process: enough that none waits, and few enough that memory stays the same.
AHEAD = 4
GROUP = 4  # tiles that go to a process in one go
LIVES = 3  # a task that ends its process thrice is not tried again


def here(processes: int) -> Pool:
    """Return how to start processes of this machine."""

    @contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        context = get_context("spawn")  # not forked: it begins with no thread's locks
        executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)
        try:
            yield executor, processes
        finally:
            executor.shutdown(cancel_futures=True)

    return pool


def cluster(address: str) -> Pool:
    """Return how to reach the processes of a Dask cluster."""

    @contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        distributed = import_module("distributed")  # slow to load
        try:
            with (
                distributed.Client(address, timeout="10s") as client,
                client.get_executor(pure=False) as executor,
            ):
                yield executor, max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        except distributed.scheduler.KilledWorker as fault:  # Dask has tried it again itself
            raise RuntimeError(str(fault)) from fault

    return pool


def audit_on(pool: Pool, tasks: Iterator[Task]) -> Iterator[tuple[Task, Found]]:
    """Keep groups of tasks under way and yield each task as it ends, in whatever order.

    What a process left that died is given to new ones. Raises RuntimeError when that did not help.
    """
    groups = iter(lambda: list(islice(tasks, GROUP)), [])
    begun: dict[int, list[Task]] = {}
    numbered = zip(count(), groups, strict=False)
    for life in range(1, LIVES + 1):
        again = list(begun.items())
        begun.clear()
        try:
            with pool() as (executor, processes):
                yield from _run(executor, chain(again, numbered), begun, AHEAD * processes)
        except BrokenExecutor:
            if life == LIVES:
                raise
        else:
            return


def _run(
    executor: Executor,
    groups: Iterator[tuple[int, list[Task]]],
    begun: dict[int, list[Task]],
    ahead: int,
) -> Iterator[tuple[Task, Found]]:
    under_way: dict[Future[list[Found]], int] = {}
    while True:
        for number, group in islice(groups, ahead - len(under_way)):
            begun[number] = group  # before it is handed over, for that may fail
            under_way[executor.submit(turn, group)] = number
        if not under_way:
            return
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            found = future.result()
            yield from zip(begun.pop(under_way.pop(future)), found, strict=True)


def turn(tasks: list[Task]) -> list[Found]:
    """Audit a group in one go; garbage is collected between groups. Raises as `audit`."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return audit_all(tasks)
    finally:
        if was_enabled:
            gc.enable()


def _begin() -> None:
    """Begin as a process of an audit: it ends with the process that asked for it, however."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that one is told, and lets this one go
    Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
