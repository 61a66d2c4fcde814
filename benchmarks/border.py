"""What customs' machines ask, over HTTP by the wall's clock: calls a second, and waiting.

    .venv/bin/python -m benchmarks.border [--folder var/load] [--certificates 200] [--calls 2000]

A web process of its own answers `--lines` machines that ask without a pause, each on one line: our
calls and a bare view of the same rows (benchmarks/lookup.py), in turn. The machines share the cores
with it. Without a folder a system is made, in DATABASE_URL where that names one.
"""

import argparse
import http.client
import itertools
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.lookup import questions_of
from benchmarks.pages import enter, generate

ROUNDS = 5
PROGRAM = "certorigin_server.wsgi:application"


def served(port: int, processes: int) -> list[str]:
    """The command of the web process, with the bare view beside our own."""
    from certorigin_server.operate.serve import web_command  # noqa: PLC0415 - Django is set up

    command = web_command("127.0.0.1", port)
    changed = {PROGRAM: "benchmarks.served:application", "--workers=1": f"--workers={processes}"}
    assert changed.keys() <= set(command)
    return [changed.get(word, word) for word in command]


class Machine(threading.Thread):
    """Asks over one connection, as long as there are questions; notes how long each answer took."""

    def __init__(self, port: int, key: str, questions) -> None:
        super().__init__()
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._questions, self.waited = questions, []

    def run(self) -> None:
        for place, query, document in self._questions:
            body = None if document is None else json.dumps(document).encode()
            path = f"{place}?{query}" if query else place
            began = time.perf_counter()
            self._line.request("POST" if body else "GET", path, body, self._headers)
            answer = self._line.getresponse()
            content = answer.read()
            self.waited.append(time.perf_counter() - began)
            assert answer.status < 300, content[:300]
        self._line.close()


def ask(port: int, key: str, questions: list, lines: int) -> tuple[float, list[float]]:
    """Ask all of them on so many lines; return calls a second, and what each waited."""
    machines = [Machine(port, key, questions[at::lines]) for at in range(lines)]
    began = time.perf_counter()
    for one in machines:
        one.start()
    for one in machines:
        one.join()
    seconds = time.perf_counter() - began
    waited = sorted(itertools.chain.from_iterable(one.waited for one in machines))
    assert len(waited) == len(questions)
    return len(questions) / seconds, waited


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health")
            if line.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web process is not up")


def measure(port: int, calls: int, lines: int) -> None:
    """Ask each kind in turn with the bare view; tell the medians of the rounds."""
    key, questions, _ = questions_of()
    each = -(-calls // ROUNDS)
    for name in questions:  # what is made at the first call is not the call
        ask(port, key, [questions[name]() for _ in range(50)], lines)
    print("| call | a second | p50, ms | p99, ms | bare, a second | share | load |")
    for name in ("look-up", "declaration", "check"):
        ours, bare, waited = [], [], []
        for _ in range(ROUNDS):
            rate, times = ask(port, key, [questions[name]() for _ in range(each)], lines)
            ours.append(rate)
            waited += times
            bare.append(ask(port, key, [questions["bare"]() for _ in range(each)], lines)[0])
        share = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
        waited.sort()
        p50, p99 = (1000 * waited[int(len(waited) * part)] for part in (0.5, 0.99))
        rates = (
            f"{statistics.median(ours):.0f} | {p50:.1f} | {p99:.1f} | {statistics.median(bare):.0f}"
        )
        print(f"| {name} | {rates} | {share:.2f} | {os.getloadavg()[0]:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--lines", type=int, default=4)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made) / "system"
        if not folder.exists():
            generate(folder, options.certificates)
        enter(folder)
        from certorigin_server.operate.demo.systems import free_port  # noqa: PLC0415 - as above

        port = free_port(0)
        web = subprocess.Popen(served(port, options.processes), start_new_session=True)
        try:
            wait_for(port)
            measure(port, options.calls, options.lines)
        finally:
            web.terminate()
            web.wait(30)


if __name__ == "__main__":
    main()
