"""Tables of people: organisations with branches, users, roles, tokens, powers of attorney."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from certorigin.vocabulary.sorting import sort_key

if TYPE_CHECKING:
    from datetime import date, datetime


def _with_place(kwargs: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Store the place in lists where a name is stored."""
    stored = kwargs.get("update_fields")
    if stored is None or not names & {*stored}:
        return kwargs
    return kwargs | {"update_fields": {*stored, "sort_name"}}


class Organisation(models.Model):
    """A trader, an authorised body, a customs authority or one of their branches (R1, R60).

    A natural person who asks for certificates is one too, of a kind of its own and without a number
    in a register of companies.
    """

    class Kind(models.TextChoices):
        """What an organisation is."""

        TRADER = "trader"
        NATURAL_PERSON = "natural-person"
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
    # Where the name stands in a list: `vocabulary.sorting`, the same on every database.
    # Nullable, for SQLite adds such a column without copying a guarded table.
    sort_name = models.CharField(max_length=480, null=True, editable=False)  # noqa: DJ001

    class Meta:
        """Organisations are shown by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        """Store it, with its place in lists."""
        self.sort_name = sort_key(self.name)
        super().save(**_with_place(kwargs, {"name"}))

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
    # Family name, then first name; as of organisations.
    sort_name = models.CharField(max_length=961, null=True, editable=False)  # noqa: DJ001

    # What the key of this request lets through; None: all that the roles give. It is no column.
    scopes: frozenset[str] | None = None

    def save(self, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        """Store the person, with their place in lists."""
        self.sort_name = f"{sort_key(self.last_name)}0{sort_key(self.first_name)}"
        super().save(**_with_place(kwargs, {"last_name", "first_name"}))

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
    """A key to the machine interface. Only its SHA-256 is kept.

    `scopes` are the rights that it lets through, with blanks between; without any it lets through
    whatever the person may do. `last_used` is as fresh as `users.services` keeps it.
    """

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True, default="")
    scopes = models.TextField(blank=True, default="")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token of {self.user}"

    @property
    def lets_through(self) -> frozenset[str] | None:
        """The rights that the key lets through; None: whatever its person may do."""
        return frozenset(self.scopes.split()) or None


class PowerOfAttorney(models.Model):
    """A principal lets another company act for it, until a last day or until it takes that back.

    Never changed: a longer or wider power is a new one (R60).
    """

    class Covers(models.TextChoices):
        """What the agent may do for the principal."""

        PREPARE = "prepare"
        SUBMIT = "submit"

    principal = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="powers_given"
    )
    agent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="powers_held")
    number = models.CharField(max_length=60)
    covers = models.CharField(max_length=10, choices=Covers.choices)
    starts = models.DateField()
    ends = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """It has a last day, two parties, and ends once."""

        ordering: ClassVar = ["-recorded_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="users_power_ends"
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("agent")), name="users_power_of_another"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="users_power_revoked_by",
            ),
            models.UniqueConstraint(
                fields=["principal", "agent", "number"], name="users_power_once"
            ),
        ]

    def __str__(self) -> str:
        return f"power {self.number} of {self.principal_id} for {self.agent_id}"

    @property
    def urn(self) -> str:
        """The name of the power in the trail."""
        return f"urn:certorigin:power:{self.pk}"

    def status(self, *, at: datetime) -> str:
        """Return the code of its status at a moment."""
        today = timezone.localdate(at)
        if self.revoked_at is not None and self.revoked_at <= at:
            return "power.status.revoked"
        if today < self.starts:
            return "power.status.later"
        return "power.status.over" if today > self.ends else "power.status.holds"

    def is_in_force(self, *, on: date, at: datetime) -> bool:
        """Say whether the agent may act: on this day, unless it was taken back before the moment.

        Both its first and its last day belong to it.
        """
        taken_back = self.revoked_at is not None and self.revoked_at <= at
        return self.starts <= on <= self.ends and not taken_back
