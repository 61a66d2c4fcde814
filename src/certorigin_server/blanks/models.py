"""Tables of security blanks.

Triggers refuse every change but these: a spoiled blank is destroyed, and the note of a delivery or
of a spoiled blank is taken back as a mistake.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from certorigin.certification.blanks import Blanks


class Range(models.Model):
    """Blanks of one series, from `first` to `last`, whose digits are `width` wide."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=6, blank=True)
    width = models.PositiveSmallIntegerField()
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Not a table of its own."""

        abstract = True

    def __str__(self) -> str:
        return str(self.blanks)

    @property
    def blanks(self) -> Blanks:
        """The blanks, as the library reckons with them."""
        return Blanks(self.series, self.width, self.first, self.last)


class Note(Range):
    """What may have been noted by mistake: taken back, the row stays and no longer counts."""

    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_because = models.CharField(max_length=500, blank=True)

    class Meta:
        """Not a table of its own."""

        abstract = True


_STANDS = models.Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
_TAKEN_BACK = models.Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~models.Q(
    taken_back_because=""
)


class Delivery(Note):
    """Blanks that a body received from the printer, on a day, with a paper."""

    received_on = models.DateField()
    supplier = models.CharField(max_length=200)
    document = models.CharField(max_length=200)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-received_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "-received_on", "-id"], name="blanks_delivered"),
            models.Index(fields=["body", "series", "width", "first"], name="blanks_received"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="blanks_delivery_in_order"
            ),
            models.CheckConstraint(
                condition=_STANDS | _TAKEN_BACK, name="blanks_delivery_taken_back_whole"
            ),
        ]


class Use(Range):
    """The blank of a certificate that was handed over; `subject` names the certificate."""

    subject = models.CharField(max_length=200)

    class Meta:
        """A blank is used once."""

        ordering: ClassVar = ["-noted_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "series", "width", "first"], name="blanks_used_once"
            ),
        ]


class Destruction(models.Model):
    """Spoiled blanks destroyed together, under a protocol signed by those who saw it."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=60)
    destroyed_on = models.DateField()
    witnesses = models.CharField(max_length=400)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first; a protocol's number is its body's own."""

        ordering: ClassVar = ["-destroyed_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "protocol"], name="blanks_protocol_once"),
        ]

    def __str__(self) -> str:
        return self.protocol


class Spoiled(Note):
    """One blank that can't be used any more, with the reason, until it is destroyed.

    One that was noted by mistake is taken back: the row stays, and the blank is free again.
    """

    reason = models.CharField(max_length=500)
    destruction = models.ForeignKey(
        Destruction, null=True, on_delete=models.PROTECT, related_name="blanks"
    )

    class Meta:
        """A blank is spoiled once, unless that was taken back; what is destroyed stays so."""

        ordering: ClassVar = ["-noted_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "series", "width", "first"],
                name="blanks_spoiled_once",
                condition=models.Q(taken_back_at=None),
            ),
            models.CheckConstraint(
                condition=_STANDS | models.Q(destruction=None) & _TAKEN_BACK,
                name="blanks_taken_back_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["body", "first"],
                name="blanks_to_destroy",
                condition=models.Q(destruction=None, taken_back_at=None),
            ),
        ]


class SafeCount(models.Model):
    """A count of the safe: what was found, and what was missing or too many against the records."""

    body = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    found = models.TextField(blank=True)
    missing = models.TextField(blank=True)
    surplus = models.TextField(blank=True)
    expected = models.PositiveBigIntegerField()
    remark = models.CharField(max_length=500, blank=True)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-counted_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "-counted_at", "-id"], name="blanks_counted"),
        ]

    def __str__(self) -> str:
        return f"count of {self.body_id} at {self.counted_at:%Y-%m-%d}"
