"""The loop of the figures, turned until nothing is left to count."""

from datetime import datetime

from certorigin_server.statistics.worker import Counter


def count(at: datetime) -> None:
    loop = Counter(clock=lambda: at, holder="one")
    while loop.turn():
        pass
    loop.end()
