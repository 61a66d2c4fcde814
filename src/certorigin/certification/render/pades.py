"""A PAdES signature on a PDF, for readers that know no bundle: an addition, never what counts.

The signature shows nothing on the page, so that the page still agrees with the sealed data. With
roots and revocation lists that are given, what is needed to check it later is embedded. Nothing is
fetched: neither lists nor a time stamp.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FIELD = "Authority"


def signed_pdf(
    pdf: bytes,
    *,
    pkcs12: bytes,
    passphrase: bytes,
    at: datetime,
    roots: Sequence[bytes] = (),
    revocation_lists: Sequence[bytes] = (),
) -> bytes:
    """Sign a PDF (PAdES, SHA-256) with the key in a PKCS#12 file.

    `roots` and `revocation_lists` (PEM or DER) are embedded after the path was checked with them.
    Raises MalformedError: `pdf.key_unreadable`, `pdf.list_unreadable`, `pdf.not_signable`.
    """
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(pkcs12, [], passphrase)
    except ValueError:  # its text may quote the file
        raise MalformedError("pdf.key_unreadable", place="pkcs12") from None
    try:
        lists = [_list_in(one) for one in revocation_lists]
        known = [found for one in roots for found in load_certs_from_pemder_data(_checked(one))]
    except (ValueError, TypeError):
        raise MalformedError("pdf.list_unreadable", place="") from None
    context = ValidationContext(
        trust_roots=known,
        crls=lists,
        allow_fetching=False,
        moment=at,
        revocation_mode="hard-fail" if lists else "soft-fail",
    )
    how = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=bool(known),
        validation_context=context if known else None,
    )
    out = io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.PdfSigner(how, signer).sign_pdf(writer, output=out)
    except (PdfError, SigningError, PathError, ValueError) as fault:
        raise MalformedError("pdf.not_signable", place="", said=str(fault)[:160]) from None
    return out.getvalue()


def _checked(raw: bytes) -> bytes:
    """Read a certificate to its end before the signer reads it lazily. Raises ValueError."""
    is_armoured = raw.lstrip().startswith(b"-----")
    _ = x509.load_pem_x509_certificate(raw) if is_armoured else x509.load_der_x509_certificate(raw)
    return raw


def _list_in(raw: bytes) -> bytes:
    """Return a revocation list as DER. Raises ValueError."""
    is_armoured = raw.lstrip().startswith(b"-----")
    found = x509.load_pem_x509_crl(raw) if is_armoured else x509.load_der_x509_crl(raw)
    return found.public_bytes(Encoding.DER)
