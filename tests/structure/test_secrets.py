"""No secret is kept with the source: private keys, tokens, passwords in addresses."""

import re

import pytest

from tests.structure.source import files, name_of

SHAPES = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40}",
    "a private key of OpenSSH": r"-----BEGIN OPENSSH PRIVATE KEY-----\s*[A-Za-z0-9+/=]{40}",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b",
    "a token of a forge": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60}|glpat-[\w-]{20})\b",
    "a token of a registry": r"\b(?:pypi-AgE[\w-]{50}|npm_[A-Za-z0-9]{36})\b",
    "a token of a chat": r"\bxox[baprs]-[0-9A-Za-z-]{20}",
    "a bearer token": r"[Bb]earer eyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}",
    "a password in an address": r"\b[a-z+]{3,12}://[\w.-]+:(?!\{|\$|<|…|\.\.\.)[^\s:@/{]{6,}@[\w.-]+",
}
FOUND = {what: re.compile(shape) for what, shape in SHAPES.items()}
SAMPLES = {
    "a private key": "-----BEGIN PRIVATE " + "KEY-----\n" + "A" * 64,
    "a private key of OpenSSH": "-----BEGIN OPENSSH PRIVATE " + "KEY-----\n" + "A" * 64,
    "a key of a cloud": "AKIA" + "A" * 16,
    "a token of a forge": "ghp_" + "a" * 36,
    "a token of a registry": "npm_" + "a" * 36,
    "a token of a chat": "xoxb-" + "1" * 20,
    "a bearer token": "Bearer eyJ" + ".".join(["a" * 24] * 3),
    "a password in an address": "postgres://own" + "er:letmein99@db",
}


def secrets_in(text):
    return [what for what, shape in FOUND.items() if shape.search(text)]


@pytest.mark.parametrize("what", FOUND)
def test_each_shape_is_known(what):
    assert what in secrets_in(SAMPLES[what])


def test_no_secret_is_kept_with_the_source():
    wrong = []
    for path in files():
        name = name_of(path)
        if path.suffix in {".pem", ".key", ".p12", ".pfx", ".kdbx"}:
            wrong.append(f"{name}: a file of keys")
        raw = path.read_bytes()
        if b"\0" not in raw[:1000]:
            wrong += [f"{name}: {what}" for what in secrets_in(raw.decode("utf-8", "replace"))]
    assert not wrong, "\n".join(wrong)
