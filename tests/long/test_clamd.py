"""A real clamd of Debian with a signature of our own: what it finds, and where it is silent."""

import os
import shutil
import subprocess
import time
from types import SimpleNamespace

import pytest

from certorigin.errors import MalformedError
from certorigin_server.application import evidence_scan
from certorigin_server.application.evidence_scan import require_clean
from certorigin_server.settings.uploads import UploadSettings

CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
# The file that every scanner knows, in two halves: so that none takes this page for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"
pytestmark = [
    pytest.mark.loopback,
    pytest.mark.skipif(CLAMD is None, reason="clamav-daemon is not installed"),
]


@pytest.fixture
def clamd(tmp_path, monkeypatch):
    """The daemon on a socket of its own, until the test ends."""
    place = tmp_path / "clamd.sock"
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "own.hdb").write_text(SIGNATURE)
    told = tmp_path / "clamd.conf"
    told.write_text(
        f"LocalSocket {place}\nDatabaseDirectory {tmp_path / 'db'}\nForeground yes\n"
        f"StreamMaxLength 1M\nPidFile {tmp_path / 'pid'}\n"
    )
    with subprocess.Popen([CLAMD, "-c", str(told)], stdout=subprocess.DEVNULL) as process:
        while not place.exists():
            assert process.poll() is None
            time.sleep(0.1)
        system = SimpleNamespace(uploads=UploadSettings(str(place)))
        monkeypatch.setattr(evidence_scan, "settings", SimpleNamespace(SYSTEM=system))
        yield process
        process.terminate()


def test_the_real_scanner_is_understood(clamd):
    require_clean(b"%PDF-1.7\nclean\n%%EOF")
    with pytest.raises(MalformedError) as error:
        require_clean(EICAR)
    assert error.value.code == "evidence.malware"
    assert "Eicar-Test-Signature" in error.value.facts["value"]
    with pytest.raises(MalformedError, match=r"evidence\.not_scanned"):
        require_clean(bytes(3_000_000))  # more than it was told to take
    clamd.terminate()
    clamd.wait()
    with pytest.raises(MalformedError, match=r"evidence\.not_scanned"):
        require_clean(b"%PDF-1.7\nclean\n%%EOF")
