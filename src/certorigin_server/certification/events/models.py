"""Tables of what is made from certificates, and of numbers reserved for paper. Nothing changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

EVENT_TITLES = {
    "duplicate": "web.event_duplicate",
    "substitute": "web.event_substitute",
    "correction": "web.event_correction",
}


class EventRequest(models.Model):
    """What somebody asks to be made from a certificate: a duplicate, a substitute, a correction.

    `document` holds the terms as canonical text.
    """

    base = models.ForeignKey(
        "certification.Certificate", on_delete=models.PROTECT, related_name="requests"
    )
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    remark = models.CharField(max_length=1000, blank=True, default="")
    document = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest last."""

        ordering: ClassVar = ["asked_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "asked_at", "id"], name="certification_asked")
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.base_id}"

    @property
    def title(self) -> str:
        """The code of what is asked for, in words."""
        return EVENT_TITLES.get(self.event, "web.act_other")


class EventRefusal(models.Model):
    """Why what was asked for is not made."""

    request = models.OneToOneField(EventRequest, on_delete=models.PROTECT, related_name="refusal")
    reason = models.CharField(max_length=1000)
    refused_at = models.DateTimeField()
    refused_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.request_id} refused"


class ReservedNumber(models.Model):
    """A serial set aside for paper that is issued while the service is down (R18).

    It is used when a certificate bears it; until then the journal says that it is reserved.
    """

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    serial = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60)
    reserved_at = models.DateTimeField()
    reserved_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A serial is reserved at most once."""

        ordering: ClassVar = ["body", "form", "year", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year", "serial"], name="certification_reserved_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number} reserved"


class ReExport(models.Model):
    """What somebody asks for goods that another state certified, and that go further (R48).

    `base` is the partner's certificate, by its subject; `document` holds the terms as canonical
    text. The application is certified on the strength of the base alone.
    """

    application = models.OneToOneField(
        "application.Application", on_delete=models.PROTECT, related_name="re_export"
    )
    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    base = models.CharField(max_length=250, db_index=True)
    base_number = models.CharField(max_length=60)
    base_issued_on = models.DateField()
    base_issued_in = models.CharField(max_length=2)
    remark = models.CharField(max_length=1000, blank=True, default="")
    document = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest last."""

        ordering: ClassVar = ["asked_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "asked_at", "id"], name="certification_sent_on")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} on the strength of {self.base_number}"


class ReExportRefusal(models.Model):
    """Why goods that another state certified get no certificate for their further way."""

    request = models.OneToOneField(ReExport, on_delete=models.PROTECT, related_name="refusal")
    reason = models.CharField(max_length=1000)
    refused_at = models.DateTimeField()
    refused_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.request_id} refused"
