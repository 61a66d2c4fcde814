"""What a lived-through trade left in the tables, cut where names stand, to be poured again.

The rows of all cases are read once. A name is what belongs to one case alone: an id, the number of
a certificate or declaration, the digest of an act, a place in a log, a key of a row. Everything
else (goods, parties, decisions, reports, days) stays as the services wrote it. A row of the next
cast is the same text with other names; acts are sealed anew with the same keys, for their bytes are
others.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from certorigin.certification.consignment import goods_keys
from certorigin.vocabulary import acts
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record

APPS = ("application", "assessment", "certification", "recognition", "returns", "seal", "standing")
# Rows of those apps that belong to a body or an installation, not to a case.
NOT_OF_A_CASE = {"certification_numbersequence", "seal_seennonce", "seal_heldcorridor"}
# When a cast enters the logs: every other moment stays.
ENTERED = {
    "seal_sealedact": ("sealed_at", "logged_at", "published_at", "mirrored_at"),
    "standing_registeredact": ("legal_time", "registered_at"),
}
# Names that are a column by themselves.
COLUMNS = {
    ("certification_certificate", "serial"): "serial",
    ("recognition_numberpart", "word"): "word",
    ("recognition_decision", "head_size"): "theirs",
    ("seal_sealedact", "log_index"): "ours",
    ("standing_registeredact", "index"): "publisher",
}
_NAMES = (
    r"(?P<id>[0-9a-f]{8})(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    r"\b(?P<digest>[0-9a-f]{64})\b",
    r":generated-(?P<case>\d+)",
    r"\b[A-Z]{4}\d{4}(?P<number>\d{6})\b",
    r"\b1[01]\d{3}/(?P<part>\d{6})/\d\b",
    r'"invoice":\{"date":"[0-9-]{10}","number":"\d+/(?P<invoice>\d{5,})"',
    r'"headSize":"(?P<size>\d+)"',
)
_IN_TEXT = re.compile("|".join(_NAMES))
_IN_REPORT = re.compile("|".join((*_NAMES, r'"(?:size|index)":"(?P<place>\d+)"')))
_NULL = r"\N"
WORD = 6  # the part of a declaration's number that tells the case
_FACTS = ("application.", "assessment.", "certification.", "recognition.", "returns.", "seal.")

Token = tuple[str, str, str]  # what it is, the text as it stands, by which span it moves


@dataclass
class Cut:
    """A text cut at its names: literals, and between two of them the number of a token."""

    literals: list[str] = field(default_factory=lambda: [""])
    tokens: list[int] = field(default_factory=list)

    def add(self, literal: str, token: int | None = None) -> None:
        self.literals[-1] += literal
        if token is not None:
            self.tokens.append(token)
            self.literals.append("")

    def cast(self, values: list[str]) -> str:
        out = [""] * (len(self.literals) + len(self.tokens))
        out[::2] = self.literals
        out[1::2] = [values[number] for number in self.tokens]
        return "".join(out)


@dataclass
class Act:
    """An act of a case: its document, the options of its proofs, the tokens that it gives."""

    id: str
    kind: str
    document: Cut
    options: str
    digest: int
    text: int
    goods: list[int] = field(default_factory=list)


@dataclass
class Mould:
    """Everything that a cast needs. `spans` says by how much names move from cast to cast."""

    tables: dict[str, tuple[list[str], Cut]] = field(default_factory=dict)
    trail: list[tuple[str, str, str, Cut, Cut]] = field(default_factory=list)
    ours: list[Act] = field(default_factory=list)
    theirs: list[Act] = field(default_factory=list)
    papers: list[tuple[Cut, int]] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    spans: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def keep(self, place: Path) -> None:
        place.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, place: Path) -> "Mould":
        data = json.loads(place.read_text("utf-8"))
        for side in ("ours", "theirs"):
            data[side] = [Act(**{**one, "document": Cut(**one["document"])}) for one in data[side]]
        data["tables"] = {name: (cols, Cut(**cut)) for name, (cols, cut) in data["tables"].items()}
        data["papers"] = [(Cut(**cut), token) for cut, token in data["papers"]]
        data["trail"] = [(*said, Cut(**a), Cut(**b)) for *said, a, b in data["trail"]]
        data["tokens"] = [tuple(one) for one in data["tokens"]]
        return cls(**data)

    @property
    def certificates(self) -> int:
        """How many a cast adds."""
        return sum(one.kind == "Issued" for one in (*self.ours, *self.theirs))


class Cutter:
    """Makes a mould of the system as it is. Nothing may be under way in it."""

    def __init__(self) -> None:
        (corridor,) = settings.SYSTEM.corridors
        self._partner = corridor.partner
        self._mould = Mould()
        self._known: dict[Token, int] = {}
        self._digests: dict[str, str] = {}
        self._models = {
            model._meta.db_table: model
            for app in APPS
            for model in apps.get_app_config(app).get_models()
            if model._meta.db_table not in NOT_OF_A_CASE and model._base_manager.exists()
        }

    def make(self) -> Mould:
        self._measure()
        self._read_papers()
        self._read_acts()
        for table, model in self._models.items():
            self._mould.tables[table] = self._read_table(table, model)
        self._read_trail()
        return self._mould

    def _measure(self) -> None:
        from certorigin_server.certification.models import NumberSequence  # noqa: PLC0415
        from certorigin_server.standing.models import RegisteredAct  # noqa: PLC0415

        spans = self._mould.spans
        for table, model in self._models.items():
            if isinstance(model._meta.pk, models.AutoField):
                spans[table] = model._base_manager.latest("pk").pk
        entries = RegisteredAct.objects.values_list("publisher", flat=True)
        theirs = entries.filter(publisher=self._partner).count()
        # The entry that opens a term is there once.
        spans["ours"], spans["theirs"] = entries.count() - theirs - 1, theirs - 1
        for row in NumberSequence.objects.all():
            self._mould.sequences[str(row.pk)] = row.last
        spans["serial"] = max(self._mould.sequences.values())
        issued = RegisteredAct.objects.filter(publisher=self._partner, kind="Issued")
        subjects = issued.values_list("subject", flat=True)
        spans["case"] = max(int(one.rpartition("-")[2]) for one in subjects)
        spans["invoice"] = 100_000  # more than a plan numbers

    def _number(self, kind: str, text: str, span: str = "") -> int:
        token = (kind, text, span)
        if token not in self._known:
            self._known[token] = len(self._mould.tokens)
            self._mould.tokens.append(token)
        return self._known[token]

    def _read_acts(self) -> None:
        """Read what both sides sealed, without its proofs."""
        from certorigin_server.standing.models import RegisteredAct  # noqa: PLC0415

        rows = RegisteredAct.objects.filter(index__gt=0).order_by("index")
        found = list(rows.values_list("publisher", "act", "kind", "raw", "digest"))
        self._digests |= {digest: "digest" for *_, digest in found}
        for publisher, act, kind, raw, digest in found:
            document = json.loads(raw)
            proofs = document.pop("proof")
            proofs = proofs if isinstance(proofs, list) else [proofs]
            options = [{k: v for k, v in one.items() if k != "proofValue"} for one in proofs]
            text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            cut = Cut()
            self._cut(cut, text, _IN_TEXT, self._side(text))
            side = self._mould.theirs if publisher == self._partner else self._mould.ours
            texts = json.dumps(options, ensure_ascii=False)
            given = self._number("digest", digest), self._number("sealed", act)
            goods = self._goods(document) if kind == "Issued" else []
            side.append(Act(act, kind, cut, texts, *given, goods))

    def _goods(self, document: dict) -> list[int]:
        """Return the tokens of the keys by which the goods of a certificate are known (R23)."""
        keys = [key for one in goods_keys(boxes_of(document)) for key in (one.goods, one.whole)]
        self._digests |= dict.fromkeys(keys, "goods")
        return [self._number("goods", key) for key in keys]

    def _read_papers(self) -> None:
        """Applications whose declaration is bound to their bytes by a digest."""
        from certorigin_server.application.models import Declaration  # noqa: PLC0415

        rows = Declaration.objects.values_list("application__document", "digest")
        for document, digest in rows.order_by("pk"):
            if sha256(document.encode()).hexdigest() != digest:
                continue  # it was taken back and changed: its declaration is of earlier bytes
            cut = Cut()
            self._cut(cut, document, _IN_TEXT, "ours")
            self._digests[digest] = "paper"
            self._mould.papers.append((cut, self._number("paper", digest)))

    def _side(self, text: str) -> str:
        """Whose certificate a text is about: the log whose size it names is of that side."""
        return "theirs" if f"certificate:{self._partner}:" in text else "ours"

    def _cut(self, cut: Cut, text: str, names: re.Pattern[str], side: str) -> None:
        at = 0
        for found in names.finditer(text):
            kind, start = str(found.lastgroup), found.start(str(found.lastgroup))
            name = found[kind]
            if kind == "digest" and name not in self._digests:
                continue
            span = {"part": "case", "size": side, "place": side}.get(kind, kind)
            if kind == "number":
                span = "serial" if found[0].startswith(settings.SYSTEM.state) else "case"
            if kind in {"id", "digest"}:
                number = self._number(self._digests.get(name, kind), name)
            else:
                number = self._number("shift", name, span)
            cut.add(text[at:start], number)
            at = start + len(name)
        cut.add(text[at:])

    def _read_table(self, table: str, model: type[models.Model]) -> tuple[list[str], Cut]:
        fields = model._meta.concrete_fields
        columns = [one.column for one in fields]
        kinds = [self._kind(table, one) for one in fields]
        names = _IN_REPORT if table == "recognition_decision" else _IN_TEXT
        cut, count = Cut(), 0
        for line in self._lines(table, columns):
            values = dict(zip(columns, line.split("\t"), strict=True))
            if values.get("kind") == "TermOpened":
                continue
            count += 1
            side = self._side(line)
            publisher = "theirs" if values.get("publisher") == self._partner else "ours"
            spans = {"word": "case", "publisher": publisher}
            act = values.get("act") or values["id"]
            for kind, value in zip(kinds, values.values(), strict=True):
                of = "text" if kind == "word" and len(value) != WORD else spans.get(kind, kind)
                self._cut_value(cut, of, value, names, side, act)
            cut.literals[-1] = cut.literals[-1][:-1] + "\n"
        self._mould.rows[table] = count
        return columns, cut

    def _kind(self, table: str, one: models.Field) -> str:
        """Say what a column holds: a name by itself, or a text in which names may stand."""
        if one.column in ENTERED.get(table, ()):
            return "entered"
        if (table, one.column) in COLUMNS:
            return COLUMNS[table, one.column]
        if one.column in {"sealed", "raw"} and table in ENTERED:
            return "sealed"
        if one.primary_key and isinstance(one, models.AutoField):
            return table
        of = one.related_model._meta.db_table if one.is_relation else ""
        return of if of in self._mould.spans else "text"

    def _cut_value(
        self, cut: Cut, kind: str, value: str, names: re.Pattern[str], side: str, act: str
    ) -> None:
        if kind == "text" or value == _NULL:
            self._cut(cut, value, names, side)
        elif kind in {"entered", "sealed"}:
            cut.add("", self._number(kind, act if kind == "sealed" else ""))
        else:
            cut.add("", self._number("shift", value, kind))
        cut.add("\t")

    def _lines(self, table: str, columns: list[str]) -> Iterator[str]:
        named = ", ".join(f'"{one}"' for one in columns)
        statement = f"COPY (SELECT {named} FROM {table} ORDER BY 1) TO STDOUT"
        with connection.cursor() as cursor, cursor.copy(statement) as rows:
            data = b"".join(bytes(part) for part in rows)
        yield from data.decode().removesuffix("\n").split("\n")

    def _read_trail(self) -> None:
        from certorigin_server.trail.models import TrailEntry  # noqa: PLC0415

        opened = ("urn:certorigin:log:", *self._openings())
        for row in TrailEntry.objects.order_by("sequence").iterator():
            if not row.action.startswith(_FACTS) or row.subject.startswith(opened):
                continue
            subject, facts = Cut(), Cut()
            self._cut(subject, row.subject, _IN_TEXT, "ours")
            self._cut(facts, row.facts, _IN_TEXT, "ours")
            at = row.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            self._mould.trail.append((at, row.actor, row.action, subject, facts))

    def _openings(self) -> list[str]:
        """The acts that open a term are there once."""
        from certorigin_server.standing.models import RegisteredAct  # noqa: PLC0415

        return list(RegisteredAct.objects.filter(index=0).values_list("act", flat=True))


def boxes_of(document: dict) -> Certificate:
    """Return what a certificate says, of its act."""
    return Certificate.from_record(
        Record(dict(acts.Act.from_document(document).body), "certificate")
    )
