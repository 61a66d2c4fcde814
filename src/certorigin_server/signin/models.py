"""Tables of signing in: what a person proves themselves with, known devices, what happened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Passkey(models.Model):
    """A key in a person's device (WebAuthn); the public half alone is here."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="passkeys")
    # The identifier that the device gave it, as base64url; at most 1023 bytes.
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Oldest first."""

        ordering: ClassVar = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"passkey of {self.user_id}"


class OneTime(models.Model):
    """The secret of one-time codes (RFC 6238), encrypted; `last_step` was used and is over."""

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, related_name="one_time")
    secret = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"one-time codes of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that lets a person in once without their device. Only its SHA-256 is kept."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """A code is looked for among those of one person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="signin_code_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class Device(models.Model):
    """A browser in which a person signed in before: of its cookie only the SHA-256 is kept."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        """One row for a person in a browser."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="signin_device_once"),
        ]

    def __str__(self) -> str:
        return f"device of {self.user_id}"


class DirectoryIdentity(models.Model):
    """Who a person is in the institution's directory."""

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, related_name="identity")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)

    class Meta:
        """One person of the directory is one person here."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="signin_identity_once"),
        ]

    def __str__(self) -> str:
        return f"identity of {self.user_id}"


class SignInEvent(models.Model):
    """Something about a person's sign-in that they, and perhaps an administrator, should see."""

    class Kind(models.TextChoices):
        """What happened."""

        NEW_DEVICE = "new_device"
        TRIES = "tries"
        FACTOR_ADDED = "factor_added"
        FACTOR_REMOVED = "factor_removed"
        FACTORS_RESET = "factors_reset"
        CODES_MADE = "codes_made"
        RECOVERY_USED = "recovery_used"
        PASSKEY_BEHIND = "passkey_behind"

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    browser = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField(null=True)
    # Who answered for it as administrator; null where nobody has, or nobody has to.
    is_alarm = models.BooleanField(default=False)
    noted_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; a person's own, and the alarms that wait, are looked for often."""

        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-at", "-id"], name="signin_event_user"),
            models.Index(
                fields=["-at", "-id"],
                name="signin_event_alarms",
                condition=models.Q(is_alarm=True),
            ),
            models.Index(
                fields=["at"],
                name="signin_event_open",
                condition=models.Q(is_alarm=True, noted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"

    @property
    def code(self) -> str:
        """The sentence that tells of it."""
        return f"sign_in.event.{self.kind}"
