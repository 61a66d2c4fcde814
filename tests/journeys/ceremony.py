"""What officials do with cards and trust lists, for the stories."""

import json
from datetime import UTC, datetime

from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.ceremony import Ceremony, sign
from certorigin_server.operate.link import adopt_card, make_card


def said(state, *words) -> str:
    done = state.verb(*words)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def hold_ceremony(state) -> None:
    """As three people hold it: a file goes out, two signatures come back, compared by voice."""
    folder, carried = state.folder, state.folder.parent
    draft = carried / f"{state.state}.draft"
    told = json.loads(
        said(state, "trust", "draft", "show", str(folder), f"--out={draft}", "--json")
    )
    signatures = []
    for name in ("root-1", "root-3"):
        out = carried / f"{state.state}.{name}.sig"
        said(
            state,
            "trust",
            "sign",
            str(draft),
            f"--key={folder / 'keys' / name}.pem",
            f"--passphrase-file={folder / 'keys' / 'passphrase'}",
            f"--fingerprint={told['fingerprint']}",
            f"--out={out}",
        )
        signatures.append(str(out))
    few = state.verb("trust", "publish", str(folder), signatures[0])
    assert few.returncode == 2
    assert "trust.threshold_not_met" in few.stderr
    said(state, "trust", "publish", str(folder), *signatures)


def sign_and_publish(state, at: datetime | None = None) -> None:
    """The same in short, for what is not told here: root holders sign with the library."""
    folder = state.folder
    steps = sorted((folder / "ceremony").glob("[0-9]*/*.json"))
    ceremony = Ceremony.from_bytes(steps[-1].read_bytes())
    passphrase = (folder / "keys" / "passphrase").read_bytes().strip()
    files = []
    for name in ("root-2", "root-3"):
        root = FileSealer.open(folder / "keys" / f"{name}.pem", passphrase)
        files.append(folder.parent / f"{state.state}.{name}")
        files[-1].write_bytes(sign(ceremony, root, created=at or datetime.now(UTC)).to_bytes())
    said(state, "trust", "publish", str(folder), *map(str, files))


def link(one, other) -> None:
    for giver, taker in ((one, other), (other, one)):
        adopt_card(taker.folder / "trust", make_card(giver.folder / "trust", giver.state))
