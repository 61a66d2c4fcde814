"""The partners' logs that we follow. The folder is the truth; these rows tell the operator."""

from __future__ import annotations

from django.db import models


class FollowedLog(models.Model):
    """One term of a partner's log.

    `predecessor` is the term whose closing entry named this one. `judged_by` is the version of the
    publisher's trust list by which the register's entries were judged last.
    """

    class Status(models.TextChoices):
        """Whether there is more to come."""

        FOLLOWING = "following"
        CLOSED = "closed"
        HALTED = "halted"

    origin = models.CharField(max_length=200, unique=True)
    publisher = models.CharField(max_length=20)
    corridor = models.CharField(max_length=60)
    predecessor = models.CharField(max_length=200, blank=True, default="")
    judged_by = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.FOLLOWING)
    reason = models.CharField(max_length=80, blank=True, default="")
    size = models.BigIntegerField(default=0)
    heartbeat = models.DateTimeField(null=True)
    followed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.origin
