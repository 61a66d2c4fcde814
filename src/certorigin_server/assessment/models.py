"""Tables of the second stop. A trigger refuses every change and deletion."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """One attempt to decide, with all reasons and figures. At most one attempt of a round decides.

    A decision that is opened again ends its round, and stays as it was.
    `document` is canonical text, as certorigin.assessment reads it.
    """

    class Decision(models.TextChoices):
        """What the assessment came to."""

        ORIGINATING = "originating"
        NOT_ORIGINATING = "not_originating"
        UNDETERMINED = "undetermined"

    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="assessments"
    )
    worksheet = models.ForeignKey(
        "application.WorksheetVersion", on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=20, choices=Decision.choices)
    document = models.TextField()
    remark = models.TextField(blank=True, default="")
    round = models.PositiveIntegerField(default=1)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One application is decided once a round; attempts that stayed open may be many."""

        ordering: ClassVar = ["application", "decided_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "round"],
                condition=~models.Q(decision="undetermined"),
                name="assessment_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.decision}"


class Reopening(models.Model):
    """A decision that was opened again, by whom and why. The next attempt begins a new round."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, related_name="reopening"
    )
    reason = models.CharField(max_length=1000)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.assessment_id} opened again"
