"""Data of others that the tests read: public vectors and samples, kept beside the repository.

They lie in the folder `shared/data` beside the repository's root, or where the variable
CERTORIGIN_SHARED_DATA says. Without them a test that needs them is skipped; with them, nothing
that is missing is forgiven.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CERTORIGIN_SHARED_DATA") or ROOT.parent / "shared" / "data")


def shared(name: str) -> Path:
    """The file or folder `name` ("tlog/merkle") of the shared data."""
    if not SHARED.is_dir():
        pytest.skip(
            f"shared data: {name} is not on this machine (CERTORIGIN_SHARED_DATA says where)",
            allow_module_level=True,
        )
    path = SHARED / name
    if not path.exists():
        pytest.fail(f"shared data: the folder is here, but {name} is not in it", pytrace=False)
    return path


class Vectors:
    """How many vectors of each kind ran: a loop over an empty folder proves nothing."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, kind: str, number: int = 1) -> None:
        """Record that `number` vectors of `kind` ("tlog.merkle.inclusion") ran to their end."""
        if number < 1:
            pytest.fail(f"no vector of kind {kind} ran", pytrace=False)
        self.counts[kind] += number


vectors = Vectors()
