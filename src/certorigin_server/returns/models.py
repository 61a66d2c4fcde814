"""Tables of the seventh stop: verification requests on either side, drafts of answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Verification(models.Model):
    """A verification request that this state sent or received: who has it on the desk.

    How it stands is folded from the acts in both logs; `closed_at` only keeps it off the work list.
    `post` is who asked here, `body` who is asked here.
    """

    request = models.CharField(max_length=60, unique=True)
    subject = models.CharField(max_length=250)
    certificate_number = models.CharField(max_length=60)
    number = models.CharField(max_length=60)
    is_random = models.BooleanField(default=False)
    post = models.ForeignKey(
        "users.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(
        "users.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first on either side; what is open is little and looked for often."""

        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="returns_request_about"),
            models.Index(fields=["post", "-asked_at", "-id"], name="returns_request_of_post"),
            models.Index(fields=["body", "-asked_at", "-id"], name="returns_request_of_body"),
            models.Index(fields=["-asked_at", "-id"], name="returns_request_newest"),
            models.Index(
                fields=["asked_at"],
                name="returns_request_open",
                condition=models.Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.certificate_number}"


class TakenAct(models.Model):
    """A registered act of a request that was brought to the desk it concerns, once."""

    act = models.CharField(max_length=60, unique=True)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.act


class ReplyDraft(models.Model):
    """An answer as one person drafted it; another one confirms it, or sends it back with a reason.

    `document` is canonical text: answers, finding, remark, and whether the assessment goes with it.
    """

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="drafts")
    document = models.TextField()
    drafted_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=1000, blank=True, default="")
    act = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        """The newest counts."""

        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.verification_id} {self.pk}"


class Restoration(models.Model):
    """A refusal whose preference was given back, with the act that says so."""

    decision = models.OneToOneField(
        "recognition.Decision", on_delete=models.PROTECT, related_name="+"
    )
    basis = models.CharField(max_length=80)
    act = models.CharField(max_length=60, unique=True)
    restored_at = models.DateTimeField()
    restored_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.act
