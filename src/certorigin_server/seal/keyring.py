"""The keys of this installation: encrypted files, or a device; opened once, never shown.

A key has a name. It lies in `<name>.pem`, or, when the settings name it, in the device under that
label. Root keys are none of these: they sign trust lists, and the system never opens them.
"""

from __future__ import annotations

import os
import secrets
import stat
import threading
from functools import cache
from typing import TYPE_CHECKING, Self

from django.conf import settings

from certorigin.errors import MalformedError, RightError, UnknownError
from certorigin.seal.device import Device, DevicePlace
from certorigin.seal.sealer import FileSealer
from certorigin.seal.suite import EDDSA_JCS_2022

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from certorigin.seal.proof import Sealer
    from certorigin_server.settings.system import SystemSettings

ROOT_PREFIX = "root-"
MAX_PIN = 256


class Keyring:
    """Finds a sealer by its name or by its public key."""

    def __init__(
        self, folder: Path, *, device: Device | None = None, in_device: Iterable[str] = ()
    ) -> None:
        self._folder = folder
        self._device = device
        self._in_device = frozenset(in_device)
        self._by_name: dict[str, Sealer] = {}
        self._names: dict[str, str] = {}  # by the public keys that were found
        self._lock = threading.Lock()

    @classmethod
    def of(cls, system: SystemSettings) -> Self:
        """Return the keyring of a system, with its device where one is set.

        Raises UnknownError, RightError when the file of the PIN can't be used.
        """
        if system.device is None:
            return cls(system.keys_folder)
        place = system.device
        pin = read_pin(system.folder / place.pin_file)
        device = Device(DevicePlace(place.module, place.token, pin))
        return cls(system.keys_folder, device=device, in_device=place.keys)

    def named(self, name: str) -> Sealer:
        """Return the sealer of that name.

        Raises UnknownError (`key.not_here`), and as `Device.sealer`.
        """
        with self._lock:
            if name not in self._by_name:
                self._by_name[name] = self._open(name)
            return self._by_name[name]

    def has(self, name: str) -> bool:
        """Say whether there is a key of that name: in its file, or in the device."""
        if name not in self._in_device:
            return self._path(name).is_file()
        try:
            self.named(name)
        except UnknownError as fault:
            if fault.code != "device.key_missing":
                raise
            return False
        return True

    def find(self, key: str) -> Sealer | None:
        """Return the sealer of a multibase public key, or None when it is not here."""
        known = self._names.get(key)
        if known is not None and (known in self._in_device or self._path(known).is_file()):
            return self.named(known)
        for name in self.names():
            try:
                sealer = self.named(name)
            except (UnknownError, MalformedError) as fault:
                if fault.code not in {"device.key_missing", "seal.key_file_unreadable"}:
                    raise
                continue  # one key that can't be had says nothing of the others
            if sealer.key == key:
                self._names[key] = name
                return sealer
        return None

    def of_key(self, key: str) -> Sealer:
        """Return the sealer of a multibase public key. Raises UnknownError (`key.not_here`)."""
        sealer = self.find(key)
        if sealer is None:
            raise UnknownError("key.not_here", key=key)
        return sealer

    def make(self, name: str, *, suite: str = EDDSA_JCS_2022.name) -> Sealer:
        """Make a key where the settings say that it lives, and return its sealer.

        Raises ConflictError when it is there already, and as `Device.make_key`.
        """
        if name in self._in_device:
            return self._need_device(name).make_key(name, suite=suite)
        return FileSealer.create(
            self._path(name), self._passphrase(), secrets.token_bytes, suite=suite
        )

    def names(self) -> Iterator[str]:
        """Name every key, without opening it."""
        yield from sorted(self._in_device)
        for path in sorted(self._folder.glob("*.pem")):
            if not path.stem.startswith(ROOT_PREFIX):
                yield path.stem

    def _open(self, name: str) -> Sealer:
        if name in self._in_device:
            return self._need_device(name).sealer(name)
        path = self._path(name)
        if not path.is_file():
            raise UnknownError("key.not_here", key=name)
        return FileSealer.open(path, self._passphrase())

    def _need_device(self, name: str) -> Device:
        if self._device is None:
            raise UnknownError("key.not_here", key=name)
        return self._device

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.pem"

    def _passphrase(self) -> bytes:
        return (self._folder / "passphrase").read_bytes().strip()


def read_pin(path: Path) -> str:
    """Read the PIN of a device from a file that its owner alone may read.

    Raises UnknownError (`device.pin_missing`), RightError (`device.pin_open_to_others`).
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
                raise RightError("device.pin_open_to_others", path=str(path))
            pin = file.read(MAX_PIN).decode("utf-8", "strict").strip()
    except (OSError, UnicodeDecodeError):
        raise UnknownError("device.pin_missing", path=str(path)) from None
    if not pin:
        raise UnknownError("device.pin_missing", path=str(path))
    return pin


@cache
def get_keyring() -> Keyring:
    """Return the keyring of this process."""
    return Keyring.of(settings.SYSTEM)
