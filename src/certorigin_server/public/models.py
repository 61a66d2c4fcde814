"""Table of the public page: how many questions came in a window of time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Asked(models.Model):
    """Questions of one address, or of all. The key is a keyed digest: no address is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """Old windows are looked for, to be forgotten."""

        indexes: ClassVar = [models.Index(fields=["since"], name="public_asked_since")]

    def __str__(self) -> str:
        return self.key[:8]
