"""Tables of what people are told: how far the trail was read, occasions, notices, letters.

An occasion is one thing that happened; a notice is one person who is told of it; a letter carries
one notice or a day's.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from certorigin_server.notices.webhooks.models import Delivery, Endpoint

__all__ = ["Delivery", "Endpoint"]


class Bookmark(models.Model):
    """How far the trail was read: one row. What lies before the first reading is told to nobody."""

    sequence = models.BigIntegerField()
    deadlines_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.sequence)


class Occasion(models.Model):
    """Something that happened, or a day that nears: its kind, its sentence, its number, its page.

    `key` says what it is, so that it comes about once. It holds no trade data.
    """

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    number = models.CharField(max_length=120)
    path = models.CharField(max_length=400)
    due = models.DateField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Choice(models.Model):
    """How a person wants to be written to about one kind of occasion."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    how = models.CharField(max_length=10)

    class Meta:
        """One choice for each kind."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notices_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.how}"


class Mailbox(models.Model):
    """The address of a person, once they confirmed it; `bounces` in a row stop what is sent."""

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    confirmed_at = models.DateTimeField(null=True)
    bounces = models.PositiveIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)
    digest_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"mailbox of {self.user_id}"


class Letter(models.Model):
    """An e-mail that waits, was sent, or was given up. Its key is its Message-ID."""

    class Purpose(models.TextChoices):
        """What a letter brings."""

        CONFIRM = "confirm"
        NOTICE = "notice"
        DIGEST = "digest"

    class Status(models.TextChoices):
        """Where a letter is."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    address = models.CharField(max_length=254)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """What waits is found in the order in which it is due."""

        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="notices_letter_waits",
                condition=models.Q(status="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.status}"


class Notice(models.Model):
    """One person is told of one occasion, once; `letter` is what carried it by e-mail."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="notices")
    letter = models.ForeignKey(Letter, null=True, on_delete=models.SET_NULL, related_name="notices")
    created = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; how many are unread is asked on every page."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "occasion"], name="notices_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notices_newest"),
            models.Index(fields=["user"], name="notices_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id} for {self.user_id}"
