"""People who act at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

import threading

from django.db import DatabaseError, connections

from certorigin.errors import CertoriginError


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


class Meanwhile:
    """Somebody else's act that runs in the middle of ours: when `name` is called in a module.

    It gets half a second; where it has to wait for us, it goes on when we are done.
    """

    def __init__(self, monkeypatch, module, name, act):
        self._outcomes, self._thread = [], None
        passed_on = getattr(module, name)

        def interrupted(*args, **kwargs):
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=(act,))
                self._thread.start()
                self._thread.join(0.5)
            return passed_on(*args, **kwargs)

        monkeypatch.setattr(module, name, interrupted)

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
