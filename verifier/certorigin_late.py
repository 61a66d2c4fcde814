"""`dataclass` for the one-file verifier: a class of values is made when its first value is.

Making a class takes half a millisecond, and most of the hundred are of no use to one verification.
It is made by the standard library, so that what comes of it is the same.
"""

import dataclasses
from dataclasses import asdict, field, replace
from threading import RLock

__all__ = ["asdict", "dataclass", "field", "replace"]

_waiting = {}
_lock = RLock()


def dataclass(cls=None, /, **options):
    """Make a class of values, at the latest when its first value is made."""
    if cls is None:
        return lambda given: dataclass(given, **options)
    if "__init__" in vars(cls) or options.get("slots"):
        return dataclasses.dataclass(cls, **options)
    _waiting[cls] = options

    def make_first(self, /, *values, **named):
        with _lock:
            _finish(cls)
        cls.__init__(self, *values, **named)

    cls.__init__ = make_first
    return cls


def _finish(cls):
    """Make the class, after those that it inherits from."""
    for base in reversed(cls.__mro__):
        options = _waiting.pop(base, None)
        if options is not None:
            del base.__init__
            dataclasses.dataclass(base, **options)
