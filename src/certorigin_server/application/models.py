"""Tables of the first stop: applications, and every version of the facts of production."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

import orjson
from django.db import models

# The order of a work list: by the last day of the term, then longest waiting first (R51).
MOST_PRESSING = ("due_on", "submitted_at", "id")
# The last day of what an older version wrote: it stands before all others until it is known.
NOT_KNOWN = date.min


class Application(models.Model):
    """What an exporter asks for. `document` is canonical text, as certorigin.application reads it.

    `organisation` is the one that asks; with a `power` another company acts for it (R60).
    `version` counts the changes of the document. `decided_at` is set by the assessment: from then
    on the application can't be withdrawn. `to_certify_since` stands while goods that were found to
    originate have no certificate. `destroyed_at` is set when its papers were destroyed (R16).
    `due_on` is the last day of the national term while it waits, `term_from` the day from which it
    is counted where that is not the day of submission: the case was opened again (R51).
    """

    class Status(models.TextChoices):
        """Where the application is, as far as this stop knows."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "users.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    power = models.ForeignKey(
        "users.PowerOfAttorney", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(
        "users.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    document = models.TextField()
    form = models.CharField(max_length=20, blank=True, default="")
    destination = models.CharField(max_length=2, blank=True, default="")
    parties_key = models.CharField(max_length=700, blank=True, default="")
    # So that a list need not read whole documents. Null: an older version wrote the row.
    importer_name = models.TextField(null=True, blank=True)  # noqa: DJ001
    invoice_number = models.TextField(null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=1000, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    to_certify_since = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    term_from = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True, db_default=models.Value(NOT_KNOWN))

    class Meta:
        """What was submitted lies with a body; only that can be decided, and then stays."""

        ordering: ClassVar = ["-changed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(status="submitted")
                | models.Q(body__isnull=False, submitted_at__isnull=False),
                name="application_submitted_to_a_body",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None) | models.Q(status="submitted"),
                name="application_decided_stays",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="withdrawn") | models.Q(withdrawn_at__isnull=False),
                name="application_withdrawn_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "-changed_at"], name="application_of_organisation"
            ),
            models.Index(fields=["body", "-changed_at", "id"], name="application_of_body"),
            models.Index(fields=["-changed_at", "id"], name="application_newest"),
            models.Index(
                fields=["body", "decided_at", "status", "submitted_at"], name="application_waiting"
            ),
            models.Index(
                fields=["body", "submitted_at"],
                name="application_undecided",
                condition=models.Q(status="submitted", decided_at=None),
            ),
            models.Index(
                fields=["body", *MOST_PRESSING],
                name="application_of_body_due",
                condition=models.Q(status="submitted", decided_at=None),
            ),
            models.Index(
                fields=MOST_PRESSING,
                name="application_due",
                condition=models.Q(status="submitted", decided_at=None),
            ),
            models.Index(
                fields=["body", "to_certify_since", "id"],
                name="application_to_certify",
                condition=models.Q(to_certify_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    @property
    def about(self) -> str:
        """By what people know it in a list: whose it is, to whom it goes, with which invoice."""
        goes = ", ".join(filter(None, self.listed))
        return " → ".join(filter(None, (self.organisation.name, goes)))

    @property
    def listed(self) -> tuple[str, str]:
        """The importer's name and the invoice's number."""
        if self.importer_name is not None:
            return self.importer_name, self.invoice_number or ""
        said = orjson.loads(self.document) if self.document else {}
        importer, invoice = (said.get(name) or {} for name in ("importer", "invoice"))
        return importer.get("name", ""), invoice.get("number", "")

    @property
    def urn(self) -> str:
        """The name of the application in the trail."""
        return f"urn:uuid:{self.id}"


class Declaration(models.Model):
    """Box 13 as it was confirmed: what was said, by whom, and of which exact document (R3).

    `digest` is the SHA-256 of the application's canonical text at that moment.
    """

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="confirmation"
    )
    digest = models.CharField(max_length=64)
    wording = models.TextField()
    declarant = models.CharField(max_length=300)
    position = models.CharField(max_length=120, blank=True, default="")
    principal = models.ForeignKey("users.Organisation", on_delete=models.PROTECT, related_name="+")
    power = models.ForeignKey(
        "users.PowerOfAttorney", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"declaration of {self.application_id}"


class WorksheetVersion(models.Model):
    """The facts of production, as one person stated them. A correction is a new version."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="worksheets"
    )
    version = models.PositiveIntegerField()
    document = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Versions are numbered from 1."""

        ordering: ClassVar = ["application", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "version"], name="application_worksheet_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"worksheet {self.version} of {self.application_id}"


class Question(models.Model):
    """What the assessing body asks the applicant. Asked once, and answered or taken back once.

    With `suspends` the clock of the national term stands still until then (R51).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    suspends = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An answer has its time and its person; what was taken back was not answered."""

        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None, answer="")
                | (
                    models.Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~models.Q(answer="")
                    & models.Q(taken_back_at=None)
                ),
                name="application_question_answered_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["application", "asked_at"],
                name="application_question_open",
                condition=models.Q(answered_at=None, taken_back_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.id} about {self.application_id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for the answer."""
        return self.answered_at is None and self.taken_back_at is None

    @property
    def urn(self) -> str:
        """The name of the question in the trail."""
        return f"urn:uuid:{self.id}"


class Evidence(models.Model):
    """A file that proves something about an application. Its bytes lie under their own digest.

    What was attached stays on record: a file that was taken out keeps its row and its bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The same bytes are attached once, until they are taken out."""

        ordering: ClassVar = ["application", "added_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "digest"],
                condition=models.Q(removed_at=None),
                name="application_evidence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.digest[:12]} for {self.application_id}"

    @property
    def urn(self) -> str:
        """The name of the file in the trail."""
        return f"urn:uuid:{self.id}"


class PartyWord(models.Model):
    """A word in the name of a party, by whose beginning the application is found."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=40)

    class Meta:
        """Each word once; in the order in which beginnings are looked up."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["word", "application"],
                name="application_word_once",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word
