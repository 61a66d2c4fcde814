"""A file of 10,000 certificates that are in the register, verified while somebody waits.

    .venv/bin/python -m benchmarks.many [--folder var/load] [--certificates 2500] [--lines 10000]

Sent in one call, then part by part, as a customs system does it: over HTTP to a web process of its
own, until the last answer is taken out. Then once more as the desk's page does it, in this process.
Each line is a declaration that cites another certificate, as long as there are enough of them; the
goods are those of the certificate, so that the whole of the match is done. Told are seconds by the
wall's clock and of the processor (of the web process, and of PostgreSQL's that serve it). Without a
folder a system is made, in DATABASE_URL where that names one.
"""

import argparse
import importlib
import itertools
import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.border import wait_for
from benchmarks.pages import enter, generate
from certorigin.standing.standing import reference_to

PLACE = "/api/v1/recognition/check/many"


def declarations(count: int) -> tuple[bytes, int]:
    """Return a file, and how many different certificates it cites."""
    settings = importlib.import_module("django.conf").settings
    models = importlib.import_module("certorigin_server.standing.models")
    queries = importlib.import_module("certorigin_server.standing.queries")
    sample = importlib.import_module("certorigin_server.recognition.models").GoodsDeclaration
    told = json.loads(sample.objects.order_by("pk")[0].document)
    rows = models.RegisteredAct.objects.filter(kind="Issued", void="")
    rows = list(rows.exclude(publisher=settings.SYSTEM.installation).order_by("?")[:count])
    lines = []
    for number, row in enumerate(itertools.islice(itertools.cycle(rows), count)):
        boxes = queries.certificate_of(row)
        told["number"] = f"bench/{number}"
        told["exporter"], told["importer"] = boxes.exporter.to_data(), boxes.importer.to_data()
        cited = reference_to(boxes).to_data()
        told["items"] = [item_of(cited, item.to_data()) for item in boxes.items]
        lines.append(json.dumps(told, ensure_ascii=False))
    return "\n".join(lines).encode(), len(rows)


def item_of(cited: dict, item: dict) -> dict:
    """Return a line of a declaration that asks for all of an item."""
    kept = ("sequence", "description", "tariffCode", "packages", "quantity", "grossWeight")
    line = {name: item[name] for name in (*kept, "netWeight", "invoice") if name in item}
    certificate = cited | {"item": item["sequence"]}
    return line | {"certificate": certificate, "originCountry": cited["issuingCountry"]}


def processor_of(pid: int) -> float:
    """Seconds of the processor that a process has taken so far."""
    used = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def backends() -> list[int]:
    """PostgreSQL's processes that serve this database."""
    connection = importlib.import_module("django.db").connection
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def taken(pids: list[int]) -> float:
    return sum(processor_of(pid) for pid in pids if Path(f"/proc/{pid}").exists())


def over_http(raw: bytes, key: str) -> list[dict]:
    """Let a web process verify a file; return the answers."""
    serve = importlib.import_module("certorigin_server.operate.serve")
    free_port = importlib.import_module("certorigin_server.operate.demo.systems").free_port
    port = free_port(0)
    web = subprocess.Popen(serve.web_command("127.0.0.1", port), start_new_session=True)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=120,
            trust_env=False,
        ) as client:
            wait_for(port)
            ours = [int(one) for one in children(web.pid)]
            before, began = taken([*ours, *backends()]), time.monotonic()
            batch = client.post(PLACE, content=raw).raise_for_status().json()
            while batch["done"] != batch["total"]:
                batch = client.post(f"{PLACE}/{batch['id']}").raise_for_status().json()
            answers = client.get(f"{PLACE}/{batch['id']}").raise_for_status().text
            wall, used = time.monotonic() - began, taken([*ours, *backends()]) - before
        print(f"machine interface: {wall:.1f} s by the wall, {used:.1f} s of the processor")
        return [json.loads(one) for one in answers.splitlines()]
    finally:
        web.terminate()
        web.wait(30)


def children(pid: int) -> list[int]:
    """A process and those that it started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *(one for child in found for one in children(int(child)))]


def by_page(raw: bytes, user) -> None:
    """Verify a file as the page does that is open, request for request."""
    client = importlib.import_module("django.test").Client(headers={"HX-Request": "true"})
    upload = importlib.import_module("django.core.files.uploadedfile").SimpleUploadedFile
    reverse = importlib.import_module("django.urls").reverse
    client.force_login(user)
    before, began = taken([os.getpid(), *backends()]), time.monotonic()
    answer = client.post(reverse("recognition-batches"), {"file": upload("a.ndjson", raw)})
    while b"<form" in client.post(answer["Location"]).content.partition(b'id="batch"')[2]:
        pass
    wall, used = time.monotonic() - began, taken([os.getpid(), *backends()]) - before
    print(f"page: {wall:.1f} s by the wall, {used:.1f} s of the processor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--certificates", type=int, default=2_500)
    parser.add_argument("--lines", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made) / "system"
        if not folder.exists():
            generate(folder, options.certificates)
        enter(folder)
        pages = importlib.import_module("tests.pages")
        reader = next(one for one in pages.readers() if one.role.startswith("customs"))
        raw, different = declarations(options.lines)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"{options.lines} lines, {different} certificates, {len(raw)} bytes, load {load}")
        answers = over_http(raw, pages.token_of(reader.user))
        assert len({one["line"] for one in answers}) == options.lines
        print(dict(Counter(one["bottom_line"] for one in answers)))
        by_page(raw, reader.user)


if __name__ == "__main__":
    main()
