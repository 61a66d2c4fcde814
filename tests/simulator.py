"""A partner of our own making that shares no code with Certorigin: it reads, publishes, and lies.

Written from the specifications alone (C2SP tlog-tiles, tlog-checkpoint, signed-note and
tlog-cosignature; RFC 6962; W3C eddsa-jcs-2022) on the standard library and PyNaCl, so that both
sides of a test can't make the same mistake. Nothing here is fast; everything is checked from
scratch.
"""

import base64
import hashlib
import http.server
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

LOG, COSIGNATURE = 1, 4
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class WrongError(Exception):
    """What was read does not verify."""


# -- trees (RFC 6962, 2.1, as written there) ------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(entry):
    return sha256(b"\x00" + entry)


def tree(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + tree(hashes[:split]) + tree(hashes[split:]))


# -- tiles (C2SP tlog-tiles) ----------------------------------------------------------------------


def tile_path(level, number, width=256):
    digits = f"{number % 1000:03}"
    rest = number // 1000
    while rest:
        digits = f"x{rest % 1000:03}/{digits}"
        rest //= 1000
    return f"tile/{level}/{digits}" + ("" if width == 256 else f".p/{width}")


def tiles_of(entries):
    """Every hash tile and entry bundle of a tree of these entries: path and content."""
    files = {}
    for start in range(0, len(entries), 256):
        bundle = entries[start : start + 256]
        content = b"".join(len(entry).to_bytes(2, "big") + entry for entry in bundle)
        files[tile_path("entries", start // 256, len(bundle))] = content
    hashes, level = [leaf(entry) for entry in entries], 0
    while hashes:
        for start in range(0, len(hashes), 256):
            part = hashes[start : start + 256]
            files[tile_path(level, start // 256, len(part))] = b"".join(part)
        full = len(hashes) // 256
        hashes = [tree(hashes[at * 256 : at * 256 + 256]) for at in range(full)]
        level += 1
    return files


# -- notes ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoteKey:
    """A key of signed notes. `seed` is only there when it is ours."""

    name: str
    kind: int
    public: bytes
    seed: bytes = b""

    @classmethod
    def make(cls, name, kind, seed):
        return cls(name, kind, bytes(SigningKey(seed).verify_key), seed)

    @property
    def id(self):
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    def sign(self, text, at=None):
        key = SigningKey(self.seed)
        if self.kind == LOG:
            value = key.sign(text).signature
        else:
            value = at.to_bytes(8, "big")
            value += key.sign(b"cosignature/v1\ntime %d\n%b" % (at, text)).signature
        return f"\u2014 {self.name} {base64.b64encode(self.id + value).decode()}\n".encode()

    def check(self, text, value):
        at = None
        if self.kind == COSIGNATURE:
            at, value = int.from_bytes(value[:8], "big"), value[8:]
            text = b"cosignature/v1\ntime %d\n%b" % (at, text)
        try:
            VerifyKey(self.public).verify(text, value)
        except BadSignatureError:
            raise WrongError(self.name) from None
        return at


@dataclass(frozen=True)
class Head:
    origin: str
    size: int
    root: bytes
    times: dict


def checkpoint_text(origin, size, root):
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def read_head(note, keys):
    """Verify a checkpoint by every known key; the first key must have signed."""
    text, _, lines = note.partition(b"\n\n")
    text += b"\n"
    origin, size, root = text.decode().splitlines()
    times = {}
    for line in lines.decode().splitlines():
        dash, name, value = line.split(" ")
        data = base64.b64decode(value, validate=True)
        for key in keys:
            if dash == "\u2014" and (key.name, key.id) == (name, data[:4]):
                times.setdefault(name, []).append(key.check(text, data[4:]))
    if keys[0].name not in times:
        raise WrongError("the log has not signed")
    return Head(origin, int(size), base64.b64decode(root), times)


# -- acts (W3C eddsa-jcs-2022) --------------------------------------------------------------------


def jcs(value):
    """RFC 8785 for the strict profile: no numbers, names in ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def base58_decode(text):
    number = 0
    for char in text:
        number = number * 58 + BASE58.index(char)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def verify_act(raw):
    """Verify every proof of a sealed act; return the verification methods."""
    document = json.loads(raw)
    if jcs(document) != raw:
        raise WrongError("not canonical")
    proofs = document.pop("proof")
    methods = []
    for proof in proofs:
        value = base58_decode(proof.pop("proofValue").removeprefix("z"))
        key = base58_decode(proof["verificationMethod"].partition("#")[2].removeprefix("z"))
        if proof["cryptosuite"] != "eddsa-jcs-2022" or key[:2] != b"\xed\x01":
            raise WrongError("another suite")
        try:
            VerifyKey(key[2:]).verify(sha256(jcs(proof)) + sha256(jcs(document)), value)
        except BadSignatureError:
            raise WrongError("proof") from None
        methods.append(proof["verificationMethod"])
    return methods


# -- reading --------------------------------------------------------------------------------------


def read_bundle(data):
    entries, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return entries


def read_log(fetch, keys):
    """Read a whole log by `fetch(path)` and verify all of it; return head and entries' bytes."""
    head = read_head(fetch("checkpoint"), keys)
    entries = []
    for start in range(0, head.size, 256):
        width = min(256, head.size - start)
        entries += read_bundle(fetch(tile_path("entries", start // 256, width)))
    if len(entries) != head.size or tree([leaf(entry) for entry in entries]) != head.root:
        raise WrongError("entries do not lead to the root")
    for path, content in tiles_of(entries).items():
        if fetch(path) != content:
            raise WrongError(path)
    return head, [_object(entry, fetch) for entry in entries]


def _object(entry, fetch):
    if not entry.startswith(b"certorigin-object/v1\n"):
        return entry
    _, digest, size = entry.decode().splitlines()
    data = fetch(f"object/{digest}")
    if hashlib.sha256(data).hexdigest() != digest or len(data) != int(size):
        raise WrongError(digest)
    return data


def folder(path):
    """A `fetch` for a log in a folder."""
    return lambda name: (Path(path) / name).read_bytes()


# -- publishing, and lying ------------------------------------------------------------------------


@dataclass
class Publisher:
    """A partner that publishes entries as it likes. `files` is what it serves at the moment."""

    origin: str
    log: NoteKey
    heartbeat: NoteKey
    entries: list = field(default_factory=list)
    files: dict = field(default_factory=dict)

    @classmethod
    def make(cls, origin, seed=b"simulated"):
        log = NoteKey.make(origin, LOG, sha256(seed + b" log"))
        heartbeat = NoteKey.make(f"{origin}/heartbeat", COSIGNATURE, sha256(seed + b" heartbeat"))
        return cls(origin, log, heartbeat)

    def publish(self, at, *entries):
        """Append and sign, as an honest partner does."""
        self.entries += entries
        self.files |= tiles_of(self.entries)
        self.files["checkpoint"] = self.head(self.entries, at)
        self.files["log.json"] = self.identity()
        return self.files["checkpoint"]

    def head(self, entries, at):
        root = tree([leaf(entry) for entry in entries])
        text = checkpoint_text(self.origin, len(entries), root)
        return text + b"\n" + self.log.sign(text) + self.heartbeat.sign(text, at)

    def identity(self):
        names = {"log": self.log, "heartbeat": self.heartbeat}
        data = {"format": "certorigin-log/v1", "origin": self.origin}
        for name, key in names.items():
            value = base64.b64encode(bytes([key.kind]) + key.public).decode()
            data[name] = f"{key.name}+{key.id.hex()}+{value}"
        return jcs(data)

    def fork(self, at, *entries):
        """Show another history, truly signed."""
        self.entries = list(entries)
        self.files = tiles_of(self.entries) | {
            "checkpoint": self.head(self.entries, at),
            "log.json": self.identity(),
        }

    def roll_back(self, at, size):
        """Show a smaller log, newly signed."""
        self.fork(at, *self.entries[:size])

    def alter(self, index, entry):
        """Serve other bytes for an entry under the head that was signed."""
        start = index - index % 256
        bundle = [*self.entries[start : start + 256]]
        path = tile_path("entries", start // 256, len(bundle))
        bundle[index - start] = entry
        content = b"".join(len(item).to_bytes(2, "big") + item for item in bundle)
        self.files[path] = content


class Server:
    """Serves a publisher over HTTP on loopback, in one of several bad ways. Requests are kept."""

    def __init__(self, files, fault="", pause=0.0):
        self.files, self.fault, self.pause, self.requests = files, fault, pause, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.path, dict(self.headers)))
                outer.answer(self)

            def do_POST(self):
                self.do_GET()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def answer(self, request):
        data = self.files.get(request.path.lstrip("/"))
        if self.fault == "status":
            return self._head(request, 503, 0)
        if self.fault == "redirect":
            return self._head(request, 302, 0, Location=f"{self.url}/elsewhere")
        if self.fault == "encoded":
            return self._send(request, b"\x1f\x8b", {"Content-Encoding": "gzip"})
        if data is None:
            return self._head(request, 404, 0)
        if self.fault == "garbage":
            data = b"\x00\xff not at all what you want"
        if self.fault == "huge":
            data += b"x" * 20_000_000
        if self.fault == "truncated":
            self._head(request, 200, len(data) + 100)
            return request.wfile.write(data)
        if self.fault == "slow":
            return self._drip(request, data)
        if self.fault == "slow head":
            return self._drip_head(request)
        return self._send(request, data, {})

    def _drip(self, request, data):
        self._head(request, 200, len(data))
        for at in range(len(data)):
            time.sleep(self.pause)
            try:
                request.wfile.write(data[at : at + 1])
            except OSError:
                return

    def _drip_head(self, request):
        """An answer that begins at once, and whose first lines take a hundred pauses."""
        lines = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Slow: %b\r\n\r\n" % (b"x" * 60)
        for at in range(len(lines)):
            time.sleep(self.pause)
            try:
                request.wfile.write(lines[at : at + 1])
            except OSError:
                return

    def _send(self, request, data, headers):
        self._head(request, 200, len(data), **headers)
        try:
            request.wfile.write(data)
        except OSError:
            return

    @staticmethod
    def _head(request, status, length, **headers):
        request.send_response(status)
        request.send_header("Content-Length", str(length))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
