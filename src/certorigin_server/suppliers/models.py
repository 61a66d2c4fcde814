"""Declarations of suppliers, and what depended on one that fell. Triggers keep what was written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Declaration(models.Model):
    """A supplier's declaration: prepared → sealed, perhaps withdrawn, destroyed in the end (R16).

    `document` and `options` are the exact bytes that are signed, kept before the key is used;
    `sealed` the exact sealed bytes. The key is the installation's, on behalf of the person signed
    in; the document says so.
    """

    id = models.CharField(max_length=60, primary_key=True)
    organisation = models.ForeignKey(
        "users.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    customer = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.TextField()
    options = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField(null=True)  # noqa: DJ001 - null: not yet, and written once
    digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - as above
    sealed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=1000, null=True)  # noqa: DJ001 - as above
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-prepared_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-prepared_at"], name="suppliers_of_organisation"),
            models.Index(fields=["customer", "-prepared_at"], name="suppliers_for_customer"),
            models.Index(
                fields=["prepared_at"], name="suppliers_to_seal", condition=models.Q(sealed=None)
            ),
            models.Index(
                fields=["-prepared_at", "id"],
                name="suppliers_fallen",
                condition=models.Q(withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def status(self) -> str:
        """Where it stands."""
        if self.withdrawn_at:
            return "withdrawn"
        return "sealed" if self.sealed_at else "prepared"


class Dependent(models.Model):
    """An application whose facts of production named a declaration when that fell."""

    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="dependents"
    )
    application = models.ForeignKey(
        "application.Application", on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """Each application once for each declaration."""

        ordering: ClassVar = ["declaration", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "application"], name="suppliers_dependent_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["application"],
                name="suppliers_to_look_at",
                condition=models.Q(looked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} on {self.declaration_id}"
