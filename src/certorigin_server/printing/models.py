"""The table of the print queue."""

from __future__ import annotations

from django.db import models


class Printed(models.Model):
    """A certificate that lies on paper: on which blank, and who looked at the print."""

    certificate = models.OneToOneField(
        "certification.Certificate", on_delete=models.PROTECT, related_name="printed"
    )
    blank = models.CharField(max_length=40)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.certificate_id} on {self.blank}"
