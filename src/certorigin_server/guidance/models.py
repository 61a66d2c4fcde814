"""What people asked before issue, and the acceptance rules that states published.

Triggers refuse every change and deletion: an answer is a new row.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Inquiry(models.Model):
    """One run of the guided questionnaire, whoever asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "users.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    began_at = models.DateTimeField()
    began_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-began_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-began_at"], name="guidance_of_organisation"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def urn(self) -> str:
        """The name of the inquiry in the trail."""
        return f"urn:uuid:{self.id}"


class AnswerSet(models.Model):
    """The answers after a turn. `document` is canonical text, `digest` its SHA-256."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64)
    tariff_code = models.CharField(max_length=10, blank=True, default="")
    outcome = models.CharField(max_length=20, blank=True, default="")
    finished = models.BooleanField(default=False)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Turns are numbered from 1."""

        ordering: ClassVar = ["inquiry", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "number"], name="guidance_turn_once"),
        ]

    def __str__(self) -> str:
        return f"turn {self.number} of {self.inquiry_id}"


class Publication(models.Model):
    """Acceptance rules as a state published them: canonical text, and its SHA-256."""

    state = models.CharField(max_length=2)
    form = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A state gives each version once."""

        ordering: ClassVar = ["state", "form", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state", "form", "version"], name="guidance_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.form} {self.version}"
