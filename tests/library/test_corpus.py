"""Broken files that were kept: one of each reader for each answer that it ever gave.

`corpus.json` is what tests/long broke and how it was answered, the shortest of its kind; more are
added there with CERTORIGIN_FUZZ_CORPUS. Another answer is a change that somebody has to want.
"""

import base64
import json
import time
import zlib
from pathlib import Path

import pytest

from tests.library.readers import READERS, answer

CORPUS = Path(__file__).with_name("corpus.json")
KEPT = json.loads(CORPUS.read_text())
SLOWEST = 2.0


def unpacked(text):
    return zlib.decompress(base64.b85decode(text))


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_was_broken_is_answered_as_before(name):
    assert len(KEPT[name]) > 1
    began = time.process_time()
    found = {code: answer(name, unpacked(packed)) for code, packed in KEPT[name].items()}
    assert found == {code: code for code in KEPT[name]}
    assert time.process_time() - began < SLOWEST
