"""Tables of people: organisations with branches, users, their roles, their access tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Organisation(models.Model):
    """A trader, an authorised body, a customs authority or one of their branches (R1, R60)."""

    class Kind(models.TextChoices):
        """What an organisation is."""

        TRADER = "trader"
        CENTRAL_AUTHORISED_BODY = "central-authorised-body"
        AUTHORISED_BODY = "authorised-body"
        CENTRAL_CUSTOMS_AUTHORITY = "central-customs-authority"
        CUSTOMS_POST = "customs-post"

    kind = models.CharField(max_length=40, choices=Kind.choices)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=300)
    address = models.CharField(max_length=500)
    state = models.CharField(max_length=2)
    identifier_scheme = models.CharField(max_length=10, blank=True, default="")
    identifier = models.CharField(max_length=40, blank=True, default="")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="branches"
    )
    number_grammar = models.CharField(max_length=120, blank=True, default="")
    number_code = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """Organisations are shown by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> str:
        """The name of the body in sealed acts and in the trust list."""
        return f"urn:certorigin:body:{self.state}:{self.slug}"


class User(AbstractUser):
    """A person. What a person may do follows from the roles in force today."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    position = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=2, default="en")

    @property
    def officer_urn(self) -> str:
        """The name of the officer in sealed acts and in the trust list."""
        state = self.organisation.state if self.organisation else ""
        return f"urn:certorigin:officer:{state}:{self.username}"

    @property
    def full_name(self) -> str:
        """The name as it is written in box 12."""
        return self.get_full_name() or self.username


class RoleGrant(models.Model):
    """One role of one person, from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The same role can't start twice at one moment."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "starts"], name="users_grant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class AccessToken(models.Model):
    """A key to the machine interface. Only its SHA-256 is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token of {self.user}"
