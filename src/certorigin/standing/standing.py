"""The answer of the fold: the standing of a certificate at a moment, as of the heads read."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.late import dataclass
from certorigin.standing.quantities import largest_use, left
from certorigin.standing.validity import endless_items, is_for_sale, is_uncounted
from certorigin.vocabulary.bodies import Annulment, CertificateReference, Replacement
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.quantities import Part, Use
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.goods import GoodsItem


class StandingStatus(StrEnum):
    """The points of a certificate's life: they can only be passed forwards, in this order."""

    UNKNOWN = "unknown"  # no `Issued` was registered by `at` in the logs that were read
    PENDING = "pending"  # logged, but no cosigned head covers it yet
    REGISTERED = "registered"  # in both states' log; the day in box 12 or a contract has to come
    VALID = "valid"
    USED_UP = "used_up"  # every item is used in full; at most the 5 % is left
    EXPIRED = "expired"
    REPLACED = "replaced"
    ANNULLED = "annulled"


# Replaced and annulled are both ends: whichever holds first stays, so they share a rank.
RANK: Mapping[StandingStatus, int] = {
    status: min(rank, len(StandingStatus) - 2) for rank, status in enumerate(StandingStatus)
}


@dataclass(frozen=True)
class Ending:
    """An annulment or a replacement with the moment from which it holds against everybody."""

    status: StandingStatus
    entry: LoggedAct
    holds_from: datetime
    body: Annulment | Replacement

    @property
    def reaches_back(self) -> bool:
        """Say whether an annulment claims an earlier moment than that from which it holds."""
        return isinstance(self.body, Annulment) and self.body.effective < self.holds_from


@dataclass(frozen=True)
class Standing:
    """What a certificate is worth. All but `later` and `pending` is as it was known by `at`."""

    subject: str
    at: datetime
    status: StandingStatus
    since: datetime | None = None
    issued: LoggedAct | None = None
    certificate: Certificate | None = None
    expires: date | None = None
    endings: tuple[Ending, ...] = ()
    uses: tuple[Use, ...] = ()
    parts: tuple[Part, ...] = ()
    sales: tuple[LoggedAct, ...] = ()
    original: str = ""
    bases: tuple[Standing, ...] = ()
    used: Mapping[int, Quantity] = field(default_factory=dict)
    uncounted: tuple[LoggedAct, ...] = ()
    refusals: tuple[LoggedAct, ...] = ()
    findings: tuple[Finding, ...] = ()
    later: tuple[LoggedAct, ...] = ()
    pending: tuple[LoggedAct, ...] = ()
    ignored: tuple[LoggedAct, ...] = ()

    @property
    def ending(self) -> Ending | None:
        """The annulment or replacement that holds first; it may lie ahead of `at`."""
        return self.endings[0] if self.endings else None

    @property
    def annulment(self) -> Annulment | None:
        """The annulment that holds first, if there is one."""
        bodies = (ending.body for ending in self.endings)
        return next((body for body in bodies if isinstance(body, Annulment)), None)

    @property
    def replacement(self) -> Replacement | None:
        """The replacement that holds first, if there is one."""
        bodies = (ending.body for ending in self.endings)
        return next((body for body in bodies if isinstance(body, Replacement)), None)

    @property
    def replaced_by(self) -> CertificateReference | None:
        """The certificate that stands in place of this one (R47)."""
        return self.replacement.by if self.replacement else None

    @property
    def annulled_base(self) -> Standing | None:
        """The certificate on whose strength this one was issued, where it is annulled (R48).

        Or the one on whose strength that one was. It does not end this one: customs is told.
        """
        for base in self.bases:
            found = base if base.status is StandingStatus.ANNULLED else base.annulled_base
            if found is not None:
                return found
        return None

    @property
    def awaits_contract(self) -> bool:
        """Say whether goods that left for sale have no contract yet: no preference (R49)."""
        certificate = self.certificate
        if certificate is None or self.sales:
            return False
        return is_for_sale(certificate, get_form(certificate.form))

    @property
    def reference(self) -> CertificateReference:
        """How people name the certificate. Raises UnknownError when none is known."""
        if self.certificate is None:
            raise UnknownError("standing.certificate_unknown", subject=self.subject)
        return reference_to(self.certificate)

    def used_of(self, sequence: int) -> Quantity:
        """Return how much of an item is used. Raises UnknownError for an item that is not there."""
        unit = self._item(sequence).quantity.unit
        return self.used.get(sequence, Quantity(Decimal(0), unit))

    def remaining(self, sequence: int) -> Quantity:
        """Return what is left of an item's quantity: without tolerance, never below nothing."""
        return left(self._item(sequence).quantity, self.used_of(sequence))

    def allowed(self, sequence: int) -> Quantity:
        """Return what further uses may take of an item: the tolerance is in it once (R28)."""
        form = get_form(self.reference.form)
        limit = largest_use(self._item(sequence), form.quantity_tolerance)
        return left(limit, self.used_of(sequence))

    def is_counted(self, sequence: int) -> bool:
        """Say whether uses of an item have a limit (R24). Raises UnknownError."""
        item, certificate = self._item(sequence), self.certificate
        return certificate is None or not is_uncounted(
            certificate, item, get_form(certificate.form)
        )

    @property
    def endless(self) -> frozenset[int]:
        """The items whose uses have no limit (R24)."""
        certificate = self.certificate
        return (
            endless_items(certificate, get_form(certificate.form)) if certificate else frozenset()
        )

    def _item(self, sequence: int) -> GoodsItem:
        for item in self.certificate.items if self.certificate else ():
            if item.sequence == sequence:
                return item
        raise UnknownError("standing.item_unknown", item=str(sequence), subject=self.subject)


def reference_to(certificate: Certificate) -> CertificateReference:
    """Return form, number, date and issuing state of a certificate (R21)."""
    return CertificateReference(
        form=certificate.form,
        number=certificate.number,
        date=certificate.certification.date,
        issued_in=certificate.issued_in,
    )
