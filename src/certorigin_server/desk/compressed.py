"""Style and script come over the line compressed; pages do not.

A page holds what nobody else may read (the token in its forms, trade data) beside what others can
make it say (the text of a search): who sees the length of compressed pages can guess the one by
trying the other (BREACH). Style and script say the same to everybody.
"""

from __future__ import annotations

import gzip
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

_KINDS = frozenset({".css", ".js", ".svg"})


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves the files of the shell, compressed for whoever can read that."""

    _found: ClassVar[dict[str, Any]] = {}

    def add_files_from_finders(self) -> None:
        """Look for the files once a process: those of a package stay as they are."""
        if not self._found:
            super().add_files_from_finders()
            self._found.update(self.files)
        self.files.update(self._found)

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: object = None) -> None:
        """Take a file with its compressed twin beside it, which is how WhiteNoise finds one."""
        if Path(path).suffix in _KINDS:
            path, stat_cache = _with_twin(path), None
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)


@cache
def _folder() -> TemporaryDirectory[str]:
    """Return the folder of the twins, which goes with the process."""
    return TemporaryDirectory(prefix="certorigin-static-")


@cache
def _with_twin(path: str) -> str:
    """Copy a file with its date, so that browsers know it again, and compress it; once a process.

    A folder that may be read only, such as that of a package, gets nothing written into it.
    """
    place = Path(_folder().name, str(_with_twin.cache_info().misses), Path(path).name)
    place.parent.mkdir()
    shutil.copy2(path, place)
    place.with_name(place.name + ".gz").write_bytes(gzip.compress(place.read_bytes(), mtime=0))
    return str(place)
