"""Tables of the second stop. A trigger refuses every change and deletion."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """One attempt to decide, with all reasons and figures. At most one attempt of a round decides.

    A decision that is opened again ends its round, and stays as it was. `document` is canonical
    text, as certorigin.assessment reads it; `basis` holds the digests of what the attempt rests on.
    """

    class Decision(models.TextChoices):
        """What the assessment came to for the form asked for (`certorigin.assessment.due`)."""

        ORIGINATING = "originating"
        GENERAL = "general"
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
    basis = models.TextField(blank=True, default="")
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


class Refusal(models.Model):
    """A refusal to certify, on a ground of the closed list.

    `assessment` is the decision that it follows from, if one decided; else `document` holds what
    the facts came to, or nothing where there were none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="refusals"
    )
    assessment = models.OneToOneField(
        Assessment, null=True, blank=True, on_delete=models.PROTECT, related_name="refusal"
    )
    round = models.PositiveIntegerField()
    ground = models.CharField(max_length=40)
    remark = models.TextField(blank=True, default="")
    document = models.TextField(blank=True, default="")
    basis = models.TextField()
    refused_at = models.DateTimeField()
    refused_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One application is refused once a round."""

        ordering: ClassVar = ["application", "round"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "round"], name="assessment_refused_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} refused: {self.ground}"


class Appeal(models.Model):
    """An appeal against a refusal; another officer than the one who refused resolves it, once."""

    class Outcome(models.TextChoices):
        """What became of it."""

        REJECTED = "rejected"
        UPHELD = "upheld"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    refusal = models.OneToOneField(Refusal, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """What is resolved has its outcome, its time and its person."""

        ordering: ClassVar = ["filed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by=None, outcome="")
                | (
                    models.Q(resolved_at__isnull=False, resolved_by__isnull=False)
                    & ~models.Q(outcome="")
                ),
                name="assessment_appeal_resolved_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["filed_at"],
                name="assessment_appeal_open",
                condition=models.Q(resolved_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"appeal {self.id} {self.outcome or 'open'}"


class ExaminationAct(models.Model):
    """An act of examination of an exporter's goods, as a body has it on record (Rules 2.6).

    `goods` is canonical text: the lines of goods, each with code and description.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exporter = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="examination_acts"
    )
    evidence = models.ForeignKey(
        "application.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=60)
    dated = models.DateField()
    expert = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField()
    findings = models.TextField()
    confirms_necessary = models.BooleanField(null=True, blank=True)
    goods = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An act is recorded once, until it is withdrawn."""

        ordering: ClassVar = ["-dated", "number", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["exporter", "issuer", "number", "dated"],
                condition=models.Q(withdrawn_at=None),
                name="assessment_act_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_until")),
                name="assessment_act_valid_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"act {self.number} of {self.dated}"

    @property
    def urn(self) -> str:
        """The name of the act in the trail."""
        return f"urn:uuid:{self.id}"


class Dossier(models.Model):
    """Goods of an exporter that were assessed once, for use in later applications.

    `worksheet` is canonical text: the facts about this one item, with what they need around them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exporter = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="dossiers")
    sequence = models.PositiveIntegerField()
    code = models.CharField(max_length=14)
    description = models.TextField(blank=True, default="")
    goods_key = models.CharField(max_length=300)
    worksheet = models.TextField()
    criterion = models.CharField(max_length=10)
    rules = models.CharField(max_length=64)
    valid_until = models.DateField()
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An item of an assessment is approved once, until that is withdrawn."""

        ordering: ClassVar = ["code", "goods_key", "-approved_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "sequence"],
                condition=models.Q(withdrawn_at=None),
                name="assessment_dossier_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["exporter", "goods_key"], name="assessment_dossier_goods"),
            models.Index(
                fields=["body", "code", "goods_key", "-approved_at", "id"],
                name="assessment_dossier_of_body",
            ),
            models.Index(
                fields=["code", "goods_key", "-approved_at", "id"],
                name="assessment_dossier_by_goods",
            ),
        ]

    def __str__(self) -> str:
        return f"dossier of {self.code} for {self.exporter_id}"

    @property
    def urn(self) -> str:
        """The name of the dossier in the trail."""
        return f"urn:uuid:{self.id}"
