"""A person at a desk, as the machine interface sees one: signs in, asks, answers."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx

from certorigin.errors import StandingError, UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin_server.operate.demo.systems import NationalSystem

PATIENCE = 120.0
PAUSE = 0.15


class Person:
    """One signed-in person of one state's system."""

    def __init__(self, system: NationalSystem, username: str) -> None:
        self.username = username
        self._client = httpx.Client(base_url=f"{system.url}/api/v1", timeout=60, trust_env=False)
        body = {"username": username, "password": system.accounts[username]}
        try:
            token = self.ask("POST", "/session", body)["token"]
        except BaseException:
            self._client.close()  # who could not sign in leaves no line open
            raise
        self._client.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Ask and return the answer; bytes are sent as they are.

        Raises StandingError with the code of a refusal.
        """
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = self._client.request(method, path, **sent)
        if not answer.is_success:
            told = _json(answer)
            code = str(told.get("code", answer.status_code))
            raise StandingError("demo.refused", path=path, answer=code, said=answer.text[:400])
        return _json(answer)

    def download(self, path: str) -> bytes:
        """Return the exact bytes of a document. Raises StandingError."""
        answer = self._client.get(path)
        if not answer.is_success:
            raise StandingError("demo.refused", path=path, answer=str(answer.status_code))
        return answer.content

    def wait_for(self, path: str, is_there: Callable[[Any], object]) -> Any:  # noqa: ANN401 - JSON
        """Ask again and again until the answer is as wanted. Raises UnknownError if it never is."""
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._client.get(path)
            if answer.is_success and is_there(_json(answer)):
                return _json(answer)
            if time.monotonic() >= until:
                break
            time.sleep(PAUSE)
        raise UnknownError("demo.waited_in_vain", path=path, said=answer.text[:400])

    def close(self) -> None:
        """Leave the desk."""
        self._client.close()


class Desks:
    """Everybody who works in the demo, each signed in once, shared by all consignments."""

    def __init__(self) -> None:
        self._people: dict[tuple[str, str], Person] = {}
        self._lock = threading.Lock()

    def person(self, system: NationalSystem, username: str) -> Person:
        """Return a person at a desk; the first call signs in."""
        with self._lock:
            key = (system.state, username)
            if key not in self._people:
                self._people[key] = Person(system, username)
            return self._people[key]

    def close(self) -> None:
        """Everybody leaves."""
        for person in self._people.values():
            person.close()


def _json(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    try:
        return answer.json()
    except ValueError:
        return {}
