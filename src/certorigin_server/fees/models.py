"""Tables of fees: schedules, a body's rules, fees of applications, and what moved on each.

A schedule and a movement never change; triggers refuse it. Amounts are decimals as texts.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from certorigin.fees.balance import Kind, Status
from certorigin.fees.reference import make_reference


def name_of(fee: int) -> str:
    """Return the name that a fee has in its reference: the state, and nine digits or more."""
    return f"{settings.SYSTEM.state}{fee:09d}"


class ScheduleEntry(models.Model):
    """A body's schedule of fees, from a day on. Of two for one day the later entered one holds.

    `document` is canonical text, as certorigin.fees reads it.
    """

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    document = models.TextField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-valid_from", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "-valid_from", "-id"], name="fees_schedule_of_body"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="fees_schedule_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} from {self.valid_from}"


class FeeRules(models.Model):
    """What a body does about fees: an unpaid one stops nothing, a missed term gives it back."""

    body = models.OneToOneField("users.Organisation", on_delete=models.PROTECT, related_name="+")
    unpaid_stops = models.BooleanField(default=False)
    late_refunds = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"fee rules of {self.body_id}"


class Wish(models.Model):
    """That an applicant asks for urgent work."""

    application = models.OneToOneField(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    urgent = models.BooleanField(default=False)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"wish for {self.application_id}"


class Fee(models.Model):
    """What is due for an application, or for what is made from its certificate (`request`).

    `document` is the reckoning by the schedule. `judged_at` is set once it is known whether the
    term was kept; `late_since` is the first day after a term that was missed.
    """

    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=20)
    request = models.PositiveBigIntegerField(default=0)
    schedule = models.ForeignKey(ScheduleEntry, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)
    sheets = models.PositiveIntegerField(default=0)
    hours = models.CharField(max_length=10, default="0")
    exemption = models.CharField(max_length=30, blank=True, default="")
    document = models.TextField()
    total = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=10, choices=[(str(one), str(one)) for one in Status], default=str(Status.DUE)
    )
    charged_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)
    late_since = models.DateField(null=True, blank=True)
    # While something that came beyond what is due, or for a missed term, was not given back.
    refund_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One fee for each thing that is asked for; the newest change first."""

        ordering: ClassVar = ["-changed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "event", "request"], name="fees_charged_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["body", "-changed_at", "-id"], name="fees_of_body"),
            models.Index(fields=["body", "status", "-changed_at", "-id"], name="fees_by_status"),
            models.Index(fields=["-changed_at", "-id"], name="fees_newest"),
            models.Index(fields=["status", "-changed_at", "-id"], name="fees_status_newest"),
            models.Index(fields=["id"], name="fees_to_judge", condition=models.Q(judged_at=None)),
            models.Index(
                fields=["body", "refund_since", "id"],
                name="fees_to_refund",
                condition=models.Q(refund_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"

    @property
    def reference(self) -> str:
        """What the payer writes on the payment."""
        return make_reference(name_of(self.pk))


class Movement(models.Model):
    """A payment, a refund, a waiver or its recall, with its paper. A row never changes.

    The same payment is noted once: `number` is that of the bank's or treasury's document.
    """

    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=[(str(one), str(one)) for one in Kind])
    amount = models.CharField(max_length=20)
    on = models.DateField()
    number = models.CharField(max_length=60)
    remark = models.CharField(max_length=500, blank=True, default="")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order in which they were noted."""

        ordering: ClassVar = ["noted_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fee", "kind", "number", "on", "amount"], name="fees_moved_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class PaymentFile(models.Model):
    """A file of payments that was taken, with what became of each of its lines."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    digest = models.CharField(max_length=64)
    document = models.TextField()
    noted = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-taken_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "-taken_at", "-id"], name="fees_files"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]
