"""People who act at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

import threading
import time

from django.db import DatabaseError, connection, connections

from certorigin.errors import CertoriginError

SECONDS = 30.0


def at_once(acts):
    """Run all acts in threads that start together; return what each of them came to."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            outcomes.append(act())
        except CertoriginError as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _waits_for_us():
    """Say whether somebody waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


class Meanwhile:
    """Somebody else's act that runs in the middle of ours: when `name` is called in a module.

    We go on when it is done, or has to wait for us: then it goes on when we are done.
    """

    def __init__(self, monkeypatch, module, name, act):
        self._outcomes, self._thread = [], None
        passed_on = getattr(module, name)

        def interrupted(*args, **kwargs):
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=(act,))
                self._thread.start()
                self._let_it_act()
            return passed_on(*args, **kwargs)

        monkeypatch.setattr(module, name, interrupted)

    def _let_it_act(self):
        until = time.monotonic() + SECONDS
        while self._thread.is_alive() and not _waits_for_us():
            assert time.monotonic() < until, "the other act neither ends nor waits for us"
            self._thread.join(0.05)

    def _run(self, act):
        try:
            self._outcomes.append(act())
        except (CertoriginError, DatabaseError) as error:
            self._outcomes.append(error)
        finally:
            connections.close_all()

    def outcome(self):
        """What the other act came to."""
        assert self._thread is not None, "nothing happened meanwhile"
        self._thread.join()
        return self._outcomes[0]
