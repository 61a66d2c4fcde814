"""The one table of the desks: what a person typed and has not saved yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Typed(models.Model):
    """Input of one person on one page, as it was typed: it may not yet be a readable document.

    `version` is the one that the person saw when typing began. Saving the document deletes the row.
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    version = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField()
    typed_at = models.DateTimeField()

    class Meta:
        """One person types one text for one thing."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="desk_typed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.user_id}"
