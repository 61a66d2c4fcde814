"""Tables of the administrator's desk. Triggers keep what was proposed, decided and suspended."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Proposal(models.Model):
    """A change of people or rights that one administrator proposes and another one decides (R14).

    `before` is what stood when it was proposed, `after` what will stand; both canonical text.
    """

    class Kind(models.TextChoices):
        """What is changed."""

        ORGANISATION_ADDED = "organisation_added"
        ORGANISATION_CHANGED = "organisation_changed"
        PERSON_ADDED = "person_added"
        PERSON_CHANGED = "person_changed"
        PERSON_INVITED = "person_invited"
        PERSON_RESTORED = "person_restored"
        FACTORS_RESET = "factors_reset"
        ROLE_GRANTED = "role_granted"
        ROLE_WITHDRAWN = "role_withdrawn"

    class Outcome(models.TextChoices):
        """How it ended."""

        CONFIRMED = "confirmed"
        REFUSED = "refused"
        TAKEN_BACK = "taken_back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    subject = models.CharField(max_length=150)
    before = models.TextField()
    after = models.TextField()
    remark = models.CharField(max_length=1000, blank=True, default="")
    proposed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, null=True)  # noqa: DJ001 - null: open, and written once
    decided_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_remark = models.CharField(max_length=1000, null=True)  # noqa: DJ001 - as above

    class Meta:
        """Open ones are looked for often. Nobody decides what they proposed themselves."""

        ordering: ClassVar = ["-proposed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(outcome="taken_back", decided_by=F("proposed_by"))
                | (~Q(outcome="taken_back") & ~Q(decided_by=F("proposed_by"))),
                name="administration_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None, decided_by=None, decided_at=None)
                | Q(outcome__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="administration_decided_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["proposed_at"], name="administration_open", condition=Q(outcome=None)
            ),
            models.Index(fields=["subject", "proposed_at"], name="administration_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Invitation(models.Model):
    """A link and a code by which a person sets a password, once. Only their SHA-256 are kept.

    Who confirmed was shown the code; `digest` is written when who proposed takes the link.
    """

    digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - null: not taken yet, and written once
    code_digest = models.CharField(max_length=64)
    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="invitations")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="invitation")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.user_id}"


class Suspension(models.Model):
    """A person who may do nothing until two administrators restore them, or the operator does."""

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=1000)
    suspended_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    suspended_at = models.DateTimeField()
    restored_by = models.OneToOneField(
        Proposal, null=True, on_delete=models.PROTECT, related_name="suspension"
    )
    overruled_at = models.DateTimeField(null=True)

    class Meta:
        """A person is suspended once at a time."""

        ordering: ClassVar = ["-suspended_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(restored_by=None, overruled_at=None),
                name="administration_suspended_once",
            ),
        ]

    def __str__(self) -> str:
        return f"suspension of {self.user_id}"


class OpenSession(models.Model):
    """A session of a browser, so that its person sees it and it can be ended from elsewhere."""

    key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="open_sessions")
    opened = models.DateTimeField()
    browser = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-opened"]

    def __str__(self) -> str:
        return f"session of {self.user_id}"
