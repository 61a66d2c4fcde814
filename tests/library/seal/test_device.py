"""Keys in a PKCS#11 device: SoftHSM, as Debian packages it (scripts/test installs it)."""

import copy
import os
import pickle
import shutil
import subprocess
from pathlib import Path

import pytest
from pkcs11.exceptions import DeviceRemoved, PinLocked, SessionHandleInvalid

from certorigin.errors import CertoriginError
from certorigin.log.key import KeyKind, Verifier
from certorigin.seal.device import Device, DevicePlace
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import seal_document, verify_sealed
from tests.library.seal.samples import CHAMBER, NOON, document

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "7391846250"
SUITES = ["eddsa-jcs-2022", "ecdsa-jcs-2019"]

pytestmark = pytest.mark.skipif(
    not MODULE.exists() and "CERTORIGIN_NEEDS_SOFTHSM" not in os.environ,
    reason="needs Debian's softhsm2",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A new token; the module reads its place from the environment when it is first loaded."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    tool = shutil.which("softhsm2-util")
    making = ["--init-token", "--free", "--label", "by", "--pin", PIN, "--so-pin", "9999999999"]
    subprocess.run([tool, *making], check=True, capture_output=True)
    return "by"


class Lost:
    """A session of a device that was pulled out."""

    def __init__(self, fault):
        self.fault = fault

    def get_key(self, **_):
        raise self.fault

    def close(self):
        raise self.fault


@pytest.fixture
def device(token):
    made = Device(DevicePlace(str(MODULE), token, PIN))
    yield made
    made.close()


def refused(code, act, *arguments, **named):
    with pytest.raises(CertoriginError) as error:
        act(*arguments, **named)
    assert error.value.code == code
    told = f"{error.value!s} {error.value!r} {error.value.facts} {error.value.__cause__}"
    assert PIN not in told
    return error.value


@pytest.mark.parametrize("suite", SUITES)
def test_a_device_seals_and_others_verify(device, suite):
    made = device.make_key(f"seal-{suite}", suite=suite)
    assert made.suite == suite
    raw = seal_document(document(), [(made, CHAMBER)], created=NOON)
    (proof,) = verify_sealed(raw).proofs
    assert (proof.key, proof.suite) == (made.key, suite)
    public_key(made.key).verify(b"data", made.sign(b"data"))
    again = Device(DevicePlace(str(MODULE), "by", PIN))
    assert again.sealer(f"seal-{suite}").key == made.key
    again.close()
    refused("device.key_twice", device.make_key, f"seal-{suite}", suite=suite)


def test_a_log_is_signed_from_a_device(device):
    made = device.make_key("log")
    verifier = Verifier("log", KeyKind.ED25519, public_key(made.key).raw)
    assert verifier.verify(b"text", made.sign(b"text")) is None


def test_a_fault_of_the_device_says_what_is_wrong_and_never_the_pin(device, token):
    wrong = Device(DevicePlace(str(MODULE), token, "0000"))
    refused("device.pin_wrong", wrong.sealer, "log")
    refused("device.key_missing", device.sealer, "nobody")
    refused("seal.suite_unknown", device.make_key, "x", suite="rsa")
    absent = Device(DevicePlace(str(MODULE), "another", PIN))
    refused("device.token_missing", absent.sealer, "log")
    nothing = Device(DevicePlace("/nowhere/module.so", token, PIN))
    refused("device.module_missing", nothing.sealer, "log")


def test_a_session_that_was_lost_is_opened_again(device):
    made = device.make_key("again")
    device.close()
    device._session = Lost(SessionHandleInvalid)
    public_key(made.key).verify(b"data", made.sign(b"data"))
    device.close()
    device.close()
    public_key(made.key).verify(b"data", made.sign(b"data"))


@pytest.mark.parametrize(
    ("fault", "code"), [(DeviceRemoved, "device.fault"), (PinLocked, "device.pin_locked")]
)
def test_a_device_that_stays_away_says_so(device, monkeypatch, fault, code):
    monkeypatch.setattr(device, "_open", lambda: Lost(fault))
    refused(code, device.sign, "again", b"data")
    refused(code, device.sign, "again", b"data")


def test_nothing_shows_or_copies_a_pin(device):
    place = DevicePlace(str(MODULE), "by", PIN)
    made = device.make_key("silent")
    for thing in (place, device, made):
        assert PIN not in repr(thing)
        for act in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match="copied or pickled"):
                act(thing)
