"""docs/operate/tls.md is true: the page's nginx, and who comes with a certificate or without."""

import re
import secrets
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certorigin.errors import MalformedError, UnknownError
from certorigin.mirror.http import HttpLine, tls_context
from tests.data import ROOT
from tests.library.seal.samples import sealer

pytestmark = pytest.mark.loopback
PAGE = (ROOT / "docs" / "operate" / "tls.md").read_text("utf-8")
FRAME = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{server} }}
"""


class Authority:
    """Certifies servers and clients for one test."""

    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.certificate = self._certify(self.name, self.key, is_authority=True)

    def _certify(self, subject, key, *, is_authority=False):
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        basic = x509.BasicConstraints(ca=is_authority, path_length=None)
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = made.add_extension(basic, critical=True).add_extension(here, critical=False)
        return made.sign(self.key, hashes.SHA256())

    def give(self, folder, name):
        """Write a key and its certificate; return the names of both files."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        kinds = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / f"{name}.key").write_bytes(key.private_bytes(*kinds))
        (folder / f"{name}.pem").write_bytes(_pem(self._certify(subject, key)))
        return f"{name}.pem", f"{name}.key"


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Program(BaseHTTPRequestHandler):
    """Stands where the program stands: says which address it was asked under."""

    def do_GET(self):
        body = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """The page's nginx over a program; its folder and its address."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not on this machine (Debian: nginx-light)")
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    ours, partners, stranger = Authority("ours"), Authority("partners"), Authority("stranger")
    ours.give(folder, "server")
    partners.give(folder, "client")
    stranger.give(folder, "foreign")
    (folder / "partner-authority.pem").write_bytes(_pem(partners.certificate))
    (folder / "ours.pem").write_bytes(_pem(ours.certificate))
    program = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    threading.Thread(target=program.serve_forever, daemon=True).start()
    server = re.search(r"^```nginx\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]
    server = server.replace("/etc/certorigin/tls", str(folder))
    server = server.replace("listen 8443", f"listen 127.0.0.1:{port}")
    server = server.replace("127.0.0.1:8101", f"127.0.0.1:{program.server_port}")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder, server=server))
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    assert subprocess.run([*command, "-t"], capture_output=True, check=False).returncode == 0
    running = subprocess.Popen(command)
    for _ in range(1200):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield folder, f"127.0.0.1:{port}"
    running.terminate()
    running.wait(60)
    program.shutdown()
    program.server_close()


def ask(proxy, path="exchange/checkpoint", **files):
    folder, address = proxy
    files = {"authorities": "ours.pem"} | files
    line = HttpLine(
        f"https://{address}",
        sealer=sealer("exchange"),
        clock=lambda: datetime.now(UTC),
        nonce=lambda: secrets.token_urlsafe(18),
        context=tls_context(**{name: folder / path for name, path in files.items()}),
    )
    try:
        return line.fetch(path, 1000).decode()
    finally:
        line.close()


def test_the_partner_with_its_certificate_is_let_through_under_the_address_it_signed(proxy):
    answer = ask(proxy, certificate="client.pem", key="client.key")
    assert answer == proxy[1]


@pytest.mark.parametrize("files", [{}, {"certificate": "foreign.pem", "key": "foreign.key"}])
def test_anybody_else_gets_nothing_below_exchange(proxy, files):
    with pytest.raises(UnknownError) as caught:
        ask(proxy, **files)
    assert caught.value.code in {"line.absent", "line.refused"}


def test_people_need_no_certificate(proxy):
    assert ask(proxy, "check") == proxy[1]


def test_a_proxy_of_another_authority_is_not_believed(proxy):
    with pytest.raises(UnknownError) as caught:
        ask(proxy, authorities="partner-authority.pem", certificate="client.pem", key="client.key")
    assert caught.value.code == "line.unreachable"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"authorities": "nowhere.pem"}, "corridor.authorities"),
        ({"authorities": "client.key"}, "corridor.authorities"),
        ({"certificate": "client.pem", "key": "foreign.key"}, "corridor.certificate"),
    ],
)
def test_files_that_can_not_be_used_are_told_with_their_setting(proxy, files, place):
    with pytest.raises(MalformedError) as caught:
        tls_context(**{name: proxy[0] / path for name, path in files.items()})
    assert (caught.value.code, caught.value.facts["place"]) == ("settings.tls_unreadable", place)
