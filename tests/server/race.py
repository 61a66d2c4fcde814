"""People who act at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

import threading

from django.db import connections

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
