"""The loops of one national system, in the order of the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.batches.worker import BatchLoop
from certorigin_server.fees.worker import FeeLoop
from certorigin_server.inquiry.worker import Asker
from certorigin_server.log.worker import Sequencer
from certorigin_server.mirror.guard import CopyGuard
from certorigin_server.mirror.watch import Watcher
from certorigin_server.mirror.worker import Follower
from certorigin_server.notices.worker import Courier, Notifier, Postman
from certorigin_server.published.worker import Publisher
from certorigin_server.recognition.worker import PaperReconciler, Settler
from certorigin_server.returns.worker import Returner
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.worker import SealLoop
from certorigin_server.statistics.worker import Counter
from certorigin_server.suppliers.worker import SupplierSealLoop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.operate.turn import Loop


def make_loops(*, clock: Callable[[], datetime], holder: str) -> list[list[Loop]]:
    """Return every loop that this installation runs, by the thread that turns it.

    Those that ask a partner have threads of their own: a silent partner never stops exports
    (architecture.md 1).
    """
    keyring = get_keyring()
    corridors = settings.SYSTEM.corridors
    asked = [one for one in corridors if one.partner_url]  # a national log may have no witness
    own: list[Loop] = [
        *(CopyGuard(one, keyring=keyring, clock=clock) for one in asked),
        Returner(keyring=keyring, clock=clock),
        PaperReconciler(clock=clock),
        SealLoop(keyring=keyring, clock=clock),
        SupplierSealLoop(keyring=keyring, clock=clock),
        *(Sequencer(one, keyring=keyring, clock=clock, holder=holder) for one in corridors),
        *(Watcher(one, keyring=keyring, clock=clock, holder=holder) for one in asked),
    ]
    lines: list[list[Loop]] = [
        [Follower(one, keyring=keyring, clock=clock, holder=holder)] for one in asked
    ]
    questions: list[list[Loop]] = [[Asker(one, keyring=keyring, clock=clock)] for one in asked]
    # Ten thousand consignments in one table hold up neither seals nor logs.
    batches: list[Loop] = [BatchLoop(clock=clock)]
    # Going through a large register takes its time as well.
    publishing: list[Loop] = [
        Publisher(clock=clock, holder=holder),
        Counter(clock=clock, holder=holder),
        Settler(clock=clock),
    ]
    # What is charged is told of; it holds up no seal and no log.
    # A mail server or a receiver of webhooks that does not answer holds up nothing else.
    letters: list[Loop] = [
        FeeLoop(clock=clock),
        Notifier(clock=clock),
        Postman(clock=clock, holder=holder),
    ]
    webhooks: list[Loop] = [Courier(clock=clock, holder=holder)]
    return [own, batches, *lines, *questions, publishing, letters, webhooks]
