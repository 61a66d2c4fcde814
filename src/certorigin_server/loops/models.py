"""Leases: at most one loop of a name works at a time, and a late one is fenced off."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Who runs a loop until when. `token` grows with every holder: the fencing token."""

    name = models.CharField(max_length=200, unique=True)
    holder = models.CharField(max_length=100)
    token = models.BigIntegerField(default=0)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} by {self.holder}"


class LoopState(models.Model):
    """When a loop last turned, what it did and what stopped it: shown to the operator."""

    name = models.CharField(max_length=200, unique=True)
    turned = models.DateTimeField(null=True)
    worked = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True, default="")
    fault_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
