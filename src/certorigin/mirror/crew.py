"""Acts of one log checked in processes of their own: the same answers, in the same order.

All of a check but the signature itself holds the interpreter's lock, so that threads gain nothing.
A process that dies changes no answer: what it left is checked here.
"""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Self

from certorigin.mirror.acts import Checker, Judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from multiprocessing.context import SpawnProcess
    from types import TracebackType

    from certorigin.mirror.view import LogView
    from certorigin.seal.trust.trust import Trust

    Dated = tuple[bytes, datetime]

CHUNK = 32  # acts that go to a process in one go: some milliseconds of work


class Crew:
    """Processes that check the acts of one publisher by the same trust, until it is closed."""

    def __init__(
        self, trust: Trust, *, publisher: str, corridor: str | None, processes: int
    ) -> None:
        self._checker = Checker(trust, publisher=publisher, corridor=corridor)
        self._workers: dict[Connection, SpawnProcess] = {}
        # Not forked: whoever calls may hold threads, locks and connections of a database.
        context = get_context("spawn")
        for _ in range(processes):
            ours, theirs = context.Pipe()
            asked = (theirs, trust, publisher, corridor)
            process = context.Process(target=_serve, args=asked, daemon=True)
            process.start()
            theirs.close()  # else nobody would see that the process is gone
            self._workers[ours] = process

    @classmethod
    def of(cls, view: LogView, processes: int) -> Self:
        """Start processes that judge acts of a log as its view does."""
        publisher, corridor = view.partner.publisher, str(view.partner.corridor)
        return cls(view.trust, publisher=publisher, corridor=corridor, processes=processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the processes go. Closing twice is harmless; what comes later is checked here."""
        for line in list(self._workers):
            self._dismiss(line)

    def judge(self, acts: Sequence[Dated]) -> list[Judged]:
        """Judge acts, each at its legal time; the answers are those of `Checker.judge`."""
        chunks = [acts[start : start + CHUNK] for start in range(0, len(acts), CHUNK)]
        found: dict[int, list[Judged]] = {}
        waiting = iter(enumerate(chunks))
        busy: dict[Connection, int] = {}
        for line in list(self._workers):
            self._hand_on(line, waiting, busy)
        while busy:
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)  # noqa: S101 - `wait` returns what it was given
                number = busy.pop(ready)
                try:
                    found[number] = ready.recv()
                except (EOFError, OSError):
                    self._dismiss(ready)
                else:
                    self._hand_on(ready, waiting, busy)
        for number, chunk in enumerate(chunks):
            if number not in found:
                found[number] = self._checker.judge_all(chunk)
        return [judged for number in range(len(chunks)) for judged in found[number]]

    def _hand_on(
        self,
        line: Connection,
        waiting: Iterator[tuple[int, Sequence[Dated]]],
        busy: dict[Connection, int],
    ) -> None:
        """Give a process its next chunk, one at a time, so that neither waits to be read."""
        for number, chunk in waiting:
            try:
                line.send(chunk)
            except OSError:
                self._dismiss(line)
            else:
                busy[line] = number
            return

    def _dismiss(self, line: Connection) -> None:
        process = self._workers.pop(line)
        line.close()
        process.terminate()
        process.join()


def _serve(line: Connection, trust: Trust, publisher: str, corridor: str | None) -> None:
    """Work in a process of the crew until the other end is closed, or gone with its process."""
    checker = Checker(trust, publisher=publisher, corridor=corridor)
    while True:
        try:
            line.send(checker.judge_all(line.recv()))
        except (EOFError, OSError):
            return
