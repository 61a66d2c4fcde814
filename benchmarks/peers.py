"""Other verifiers of signed documents, where they are installed: functions that return a rate.

The W3C's reference library runs in Node. Its packages are looked for in the folder that
CERTORIGIN_BENCH_NODE names, where npm installed `@digitalbazaar/vc`,
`@digitalbazaar/data-integrity` and `@digitalbazaar/eddsa-jcs-2022-cryptosuite`. didkit and signxml
are taken where they are installed beside us. TradeTrust is not among them: it can't read our
certificates.
"""

import atexit
import importlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from lxml import etree
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from benchmarks import pdf, verify
from certorigin.certification.render.pades import signed_pdf
from certorigin.certification.render.pdf import original_pdf
from certorigin.recognition.bundle import Bundle
from tests.library.recognition import world as w

SECRET = b"only for this measurement"
LINES = 10


class NotInstalledError(Exception):
    """A peer that is not here; the table says so."""


def pdf_signatures() -> Callable[[], float]:
    """PDF signatures (P-256) that pyHanko verifies in a second, with the path to a root."""
    root, chain, key = _authority()
    bundle, _ = pdf.bundle_of(LINES)
    signed = signed_pdf(
        original_pdf(pdf.with_code(bundle), bundle=bundle),
        pkcs12=pkcs12.serialize_key_and_certificates(
            b"body", key, chain, [root], serialization.BestAvailableEncryption(SECRET)
        ),
        passphrase=SECRET,
        at=w.NOON,
        roots=[root.public_bytes(serialization.Encoding.PEM)],
        revocation_lists=[],
    )
    trusted = list(load_certs_from_pemder_data(root.public_bytes(serialization.Encoding.PEM)))

    def is_sound(raw: bytes) -> bool:
        (found,) = PdfFileReader(io.BytesIO(raw)).embedded_signatures
        paths = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=w.NOON)
        return validate_pdf_signature(found, paths).intact

    assert is_sound(signed)
    assert not is_sound(signed.replace(b"/Lang(ru)", b"/Lang(en)"))
    return lambda: _rate(lambda: is_sound(signed), 5)


def xml_signatures() -> Callable[[], float]:
    """XML signatures (P-256) that signxml verifies in a second. Raises NotInstalledError."""
    try:
        signxml = importlib.import_module("signxml")
    except ImportError:
        raise NotInstalledError("signxml") from None
    _, chain, key = _authority()
    document = etree.Element("certificate")
    for number in range(LINES):
        line = etree.SubElement(document, "item", sequence=str(number))
        for name in ("description", "quantity", "netWeight", "grossWeight", "packages"):
            etree.SubElement(line, name).text = "Тракторы колёсные «Беларус 82.1»"
    signer = signxml.XMLSigner(signature_algorithm="ecdsa-sha256")
    pem = chain.public_bytes(serialization.Encoding.PEM).decode()
    signed = etree.tostring(signer.sign(document, key=key, cert=[pem]))
    verifier = signxml.XMLVerifier()

    def check() -> object:
        return verifier.verify(signed, x509_cert=pem)

    check()
    return lambda: _rate(check, 20)


def w3c_library() -> Callable[[], float]:
    """Acts of ours that the W3C's reference library verifies in a second of its processor.

    Raises NotInstalledError.
    """
    place, node = os.environ.get("CERTORIGIN_BENCH_NODE"), shutil.which("node")
    if place is None or node is None:
        raise NotInstalledError("@digitalbazaar/vc")
    return _in_a_process([node, str(Path(__file__).with_name("w3c.mjs")), place], 200)


def didkit() -> Callable[[], float]:
    """Credentials that didkit verifies in a second of its processor. Raises NotInstalledError."""
    if importlib.util.find_spec("didkit") is None:
        raise NotInstalledError("didkit")
    return _in_a_process([sys.executable, "-m", "benchmarks.didkit_peer"], 40)


def _in_a_process(command: list[str], count: int) -> Callable[[], float]:
    """Start a peer that is given the file of an act, and asked by lines how often to verify it."""
    with tempfile.TemporaryDirectory() as folder:
        _, (raw,) = verify.make_bundles(Path(folder) / "log", 1)
        act = Path(folder) / "act.json"
        act.write_bytes(Bundle.from_bytes(raw).act)
        process = subprocess.Popen(
            [*command, str(act)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

        def rate() -> float:
            print(count, file=process.stdin, flush=True)
            return float(process.stdout.readline())

        rate()  # it reads the act, and compiles what it runs often
    atexit.register(process.kill)
    return rate


def _authority() -> tuple[x509.Certificate, x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A root, and a body's certificate under it with its key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    return _certificate("Root", keys[0], keys[0]), _certificate("Body", *keys[::-1]), keys[1]


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    is_root = key is issuer
    made = x509.CertificateBuilder(
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")]),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=w.NOON - timedelta(days=1),
        not_valid_after=w.NOON + timedelta(days=9_999),
    )
    usage = dict.fromkeys(
        ("key_encipherment data_encipherment key_agreement encipher_only decipher_only").split(),
        False,
    )
    usage |= {"digital_signature": not is_root, "content_commitment": not is_root}
    usage |= {"key_cert_sign": is_root, "crl_sign": is_root}
    made = made.add_extension(x509.BasicConstraints(is_root, None), critical=True)
    made = made.add_extension(x509.KeyUsage(**usage), critical=True)
    return made.sign(issuer, hashes.SHA256())


def _rate(act: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        act()
    return count / (time.process_time() - start)
