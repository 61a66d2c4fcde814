"""Tables of webhooks: where they go, and each delivery with how it went."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Endpoint(models.Model):
    """An address that is told what happens: to one trader, or (without one) in the whole system.

    Its secret is derived from its key and its generation; no table holds it. `failing_since` is
    when deliveries began to fail without one that went well.
    """

    organisation = models.ForeignKey(
        "users.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(max_length=500)
    kinds = models.CharField(max_length=200)
    generation = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    failing_since = models.DateTimeField(null=True)
    switched_off_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """Those of a trader, or of the system, newest first."""

        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "-id"],
                name="notices_endpoints_of",
                condition=models.Q(removed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One occasion for one address. Its key is the id by which the receiver knows it again."""

    class Status(models.TextChoices):
        """Where a delivery is."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    occasion = models.ForeignKey("notices.Occasion", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        """Once for each address; what waits in the order in which it is due."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "occasion"], name="notices_delivered_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "-created"], name="notices_delivery_newest"),
            models.Index(
                fields=["next_at"],
                name="notices_delivery_waits",
                condition=models.Q(status="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.id}"
