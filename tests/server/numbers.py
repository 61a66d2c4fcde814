"""Numbers made by several processes at once: real processes, each with a connection of its own."""

import multiprocessing
import os
import sqlite3
from contextlib import closing, suppress

from django.db import connection, connections, transaction
from django.utils import timezone

from certorigin_server.certification.services import void_number
from certorigin_server.users.models import User

# Every so often an act is given up after its number was taken.
GIVEN_UP_EVERY = 9


class _GivenUpError(Exception):
    """What stops an act after its number was taken."""


def make_numbers(officer: str, *, processes: int, each: int, file: str = "") -> list[int]:
    """Let processes take numbers at once; return the serials that they were given.

    One more process dies with a number in its hands. With a `file` they work on a copy of the
    database there, for SQLite's memory is seen by one process alone.
    """
    if file:
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    connections.close_all() if not file else None
    workers = [
        context.Process(target=_take, args=(officer, each, file, answers)) for _ in range(processes)
    ]
    dying = context.Process(target=_die, args=(officer, file))
    for worker in (*workers, dying):
        worker.start()
    taken = [answers.get() for _ in workers]
    for worker in (*workers, dying):
        worker.join()
    assert dying.exitcode == 9
    return [serial for serials in taken for serial in serials]


def _take(officer: str, each: int, file: str, answers) -> None:
    _connect(file)
    user, serials = User.objects.get(username=officer), []
    for turn in range(each):
        if turn % GIVEN_UP_EVERY == GIVEN_UP_EVERY - 1:
            with suppress(_GivenUpError), transaction.atomic():
                _number(user)
                raise _GivenUpError
        serials.append(_number(user))
    connections.close_all()
    answers.put(serials)


def _die(officer: str, file: str) -> None:
    _connect(file)
    with transaction.atomic():
        _number(User.objects.get(username=officer))
        os._exit(9)


def _connect(file: str) -> None:
    if file:
        connection.connection = None  # the parent's memory, not ours to close
        connection.settings_dict["NAME"] = file
    else:
        connections.close_all()


def _number(user: User) -> int:
    at = timezone.now()
    return void_number(form="ST-1", destination="AZ", reason="probe", by=user, at=at).serial
