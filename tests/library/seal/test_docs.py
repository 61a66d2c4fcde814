"""docs/spec/seal.md and docs/spec/trust-list.md are true."""

import json
import re

import pytest

from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import signing_input, verify_sealed
from certorigin.seal.trust import entries
from certorigin.seal.trust.folder import roots_from_bytes
from certorigin.seal.trust.trust import Trust
from tests.data import ROOT
from tests.library.seal.samples import CHAMBER, OFFICER

SPEC = ROOT / "docs" / "spec"
SOURCE = ROOT / "src" / "certorigin" / "seal"


def _block(page, kind):
    text = (SPEC / page).read_text()
    return re.search(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1]


def test_the_example_of_a_seal_verifies():
    document = json.loads(_block("seal.md", "json"))
    proofs = verify_sealed(strict_bytes(document)).proofs
    assert [proof.controller for proof in proofs] == [CHAMBER, OFFICER]
    signed = signing_input(document, document["proof"][0]).hex()
    assert signed == _block("seal.md", "signing-input").replace("\n", "")


def test_the_example_of_a_trust_list_is_adopted_by_the_example_of_roots():
    roots = roots_from_bytes(strict_bytes(json.loads(_block("trust-list.md", "roots"))))
    trust = Trust(roots)
    found = trust.adopt(strict_bytes(json.loads(_block("trust-list.md", "json"))))
    assert (found.state, found.version) == ("BY", 1)
    assert trust.verifiers_of_log("certorigin/BY-1/AZ-BY/CIS-2009/2026").log


@pytest.mark.parametrize(("page", "place"), [("seal.md", "seal"), ("trust-list.md", "trust")])
def test_every_code_is_explained_and_no_other(page, place):
    pattern = re.compile(rf'(?<!crash_point\()"({place}\.[a-z0-9_]+)"')
    used = {code for path in SOURCE.rglob("*.py") for code in pattern.findall(path.read_text())}
    explained = set(re.findall(rf"`({place}\.[a-z0-9_]+)`", (SPEC / page).read_text()))
    assert explained == used


def test_every_code_about_others_is_explained_and_no_other():
    folders = (SOURCE / "foreign", ROOT / "src" / "certorigin_server" / "conformance")
    source = "".join(path.read_text() for place in folders for path in place.glob("*.py"))
    text = "".join((SPEC / page).read_text() for page in ("foreign.md", "status-list.md"))
    used = set(re.findall(r'"(foreign\.[a-z0-9_]+)"', source))
    assert set(re.findall(r"`(foreign\.[a-z0-9_]+)`", text)) == used


def test_every_role_is_explained():
    text = (SPEC / "trust-list.md").read_text()
    words = (
        *entries.INSTALLATION_ROLES,
        *entries.BODY_ROLES,
        *entries.RIGHTS,
        *entries.KEY_ROLES,
        *entries.REASONS,
        *entries.MEDIA,
    )
    assert [word for word in words if f"`{word}`" not in text] == []
