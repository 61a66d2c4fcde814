"""Tables of batches: what was handed in at once, each consignment of it, and what was looked at."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Batch(models.Model):
    """A table of consignments on its way; a loop does what the last order asked for.

    Each of the three orders is one person's act: the exporter confirms, the assessing officer
    decides, the certifying officer certifies. `fault` says why the loop stopped, `destroyed_at`
    that its papers were destroyed (R16).
    """

    class Stage(models.TextChoices):
        """Between two orders it rests; after an order the loop works."""

        READ = "read"
        SUBMITTING = "submitting"
        SUBMITTED = "submitted"
        DECIDING = "deciding"
        DECIDED = "decided"
        CERTIFYING = "certifying"
        CERTIFIED = "certified"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "users.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(
        "users.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.READ)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_at = models.DateTimeField(null=True)
    certified_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    fault = models.CharField(max_length=80, blank=True, default="")
    # What was worth a look in every consignment alike.
    remarks = models.TextField(blank=True, default="")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-created_at", "id"], name="batches_of_exporter"),
            models.Index(fields=["body", "-created_at", "id"], name="batches_of_body"),
            models.Index(fields=["-created_at", "id"], name="batches_newest"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(stage__in=["submitting", "deciding", "certifying"]),
                name="batches_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.stage}"


class BatchRow(models.Model):
    """One consignment of a batch. `document` is an application as canonical text.

    With a `fault` the loop passes it over until somebody orders again; what is `out` goes its own
    way, at the desks.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        SUBMITTED = "submitted"
        DECIDED = "decided"
        CERTIFIED = "certified"
        OUT = "out"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    document = models.TextField()
    remarks = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=80, blank=True, default="")
    facts = models.TextField(blank=True, default="")
    application = models.OneToOneField(
        "application.Application", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """In the order of the table."""

        ordering: ClassVar = ["batch", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="batches_row_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "state", "fault", "number"], name="batches_row_next"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number} {self.state}"


class BatchLook(models.Model):
    """A consignment that an officer has to look at before the order, and what came of it."""

    row = models.ForeignKey(BatchRow, on_delete=models.PROTECT, related_name="looks")
    order = models.CharField(max_length=12)
    is_drawn = models.BooleanField()
    outcome = models.CharField(max_length=8, blank=True, default="")
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """Once for each order."""

        ordering: ClassVar = ["row", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "order"], name="batches_look_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.order} {self.outcome}"
