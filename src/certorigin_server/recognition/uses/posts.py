"""The file of a post that was without a line: who sealed it, and its uses for reconciling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import StandingError
from certorigin.returns.post import read_export
from certorigin_server.recognition.uses.services import PostUse, reconcile
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.recognition.uses.services import Reconciled
    from certorigin_server.users.queries import User


def take_export(*, raw: bytes, by: User, at: datetime) -> Reconciled:
    """Verify a post's file, and reconcile its uses.

    Raises StandingError (`post.of_another_system`) for a card that another installation sealed,
    MalformedError, SignatureError, UntrustedKeyError and UnknownError as `read_export`.
    """
    card, uses = read_export(raw, get_trust())
    if card.installation != settings.SYSTEM.installation:
        raise StandingError("post.of_another_system", installation=card.installation)
    brought = [
        PostUse(one.document, one.act, one.report, one.override, card.officers) for one in uses
    ]
    return reconcile(uses=brought, by=by, at=at)
