"""Builds certorigin-verify.pyz from the library: the same bytes from the same source, always.

Whole layers of the library go in, up to the recognition; their compiled form beside them, which
makes the start quick on the Python that built it and is passed over by any other.
"""

import importlib.util
import marshal
import sys
import zipfile
from pathlib import Path

import rfc8785

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src" / "certorigin"
HERE = Path(__file__).parent
# In the order of .importlinter; what stands above the recognition is not needed to verify.
LAYERS = ("vocabulary", "seal", "standing", "log", "mirror", "recognition")
# Parts of these layers that need other packages, and are loaded only for their own kind of file.
OMITTED = ("seal/foreign/", "seal/device.py", "mirror/http.py")
ALWAYS = (1980, 1, 1, 0, 0, 0)


def contents() -> dict[str, bytes]:
    """Return every file of the archive by its name."""
    found = {}
    for place in sorted(LIBRARY.glob("*.py")):
        found[f"certorigin/{place.name}"] = place.read_bytes()
    for layer in LAYERS:
        for place in sorted((LIBRARY / layer).rglob("*")):
            name = place.relative_to(LIBRARY).as_posix()
            if place.is_file() and "__pycache__" not in name and not name.startswith(OMITTED):
                found[f"certorigin/{name}"] = place.read_bytes()
    for place in sorted(HERE.rglob("*.py")):
        if place.name != "build.py":
            found[place.relative_to(HERE).as_posix()] = place.read_bytes()
    for place in sorted(Path(rfc8785.__file__).parent.glob("*.py")):
        found[f"standins/rfc8785/{place.name}"] = place.read_bytes()
    found["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    return found


def compiled(name: str, source: bytes) -> bytes:
    """Compile a module to bytes that do not depend on when or where it was done."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    return (
        importlib.util.MAGIC_NUMBER
        + (1).to_bytes(4, "little")  # by hash, and not checked again
        + importlib.util.source_hash(source)
        # Later versions of the format say which objects the process holds elsewhere as well.
        + marshal.dumps(code, 2)
    )


def build(out: Path) -> None:
    """Write the archive."""
    files = contents()
    files |= {
        f"{name}c": compiled(name, source) for name, source in files.items() if name[-3:] == ".py"
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, ALWAYS)
                # What is compiled is read at each start, twice by Python's own importer: as it is.
                is_compiled = name.endswith("c")
                entry.compress_type = zipfile.ZIP_STORED if is_compiled else zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, files[name])
    out.chmod(0o755)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
