"""The contexts that the package builds from its table of terms mean what the published ones do."""

import copy
import hashlib
import json
from functools import cache

import pytest

from certorigin.errors import CertoriginError, UnknownError
from certorigin.seal.foreign.contexts import known_contexts
from certorigin.seal.foreign.linked import canonical_quads, check_terms
from certorigin.seal.foreign.model import check_credential
from certorigin.seal.foreign.terms import build_document, known_terms, published_digests
from tests.data import shared, vectors
from tests.library.seal.others import BASE, CONTEXTS, credential, published

ADDRESSES = tuple(known_terms()["contexts"])
INHERITED = {"id": "@id", "type": "@type"}
SAMPLES = ("vcdm2-inputs", "w3c-di-vectors", "vc-jose-cose/input", "w3c-contexts/schema")


def meaning(context, outside=None):
    """What a context says, whatever way it is written: IRIs in full, and what holds inside.

    JSON-LD 1.1, 4.1.5 (compact IRIs), 4.1.8 and 4.1.9 (scoped contexts), 9.15.
    """
    if not isinstance(context, dict):
        return context
    assert context.get("@version", 1.1) == 1.1  # what the algorithm is in any case
    names = {**(outside or {}), **context}
    scope = {**(INHERITED if INHERITED.items() <= names.items() else {}), **context}
    scope.pop("@version", None)
    return {name: _defined(value, names) for name, value in scope.items()}


def _defined(value, names):
    if not isinstance(value, (dict, str)):
        return value
    simple = isinstance(value, str)
    told = {
        name: meaning(part, names) if name == "@context" else _iri(part, names)
        for name, part in ({"@id": value} if simple else value).items()
    }
    # A term is a prefix when it is defined by nothing but an IRI that ends so (9.15.1).
    return {**told, "prefix": simple and told["@id"][-1] in ":/?#[]@"}


def _iri(text, names):
    prefix, colon, name = text.partition(":")
    known = names.get(prefix)
    return known + name if colon and isinstance(known, str) and name[:2] != "//" else text


@cache
def what_is_published(url):
    """The meaning of an address and the digests of its file."""
    folder = shared("w3c-contexts")
    raw = (folder / json.loads((folder / "index.json").read_bytes())[url]["file"]).read_bytes()
    digests = {hashlib.new(name, raw).hexdigest() for name in ("sha256", "sha384", "sha512")}
    return meaning(json.loads(raw)["@context"]), digests


def differing(table):
    """The addresses for which the table gives something else than is published."""
    return [url for url in ADDRESSES if not _agrees(table, url)]


def _agrees(table, url):
    says, digests = what_is_published(url)
    try:
        built = meaning(build_document(table, url)["@context"])
    except KeyError:  # a set, a prefix or a shape that is not in the table any more
        return False
    return built == says and digests <= published_digests(table, url)


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_built_context_is_the_published_one_written_otherwise(url):
    context = published().document(url)["@context"]
    assert meaning(build_document(known_terms(), url)["@context"]) == meaning(context)
    assert len(context) == 1 or context["@protected"] is True


def test_the_table_knows_what_is_published_and_nothing_else():
    assert set(published().documents) == set(ADDRESSES)
    assert differing(known_terms()) == []
    for url in ADDRESSES:
        earlier = published_digests(known_terms(), url) - what_is_published(url)[1]
        assert len(earlier) == (4 if url == BASE else 0)  # two revisions of it


def _gone(place, key):
    del place[key]


def _other_name(place, key):
    """Another IRI, another list of sets, another first digest."""
    value = place[key]
    if isinstance(value, list):
        value[0] = value[1]
    elif key in {"+", "@"}:
        place[key] = value.rpartition(" ")[0]
    else:
        first, space, rest = value.partition(" ")
        place[key] = f"{first}x{space}{rest}"


def _other_shape(place, key):
    """A type or container less, or a type where there was none."""
    if isinstance(place[key], str) and key not in {"+", "@"}:
        words, inside, name = place[key].partition(" > ")
        shorter = words.rpartition(" ")[0] or f"{words} json"
        place[key] = shorter + inside + name


def _lines():
    """Each line of the table: its part, the name of its place, and its key there."""
    table = known_terms()
    for part in ("prefixes", "sets", "contexts"):
        for name, value in table[part].items():
            for key in value if isinstance(value, dict) else (None,):
                yield part, name, key


@pytest.mark.parametrize("change", [_gone, _other_name, _other_shape])
def test_no_line_of_the_table_can_change_unseen(change):
    unseen = []
    for part, name, key in _lines():
        table = copy.deepcopy(known_terms())
        change(*((table[part], name) if key is None else (table[part][name], key)))
        if table != known_terms() and not differing(table):
            unseen.append((part, name, key))
    assert unseen == []


def _outcome(work, document, contexts):
    try:
        return work(document, contexts)
    except CertoriginError as error:
        return error.code


def test_samples_of_others_mean_the_same_under_both():
    others, statements = published(), 0
    for folder in SAMPLES:
        for path in sorted(shared(folder).rglob("*.json")):
            document = json.loads(path.read_bytes())
            if not isinstance(document, dict) or "@context" not in document:
                continue
            for work in (check_terms, canonical_quads):
                found = _outcome(work, document, known_contexts())
                assert found == _outcome(work, document, others), path.name
                statements += found.count(b"\n") if isinstance(found, bytes) else 0
    vectors.count("seal.contexts.statements", statements)
    assert statements > 500


def _everything(context, type_=None):
    """A node that uses every term of a context, and one more for each type with its own terms."""
    node, others = {"type": type_} if type_ else {}, []
    for name, value in context.items():
        if name.startswith("@") or name in INHERITED or value in ("cred", "sec", "xsd"):
            continue
        defined = value if isinstance(value, dict) else {}
        inside = defined.get("@context") or {}
        if name[0].isupper():
            others += _everything(inside, name)
        elif inside:
            node[name] = _everything(inside)
        elif defined.get("@type") == "@json":
            node[name] = {"a": ["b"]}
        else:
            linked = defined.get("@type") in ("@id", "@vocab")
            node[name] = {"id": f"urn:x:{name}"} if linked else f"a text for {name}"
    return [node, *others]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_document_with_every_term_has_the_same_statements(url):
    context = published().document(url)["@context"]
    document = {"@context": url, "@graph": _everything(context), "unheard": "of"}
    quads = canonical_quads(document, known_contexts())
    assert quads == canonical_quads(document, published())
    assert quads.count(b"\n") >= (60 if "/credentials/v" in url else 1)


@pytest.mark.parametrize("contexts", [CONTEXTS, None], ids=["built", "folder"])
def test_a_related_context_is_taken_by_the_digest_of_any_revision(contexts):
    """8d0ee107 of the base context is an earlier one: credentials that name it are still about."""
    contexts = contexts or published()
    for digest in known_terms()["contexts"][BASE]["digests"]:
        named = {"id": BASE, "digestSRI": digest}
        check_credential(credential(relatedResource=[named]), contexts)
    other = known_terms()["contexts"][ADDRESSES[1]]["digests"][0]
    with pytest.raises(CertoriginError, match=r"foreign\.digest_differs"):
        check_credential(credential(relatedResource=[{"id": BASE, "digestSRI": other}]), contexts)


def test_an_address_outside_the_table_has_no_digests():
    assert published_digests(known_terms(), "urn:x") == frozenset()
    with pytest.raises(UnknownError, match=r"foreign\.context_unknown"):
        known_contexts().document("urn:x")
