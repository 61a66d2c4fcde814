"""The loop that asks the partner of a corridor: what it speaks, and what officers want to know."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError, LimitError, UnknownError, VerificationError
from certorigin.mirror.profile import MAX_PROFILES, QUESTIONS, V1, agree, offers, read_profiles
from certorigin.recognition.question import MAX_ANSWER
from certorigin_server.inquiry.models import Inquiry
from certorigin_server.inquiry.queries import judge, profile_of, question_of, waiting
from certorigin_server.inquiry.services import close, note_profile
from certorigin_server.mirror.guard import open_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin.mirror.http import HttpLine
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

# How long what a partner said of itself is taken for true.
ASK_AGAIN = timedelta(minutes=5)
# A line that is dead or refuses: the question waits. Anything else is an answer.
_WAITS = frozenset({"line.unreachable", "line.refused"})


class Asker:
    """Puts what waits to one partner, when there is something. A silent partner stops nobody."""

    def __init__(
        self,
        corridor: CorridorSettings,
        *,
        keyring: Keyring,
        clock: Callable[[], datetime],
        line: Callable[[], HttpLine] | None = None,
    ) -> None:
        self._corridor = corridor
        self._clock = clock
        self._line = line or (lambda: open_line(corridor, keyring=keyring, clock=clock))
        self._known_at: datetime | None = None

    @property
    def name(self) -> str:
        """The name that the operator sees."""
        return f"inquiry {self._corridor.corridor}"

    def turn(self) -> int:
        """Ask what waits; return how much was answered.

        Raises what stopped it: a dead line, or a partner that speaks no version of ours.
        """
        text, at = str(self._corridor.corridor), self._clock()
        questions = waiting(text)
        is_known = self._known_at is not None and at - self._known_at < ASK_AGAIN
        if is_known and not questions:
            return 0
        with closing(self._line()) as line:
            done = 0 if is_known else self._agree(line, at)
            return done + sum(self._ask(line, one) for one in questions)

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""

    def _agree(self, line: HttpLine, at: datetime) -> int:
        """Learn which versions the partner speaks; one from before there were several says none.

        Raises VerificationError (`profile.none_shared`); whatever runs goes on meanwhile.
        """
        text = str(self._corridor.corridor)
        try:
            raw = line.fetch(f"profiles/{text}.json", MAX_PROFILES)
            spoken: tuple[str, ...] = read_profiles(raw, text)
        except UnknownError as fault:
            if fault.code != "line.absent":
                raise
            spoken = (V1,)
        self._known_at = at
        try:
            agreed = agree(self._corridor.profiles, spoken)
        except VerificationError:
            note_profile(corridor=text, spoken=spoken, agreed="", at=at)
            self._known_at = None  # asked again in the next turn, and told until it is mended
            raise
        return int(note_profile(corridor=text, spoken=spoken, agreed=agreed, at=at))

    def _ask(self, line: HttpLine, inquiry: Inquiry) -> int:
        """Put one question. Raises UnknownError while the line is dead: it is put again."""
        profile = profile_of(inquiry.corridor)
        if profile is None or not offers(profile.agreed, QUESTIONS):
            close(inquiry=inquiry, outcome=Inquiry.Outcome.NOT_SPOKEN, at=self._clock())
            return 1
        outcome, code, answer = self._fetch(line, inquiry)
        close(inquiry=inquiry, outcome=outcome, code=code, answer=answer, at=self._clock())
        return 1

    def _fetch(self, line: HttpLine, inquiry: Inquiry) -> tuple[Inquiry.Outcome, str, str]:
        try:
            raw = line.fetch(question_of(inquiry).to_path(), MAX_ANSWER)
            judge(inquiry, raw, at=self._clock())
        except LimitError as fault:
            return Inquiry.Outcome.UNUSABLE, fault.code, ""
        except UnknownError as fault:
            if fault.code in _WAITS:
                raise
            is_absent = fault.code == "line.absent"
            outcome = Inquiry.Outcome.UNKNOWN if is_absent else Inquiry.Outcome.UNUSABLE
            return outcome, "" if is_absent else fault.code, ""
        except CertoriginError as fault:
            return Inquiry.Outcome.UNUSABLE, fault.code, ""
        return Inquiry.Outcome.FOUND, "", raw.decode()
