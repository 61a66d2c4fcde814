"""A signature for readers that know no bundle; the page still agrees with what was sealed."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certorigin.certification.render.pades import signed_pdf
from certorigin.errors import MalformedError
from certorigin.recognition.carrier import read_bundle
from certorigin.recognition.page import compare_page
from certorigin.recognition.pdf_file import PdfFile
from certorigin.terminal.main import main
from tests.library.certification.printed import original, sealed

NOW = datetime.now(UTC)
SECRET = b"secret"


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture(scope="module")
def authority():
    """A root, a body's certificate under it, an empty revocation list."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = built(name("Root"), root_key.public_key(), name("Root"), root_key, is_root=True)
    body = built(name("Body"), key.public_key(), name("Root"), root_key, is_root=False)
    lists = x509.CertificateRevocationListBuilder().issuer_name(name("Root"))
    lists = lists.last_update(NOW - timedelta(hours=1)).next_update(NOW + timedelta(days=9))
    revoked = lists.sign(root_key, hashes.SHA256())
    locked = serialization.BestAvailableEncryption(SECRET)
    return {
        "pkcs12": pkcs12.serialize_key_and_certificates(b"body", key, body, [root], locked),
        "root": root.public_bytes(serialization.Encoding.PEM),
        "crl": revoked.public_bytes(serialization.Encoding.DER),
    }


def built(subject, public, issuer, key, *, is_root):
    usage = {
        "digital_signature": not is_root,
        "content_commitment": not is_root,
        "key_cert_sign": is_root,
        "crl_sign": is_root,
    }
    rest = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=99))
    made = made.add_extension(x509.BasicConstraints(is_root, None), critical=True)
    made = made.add_extension(x509.KeyUsage(**usage, **rest), critical=True)
    return made.sign(key, hashes.SHA256())


def sign(authority, **changes):
    facts = {
        "pkcs12": authority["pkcs12"],
        "passphrase": SECRET,
        "at": NOW,
        "roots": [authority["root"]],
        "revocation_lists": [authority["crl"]],
    }
    return signed_pdf(original(), **(facts | changes))


@pytest.fixture(scope="module")
def signed(authority):
    return sign(authority)


def test_the_page_still_agrees_and_the_bundle_is_there(signed):
    raw = sealed()
    assert compare_page(PdfFile.from_bytes(signed), sealed=raw, bundle=raw).code == "page.agrees"
    assert read_bundle(signed) == raw
    assert signed.startswith(original())


def test_another_program_finds_the_signature_whole_and_its_evidence_embedded(signed, authority):
    reader = PdfFileReader(io.BytesIO(signed))
    (signature,) = reader.embedded_signatures
    assert str(signature.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"
    assert len(reader.root["/DSS"]["/CRLs"]) == 1
    roots = ValidationContext(trust_roots=_loaded(authority["root"]), allow_fetching=False)
    found = validate_pdf_signature(signature, roots)
    assert (found.intact, found.valid, found.trusted) == (True, True, True)


def _loaded(armoured):
    return list(load_certs_from_pemder_data(armoured))


def test_a_changed_byte_is_found(signed, authority):
    raw = signed.replace(b"/Lang(ru)", b"/Lang(en)")
    assert raw != signed
    roots = ValidationContext(trust_roots=_loaded(authority["root"]), allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(raw)).embedded_signatures
    assert not validate_pdf_signature(signature, roots).intact


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"passphrase": b"wrong"}, "pdf.key_unreadable"),
        ({"pkcs12": b"x"}, "pdf.key_unreadable"),
        ({"roots": [b"x"]}, "pdf.list_unreadable"),
        ({"revocation_lists": [b"x"]}, "pdf.list_unreadable"),
        ({"at": NOW + timedelta(days=1000)}, "pdf.not_signable"),
    ],
)
def test_what_can_not_sign_is_refused(authority, change, code):
    with pytest.raises(MalformedError) as caught:
        sign(authority, **change)
    assert caught.value.code == code


def test_the_command_signs(authority, tmp_path):
    paths = {}
    for kind, data in (*authority.items(), ("pdf", original()), ("secret", SECRET)):
        paths[kind] = tmp_path / kind
        paths[kind].write_bytes(data)
    out = tmp_path / "signed.pdf"
    line = ["pdf", "sign", paths["pdf"], "--key", paths["pkcs12"], "--out", out, "--json"]
    secret = ["--passphrase", paths["secret"]]
    evidence = ["--root", paths["root"], "--crl", paths["crl"]]
    found = CliRunner().invoke(main, [str(one) for one in (*line, *secret, *evidence)])
    assert found.exit_code == 0, found.output
    assert out.read_bytes().startswith(original())
    secret = ["--passphrase", paths["root"]]
    assert CliRunner().invoke(main, [str(one) for one in (*line, *secret)]).exit_code == 2
