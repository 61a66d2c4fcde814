"""Tables: what customs found about a condition, and what a currency cost on a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ConditionNote(models.Model):
    """What an officer found about a condition of preference, and by which paper. Never rewritten.

    The newest of a condition counts; earlier ones stay readable.
    """

    declaration = models.ForeignKey(
        "recognition.GoodsDeclaration", on_delete=models.PROTECT, related_name="conditions"
    )
    condition = models.CharField(max_length=20)
    found = models.CharField(max_length=20)
    evidence = models.CharField(max_length=400)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Oldest first."""

        app_label = "recognition"
        ordering: ClassVar = ["noted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.condition} {self.found}"


class ExchangeRate(models.Model):
    """What so many units of a currency cost on a day, in the state's own. Never rewritten.

    Of two for one day the newer counts: so a wrong one is put right.
    """

    currency = models.CharField(max_length=3)
    day = models.DateField()
    units = models.DecimalField(max_digits=12, decimal_places=0)
    price = models.DecimalField(max_digits=18, decimal_places=6)
    price_currency = models.CharField(max_length=3)
    source = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest day first."""

        app_label = "recognition"
        ordering: ClassVar = ["-day", "-entered_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["-day", "-entered_at", "-id"], name="recognition_rate_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"
