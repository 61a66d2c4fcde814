"""JSON-LD contexts that are known, or from a folder: another is unknown, and never fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from certorigin.errors import MalformedError, UnknownError, VerificationError
from certorigin.late import dataclass
from certorigin.seal.foreign.reading import read_object
from certorigin.seal.foreign.terms import build_document, known_terms, published_digests

MAX_INDEX = 1 << 20


@dataclass(frozen=True)
class Contexts:
    """Documents by their addresses, and the digests of every known revision of each."""

    documents: Mapping[str, Mapping[str, Any]]
    digests: Mapping[str, frozenset[str]]

    def document(self, url: str) -> Mapping[str, Any]:
        """Return the document at that address. Raises UnknownError when it is not here."""
        document = self.documents.get(url)
        if document is None:
            raise UnknownError("foreign.context_unknown", value=url[:120])
        return document

    def terms(self, contexts: Iterable[object]) -> frozenset[str]:
        """Name the terms that these contexts define at their top. Raises as `document`."""
        named: set[str] = set()
        for context in contexts:
            inline = self.document(context)["@context"] if type(context) is str else context
            named.update(inline if isinstance(inline, dict) else ())
        return frozenset(named)


@cache
def known_contexts() -> Contexts:
    """Return the contexts that the package knows without any folder."""
    table = known_terms()
    return Contexts(
        {url: build_document(table, url) for url in table["contexts"]},
        {url: published_digests(table, url) for url in table["contexts"]},
    )


def read_contexts(folder: Traversable) -> Contexts:
    """Read a folder whose `index.json` names each file by its address, with its SHA-256.

    Raises UnknownError for a file that is missing, MalformedError for one that can't be read,
    VerificationError for one with another digest.
    """
    index = read_object(_bytes(folder, "index.json"), max_bytes=MAX_INDEX)
    documents = {}
    digests = {}
    for url, entry in index.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise MalformedError("foreign.contexts_malformed", place=url[:120])
        raw = _bytes(folder, entry["file"])
        if hashlib.sha256(raw).hexdigest() != entry.get("sha256"):
            raise VerificationError("foreign.context_altered", place=entry["file"][:120])
        document = read_object(raw)
        if "@context" not in document:
            raise MalformedError("foreign.contexts_malformed", place=url[:120])
        documents[url] = document
        # A credential may carry the digest of an earlier revision of what is published there.
        digests[url] = published_digests(known_terms(), url) | {
            work(raw).hexdigest() for work in (hashlib.sha256, hashlib.sha384, hashlib.sha512)
        }
    return Contexts(documents, digests)


def _bytes(folder: Traversable, name: str) -> bytes:
    path = folder.joinpath(name)
    if "/" in name or "\\" in name or not path.is_file():
        raise UnknownError("foreign.context_unknown", value=name[:120])
    return path.read_bytes()
