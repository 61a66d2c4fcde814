"""The keys of this installation: encrypted files in its folder, opened once, never shown."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import UnknownError
from certorigin.seal.sealer import FileSealer

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin.seal.proof import Sealer


class Keyring:
    """Finds a sealer by its name (the file's) or by its public key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_name: dict[str, FileSealer] = {}
        self._lock = threading.Lock()

    def named(self, name: str) -> FileSealer:
        """Return the sealer in `<name>.pem`. Raises UnknownError (`key.not_here`)."""
        with self._lock:
            if name not in self._by_name:
                self._by_name[name] = self._open(name)
            return self._by_name[name]

    def has(self, name: str) -> bool:
        """Say whether there is a key of that name."""
        return (self._folder / f"{name}.pem").is_file()

    def of_key(self, key: str) -> Sealer:
        """Return the sealer of a multibase public key. Raises UnknownError (`key.not_here`)."""
        for path in sorted(self._folder.glob("*.pem")):
            sealer = self.named(path.stem)
            if sealer.key == key:
                return sealer
        raise UnknownError("key.not_here", key=key)

    def _open(self, name: str) -> FileSealer:
        path = self._folder / f"{name}.pem"
        if not path.is_file():
            raise UnknownError("key.not_here", key=name)
        passphrase = (self._folder / "passphrase").read_bytes().strip()
        return FileSealer.open(path, passphrase)


@cache
def get_keyring() -> Keyring:
    """Return the keyring of this process."""
    return Keyring(settings.SYSTEM.keys_folder)
