"""Certificates as paper: made on demand from what is sealed and released, not while issuing.

The code on the page is signed with the key that sealed the certificate, so that the same bytes come
out each time; where that key is no more here, the page has no code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.certification.record import record_parts
from certorigin.certification.render.pdf import (
    Printable,
    codes_pdf,
    contents_pdf,
    copy_pdf,
    original_pdf,
)
from certorigin.certification.slip import Slip, address_of
from certorigin.errors import CertoriginError
from certorigin.seal.proof import verify_sealed
from certorigin_server.log.queries import bundle_of

if TYPE_CHECKING:
    from certorigin.seal.proof import Sealer
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.seal.keyring import Keyring


def original_of(certificate: Certificate, *, keyring: Keyring) -> bytes:
    """Return the PDF with the bundle attached. Raises UnknownError (`log.not_published`)."""
    bundle = bundle_of(certificate.act_id)
    return original_pdf(_with_code(bundle.act, keyring), bundle=bundle.to_bytes())


def contents_of(certificate: Certificate, *, keyring: Keyring, right: float, down: float) -> bytes:
    """Return the contents alone, to print on a blank. Raises as `original_of`, MalformedError."""
    printable = _with_code(bundle_of(certificate.act_id).act, keyring)
    return contents_pdf(printable, right=right, down=down)


def copy_of(certificate: Certificate, *, language: str) -> bytes:
    """Return a copy in the form's own language, or for reading in another. Raises UnknownError."""
    return copy_pdf(Printable.of(bundle_of(certificate.act_id).act), language=language)


def codes_of(certificate: Certificate) -> bytes:
    """Return the sheets with the codes of the whole bundle. Raises UnknownError, LimitError."""
    bundle = bundle_of(certificate.act_id)
    return codes_pdf(Printable.of(bundle.act), record_parts(bundle.to_bytes()))


def _with_code(sealed: bytes, keyring: Keyring) -> Printable:
    printable = Printable.of(sealed)
    sealer = _sealer_of(sealed, printable.act.issuer, keyring)
    if sealer is None:
        return printable
    slip = Slip.of(printable.act, printable.certificate, digest=printable.digest)
    try:
        return replace(printable, code=address_of(slip, sealer, host=_host()))
    except CertoriginError:
        return printable  # a suite without COSE, or a host name too long for the symbol


def _sealer_of(sealed: bytes, issuer: str, keyring: Keyring) -> Sealer | None:
    keys = (proof.key for proof in verify_sealed(sealed).proofs if proof.controller == issuer)
    return next((found for found in map(keyring.find, keys) if found is not None), None)


def _host() -> str:
    """Return the name under which people reach this system."""
    system = settings.SYSTEM
    return system.names[0] if system.names else f"{system.host}:{system.port}"
