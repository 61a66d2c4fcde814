"""Tables of the third stop: numbers, certificates, and what people decide about them.

Only a deputation can be ended and a body's rules change; a certificate's act can be prepared anew
while it has no seal. Triggers refuse every other change.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from certorigin_server.certification.events.models import (
    EventRefusal,
    EventRequest,
    ReExport,
    ReExportRefusal,
    ReservedNumber,
)

__all__ = ["EventRefusal", "EventRequest", "ReExport", "ReExportRefusal", "ReservedNumber"]


class NumberSequence(models.Model):
    """The last serial that a body gave for a form in a year. Locked by whoever takes the next.

    `read_to` says up to which serial it is known that all are explained, but for those in
    `lacking` (the journal).
    """

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField(default=0)
    read_to = models.PositiveBigIntegerField(null=True)
    lacking = models.TextField(blank=True, default="", db_default="")

    class Meta:
        """One sequence a body, form and year."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year"], name="certification_sequence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.form} {self.year}: {self.last}"


class Certificate(models.Model):
    """A certificate, by its number. What it says lies in the act, as exact bytes.

    `id` is the subject of every act about it. The status is that of the act on its way.
    """

    id = models.CharField(max_length=200, primary_key=True)
    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="certificates"
    )
    # What was made from another certificate, and at whose request (R32, R46, R48).
    event = models.CharField(max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    asked = models.OneToOneField(
        "EventRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="made"
    )
    act = models.OneToOneField("seal.SealedAct", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    serial = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    destination = models.CharField(max_length=2)
    parties_key = models.CharField(max_length=700, blank=True, default="")
    exported_on = models.DateField(null=True, blank=True)
    export_document = models.CharField(max_length=200, blank=True, default="")
    certified_at = models.DateTimeField()
    certified_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    # Whose deputy certified, where somebody did as a deputy.
    acted_for = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """A number is issued at most once: by serial, and as people would read it (R33).

        A corrected version keeps it. An application has one certificate; what is made from that
        one later was asked for by itself.
        """

        ordering: ClassVar = ["-certified_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year", "serial", "version"],
                name="certification_serial_once",
            ),
            models.UniqueConstraint(
                fields=["body", "form", "year", "number_key", "version"],
                name="certification_number_once",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(event=""),
                name="certification_application_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_key", "issued_on"], name="certification_number"),
            models.Index(fields=["body", "issued_on"], name="certification_journal"),
            models.Index(
                fields=["number_key"],
                name="certification_number_begins",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["body", "-certified_at", "id"], name="certification_of_body"),
            models.Index(fields=["-certified_at", "id"], name="certification_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number}"


class CoveredGoods(models.Model):
    """Goods of a consignment that a certificate covers (R23), by their keys.

    The row passes to the certificate that stands in place of the one before.
    """

    key = models.CharField(max_length=64, unique=True)
    goods = models.CharField(max_length=64, db_index=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.key[:8]} by {self.certificate_id}"


class VoidNumber(models.Model):
    """A serial that was taken and never becomes a certificate, with the reason (the journal)."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    serial = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    voided_at = models.DateTimeField()
    voided_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A serial is void at most once."""

        ordering: ClassVar = ["body", "form", "year", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year", "serial"], name="certification_void_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number} void"


class TakenNumber(models.Model):
    """A serial that was given before a restore, as the log says, or that is passed over since then.

    With a `subject` it is that of a certificate whose application this database does not hold:
    `act` is what was sealed. Without one the number may or may not have been given.
    """

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    serial = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True, default="")
    act = models.OneToOneField(
        "seal.SealedAct", null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField()

    class Meta:
        """A serial is taken at most once."""

        ordering: ClassVar = ["body", "form", "year", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year", "serial"], name="certification_taken_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number} taken"


class BodyRules(models.Model):
    """How a body certifies. Without a row the strict rules hold: two persons, and no draft shown.

    `one_person` lets who assessed certify; `asks_exporter` lets nothing be sealed that the exporter
    has not approved.
    """

    body = models.OneToOneField("users.Organisation", on_delete=models.PROTECT, related_name="+")
    one_person = models.BooleanField(default=False)
    asks_exporter = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"rules of {self.body_id}"


class Deputation(models.Model):
    """An officer is away from a moment until a moment, and names who acts for him."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=300)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody is one's own deputy, and the end comes after the start."""

        ordering: ClassVar = ["-starts", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="certification_deputation_lasts",
            ),
            models.CheckConstraint(
                condition=~models.Q(officer=models.F("deputy")),
                name="certification_deputy_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.officer_id}"


class LaidDraft(models.Model):
    """A draft laid before the exporter: its digest, and the boxes as they were shown."""

    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    document = models.TextField()
    laid_at = models.DateTimeField()
    laid_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest counts."""

        ordering: ClassVar = ["application", "laid_at", "id"]

    def __str__(self) -> str:
        return f"draft {self.digest[:8]} of {self.application_id}"


class DraftAnswer(models.Model):
    """What the exporter said of a draft: approved, or what should change."""

    draft = models.OneToOneField(LaidDraft, on_delete=models.PROTECT, related_name="answer")
    approved = models.BooleanField()
    remark = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.draft_id} {'approved' if self.approved else 'to change'}"


class SentBack(models.Model):
    """A decision that the certifying officer did not follow, with the reason."""

    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    assessment = models.OneToOneField(
        "assessment.Assessment", on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=1000)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest last."""

        ordering: ClassVar = ["application", "sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.application_id} sent back"


class Handover(models.Model):
    """The paper handed to a person against signature; `blank` is the printed number."""

    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, related_name="handover"
    )
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    blank = models.CharField(max_length=40)
    handed_to = models.CharField(max_length=200)
    authority = models.CharField(max_length=200)
    remark = models.CharField(max_length=500, blank=True, default="")
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A blank is used once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "blank"], name="certification_blank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} handed over"


class InPlaceOf(models.Model):
    """An application for a certificate in place of another one (Rules 8.3), with the reason."""

    application = models.OneToOneField(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    base = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest last."""

        ordering: ClassVar = ["asked_at", "id"]

    def __str__(self) -> str:
        return f"{self.application_id} in place of {self.base_id}"


class Renewal(models.Model):
    """A certificate whose unsealed act was prepared anew under the same number, and why."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="renewals")
    set_aside = models.OneToOneField("seal.SealedAct", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=80)
    renewed_at = models.DateTimeField()
    renewed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    certified_before_by = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.certificate_id} prepared anew"
