"""The mirror's folder for proofs and heads, the register for what is known of one certificate.

The library's view reads a whole log to find the acts about a certificate; the register has an
index.
"""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import ProofError
from certorigin.log.read import TileReader
from certorigin.mirror.view import LogView, ViewedAct
from certorigin_server.recognition.tiles import KeptReader
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from certorigin.log.checkpoint import SignedHead
    from certorigin.log.directory import Directory
    from certorigin.mirror.partner import Partner
    from certorigin.seal.trust.trust import Trust
    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.twice import NumberTaken
    from certorigin_server.standing.queries import RegisteredAct


class RegisterView(LogView):
    """A partner's log as of the mirror's head, with the acts about one certificate given."""

    known: Sequence[LoggedAct] = ()
    undecided: Sequence[RegisteredAct] = ()
    twins: Mapping[str, Sequence[LoggedAct]] = MappingProxyType({})
    # The certificates for which it stands: by the numbers in box 5, and what is known of each.
    named: Mapping[NumberTaken, Sequence[str]] = MappingProxyType({})
    family: Mapping[str, Sequence[LoggedAct]] = MappingProxyType({})
    # The certificates on which a substitute rests, by the acts that issued them.
    issues: Mapping[str, Sequence[str]] = MappingProxyType({})

    def __init__(self, directory: Directory, partner: Partner, trust: Trust) -> None:
        super().__init__(directory, partner, trust)
        self._tiles = KeptReader(self.head.checkpoint, directory)

    def look_again(self) -> None:
        """Look, from here on, whether the files that were read are still the same."""
        self._tiles.look_again()

    def entry(self, index: int) -> bytes:
        """Return an entry as it lies in the log. Raises ProofError when absent or altered."""
        if not 0 <= index < self.size:
            raise ProofError("log.index_outside", index=str(index), size=str(self.size))
        return self._tiles.entry(index)

    def inclusion_proof(self, index: int, head: SignedHead) -> list[bytes]:
        """Prove that an entry is under a countersigned head. Raises ProofError, UnknownError."""
        if head.checkpoint.size > self.size:  # it came, and the checkpoint after it did not yet
            return TileReader(head.checkpoint, self.directory.read).inclusion_proof(index)
        return self._tiles.proof_under(index, head.checkpoint)

    def acts_about(self, subject: str) -> list[LoggedAct]:
        """Return the acts about the certificate that count, from the register."""
        known = [entry for entry in self.known if entry.act.subject == subject]
        return known or list(self.family.get(subject) or self.twins.get(subject, ()))

    def subjects_under(self, number: NumberTaken) -> list[str]:
        """Return the other certificates under the number, which were given too."""
        return [*self.twins, *self.named.get(number, ())]

    def subjects_of(self, act: str) -> list[str]:
        """Return the certificate that an act issued, of those that were given."""
        return list(self.issues.get(act, ()))

    def find_entry(self, data: bytes, subject: str) -> int | None:
        """Return where these bytes are entered here, of the acts that were given."""
        digest, partner = sha256(data).hexdigest(), self.partner
        return next(
            (
                entry.index
                for entry in self.acts_about(subject)
                if (entry.digest, entry.publisher, entry.term)
                == (digest, partner.publisher, partner.term)
            ),
            None,
        )

    def undecided_about(self, subject: str) -> list[ViewedAct]:
        """Return the acts, in whichever log, whose issuer was not known when they came."""
        return [
            ViewedAct(row.index, row.legal_time, None, row.void)
            for row in self.undecided
            if row.subject == subject
        ]


def open_view(origin: str) -> RegisterView:
    """Return the mirror of a partner's log as of its present head."""
    view = RegisterView.open(settings.SYSTEM.mirror_folder(origin), get_trust())
    assert isinstance(view, RegisterView)  # noqa: S101 - `open` makes the class it is called on
    return view


def open_terms(origin: str, *, note: Callable[[Path], None] | None = None) -> list[RegisterView]:
    """Return the mirror of a partner's log, then the terms that go on from it, as far as we follow.

    The later ones say how fresh we are; what they say about a certificate is in the register.
    `note` is told each folder before anything in it is looked at.
    """
    tell = note or (lambda _: None)
    tell(settings.SYSTEM.mirror_folder(origin))
    views = [open_view(origin)]
    while views[-1].successor:
        following = str(views[-1].successor)
        tell(settings.SYSTEM.mirror_folder(following))
        is_here = (settings.SYSTEM.mirror_folder(following) / "checkpoint").is_file()
        if not is_here or any(view.origin == following for view in views):
            break
        views.append(open_view(following))
    return views
