"""The folder of an offline post: its data, how old they are, and deciding from them alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from certorigin.durable import make_folder, replace_file
from certorigin.errors import CertoriginError, FindingsError, StandingError, UnknownError
from certorigin.log.proof import Proof
from certorigin.log.read import TileReader
from certorigin.mirror.view import LogView, find_log_folders
from certorigin.recognition.balance import items_taken
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.report import Outcome
from certorigin.recognition.verify import Verifier
from certorigin.returns.post import PostUse, join_export, read_card, read_use, seal_use
from certorigin.returns.utilisation import utilised
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.entry import LoggedAct
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.recognition.report import Report
    from certorigin.returns.post import PostCard
    from certorigin.seal.proof import Sealer
    from certorigin.vocabulary.bodies import CertificateReference

CARD: Final = "post.json"
USES: Final = "uses"
KEY: Final = "post-key.pem"


class PostView(LogView):
    """A log in the folder, with what this post accepted since it was made."""

    accepted: tuple[LoggedAct, ...] = ()

    def acts_about(self, subject: str) -> list[LoggedAct]:
        """Return the acts that count, and the post's own uses."""
        own = [entry for entry in self.accepted if entry.act.subject == subject]
        return [*super().acts_about(subject), *own]

    def find_cited(self, reference: CertificateReference) -> list[str]:
        """Return the subjects of certificates with this name in this log."""
        return [
            subject
            for number, subjects in self._claims.numbers.items()
            if (number.key, number.form, number.date)
            == (number_key(reference.number), reference.form, reference.date.isoformat())
            for subject in subjects
            if self.partner.publisher.partition("-")[0] == reference.issued_in
        ]


@dataclass(frozen=True)
class Found:
    """One cited certificate: its report, or the code of why there is none."""

    reference: CertificateReference
    report: Report | None
    reason: str = ""


class Post:
    """An offline post on a folder. Nothing but the folder is read, and only `uses` is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trust = read_trust_folder(folder / "trust")
        self.card_bytes = _read(folder / CARD)
        self.card: PostCard = read_card(self.card_bytes, self.trust)
        self.uses = [read_use(raw, self.card) for raw in self._sealed_uses()]
        self.views = self._open_views()

    def ages(self, at: datetime) -> dict[str, int]:
        """Say how many seconds old the newest head of each log is."""
        return {view.origin: int((at - view.heartbeat).total_seconds()) for view in self.views}

    def check(self, declaration: GoodsDeclaration, *, at: datetime) -> list[Found]:
        """Verify and match every certificate that a declaration cites."""
        verifier = Verifier(self.trust, self.views)
        cited = {line.claim.certificate: None for line in declaration.items if line.claim}
        return [self._check(verifier, one, declaration, at) for one in cited]

    def accept(
        self,
        declaration: GoodsDeclaration,
        reference: CertificateReference,
        *,
        officer: str,
        override: str,
        act_id: str,
        sealer: Sealer,
        at: datetime,
    ) -> PostUse:
        """Accept what a declaration takes of a certificate, and keep it sealed.

        What is not `recognised` needs a reason (R19): raises FindingsError
        (`recognition.reason_needed`). Raises StandingError as `utilised`, and for an officer that
        the card does not name (`post.officer_unknown`); UnknownError when it is not here.
        """
        if officer not in self.card.officers:
            raise StandingError("post.officer_unknown", officer=officer)
        found = self._check(Verifier(self.trust, self.views), reference, declaration, at)
        report = found.report
        if report is None or report.standing is None or report.certificate is None:
            raise UnknownError(found.reason or "recognition.not_in_mirror")
        line = report.bottom_line
        if line is not Outcome.RECOGNISED and not override.strip():
            why = [Finding(part.code, name) for name, part in report.parts.items()]
            raise FindingsError("recognition.reason_needed", why, bottom_line=str(line))
        lines = [
            one for one in declaration.items if one.claim and one.claim.certificate == reference
        ]
        act = utilised(
            report.standing,
            declaration=DocumentReference(declaration.number, declaration.date),
            post=self.card.name,
            items=items_taken(lines, report.certificate),
            head_size=report.head.size if report.head else 1,
            officer=officer,
            act_id=act_id,
            at=at,
            issuer=self.card.authority,
        )
        data = (declaration.to_data(), act.to_document(), report.to_data())
        use = PostUse(*data, override=override.strip(), at=at)
        self._keep(seal_use(use, self.card, sealer))
        self.uses.append(use)
        self._count_uses(self.views)
        return use

    def export(self) -> bytes:
        """Return the file that travels to the centre."""
        return join_export(self.card_bytes, self._sealed_uses())

    def _check(
        self,
        verifier: Verifier,
        reference: CertificateReference,
        declaration: GoodsDeclaration,
        at: datetime,
    ) -> Found:
        try:
            raw = self._find(reference)
            if raw is None:
                return Found(reference, None, "recognition.not_in_mirror")
            return Found(reference, verifier.verify(raw, at=at, declaration=declaration))
        except CertoriginError as fault:
            return Found(reference, None, fault.code)

    def _find(self, reference: CertificateReference) -> bytes | None:
        """Return the bundle of the certificate that is meant, out of the logs of its state."""
        for view in self.views:
            for subject in view.find_cited(reference):
                for entry in view.acts_about(subject):
                    if entry.act.kind is Kind.ISSUED:
                        return _bundle(view, entry.index)
        return None

    def _open_views(self) -> list[PostView]:
        views = []
        for name in ("mirror", "log"):
            for folder in find_log_folders(self.folder / name):
                with suppress(UnknownError):
                    views.append(PostView.open(folder, self.trust))
        self._count_uses(views)
        return views

    def _count_uses(self, views: list[PostView]) -> None:
        """Let each use count, whichever log is asked: the fold takes an act once."""
        accepted = tuple(
            LoggedAct(
                act=Act.from_document(use.act),
                publisher=self.card.installation,
                term="",
                index=index,
                digest=f"{index:064x}",
                legal_time=use.at,
            )
            for index, use in enumerate(self.uses)
        )
        for view in views:
            view.accepted = accepted

    def _sealed_uses(self) -> list[bytes]:
        folder = self.folder / USES
        return [_read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []

    def _keep(self, raw: bytes) -> None:
        make_folder(self.folder / USES)
        place = self.folder / USES / f"{len(self._sealed_uses()) + 1:06}.json"
        replace_file(place, raw)


def _bundle(view: LogView, index: int) -> bytes:
    covering = view.cosigned.find_covering(index)
    head = covering.head if covering and covering.head.checkpoint.size <= view.size else view.head
    reader = TileReader(head.checkpoint, view.directory.read)
    proof = Proof(index, tuple(reader.inclusion_proof(index)), head.data)
    return Bundle(act=view.data(index), proof=proof.to_bytes()).to_bytes()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise UnknownError("post.file_missing", path=path.name) from None
