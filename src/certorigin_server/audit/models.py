"""Tables of the auditor's desk: samples, what was drawn, and findings. Nothing of it changes."""

from __future__ import annotations

import json
import uuid
from typing import ClassVar

from django.db import models


class Sample(models.Model):
    """A random sample of a population, with all that is needed to draw it again.

    `population_digest` tells one population from another; names are in `certorigin.audit.sample`.
    """

    class Kind(models.TextChoices):
        """What is looked at."""

        CERTIFICATES = "certificates"
        DECISIONS = "decisions"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    start = models.DateField()
    end = models.DateField()
    body = models.ForeignKey(
        "users.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    seed = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    population_digest = models.CharField(max_length=64)
    organisation = models.ForeignKey(
        "users.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    drawn_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-drawn_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.start} {self.end}"


class Drawn(models.Model):
    """One member of a sample: a certificate, or a decision of customs, by its name."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="drawn")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=250)

    class Meta:
        """In the order in which they were drawn."""

        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "position"], name="audit_position_once"),
            models.UniqueConstraint(fields=["sample", "name"], name="audit_drawn_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AuditFinding(models.Model):
    """What an auditor found about one member. A later finding stands beside the earlier one."""

    class Outcome(models.TextChoices):
        """Whether anything is to be said."""

        IN_ORDER = "in_order"
        REMARK = "remark"

    drawn = models.ForeignKey(Drawn, on_delete=models.PROTECT, related_name="findings")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    remark = models.CharField(max_length=2000, blank=True, default="")
    found_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        """Oldest first; the last one counts."""

        ordering: ClassVar = ["found_at", "pk"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.drawn_id}"


class Destruction(models.Model):
    """Papers whose term is over: proposed by one administrator, confirmed by another (R16).

    `cases` names what is destroyed, all of one `kind` (`certorigin_server.audit.shelves`), `digest`
    everything that was proposed; `protocol` is the sealed protocol, byte for byte.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, db_default="applications")
    years = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000)
    cases = models.TextField()
    digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    protocol = models.TextField(null=True)  # noqa: DJ001 - null: not yet, and written once

    class Meta:
        """Newest first; nobody confirms what they proposed themselves."""

        ordering: ClassVar = ["-proposed_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["-proposed_at", "id"],
                name="audit_destruction_open",
                condition=models.Q(confirmed_at=None),
            ),
            models.Index(fields=["-confirmed_at", "id"], name="audit_destruction_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="audit_destruction_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None, protocol=None)
                | models.Q(
                    confirmed_by__isnull=False, confirmed_at__isnull=False, protocol__isnull=False
                ),
                name="audit_destruction_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.urn

    @property
    def urn(self) -> str:
        """The name of the protocol, in the trail and in itself."""
        return f"urn:uuid:{self.id}"

    @property
    def count(self) -> int:
        """How many cases it is about."""
        return len(json.loads(self.cases))
