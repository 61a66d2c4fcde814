"""The small world that most tests of recognition only read."""

import pytest

from tests.library.recognition.world import small


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return small(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def bundle(world):
    return world.bundle(0)
