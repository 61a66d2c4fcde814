"""The table of the trail, whose triggers refuse every change and deletion; and tries to sign in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TrailEntry(models.Model):
    """Who did what, when, to which subject. `hash` covers the entry and the one before it."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    facts = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """The trail is read in the order in which it was written."""

        ordering: ClassVar = ["sequence"]
        indexes: ClassVar = [
            models.Index(fields=["subject", "sequence"], name="trail_subject"),
            models.Index(fields=["actor", "sequence"], name="trail_actor"),
            models.Index(fields=["action", "sequence"], name="trail_action"),
            models.Index(fields=["at", "sequence"], name="trail_at"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class TrailHead(models.Model):
    """The end of the chain: one row, locked by whoever writes the next entry."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return str(self.sequence)


class Tries(models.Model):
    """How often somebody tried to sign in: from one address, to one account, or both together.

    `key` is a hash of what is counted, so that no list of names and addresses comes about.
    `succeeded` is the last time at which it went well. Counts are forgotten (docs/operate).
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    succeeded = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key[:8]
