"""The marks of box 5 in their legal wording, where they name another certificate (R46 to R48)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.form import Form


def replacement_mark(form: Form, replaced: CertificateReference) -> str:
    """Return the mark of a certificate that stands in place of another (R47; Rules 8.3)."""
    return f"{form.markers['replacement']} № {replaced.number} от {replaced.date:%d.%m.%Y}"
