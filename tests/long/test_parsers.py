"""Broken files by the thousand: whatever comes in is read or refused, quickly, and never believed.

    CERTORIGIN_FUZZ_MINUTES=1 CERTORIGIN_FUZZ_SEED=7 \\
        .venv/bin/python -m pytest tests/long/test_parsers.py -s

Ten minutes each by default. The seed repeats a run; what was counted is printed. With
CERTORIGIN_FUZZ_CORPUS set, a broken file of each answer that was not met before is kept in
tests/library/corpus.json.
"""

import base64
import json
import os
import random
import tempfile
import time
import zlib
from functools import cache
from pathlib import Path

import pytest

from certorigin.certification.record import RecordPart, join_parts, record_parts
from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.certification.slip import Slip, address_of, read_address
from certorigin.errors import CertoriginError
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.carrier import verify_file
from certorigin.recognition.code import read_texts, verify_codes
from certorigin.recognition.foreign_code import read_foreign
from certorigin.recognition.verify import Verifier
from certorigin.seal.base45 import base45_encode
from certorigin.seal.cose import Message
from tests.data import ROOT
from tests.library.certification.printed import CODE, saved
from tests.library.certification.scanned import as_png, page, scanned
from tests.library.readers import READERS, answer
from tests.library.recognition import world as w

SECONDS = 60 * float(os.environ.get("CERTORIGIN_FUZZ_MINUTES", "10"))
KEEPS = "CERTORIGIN_FUZZ_CORPUS" in os.environ
SEED = int(os.environ.get("CERTORIGIN_FUZZ_SEED", "1"))
CORPUS = ROOT / "tests/library/corpus.json"
LONGEST_KEPT = 20_000
# No file may hold a reader longer than this, on a machine that does nothing else.
SLOWEST = 20.0
TOKENS = [
    *(b"obj", b"endobj", b"stream", b"endstream", b"<<", b">>", b"[", b"]", b"R", b"null", b"-1"),
    *(b"/Kids", b"/Parent", b"/Length 9999999999", b"/Filter", b"/LZWDecode", b"/Annots"),
    *(b"4294967296", b"0 0 R", b"xref", b"trailer", b"%%EOF", b"\x00", b"\xff" * 8),
]

pytestmark = pytest.mark.timeout(0)


class Fuzz:
    """Breaks seeds until the time is over; counts what was read, refused, and how long it took."""

    def __init__(self, name, seeds):
        self.dice = random.Random(f"{SEED} {name}")
        self.name, self.seeds = name, seeds
        self.runs = self.refused = 0
        self.slowest = 0.0
        self.kept = {}

    def against(self, read):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            raw = self.broken(self.dice.choice(self.seeds))
            start = time.process_time()
            try:
                read(raw)
            except CertoriginError:
                self.refused += 1
            self.slowest = max(self.slowest, time.process_time() - start)
            self.runs += 1
            self.keep(raw)
        keep_all(self.name, self.kept)
        counted = f"{self.runs} runs, {self.refused} refused"
        print(f"\n{self.name}: {counted}, {self.slowest:.2f} s at most")
        assert self.runs > 100
        assert self.slowest < SLOWEST

    def keep(self, raw):
        """Keep the first short file for each answer of a reader that needs nothing else."""
        if KEEPS and self.name in READERS and len(raw) < LONGEST_KEPT:
            self.kept.setdefault(answer(self.name, raw), raw)

    def broken(self, raw):
        data = bytearray(raw)
        for _ in range(self.dice.choice((1, 1, 2, 4, 16))):
            place = self.dice.randrange(len(data) + 1)
            match self.dice.randrange(5):
                case 0 if data:
                    data[place % len(data)] ^= 1 << self.dice.randrange(8)
                case 1:
                    data[place:place] = self.dice.choice(TOKENS)
                case 2:
                    del data[place : place + self.dice.randrange(1, 40)]
                case 3:
                    end = place + self.dice.randrange(1, 200)
                    data[place:place] = data[place:end]
                case _:
                    token = self.dice.choice(TOKENS)
                    data[place : place + len(token)] = token
        return bytes(data)


def keep_all(name, found):
    """Add what was kept to the corpus; what is there stays."""
    if not found:
        return
    whole = json.loads(CORPUS.read_text()) if CORPUS.exists() else {}
    packed = {code: base64.b85encode(zlib.compress(raw, 9)).decode() for code, raw in found.items()}
    whole[name] = dict(sorted((packed | whole.get(name, {})).items()))
    CORPUS.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")


@cache
def made():
    """A registered certificate, its file in three packings, its code."""
    world = w.small(Path(tempfile.mkdtemp()))
    bundle = world.bundle(0)
    act = Bundle.from_bytes(bundle).act
    pdf = original_pdf(Printable.of(act, code=CODE), bundle=bundle)
    printable = Printable.of(act)
    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    return world, bundle, pdf, address_of(slip, w.sealer("BY seal"), host="origin.example.by")


def message():
    letters = made()[3].partition("#")[2]
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def test_pdf():
    world, _, pdf, _ = made()
    verifier = Verifier(world.trust)

    def read(raw):
        report = verify_file(verifier, raw, at=w.minutes(5))
        if report.bottom_line == "recognised" and raw.startswith(b"%PDF"):
            assert report.parts["page"].code == "page.agrees"

    Fuzz("pdf", [pdf, saved(pdf, qdf=True), saved(pdf, compress_streams=False)]).against(read)


def test_pictures():
    world, _, _, code = made()
    drawn = page(Printable.of(world.acts[0], code=code), dpi=100)
    small = drawn.crop((600, 300, 827, 500))
    verifier = Verifier(world.trust)

    def read(raw):
        report = verify_file(verifier, raw, at=w.minutes(5))
        assert report.bottom_line != "recognised"

    Fuzz("pictures", [as_png(small), scanned(small, degrees=0)]).against(read)


def test_cwt():
    world, _, _, code = made()
    verifier = Verifier(world.trust)
    good = read_address(code)

    def read(raw):
        text = base64.b32encode(raw).decode().rstrip("=")
        codes = read_texts([f"HTTPS://X/CHECK#{text}"])
        report = verify_codes(verifier, codes, at=w.minutes(5))
        if report.parts["code"].code == "code.agrees":
            assert codes.slip.slip == good.slip

    Fuzz("cwt", [message()]).against(read)


def test_cose_of_others():
    def read(raw):
        packed = raw if raw[:1] == b"x" else zlib.compress(raw)
        read_foreign("HC1:" + base45_encode(packed))
        Message.from_bytes(raw).to_be_signed()

    Fuzz("cose", [message(), b"\xd2\x84\x43\xa1\x01\x26\xa0\x41x\x58\x40" + b"x" * 64]).against(
        read
    )


def test_records():
    _, bundle, _, _ = made()

    def read(raw):
        texts = raw.decode("latin-1").split("\n")
        assert join_parts([RecordPart.from_text(text) for text in texts]) == bundle

    Fuzz("record", ["\n".join(record_parts(bundle)).encode()]).against(read)
