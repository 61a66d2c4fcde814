"""The one table of prepared and sealed acts. A trigger refuses a second document or seal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from certorigin.log.national import is_national


class SealedAct(models.Model):
    """An act of this installation on its way: prepared → sealed → logged → published → mirrored.

    One whose keys the trust list no longer believes is not sealed: it is stuck, with the reason,
    until it is set aside or the list believes them again. What is set aside is never sealed.

    `document` and `options` are the exact bytes that are signed, kept before a key is used.
    `sealed` holds the exact sealed bytes: stored and served, never serialised again.
    """

    id = models.CharField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=250)
    corridor = models.CharField(max_length=60)
    document = models.TextField()
    options = models.TextField()
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=200)
    stuck_at = models.DateTimeField(null=True)
    stuck_reason = models.CharField(max_length=80, null=True)  # noqa: DJ001 - null: it is not stuck
    set_aside_at = models.DateTimeField(null=True)
    sealed = models.TextField(null=True)  # noqa: DJ001 - null: not yet, and written once
    digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - as above
    sealed_at = models.DateTimeField(null=True)
    log_origin = models.CharField(max_length=200, null=True)  # noqa: DJ001 - as above
    log_index = models.BigIntegerField(null=True)
    logged_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    mirrored_at = models.DateTimeField(null=True)

    class Meta:
        """Each index of a log belongs to one act; only a sealed act has one."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log_origin", "log_index"], name="seal_index_once"),
            models.CheckConstraint(
                condition=models.Q(log_index=None) | models.Q(sealed__isnull=False),
                name="seal_before_log",
            ),
            models.CheckConstraint(
                condition=models.Q(set_aside_at=None) | models.Q(sealed=None),
                name="seal_not_set_aside",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="seal_subject"),
            models.Index(
                fields=["prepared_at", "id"],
                name="seal_to_seal",
                condition=models.Q(sealed=None),
            ),
            models.Index(
                fields=["corridor", "sealed_at", "id"],
                name="seal_to_log",
                condition=models.Q(log_index=None, sealed__isnull=False),
            ),
            models.Index(
                fields=["log_origin", "log_index"],
                name="seal_to_publish",
                condition=models.Q(published_at=None, log_index__isnull=False),
            ),
            models.Index(
                fields=["log_origin", "log_index"],
                name="seal_to_mirror",
                condition=models.Q(mirrored_at=None, log_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_hashed(self) -> bool:
        """Say whether a national log holds its salted hash, and no corridor's log the act."""
        return self.log_origin is not None and is_national(self.log_origin)

    @property
    def status(self) -> str:
        """Where the act is on its way."""
        steps = (
            ("mirrored", self.mirrored_at),
            ("published", self.published_at),
            ("logged", self.logged_at),
            ("sealed", self.sealed_at),
            ("set_aside", self.set_aside_at),
            ("stuck", self.stuck_at),
        )
        return next((name for name, moment in steps if moment), "prepared")


class HeldCorridor(models.Model):
    """A corridor in which nothing is prepared, sealed or logged, and the code of the reason.

    Its log stands behind its partner's copy, or against it: whatever was done now could be a second
    act under a number that is given already.
    """

    corridor = models.CharField(max_length=60, unique=True)
    reason = models.CharField(max_length=80)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.corridor}: {self.reason}"


class SeenNonce(models.Model):
    """A nonce of a partner's signed request, kept until the request could no longer be replayed."""

    key = models.CharField(max_length=120)
    nonce = models.CharField(max_length=64)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        """Each nonce is good for one request."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "nonce"], name="seal_nonce_once"),
        ]

    def __str__(self) -> str:
        return self.nonce
