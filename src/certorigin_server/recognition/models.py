"""Tables of the sixth stop: goods declarations, what they cite, what customs decided about it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from certorigin_server.recognition.preference.models import ConditionNote, ExchangeRate

__all__ = ["ConditionNote", "ExchangeRate"]  # Django finds tables here


class GoodsDeclaration(models.Model):
    """A goods declaration as it was lodged. `document` is canonical text (docs/spec).

    An amended declaration is a further version of the same number and date; the one before it notes
    when that was, and stays as it is, with what was decided under it. `destroyed_at` is set when
    its papers were destroyed (R16).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    date = models.DateField()
    version = models.PositiveIntegerField(default=1)
    document = models.TextField()
    registered_at = models.DateTimeField()
    amended_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    registered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A version of a declaration is registered once; newest first."""

        ordering: ClassVar = ["-registered_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number", "date", "version"], name="recognition_declaration_version_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "-registered_at", "id"], name="recognition_of_post"),
            models.Index(fields=["-registered_at", "id"], name="recognition_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class NumberPart(models.Model):
    """A part of a declaration's number, by whose beginning it is found."""

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="number_parts"
    )
    word = models.CharField(max_length=40)

    class Meta:
        """Each part once; in the order in which beginnings are looked up."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["word", "declaration"],
                name="recognition_part_once",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word


class Citation(models.Model):
    """One certificate that a declaration cites; it waits until something is decided about it.

    `number_key` is a key for searching, not data: see vocabulary/search.py.
    """

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="citations"
    )
    position = models.PositiveIntegerField()
    form = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    issued_in = models.CharField(max_length=2)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of the declaration; what waits, and by number, is looked for often."""

        ordering: ClassVar = ["declaration", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "position"], name="recognition_cited_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_key"], name="recognition_cited_number"),
            models.Index(
                fields=["number_key"],
                name="recognition_cited_begins",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                fields=["declaration"],
                name="recognition_undecided",
                condition=models.Q(decided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Decision(models.Model):
    """What an officer decided about one certificate under one declaration. Never rewritten.

    `report` is the verification as it stood, with the head that was used; an annulment that arrives
    later creates work and changes nothing here (architecture.md 1). `act` is the id of the act that
    tells the issuing state and `document` its canonical text; the returns prepare it for the seal.
    """

    class Outcome(models.TextChoices):
        """Granted or refused."""

        ACCEPTED = "accepted"
        REFUSED = "refused"

    class Phase(models.TextChoices):
        """While the goods were being released, or afterwards (domain of Rules 9.1 and 9.2)."""

        AT_RELEASE = "at_release"
        AFTER_RELEASE = "after_release"

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="decisions"
    )
    subject = models.CharField(max_length=250)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.AT_RELEASE)
    ground = models.CharField(max_length=80, blank=True, default="")
    remark = models.CharField(max_length=1000, blank=True, default="")
    override = models.CharField(max_length=1000, blank=True, default="")
    report = models.TextField()
    items = models.TextField()
    head_origin = models.CharField(max_length=200)
    head_size = models.BigIntegerField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60, unique=True)
    document = models.TextField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        """One decision a certificate, declaration and phase; not returned ones are sought often."""

        ordering: ClassVar = ["decided_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "subject", "phase"], name="recognition_decided_once_a_phase"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="recognition_subject"),
            models.Index(
                fields=["id"], name="recognition_to_return", condition=models.Q(returned_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.subject}"


class PaperDemand(models.Model):
    """A demand of the paper original under a declaration, and what came of it (R20).

    It names the certificate as the declaration does; `subject`, `act` and `answer_act` are empty
    where no certificate of that name is here, and nothing can be told to the other state.
    """

    class Outcome(models.TextChoices):
        """What came: the library's list (returns/paper_original.py)."""

        AGREES = "agrees"
        DIFFERS = "differs"
        NOT_PRESENTED = "not_presented"

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="demands"
    )
    form = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    issued_in = models.CharField(max_length=2)
    subject = models.CharField(max_length=250, blank=True, default="")
    reason = models.CharField(max_length=40)
    remark = models.CharField(max_length=1000, blank=True, default="")
    until = models.DateField()
    demanded_at = models.DateTimeField()
    demanded_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default="")
    outcome_remark = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer_act = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        """One open demand of a certificate under a declaration; open ones by their last day."""

        ordering: ClassVar = ["demanded_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "number_key", "form"],
                name="recognition_demand_open_once",
                condition=models.Q(answered_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["until", "id"],
                name="recognition_demand_open",
                condition=models.Q(answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class EmergencyEntry(models.Model):
    """What was accepted on paper while service was disturbed, and what the mirror said afterwards.

    `act` is the sealed act that tells the other state; `outcome` is looked for again until it
    agrees, or an officer noted what was done (R18, R20).
    """

    class Outcome(models.TextChoices):
        """What the mirror said, once service was restored."""

        AGREES = "agrees"
        DIFFERS = "differs"
        NOT_FOUND = "not_found"

    declaration = models.ForeignKey(
        GoodsDeclaration, on_delete=models.PROTECT, related_name="emergencies"
    )
    form = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    issued_in = models.CharField(max_length=2)
    notice = models.CharField(max_length=250)
    blank = models.CharField(max_length=60, blank=True, default="")
    remark = models.CharField(max_length=1000, blank=True, default="")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60, unique=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default="")
    codes = models.CharField(max_length=500, blank=True, default="")
    judged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    closing_remark = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        """A certificate is accepted on paper once under a declaration; open ones are sought."""

        ordering: ClassVar = ["entered_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "number_key", "form"], name="recognition_emergency_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["entered_at", "id"],
                name="recognition_emergency_open",
                condition=models.Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BatchCheck(models.Model):
    """A file of many certificates that a person has verified; it is gone after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first; one's own are looked for."""

        ordering: ClassVar = ["-as_of", "id"]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-as_of", "id"], name="recognition_batch_own"),
        ]

    def __str__(self) -> str:
        return self.name


class BatchPart(models.Model):
    """Some lines of such a file, as JSON, and the answers once they are there."""

    batch = models.ForeignKey(BatchCheck, on_delete=models.CASCADE, related_name="parts")
    start = models.PositiveIntegerField()
    asked = models.TextField()
    answers = models.TextField(blank=True, default="")

    class Meta:
        """In the order of the file."""

        ordering: ClassVar = ["batch", "start"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "start"], name="recognition_batch_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.start)


class Recheck(models.Model):
    """Something that came after a decision and wants a look: an annulment, an amended declaration.

    `cause` is the act, or the declaration's new version. It never changes the decision; an officer
    notes what was done, once.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="rechecks")
    cause = models.CharField(max_length=120)
    since = models.DateTimeField()
    remark = models.CharField(max_length=1000, blank=True, default="")
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """A cause wants one look at a decision."""

        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "cause"], name="recognition_rechecked_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["decision"],
                name="recognition_to_recheck",
                condition=models.Q(noted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.cause


class UseCorrection(models.Model):
    """What an acceptance took in truth, and the act that says so; the decision stays as it is."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrections")
    reason = models.CharField(max_length=40)
    remark = models.CharField(max_length=1000, blank=True, default="")
    items = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60, unique=True)
    document = models.TextField()

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["corrected_at", "pk"]

    def __str__(self) -> str:
        return self.act
