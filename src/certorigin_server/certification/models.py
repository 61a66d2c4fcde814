"""Tables of the third stop: the running numbers of each body, and the certificates issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class NumberSequence(models.Model):
    """The last serial that a body gave for a form in a year. Locked by whoever takes the next."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField(default=0)

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
    application = models.OneToOneField(
        "application.Application", on_delete=models.PROTECT, related_name="certificate"
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

    class Meta:
        """A number is issued at most once: by serial, and as people would read it (R33)."""

        ordering: ClassVar = ["-certified_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "form", "year", "serial"], name="certification_serial_once"
            ),
            models.UniqueConstraint(
                fields=["body", "form", "year", "number_key"], name="certification_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_key", "issued_on"], name="certification_number"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number}"
