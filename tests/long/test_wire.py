"""What travels between states, broken by the thousand: heads, tiles, proofs, lists, requests.

Run as tests/long/test_parsers.py is, with the same two variables.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from certorigin.errors import CertoriginError
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.identity import Identity
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.log.tiles import Tile, bundle_from_bytes
from certorigin.mirror.line import sign_request, verify_request
from certorigin.mirror.profile import read_profiles, write_profiles
from certorigin.mirror.view import LogView
from certorigin.recognition.bundle import Bundle
from certorigin.seal.trust.trust import Trust
from tests.library.recognition import world as w
from tests.long.test_parsers import Fuzz

pytestmark = pytest.mark.timeout(0)
URL = "http://127.0.0.1:8702/exchange/log/certorigin/BY-1/AZ-BY/CIS-2009/2026/checkpoint"


@cache
def made():
    return w.small(Path(mkdtemp()))


def test_heads():
    """A head that was changed is never that of the log, nor a time of another one."""
    world = made()
    good = world.log_directory.read(layout.CHECKPOINT)
    text = Note.from_bytes(good).text

    def read(raw):
        assert Checkpoint.from_text(Note.from_bytes(raw).text).to_text()
        if Note.from_bytes(raw).text != text:
            with pytest.raises(CertoriginError):
                world.partner.read_head(raw)

    Fuzz("heads", [good]).against(read)


def test_identities():
    def read(raw):
        assert Identity.from_bytes(raw).origin

    Fuzz("identities", [made().log_directory.read(layout.IDENTITY)]).against(read)


def test_tiles():
    """Whatever a tile of entries holds, the view gives out entries of the signed head alone."""
    world = made()
    place = Tile(None, 0, len(world.acts)).path
    good, path = world.log_directory.read(place), world.log_folder / place

    def read(raw):
        path.write_bytes(raw)
        try:
            view = LogView.open(world.log_folder, world.trust)
            assert [view.entry(index) for index in range(view.size)] == world.acts
        finally:
            path.write_bytes(good)
        bundle_from_bytes(raw, len(world.acts))

    Fuzz("tiles", [good]).against(read)


def test_proofs():
    """A proof that was changed proves nothing else."""
    world = made()
    good = Bundle.from_bytes(world.bundle(1)).proof

    def read(raw):
        found = Proof.from_bytes(raw)
        assert Proof.from_bytes(found.to_bytes()) == found

    Fuzz("proofs", [good]).against(read)


def test_trust_lists():
    """No list that was changed is believed."""
    roots, (by, az) = made().trust.roots, w.trust_lists()

    def read(raw):
        assert Trust(roots).adopt(raw).raw in {by, az}

    Fuzz("trust lists", [by, az]).against(read)


def test_profiles():
    good = write_profiles("AZ-BY/CIS-2009", ("certorigin-corridor/v1", "certorigin-corridor/v2"))

    def read(raw):
        assert read_profiles(raw, "AZ-BY/CIS-2009")

    Fuzz("profiles", [good]).against(read)


def test_signed_requests():
    """Headers that were changed are the partner's only where they say the same."""
    key = w.sealer("AZ exchange")
    headers = sign_request("GET", URL, sealer=key, at=w.NOON, nonce="n" * 22)
    good = "\n".join(headers[name] for name in ("Signature-Input", "Signature")).encode()

    def read(raw):
        first, _, second = raw.decode("latin-1").partition("\n")
        caller = verify_request(
            "GET",
            URL,
            {"Signature-Input": first, "Signature": second},
            lambda found: "AZ-1" if found == key.key else "",
            now=w.NOON,
            seen_nonce=lambda *_: False,
        )
        assert caller.installation == "AZ-1"

    Fuzz("signed requests", [good]).against(read)
