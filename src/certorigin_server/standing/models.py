"""The register: every act in our own logs and in the partners' logs, as it was verified."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.db import models

from certorigin.mirror.acts import act_from
from certorigin.standing.entry import read_certificate
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.certificate import Certificate


class RegisteredAct(models.Model):
    """One entry of one log. `void` says why it counts for nothing (a key without the right, …).

    `raw` holds the exact sealed bytes. Search columns are keys, not data: see vocabulary/search.py.
    `settled_at` says of an annulment or a replacement that nobody has to look at it any more.
    """

    publisher = models.CharField(max_length=20)
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    act = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=250)
    corridor = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    raw = models.TextField()
    void = models.CharField(max_length=80, blank=True, default="")
    legal_time = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    form = models.CharField(max_length=20, blank=True, default="")
    number = models.CharField(max_length=60, blank=True, default="")
    number_key = models.CharField(max_length=60, blank=True, default="")
    issued_on = models.DateField(null=True)
    issued_in = models.CharField(max_length=2, blank=True, default="")
    parties_key = models.CharField(max_length=700, blank=True, default="")

    class Meta:
        """One row per log entry; look-up by number, date and state (R21)."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["origin", "index"], name="standing_entry_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="standing_subject"),
            models.Index(fields=["number_key", "issued_on"], name="standing_number"),
            models.Index(fields=["act"], name="standing_act"),
            models.Index(
                fields=["kind", "void", "number_key"],
                name="standing_number_begins",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["kind", "void", "-issued_on", "-registered_at", "-index"],
                name="standing_newest",
            ),
            models.Index(fields=["kind", "void", "settled_at"], name="standing_unsettled"),
            models.Index(
                fields=["kind", "void", "publisher", "number_key"],
                name="standing_number_of",
                opclasses=["varchar_ops", "varchar_ops", "varchar_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["origin", "index"],
                name="standing_pending",
                condition=models.Q(legal_time=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin}#{self.index}"

    @cached_property
    def read_act(self) -> Act:
        """The act in `raw`, read once for a row at hand. Raises MalformedError."""
        return act_from(self.raw.encode())

    @cached_property
    def read_certificate(self) -> Certificate:
        """The certificate that the act issues, likewise. Raises MalformedError."""
        return read_certificate(self.read_act)


class PartyWord(models.Model):
    """A word in the name of a party, by whose beginning a certificate is found."""

    act = models.ForeignKey(RegisteredAct, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=40)

    class Meta:
        """Each word once; in the order in which beginnings are looked up."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["word", "act"],
                name="standing_word_once",
                opclasses=("varchar_pattern_ops", "int8_ops"),
            ),
        ]

    def __str__(self) -> str:
        return self.word
