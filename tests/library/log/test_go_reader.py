"""Our logs are read by golang.org/x/mod's `note` and `tlog`, which nobody here wrote."""

import base64
import json
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.library.log.sample import LOG, create, minutes, reopen

GOCODE = Path("/usr/share/gocode")
SOURCE = Path(__file__).parent / "go" / "reader.go"
SIZES = (1, 2, 255, 256, 257, 700)

pytestmark = [pytest.mark.timeout(300)]  # the first build compiles Go's own library


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    go = shutil.which("go")
    if go is None or not (GOCODE / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("Debian's golang-go and golang-golang-x-mod-dev are not on this machine")
    program = tmp_path_factory.mktemp("go") / "reader"
    environment = {
        "PATH": os.environ["PATH"],
        "GOPATH": str(GOCODE),
        "GO111MODULE": "off",
        "GOCACHE": str(program.parent / "cache"),
        "CGO_ENABLED": "0",
    }
    subprocess.run([go, "build", "-o", program, SOURCE], env=environment, check=True)

    def run(folder):
        command = [program, folder, LOG.verifier.to_text()]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def entries(size):
    return [b'{"entry":"%d"}' % number for number in range(size)]


def expected(found):
    digest = sha256(b"\0" + b"\n".join(found)).digest()
    return base64.b64encode(digest).decode()


@pytest.fixture
def folder(tmp_path):
    create(tmp_path).close()
    return tmp_path


def test_every_entry_of_a_growing_log_is_proved(reader, folder):
    size = 0
    for number, wanted in enumerate(SIZES):
        with reopen(folder) as log:
            log.append(entries(wanted)[size:], at=minutes(number))
        size = wanted
        done = reader(folder)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {
            "origin": LOG.name,
            "size": size,
            "proved": size,
            "entries": expected(entries(size)),
        }


@pytest.mark.parametrize(
    ("path", "place", "says"),
    [
        ("checkpoint", 40, "invalid"),
        ("tile/0/000", 7, "entry 1: invalid"),  # the neighbour's proof rests on it
        ("tile/1/000.p/2", 40, "inconsistent"),
        ("tile/entries/001", 900, "entry 3"),
    ],
)
def test_a_changed_byte_is_seen(reader, folder, path, place, says):
    with reopen(folder) as log:
        log.append(entries(700), at=minutes(1))
    file = folder / path
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    done = reader(folder)
    assert done.returncode == 1
    assert says in done.stderr
