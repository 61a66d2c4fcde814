"""How a fee stands: what was due, what came, what went back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.fees.reckon import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable


class Status(StrEnum):
    """How a fee stands."""

    NOTHING = "nothing"
    DUE = "due"
    PART_PAID = "part_paid"
    PAID = "paid"
    WAIVED = "waived"
    REFUNDED = "refunded"


class Kind(StrEnum):
    """What happens to a fee; a recall takes a waiver back."""

    PAYMENT = "payment"
    REFUND = "refund"
    WAIVER = "waiver"
    RECALL = "recall"


@dataclass(frozen=True)
class Balance:
    """What is due and what came of it; `held` is what came and did not go back.

    `late` says that the fee is given back, since the term for deciding was missed. Without that,
    what went back is as if it had not come: it is due again, until a decision waives it.
    """

    total: Decimal
    paid: Decimal = NONE
    refunded: Decimal = NONE
    waived: bool = False
    late: bool = False

    @classmethod
    def of(
        cls, total: Decimal, movements: Iterable[tuple[str, Decimal]], *, late: bool = False
    ) -> Balance:
        """Return how a fee stands after all that happened to it."""
        moved = list(movements)

        def added(kind: Kind) -> Decimal:
            return sum((amount for one, amount in moved if one == kind), NONE)

        kinds = [one for one, _ in moved]
        waived = kinds.count(Kind.WAIVER) > kinds.count(Kind.RECALL)
        return cls(total, added(Kind.PAYMENT), added(Kind.REFUND), waived, late)

    @property
    def held(self) -> Decimal:
        """What the body holds of it."""
        return self.paid - self.refunded

    @property
    def status(self) -> Status:
        """How the fee stands."""
        if self.waived:
            return Status.WAIVED
        if self.late and self.refunded and self.held < self.total:
            return Status.REFUNDED
        if not self.total or (self.late and not self.held):
            return Status.NOTHING
        if self.held >= self.total:
            return Status.PAID
        return Status.PART_PAID if self.held else Status.DUE

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; nothing of what was waived or would go straight back."""
        if self.waived or self.late:
            return NONE
        return max(self.total - self.held, NONE)

    @property
    def over(self) -> Decimal:
        """What came beyond what was due."""
        return self.held if self.waived else max(self.held - self.total, NONE)

    @property
    def goes_back(self) -> Decimal:
        """What is to be given back: all that is held for a missed term, else what came beyond."""
        return self.held if self.late else self.over

    def require_waived(self) -> None:
        """Let only what is waived be due again. Raises StandingError (`fees.not_waived`)."""
        if not self.waived:
            raise StandingError("fees.not_waived")

    def require_refundable(self, amount: Decimal) -> None:
        """Let no more go back than is held. Raises StandingError (`fees.refund_too_large`)."""
        if amount > self.held:
            raise StandingError("fees.refund_too_large", held=format(self.held, "f"))
