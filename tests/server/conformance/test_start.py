"""The test profile starts alone or not at all, and no national system can reach it."""

import hashlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.urls import get_resolver

from certorigin.errors import ConflictError, UnknownError
from certorigin_server.conformance.start import (
    PRODUCTION,
    Profile,
    command,
    refuse_beside_production,
    run,
)
from certorigin_server.operate.commands import serve_command
from tests.data import shared
from tests.library.seal.others import BASE, credential

LOOPBACK = IPv4Address("127.0.0.1")
OWN_CONTEXT = "https://terms.example/v1"


@pytest.mark.parametrize("name", PRODUCTION)
def test_a_setting_of_a_national_system_stops_it(name, tmp_path):
    with pytest.raises(ConflictError, match=r"foreign\.beside_production"):
        refuse_beside_production({name: "x"}, tmp_path)
    refuse_beside_production({name: "", "HOME": "x"}, tmp_path)


def test_the_folder_of_a_national_system_stops_it(tmp_path):
    for name in ("system.toml", "keys", "trust"):
        refuse_beside_production({}, tmp_path)
        (tmp_path / name).touch()
    with pytest.raises(ConflictError, match=r"foreign\.beside_production"):
        refuse_beside_production({}, tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--dir", "x", "--test-profile", "--port", "8200"],
        ["--test-profile"],
        ["--test-profile", "--port", "8200", "--tls-cert", __file__],
    ],
)
def test_it_is_asked_for_clearly(words):
    assert CliRunner().invoke(serve_command, words).exit_code == 2


def test_beside_a_database_the_command_says_why(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    done = CliRunner().invoke(serve_command, ["--test-profile", "--port", "8200"])
    assert done.exit_code == 2
    assert "foreign.beside_production" in done.stderr


def test_a_missing_file_is_told_before_it_starts(monkeypatch, tmp_path):
    for name in PRODUCTION:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UnknownError, match=r"foreign\.file_missing"):
        run(Profile("127.0.0.1", 8200, contexts=tmp_path / "none"))


def test_one_worker_one_thread():
    words = command(Profile("127.0.0.1", 8200, tls=(Path("a.crt"), Path("a.key"))))
    assert {"--workers=1", "--blocking-threads=1", "--ssl-certificate=a.crt"} <= set(words)


def test_no_address_of_a_national_system_leads_to_it():
    assert not any(
        "vc" in str(pattern.pattern).split("/") for pattern in get_resolver().url_patterns
    )


@pytest.mark.loopback
@pytest.mark.timeout(240)
@pytest.mark.parametrize("named", [False, True], ids=["alone", "folder"])
def test_it_answers_over_https_and_ends_when_it_is_asked(tmp_path, named):
    certificate, key = _certificate(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    environment = {name: text for name, text in os.environ.items() if name not in PRODUCTION}
    words = ["serve", "--test-profile", "--port", str(port)]
    words += ["--tls-cert", certificate, "--tls-key", key]
    words += ["--contexts", _folder_with_one_more(tmp_path)] if named else []
    process = subprocess.Popen([sys.executable, "-m", "certorigin", *words], env=environment)
    try:
        url = f"https://127.0.0.1:{port}/vc/"
        status, keys = _ask(f"{url}keys", certificate)
        assert (status, len(keys)) == (200, 4)
        plain = credential(issuer=keys["/vc/eddsa-jcs-2022"])
        own = {**plain, "@context": [BASE, OWN_CONTEXT], "weight": "12.35"}
        asked = f"{url}eddsa-jcs-2022/credentials/issue"
        assert _ask(asked, certificate, {"credential": plain})[0] == 201
        assert _ask(asked, certificate, {"credential": own})[0] == (201 if named else 422)
    finally:
        process.terminate()
        assert process.wait(60) in {0, -15}


def _folder_with_one_more(tmp_path):
    """The published base context, and one that only this folder knows."""
    source, folder = shared("w3c-contexts"), tmp_path / "contexts"
    folder.mkdir()
    index = {BASE: json.loads((source / "index.json").read_bytes())[BASE]}
    base = index[BASE]["file"]
    (folder / base).write_bytes((source / base).read_bytes())
    own = json.dumps({"@context": {"weight": "https://terms.example/weight"}}).encode()
    (folder / "own.jsonld").write_bytes(own)
    index[OWN_CONTEXT] = {"file": "own.jsonld", "sha256": hashlib.sha256(own).hexdigest()}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def _certificate(folder):
    key = ec.derive_private_key(11, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "vc.crt", folder / "vc.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def _ask(url, certificate, body=None):
    """The status and the body of the answer, as soon as there is one."""
    trusted = ssl.create_default_context(cafile=certificate)
    data = json.dumps(body).encode() if body else None
    for _ in range(1000):
        try:
            with urllib.request.urlopen(url, data, context=trusted) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
        except OSError:
            time.sleep(0.1)
    pytest.fail("the test profile does not answer")
