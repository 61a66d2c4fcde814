"""A disk that forgets what was not synced when its power is cut: a FUSE file system in memory.

Every file and folder has two lives: what programs see, and what would still be there after a power
cut. `fsync` on a file carries its bytes over, `fsync` on a folder its names; nothing else does
(POSIX promises no more). A cut happens at once, or before the n-th change from now; from then on
every call fails, until the power is back. It can also fall ill before the n-th change: changes fail
with a number of the system (full, read-only, failing), reading goes on; and a write can be torn,
half of it landing before it fails. Between the two lives the `luck` decides: none of what
was not synced survives, or a seeded half of it, pages and names one by one, so that writes are torn
and reordered.

It is served and ordered about by tests/powercut/serve.py, and imports nothing from certorigin.
"""

import errno
import os
import random
import stat
import threading
import time
from dataclasses import dataclass, field

import mfusepy

PAGE = 4096
PLENTY = 1 << 40


@dataclass(eq=False)
class File:
    """Bytes as programs see them, the bytes that are safe, and the writes between the two."""

    mode: int
    live: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    since: list = field(default_factory=list)  # (offset, bytes), or (length, None) for a truncation
    changed: float = field(default_factory=time.time)

    def write(self, offset, data):
        if len(self.live) < offset:
            self.live.extend(bytes(offset - len(self.live)))
        self.live[offset : offset + len(data)] = data
        self.since.append((offset, data))
        self.changed = time.time()

    def truncate(self, length):
        del self.live[length:]
        self.live.extend(bytes(length - len(self.live)))
        self.since.append((length, None))
        self.changed = time.time()

    def sync(self):
        self.safe, self.since = bytes(self.live), []

    def lose(self, lucky):
        """Go back to what is safe, and what `lucky` lets through, page by page."""
        image = bytearray(self.safe)
        for offset, data in self.since:
            if data is None:
                if lucky():
                    del image[offset:]
                    image.extend(bytes(offset - len(image)))
                continue
            for start in range(0, len(data), PAGE):
                page, place = data[start : start + PAGE], offset + start
                if lucky():
                    image.extend(bytes(max(0, place - len(image))))
                    image[place : place + len(page)] = page
        self.live = image
        self.sync()


@dataclass(eq=False)
class Folder:
    """Names as programs see them, and the names that are safe."""

    mode: int
    live: dict = field(default_factory=dict)
    safe: dict = field(default_factory=dict)
    changed: float = field(default_factory=time.time)

    def sync(self):
        self.safe = dict(self.live)


class Disk(mfusepy.Operations):
    """The file system. One thread serves it, another obeys orders; a guard is between them."""

    use_ns = True

    def __init__(self):
        self.guard = threading.RLock()
        self.root = Folder(0o755)
        self.moves = []  # changes of names not yet safe: tuples of (folder, name, node or None)
        self.handles = {}
        self.next_handle = 1
        self.changes = 0
        self.cut_at = None
        self.is_off = False
        self.room = PLENTY
        self.ill_at = None  # (the change from which it is ill, the number, whether writes are torn)

    # -- orders ---------------------------------------------------------------------------------

    def cut(self, number):
        """Let the power fail before the n-th change from now; 0 cuts it at once."""
        with self.guard:
            self.cut_at = self.changes + number if number else None
            self.is_off = not number

    def power(self, luck):
        """Come back with what was safe; a seed above 0 lets half of the rest survive as well."""
        with self.guard:
            chance = random.Random(luck)
            lucky = (lambda: chance.random() < 0.5) if luck else (lambda: False)
            for move in self.moves:
                if lucky():
                    for folder, name, node in move:
                        self._settle(folder.safe, name, node)
            self.moves, self.handles = [], {}
            self._restore(self.root, lucky)
            self.cut_at, self.is_off = None, False

    def fall_ill(self, number, code, *, torn):
        """From the n-th change on let every change fail with a number of `errno`."""
        with self.guard:
            self.ill_at = (self.changes + number, code, torn)

    def heal(self):
        """Let changes happen again."""
        with self.guard:
            self.ill_at = None

    def keep(self):
        """Make everything safe, as `sync` does."""
        with self.guard:
            self._keep(self.root)
            self.moves = []

    def _keep(self, node):
        node.sync()
        if isinstance(node, Folder):
            for inner in node.live.values():
                self._keep(inner)

    def peek(self, path):
        """Return, in hex, what a reader could have seen a moment before the cut."""
        with self.guard:
            off, self.is_off = self.is_off, False
            try:
                return self._node(path).live.hex()
            except mfusepy.FuseOSError:
                return ""
            finally:
                self.is_off = off

    def _restore(self, folder, lucky):
        folder.live = dict(folder.safe)
        for node in folder.live.values():
            if isinstance(node, Folder):
                self._restore(node, lucky)
            else:
                node.lose(lucky)

    @staticmethod
    def _settle(names, name, node):
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node

    # -- finding --------------------------------------------------------------------------------

    def _alive(self):
        if self.is_off:
            raise mfusepy.FuseOSError(errno.EIO)

    def _change(self, room=0, path=""):
        """Count a change; the one that the cut was set for does not happen any more."""
        self._alive()
        if room > self.room:
            raise mfusepy.FuseOSError(errno.ENOSPC)
        self.changes += 1
        if self.cut_at is not None and self.changes >= self.cut_at:
            self.is_off = True
            self._alive()
        self._check_health(path)
        self.room -= room

    def _is_ill(self):
        return self.ill_at is not None and self.changes >= self.ill_at[0]

    def _check_health(self, path=""):
        # What SQLite shares between processes lies in memory, whatever the disk does; only this
        # kernel carries each of its pages to us.
        if self._is_ill() and not path.endswith("-shm"):
            raise mfusepy.FuseOSError(self.ill_at[1])

    def _node(self, path):
        self._alive()
        node = self.root
        for name in path.strip("/").split("/"):
            if name:
                if not isinstance(node, Folder) or name not in node.live:
                    raise mfusepy.FuseOSError(errno.ENOENT)
                node = node.live[name]
        return node

    def _place(self, path):
        above, _, name = path.rpartition("/")
        return self._node(above), name

    def _name(self, *move):
        """Carry out one change of names: all of it, or after a cut perhaps none."""
        for folder, name, node in move:
            self._settle(folder.live, name, node)
            folder.changed = time.time()
        self.moves.append(move)

    def _file(self, path, handle):
        self._alive()
        if handle is None:
            return self._node(path)
        if handle not in self.handles:  # opened before the cut
            raise mfusepy.FuseOSError(errno.EIO)
        return self.handles[handle]

    def _open(self, node):
        handle, self.next_handle = self.next_handle, self.next_handle + 1
        self.handles[handle] = node
        return handle

    # -- reading --------------------------------------------------------------------------------

    def getattr(self, path, fh=None):
        with self.guard:
            node = self._file(path, fh)
            is_folder = isinstance(node, Folder)
            kind, size = (stat.S_IFDIR, 0) if is_folder else (stat.S_IFREG, len(node.live))
            at = int(node.changed * 1e9)
            return {
                "st_mode": kind | node.mode,
                "st_nlink": 2 if is_folder else 1,
                "st_size": size,
                "st_mtime": at,
                "st_ctime": at,
                "st_atime": at,
            }

    def readdir(self, path, fh):
        with self.guard:
            return [".", "..", *self._node(path).live]

    def open(self, path, flags):
        with self.guard:
            node = self._node(path)
            if flags & os.O_TRUNC:
                self._change()
                node.truncate(0)
            return self._open(node)

    def opendir(self, path):
        with self.guard:
            return self._open(self._node(path))

    def read(self, path, size, offset, fh):
        with self.guard:
            return bytes(self._file(path, fh).live[offset : offset + size])

    def release(self, path, fh):
        with self.guard:
            self.handles.pop(fh, None)
        return 0

    releasedir = release

    def statfs(self, path):
        free = min(self.room, PLENTY) // PAGE
        return {
            "f_bsize": PAGE,
            "f_frsize": PAGE,
            "f_blocks": free,
            "f_bfree": free,
            "f_bavail": free,
        }

    # -- changing -------------------------------------------------------------------------------

    def create(self, path, mode, fi=None):
        with self.guard:
            folder, name = self._place(path)
            self._change()
            node = File(mode & 0o7777)
            self._name((folder, name, node))
            return self._open(node)

    def mkdir(self, path, mode):
        with self.guard:
            folder, name = self._place(path)
            self._change()
            self._name((folder, name, Folder(mode & 0o7777)))
        return 0

    def write(self, path, data, offset, fh):
        with self.guard:
            node = self._file(path, fh)
            try:
                self._change(max(0, offset + len(data) - len(node.live)), path)
            except mfusepy.FuseOSError:
                if self._is_ill() and self.ill_at[2]:  # torn: half of it has landed
                    node.write(offset, bytes(data[: len(data) // 2]))
                raise
            node.write(offset, bytes(data))
            return len(data)

    def truncate(self, path, length, fh=None):
        with self.guard:
            node = self._file(path, fh)
            self._change()
            node.truncate(length)
        return 0

    def rename(self, old, new):
        with self.guard:
            source, name = self._place(old)
            target, new_name = self._place(new)
            node = self._node(old)
            self._change()
            self._name((source, name, None), (target, new_name, node))
        return 0

    def link(self, target, source):
        with self.guard:
            folder, name = self._place(target)
            node = self._node(source)
            if name in folder.live:
                raise mfusepy.FuseOSError(errno.EEXIST)
            self._change()
            self._name((folder, name, node))
        return 0

    def unlink(self, path):
        with self.guard:
            folder, name = self._place(path)
            self._change()
            self._name((folder, name, None))
        return 0

    def rmdir(self, path):
        with self.guard:
            folder, name = self._place(path)
            if folder.live[name].live:
                raise mfusepy.FuseOSError(errno.ENOTEMPTY)
            self._change()
            self._name((folder, name, None))
        return 0

    def chmod(self, path, mode):
        with self.guard:
            self._node(path).mode = mode & 0o7777
        return 0

    def chown(self, path, uid, gid):
        return 0

    def utimens(self, path, times=None):
        return 0

    # -- syncing --------------------------------------------------------------------------------

    def fsync(self, path, datasync, fh):
        with self.guard:
            node = self._file(path, fh)
            self._change()
            node.sync()
        return 0

    def fsyncdir(self, path, datasync, fh):
        with self.guard:
            folder = self._file(path, fh)
            self._change()
            # A rename between two folders is one change: it is safe as a whole, and what happened
            # before it to the same names is over.
            settled = set()
            for move in reversed(self.moves):
                if any(part[0] is folder for part in move):
                    for other, name, node in move:
                        if (id(other), name) not in settled:
                            self._settle(other.safe, name, node)
                    settled.update((id(other), name) for other, name, _ in move)
            folder.sync()
            self.moves = [
                move
                for move in self.moves
                if not any(part[0] is folder or (id(part[0]), part[1]) in settled for part in move)
            ]
        return 0
