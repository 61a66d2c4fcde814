"""JSON-LD of others: every term must have a meaning, and the same meaning has the same bytes.

Expansion and canonicalisation are PyLD's. Contexts come from `Contexts` alone. A graph that is made
to be slow (RDF Dataset Canonicalization, 7.1) is refused by the size of its knots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyld import jsonld  # type: ignore[import-untyped]
from pyld.canon import URDNA2015  # type: ignore[import-untyped]
from pyld.context_resolver import ContextResolver  # type: ignore[import-untyped]

from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.seal.foreign.contexts import Contexts

MAX_QUADS = 5_000
MAX_ALIKE = 6
MAX_KNOTS = 500

# Where a term without a definition would be put: nobody's vocabulary.
_NOWHERE = "urn:certorigin:no-such-term:"


def check_terms(document: Mapping[str, Any], contexts: Contexts) -> None:
    """Check that every term and type of a document means something.

    Raises MalformedError when one does not, or when a context redefines what is protected;
    UnknownError for a context that is not here.
    """
    context = document.get("@context", [])
    listed = context if isinstance(context, list) else [context]
    asked = _closed({**document, "@context": [{"@vocab": _NOWHERE}, *listed]})
    _check_expanded(_run(lambda options: jsonld.expand(asked, options), contexts))


def canonical_quads(document: Mapping[str, Any], contexts: Contexts) -> bytes:
    """Write the statements of a document canonically (RDF Dataset Canonicalization).

    Raises as `check_terms`, for every contextual object in it; LimitError when it is too knotted.
    """
    dataset = _run(lambda options: jsonld.to_rdf(dict(document), options), contexts)
    if sum(map(len, dataset.values())) > MAX_QUADS:
        raise LimitError("foreign.too_many_statements", limit=str(MAX_QUADS), place="")
    text: str = _Bounded().main(dataset, {"format": "application/n-quads"})
    return text.encode()


class _Bounded(URDNA2015):  # type: ignore[misc]
    """The algorithm of PyLD, with a limit on what makes it take factorial time."""

    def __init__(self) -> None:
        super().__init__()
        self._knots = 0

    def create_hash_to_related(self, id_: str, issuer: object) -> dict[str, list[str]]:
        related: dict[str, list[str]] = super().create_hash_to_related(id_, issuer)
        self._knots += 1
        if self._knots > MAX_KNOTS or any(len(alike) > MAX_ALIKE for alike in related.values()):
            raise LimitError("foreign.too_many_statements", limit=str(MAX_KNOTS), place="")
        return related


def _closed(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Copy a document; a context that takes the vocabulary away puts its terms nowhere instead."""
    if isinstance(node, list):
        return [_closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _NOWHERE if name == "@vocab" and not inner else _closed(inner)
        for name, inner in node.items()
    }


def _run(work: Callable[[dict[str, Any]], Any], contexts: Contexts) -> Any:  # noqa: ANN401 - PyLD's
    def load(url: str, options: object) -> dict[str, Any]:
        del options
        document = contexts.document(url)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": document,
        }

    # A cache of PyLD's own would outlive this folder of contexts.
    resolver = ContextResolver({}, load)
    options = {"base": "", "documentLoader": load, "contextResolver": resolver}
    try:
        return work(options)
    except CertoriginError:
        raise
    except jsonld.JsonLdError as error:
        _raise_own(error)
        code = str(error.code or error.type)
        raise MalformedError("foreign.linked_data_malformed", place="", value=code[:80]) from None
    except RecursionError:
        raise LimitError("seal.too_deep", limit="", place="") from None
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        kind = type(error).__name__  # PyLD meets a value of another type than it expects
        raise MalformedError("foreign.linked_data_malformed", place="", value=kind) from None


def _raise_own(error: BaseException) -> None:
    """Raise our own error, where PyLD wrapped it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CertoriginError):
            raise cause from None
        cause = cause.__cause__ or cause.__context__


def _check_expanded(expanded: object) -> None:
    rest = [expanded]
    while rest:
        node = rest.pop()
        if isinstance(node, list):
            rest.extend(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                _check_term(name)
                if name in {"@id", "@type"}:
                    for text in value if isinstance(value, list) else [value]:
                        _check_iri(text)
                elif name != "@value":
                    rest.append(value)


def _check_term(name: str) -> None:
    if name.startswith(_NOWHERE):
        raise MalformedError("foreign.term_undefined", place=name[len(_NOWHERE) :][:80])


def _check_iri(text: object) -> None:
    """Refuse what is no absolute IRI: it would be dropped when statements are made of it."""
    if not isinstance(text, str):
        raise MalformedError("foreign.not_a_url", place="@id")
    _check_term(text)
    if not text.startswith(("_:", "@")) and (":" not in text or " " in text):
        raise MalformedError("foreign.not_a_url", place=text[:80])
