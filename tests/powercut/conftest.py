"""A folder on a disk whose power can be cut."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.data import ROOT

SECONDS_TO_MOUNT = 60


class PoweredFolder:
    """A mounted folder, and the orders to the disk below it (tests/powercut/serve.py)."""

    def __init__(self, root: Path, process: subprocess.Popen[str]) -> None:
        self.root = root
        self._process = process

    def cut(self, number: int = 0) -> None:
        """Cut the power before the n-th change from now, or at once."""
        self._order(f"cut {number}")

    def power(self, luck: int = 0) -> None:
        """Give power again: with what was synced, and by a seed above 0 half of the rest."""
        self._order(f"power {luck}")

    def keep(self) -> None:
        """Sync everything that is there."""
        self._order("keep")

    def room(self, size: int | None) -> None:
        """Leave so many bytes, or plenty."""
        self._order(f"room {'' if size is None else size}")

    def fall_ill(self, code: int, number: int = 0, *, torn: bool = False) -> None:
        """From the n-th change on let changes fail with a number of `errno`; reading goes on."""
        self._order(f"ill {number} {code} {int(torn)}")

    def heal(self) -> None:
        """Let changes happen again."""
        self._order("heal")

    def changes(self) -> int:
        """Count what was changed until now."""
        return int(self._order("changes"))

    def peek(self, path: str) -> bytes:
        """Return a file as a reader could have seen it before the cut, synced or not."""
        return bytes.fromhex(self._order(f"peek {path}"))

    def _order(self, text: str) -> str:
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@pytest.fixture
def disk(tmp_path):
    if not Path("/dev/fuse").exists():
        pytest.skip("this machine has no /dev/fuse: power cuts can't be tested on it")
    root = tmp_path / "disk"
    root.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.powercut.serve", str(root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + SECONDS_TO_MOUNT
        while not root.is_mount():
            assert process.poll() is None, "the disk did not start"
            assert time.monotonic() < end, "the disk was not mounted"
            time.sleep(0.02)
        yield PoweredFolder(root, process)
    finally:
        subprocess.run(["umount", "-l", str(root)], check=False)
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
