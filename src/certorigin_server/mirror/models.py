"""The partners' logs that we follow. The folder is the truth; these rows tell the operator."""

from __future__ import annotations

from typing import ClassVar

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


class Alarm(models.Model):
    """Something that a person must look at: a stop, entries set aside, a day that does not agree.

    One alarm is open for a key in a log. `ended_at` says that the cause is gone, `noted_at` that an
    administrator looked; neither removes the row or its evidence. `facts` is JSON without trade
    data, `evidence` the file below the system's folder that a third party can check.
    """

    origin = models.CharField(max_length=200)
    key = models.CharField(max_length=250)
    code = models.CharField(max_length=80)
    subject = models.CharField(max_length=250, blank=True, default="")
    act = models.CharField(max_length=60, blank=True, default="")
    facts = models.TextField(default="{}")
    evidence = models.CharField(max_length=300, blank=True, default="")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        """One open alarm for each cause; the newest first."""

        ordering: ClassVar = ["-raised_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin", "key"],
                condition=models.Q(ended_at=None),
                name="mirror_alarm_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code", "subject"], name="mirror_alarm_about"),
            models.Index(fields=["-raised_at", "-id"], name="mirror_alarm_newest"),
            models.Index(
                fields=["-raised_at", "-id"],
                name="mirror_alarm_waiting",
                condition=models.Q(ended_at=None, noted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.key}"


class DayCompared(models.Model):
    """What a partner stated that a body issued on a day, beside what our register holds (R9)."""

    publisher = models.CharField(max_length=20)
    corridor = models.CharField(max_length=60)
    day = models.DateField()
    body = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    stated_count = models.BigIntegerField()
    stated_digest = models.CharField(max_length=64)
    held_count = models.BigIntegerField()
    held_digest = models.CharField(max_length=64)
    compared_at = models.DateTimeField()

    class Meta:
        """The newest statement of a day counts."""

        ordering: ClassVar = ["-day", "publisher", "corridor", "body"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publisher", "corridor", "day", "body"], name="mirror_day_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-day", "id"], name="mirror_day_newest")]

    def __str__(self) -> str:
        return f"{self.day} {self.body}"

    @property
    def agrees(self) -> bool:
        """Say whether both sides hold the same."""
        return (self.stated_count, self.stated_digest) == (self.held_count, self.held_digest)
