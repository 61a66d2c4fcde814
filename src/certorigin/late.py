"""What a start need not pay for: classes, modules and files that are made or loaded when needed.

Making a class of values takes half a millisecond, and a start loads a hundred of them of which a
verification needs a third. The standard library makes it, so that what comes of it is the same.
"""

from __future__ import annotations

import dataclasses
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - handed on
    from importlib.machinery import ModuleSpec
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:  # noqa: ANN401 - a class
        """Make a class of values, at the latest when its first value is made."""
        if cls is None:
            return lambda given: dataclass(given, **options)
        if options.get("slots") or not vars(cls).keys().isdisjoint(_HOOKS):
            return dataclasses.dataclass(cls, **options)
        _waiting[cls] = options
        for name, hook in _HOOKS.items():
            setattr(cls, name, hook)
        return cls


class Later:
    """Stands for a module until one of its names is asked for."""

    def __init__(self, name: str, package: str | None = None) -> None:
        self._name = (name, package)
        self._module: object = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        if self._module is None:
            self._module = import_module(*self._name)
        return getattr(self._module, name)


def read_beside(spec: ModuleSpec | None, name: str) -> bytes:
    """Return a file that lies beside a module (its `__spec__`), in a folder or in an archive.

    `importlib.resources` does the same, and loads much to do it.
    """
    if spec is None or spec.origin is None:
        raise FileNotFoundError(name)
    loader: Any = spec.loader
    data: bytes = loader.get_data(f"{spec.origin.rpartition('/')[0]}/{name}")
    return data


class _Asked:
    """An attribute by which others know what such a class holds: asking makes the class."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, value: object, owner: type) -> object:
        _finish(owner)
        return getattr(owner, self._name)


def _made_first(self: Any, /, *values: object, **named: object) -> None:  # noqa: ANN401 - any class
    _finish(type(self))
    self.__init__(*values, **named)


def _read_first(self: Any, state: dict[str, object]) -> None:  # noqa: ANN401 - any class
    """Take what was pickled: such a value is made without `__init__`."""
    _finish(type(self))
    self.__dict__.update(state)


_HOOKS = {
    "__init__": _made_first,
    "__setstate__": _read_first,
    "__dataclass_fields__": _Asked("__dataclass_fields__"),
    "__match_args__": _Asked("__match_args__"),
}
_waiting: dict[type, dict[str, bool]] = {}
_lock = RLock()


def _finish(cls: type) -> None:
    """Make the class, after those that it inherits from."""
    with _lock:
        for base in reversed(cls.__mro__):
            if base in _waiting:
                _make(base, _waiting[base])
                del _waiting[base]


def _make(cls: type, options: dict[str, bool]) -> None:
    """Make one class, whose `__init__` comes last: other threads wait in ours until all is there.

    That of the standard library is not put over another; a class of the same shape lends it.
    """
    members = vars(cls)
    lent = {*cls.__annotations__, "__annotations__", "__module__", "__qualname__", "__post_init__"}
    shape = type(cls.__name__, cls.__bases__, {name: members[name] for name in lent & {*members}})
    bare = options | {"eq": False, "match_args": False, "order": False, "repr": False}
    made: Any = dataclasses.dataclass(**bare)(shape)
    for name in _HOOKS:
        if name != "__init__":
            delattr(cls, name)
    dataclasses.dataclass(**options | {"init": False})(cls)
    cls.__init__ = made.__init__  # type: ignore[misc]
