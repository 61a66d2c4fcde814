"""The mirror's folder for proofs and heads, the register for what is known of one certificate.

The library's view reads a whole log to find the acts about a certificate; the register has an
index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.mirror.view import LogView
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin.mirror.view import ViewedAct
    from certorigin.standing.entry import LoggedAct


class RegisterView(LogView):
    """A partner's log as of the mirror's head, with the acts about one certificate given."""

    known: Sequence[LoggedAct] = ()
    undecided: Sequence[int] = ()

    def acts_about(self, subject: str) -> list[LoggedAct]:
        """Return the acts about the certificate that count, from the register."""
        return [entry for entry in self.known if entry.act.subject == subject]

    def undecided_about(self, subject: str) -> list[ViewedAct]:
        """Return the acts whose issuer was not known when they were registered."""
        del subject
        return [self.view(index) for index in self.undecided]


def open_view(
    origin: str, known: Sequence[LoggedAct] = (), undecided: Sequence[int] = ()
) -> RegisterView:
    """Return the mirror of a partner's log as of its present head."""
    view = RegisterView.open(settings.SYSTEM.mirror_folder(origin), get_trust())
    assert isinstance(view, RegisterView)  # noqa: S101 - `open` makes the class it is called on
    view.known, view.undecided = known, undecided
    return view
