"""A person at a desk: clicks and types, and everything is counted.

How long a person would need is estimated by the keystroke-level model: it depends neither on the
machine nor on its load. What is measured is how long they waited for pages.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

# Seconds of the keystroke-level model for an average typist: a key, pointing, a button of the mouse
# down or up, a hand from mouse to keyboard or back, a moment of thought.
KEY, POINT, BUTTON, HOMING, THOUGHT = 0.28, 1.1, 0.1, 0.4, 1.35


@dataclass
class Task:
    """What somebody's work took."""

    role: str
    what: str
    clicks: int = 0
    fields: int = 0
    keys: int = 0
    homings: int = 0
    pages: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        """Return the estimate of the keystroke-level model, without waiting."""
        clicking = self.clicks * (THOUGHT + POINT + 2 * BUTTON)
        typing = self.fields * (THOUGHT + KEY) + self.keys * KEY
        return clicking + typing + self.homings * HOMING


class Hand:
    """One person's hand on one page; `task` is what it is doing now."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.task = Task("", "")
        self._types = False

    def click(self, what: str | Locator) -> None:
        """Press something that leads to no other page."""
        self._count_click()
        self._at(what).click()

    def go(self, what: str | Locator) -> None:
        """Press something that leads to another page, and wait for it."""
        self._count_click()
        with self._another_page():
            self._at(what).click()

    def enter(self) -> None:
        """Press Enter in the field that was filled last, and wait for the page it leads to."""
        self.task.keys += 1
        with self._another_page():
            self.page.keyboard.press("Enter")

    def look_until(self, what: Locator, most: int = 60) -> None:
        """Ask for the page anew until it shows something."""
        for _ in range(most):
            if what.count():
                return
            self.task.keys += 1
            with self._another_page():
                self.page.reload()
        expect(what).to_be_visible()

    def choose(self, what: str | Locator, value: str) -> None:
        """Choose from a list."""
        self._count_field(0)
        self._at(what).select_option(value)

    def fill(self, values: dict[str, str]) -> None:
        """Fill fields by their names; what stands there already is left alone."""
        for name, value in values.items():
            field = self._at(f'main [name="{name}"]')
            field.wait_for()
            kind = field.evaluate("one => one.tagName == 'SELECT' ? 'select' : one.type")
            if kind in {"checkbox", "radio"}:
                self.click(field)
            elif field.input_value() != value:
                self._count_field(0 if kind == "select" else len(value))
                if kind == "select":
                    field.select_option(value)
                else:
                    field.fill(value)

    def type(self, what: str | Locator, text: str) -> None:
        """Type into a field that has no name of its own kind."""
        self._count_field(len(text))
        self._at(what).fill(text)

    def attach(self, what: str | Locator, *files: Path) -> None:
        """Choose files: the field, and each file in the dialogue that opens."""
        self.task.clicks += 1 + len(files)
        self._at(what).set_input_files(list(files))

    def _at(self, what: str | Locator) -> Locator:
        return self.page.locator(what).first if isinstance(what, str) else what

    @contextmanager
    def _another_page(self) -> Iterator[None]:
        began = time.perf_counter()
        with self.page.expect_navigation():
            yield
        self.task.waited += time.perf_counter() - began
        self.task.pages += 1

    def _count_click(self) -> None:
        self.task.clicks += 1
        self.task.homings += self._types
        self._types = False

    def _count_field(self, keys: int) -> None:
        self.task.fields += 1
        self.task.keys += keys
        self.task.homings += not self._types
        self._types = True
