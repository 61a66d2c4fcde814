"""What was asked of partners, and what each of them speaks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Inquiry(models.Model):
    """One question of an officer to one partner; once it is answered, nothing in it changes.

    `answer` holds the exact lines that came (docs/spec/question.md): they are verified anew each
    time that they are looked at. `number_key` is a key for searching: see vocabulary/search.py.
    """

    class Outcome(models.TextChoices):
        """What came of it. Only `found` says anything about a certificate."""

        FOUND = "found"
        UNKNOWN = "unknown"
        UNUSABLE = "unusable"
        NOT_SPOKEN = "not_spoken"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    corridor = models.CharField(max_length=60)
    form = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    issued_in = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    code = models.CharField(max_length=80, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        """What waits is looked for in every turn; what was asked, by number."""

        ordering: ClassVar = ["-asked_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["number_key", "issued_on"], name="inquiry_number"),
            models.Index(
                fields=["corridor"],
                name="inquiry_waiting",
                condition=models.Q(answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PartnerProfile(models.Model):
    """What the partner of a corridor speaks, and what both agreed on, if anything."""

    corridor = models.CharField(max_length=60, unique=True)
    spoken = models.CharField(max_length=500)
    agreed = models.CharField(max_length=40, blank=True, default="")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.corridor}: {self.agreed}"


class PaperRegister(models.Model):
    """A register of certificates on paper, as it was imported: whose, by whom, from which file."""

    issued_in = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=150)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class PaperCertificate(models.Model):
    """One row of a register: what an authority says that it issued on paper. Nothing is sealed."""

    register = models.ForeignKey(
        PaperRegister, on_delete=models.PROTECT, related_name="certificates"
    )
    line = models.PositiveIntegerField()
    form = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    body = models.CharField(max_length=250)
    exporter = models.CharField(max_length=250)
    importer = models.CharField(max_length=250, blank=True, default="")
    blank = models.CharField(max_length=60, blank=True, default="")
    remark = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        """In the order of the file; by number at the desk."""

        ordering: ClassVar = ["register", "line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "line"], name="inquiry_paper_line_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["number_key"], name="inquiry_paper_number")]

    def __str__(self) -> str:
        return self.number
