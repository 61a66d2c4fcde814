"""Classes of values made late are those of the standard library, whoever asks first."""

import copy
import dataclasses
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, fields, is_dataclass, replace
from threading import Barrier
from types import ModuleType

import pytest

from certorigin import late
from certorigin.late import Later, read_beside

CLASSES = """
@dataclass(frozen=True, order=True)
class Base:
    name: str
    parts: list = field(default_factory=list, hash=False, compare=False)

@dataclass(frozen=True)
class Derived(Base):
    size: int = 3

class Plain(Derived):
    pass

@dataclass(slots=True)
class Slotted:
    size: int

@dataclass
class Checked:
    size: int

    def __post_init__(self):
        if self.size < 0:
            raise ValueError(self.size)

class Never:
    made = dataclass(type("Unmade", (), {"__annotations__": {"size": "int"}}))
"""


@pytest.fixture(params=[dataclasses.dataclass, late.dataclass], ids=["standard", "late"])
def made(request, monkeypatch):
    """The classes in a module of their own, none of them used yet."""
    module = ModuleType("late_classes")
    vars(module).update(dataclass=request.param, field=field)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(CLASSES, vars(module))
    return module


def test_values_are_those_of_the_standard_library(made):
    plain, derived, base = made.Plain("a", size=4), made.Derived("a"), made.Base("b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        derived.size = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        derived.other = 5
    with pytest.raises(TypeError):
        made.Base()
    with pytest.raises(ValueError, match="-1"):
        made.Checked(-1)
    same = made.Derived("a", [1])
    assert repr(plain) == "Plain(name='a', parts=[], size=4)"
    assert repr(replace(derived, size=9)) == "Derived(name='a', parts=[], size=9)"
    assert same == derived != plain != base != derived
    assert hash(same) == hash(derived)
    assert made.Base("a") < base
    assert made.Slotted(1) == made.Slotted(1)
    assert dataclasses.astuple(plain) == ("a", [], 4)
    assert made.Checked(1) == made.Checked(1)


def test_a_class_tells_of_its_fields_before_it_has_a_value(made):
    assert is_dataclass(made.Plain)
    assert [one.name for one in fields(made.Derived)] == ["name", "parts", "size"]
    assert made.Base.__match_args__ == ("name", "parts")


def test_a_value_that_comes_from_another_process_makes_its_class(made):
    """There nobody called the class: `pickle` makes values past it."""
    value = made.Derived.__new__(made.Derived)
    state = {"name": "a", "parts": [], "size": 3}
    setstate = getattr(value, "__setstate__", None)
    if setstate is not None:
        setstate(state)
    else:
        vars(value).update(state)
    assert value == made.Derived("a")
    assert hash(value) == hash(made.Derived("a"))
    assert pickle.loads(pickle.dumps(value)) == copy.copy(value) == copy.deepcopy(value) == value


def test_many_threads_may_make_the_first_value(made):
    for _ in range(20):
        exec(CLASSES, vars(made))
        barrier = Barrier(8)

        def first(_, barrier=barrier):
            barrier.wait()
            return made.Derived("a", size=1), fields(made.Base)[0].name

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(first, range(8)))
        assert found == [(made.Derived("a", size=1), "name")] * 8


def test_a_module_is_loaded_when_a_name_of_it_is_asked_for(monkeypatch):
    monkeypatch.delitem(sys.modules, "this_is_not_there", raising=False)
    stands = Later("this_is_not_there")
    with pytest.raises(ModuleNotFoundError):
        _ = stands.anything
    assert Later("dataclasses").replace is replace


def test_a_file_beside_a_module_is_read():
    assert b"Later" in read_beside(late.__spec__, "late.py")
    with pytest.raises(OSError, match="absent"):
        read_beside(late.__spec__, "absent")
    with pytest.raises(FileNotFoundError):
        read_beside(None, "late.py")
