"""Catalogues of sentences are read quickly, and as TOML says."""

import tomllib
from importlib.resources import files

import pytest

from certorigin.terminal import sentences


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_the_quick_way_reads_what_toml_reads(language):
    text = files(sentences.__name__).joinpath(f"{language}.toml").read_text("utf-8")
    assert sentences.get_catalogue(language) == tomllib.loads(text)
    assert sentences._plain(text) in ({}, tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    ['"a" = "one"\n"a" = "two"', '"a" = "a\\nb"', "[part]\na = 1", 'a = "b"', '"a" = "b" # c', ""],
)
def test_whatever_is_not_plain_is_left_to_toml(text):
    assert sentences._plain('"first" = "1"\n' + text) == ({"first": "1"} if not text else {})
