"""A system whose keys live in a device seals acts, signs its log and countersigns with them.

In a process of its own: a PKCS#11 module is loaded once, with one place for its tokens.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from certorigin.errors import RightError, UnknownError
from certorigin_server.seal.keyring import read_pin
from certorigin_server.settings.reading import read_system
from tests.data import ROOT

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "5820173946"
IN_DEVICE = ["seal-minsk", "officer-certifier", "gateway", "log", "heartbeat", "witness"]

PROGRAM = """
import json, sys
from datetime import timedelta
import django
from django.conf import settings
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from certorigin.seal.proof import verify_sealed
from certorigin.log.note import Note
from certorigin_server.log.keys import witness_signer
from certorigin_server.log.worker import Sequencer
from certorigin_server.seal.choice import sealer_for
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.seal.worker import SealLoop
from tests.server.acts import prepare
from tests.server.authority import body_urn
from tests.server.partner import Clock

clock, keyring = Clock(), get_keyring()
(corridor,) = settings.SYSTEM.corridors
sequencer = Sequencer(corridor, keyring=keyring, clock=clock, holder="one")
for _ in range(3):
    clock.tick(); SealLoop(keyring=keyring, clock=clock).turn(); sequencer.turn()
prepare(at=clock())
for _ in range(2):
    clock.tick(); SealLoop(keyring=keyring, clock=clock).turn(); sequencer.turn()
sequencer.close()
witness = witness_signer(keyring, "BY-1", at=clock())
witness.verifier.verify(b"head", bytes(8) + witness.sign(b"cosignature/v1\\ntime 0\\nhead"))
body = sealer_for(keyring, controller=body_urn("minsk"), role="seal", at=clock(), name="-")
print(json.dumps({
    "sealed": [one.status for one in SealedAct.objects.all()],
    "kinds": sorted({type(keyring.named(name)).__name__ for name in settings.SYSTEM.device.keys}),
    "suites": sorted({keyring.named(name).suite for name in settings.SYSTEM.device.keys}),
    "body": body.suite,
    "files": sorted(path.name for path in settings.SYSTEM.keys_folder.glob("*.pem")),
}))
"""
MAKE = """
import django
from django.conf import settings
django.setup()
from pathlib import Path
from tests.server import authority
from certorigin_server.seal.keyring import Keyring
keyring = Keyring.of(settings.SYSTEM)
files = authority._make_key
def make(folder, name):
    if name not in settings.SYSTEM.device.keys:
        return files(folder, name)
    suite = "ecdsa-jcs-2019" if name in {"seal-minsk", "gateway"} else "eddsa-jcs-2022"
    return keyring.make(name, suite=suite)
authority._make_key = make
authority.establish(settings.SYSTEM.folder)
"""


@pytest.fixture
def system(tmp_path):
    """A system that names a device in its settings, and a new token."""
    if not MODULE.exists() and "CERTORIGIN_NEEDS_SOFTHSM" not in os.environ:
        pytest.skip("needs Debian's softhsm2")
    folder = tmp_path / "by"
    shutil.copytree(ROOT / "tests" / "system", folder)
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    with (folder / "system.toml").open("a") as file:
        file.write(f"""
[device]
module = "{MODULE}"
token = "by"
pin_file = "keys/pin"
keys = {json.dumps(IN_DEVICE)}
""")
    write_pin(folder, PIN)
    tool = shutil.which("softhsm2-util")
    making = ["--init-token", "--free", "--label", "by", "--pin", PIN, "--so-pin", "00000000"]
    subprocess.run([tool, *making], check=True, capture_output=True, env=surroundings(folder))
    return folder


def write_pin(folder, pin):
    place = folder / "keys" / "pin"
    place.write_text(pin + "\n")
    place.chmod(0o600)


def surroundings(folder):
    ours = ("DATABASE_URL", "CERTORIGIN_", "COV_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return plain | {
        "CERTORIGIN_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
        "PYTHONPATH": str(ROOT),
        "SOFTHSM2_CONF": str(folder.parent / "softhsm2.conf"),
    }


def run(folder, program):
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(folder),
        timeout=100,
    )


@pytest.mark.timeout(120)
def test_everything_is_sealed_and_logged_from_the_device(system):
    made = run(system, MAKE)
    assert made.returncode == 0, made.stderr
    done = run(system, PROGRAM)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sealed"] == ["published", "published"]
    assert told["kinds"] == ["DeviceSealer"]
    assert told["suites"] == ["ecdsa-jcs-2019", "eddsa-jcs-2022"]
    assert told["body"] == "ecdsa-jcs-2019"
    assert not {f"{name}.pem" for name in IN_DEVICE} & set(told["files"])

    write_pin(system, "0000")
    wrong = run(system, PROGRAM)
    assert wrong.returncode != 0
    assert "device.pin_wrong" in wrong.stderr
    for said in (done.stdout, done.stderr, wrong.stdout, wrong.stderr):
        assert PIN not in said
        assert "0000'" not in said


def test_the_file_of_the_pin_is_its_owners_alone(tmp_path):
    place = tmp_path / "pin"
    with pytest.raises(UnknownError, match=r"device\.pin_missing"):
        read_pin(place)
    place.write_text("123456\n")
    place.chmod(0o644)
    with pytest.raises(RightError, match=r"device\.pin_open_to_others") as refused:
        read_pin(place)
    assert "123456" not in str(refused.value)
    place.chmod(0o600)
    assert read_pin(place) == "123456"
    place.write_text("\n")
    with pytest.raises(UnknownError, match=r"device\.pin_missing"):
        read_pin(place)


def test_the_settings_name_the_keys_in_the_device(tmp_path):
    shutil.copyfile(ROOT / "tests" / "system" / "system.toml", tmp_path / "system.toml")
    assert read_system(tmp_path).device is None
    with (tmp_path / "system.toml").open("a") as file:
        file.write('\n[device]\nmodule = "m"\ntoken = "t"\npin_file = "/run/pin"\nkeys = ["log"]\n')
    device = read_system(tmp_path).device
    assert (device.module, device.token, device.pin_file, device.keys) == (
        "m",
        "t",
        "/run/pin",
        ("log",),
    )
