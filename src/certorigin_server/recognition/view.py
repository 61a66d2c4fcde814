"""The mirror's folder for proofs and heads, the register for what is known of one certificate.

The library's view reads a whole log to find the acts about a certificate; the register has an
index.
"""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.mirror.view import LogView, ViewedAct
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def open_terms(origin: str) -> list[RegisterView]:
    """Return the mirror of a partner's log, then the terms that go on from it, as far as we follow.

    The later ones say how fresh we are; what they say about a certificate is in the register.
    """
    views = [open_view(origin)]
    while views[-1].successor:
        following = str(views[-1].successor)
        is_here = (settings.SYSTEM.mirror_folder(following) / "checkpoint").is_file()
        if not is_here or any(view.origin == following for view in views):
            break
        views.append(open_view(following))
    return views
