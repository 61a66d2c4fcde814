"""Tables of the figures: what each month comes to, how far was counted, what a ministry aims at.

They can be thrown away and counted anew: registers, applications and the trail are the truth.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Figure(models.Model):
    """One figure of one month, as far as one source tells of it; names in `certorigin.statistics`.

    `body` is the short name of our body, or empty where none is concerned. A row without a currency
    counts, one with a currency holds a sum in it.
    """

    month = models.DateField()
    source = models.CharField(max_length=200)
    is_import = models.BooleanField()
    partner = models.CharField(max_length=2)
    body = models.CharField(max_length=60, blank=True, default="")
    measure = models.CharField(max_length=20)
    name = models.CharField(max_length=80, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    count = models.BigIntegerField(default=0)
    total = models.DecimalField(max_digits=28, decimal_places=6, default=0)

    class Meta:
        """Each figure once; read by what is counted, in which direction, from month to month."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    *("measure", "is_import", "month", "body", "partner"),
                    *("name", "currency", "source"),
                ],
                name="statistics_figure_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["source", "month"], name="statistics_of_source")]

    def __str__(self) -> str:
        return f"{self.month} {self.measure} {self.name}: {self.count}"


class Followed(models.Model):
    """How far a source was counted: a log up to its entry, the trail up to its number.

    `void` is how many entries before that place counted for nothing: when a newer trust list
    changes that, the source is counted anew.
    """

    source = models.CharField(max_length=200, unique=True)
    position = models.BigIntegerField(default=0)
    void = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source} {self.position}"


class Target(models.Model):
    """The certified trade of a year that a ministry aims at. The newest of a year counts."""

    year = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-set_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["-year", "-set_at", "-id"], name="statistics_target_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount} {self.currency}"
