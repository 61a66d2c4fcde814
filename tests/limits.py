"""Limits of time, for machines that have other work besides."""

from collections.abc import Iterable

import pytest


def limit_calls(items: Iterable[pytest.Item], least: float = 0) -> None:
    """Let the limit be that of the test alone, and of some seconds at least.

    What all tests share is made for whoever comes first: to make a database, or to start a browser,
    takes a busy machine longer than most tests may last.
    """
    for item in items:
        own = item.get_closest_marker("timeout")
        seconds = own.args if own is not None else ()
        if least:
            seconds = (max((least, *seconds)),)
        item.add_marker(pytest.mark.timeout(*seconds, func_only=True), append=False)
