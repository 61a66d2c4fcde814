"""Tables of the sixth stop: goods declarations, and what customs decided about each certificate."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class GoodsDeclaration(models.Model):
    """A goods declaration as it was lodged. `document` is canonical text (docs/spec)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    date = models.DateField()
    document = models.TextField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A declaration is registered once; newest first."""

        ordering: ClassVar = ["-registered_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "date"], name="recognition_declaration_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Decision(models.Model):
    """What an officer decided about one certificate under one declaration. Never rewritten.

    `report` is the verification as it stood, with the head that was used; an annulment that arrives
    later creates work and changes nothing here (architecture.md 1). `act` is the id of the act that
    tells the issuing state and `document` its canonical text; the returns prepare it for the seal.
    """

    class Outcome(models.TextChoices):
        """Granted or refused."""

        ACCEPTED = "accepted"
        REFUSED = "refused"

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="decisions"
    )
    subject = models.CharField(max_length=250)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    ground = models.CharField(max_length=80, blank=True, default="")
    remark = models.CharField(max_length=1000, blank=True, default="")
    override = models.CharField(max_length=1000, blank=True, default="")
    report = models.TextField()
    items = models.TextField()
    head_origin = models.CharField(max_length=200)
    head_size = models.BigIntegerField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60, unique=True)
    document = models.TextField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        """One decision a certificate and declaration; those not returned are looked for often."""

        ordering: ClassVar = ["decided_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "subject"], name="recognition_decided_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="recognition_subject"),
            models.Index(
                fields=["id"], name="recognition_to_return", condition=models.Q(returned_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.subject}"
