"""Our own logs: one row a term. The head is swapped here, together with the register's indexes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Log(models.Model):
    """One log of one corridor and term. `head` is the signed checkpoint: the truth of the log."""

    class Status(models.TextChoices):
        """Whether the term still takes entries."""

        OPEN = "open"
        CLOSED = "closed"

    origin = models.CharField(max_length=200, unique=True)
    corridor = models.CharField(max_length=60)
    term = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    predecessor = models.CharField(max_length=200, blank=True, default="")
    successor = models.CharField(max_length=200, blank=True, default="")
    head = models.TextField(null=True)  # noqa: DJ001 - no head is not an empty head
    size = models.BigIntegerField(default=0)
    judged_by = models.IntegerField(default=0)
    judged_size = models.BigIntegerField(default=0)

    class Meta:
        """One term is open at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["corridor"], condition=models.Q(status="open"), name="log_one_open_term"
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class NationalEntry(models.Model):
    """The salt with which an act of ours is hashed in a national log. It travels in the bundle."""

    act = models.OneToOneField("seal.SealedAct", on_delete=models.PROTECT, related_name="+")
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"entry of {self.act_id}"


class CosignedHead(models.Model):
    """A head of ours that the partner countersigned: the source of legal time."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="cosigned_heads")
    sequence = models.BigIntegerField()
    size = models.BigIntegerField()
    legal_time = models.DateTimeField()
    note = models.TextField()

    class Meta:
        """The partner numbers its cosigned heads without gaps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "sequence"], name="log_cosigned_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["log", "size"], name="log_cosigned_size")]

    def __str__(self) -> str:
        return f"{self.log} @ {self.size}"
