"""Credentials by the W3C data model: what must be refused, where, and what must not."""

import json
from datetime import UTC, datetime

import pytest

from certorigin.errors import CertoriginError, MalformedError, VerificationError
from certorigin.seal.foreign.model import (
    check_credential,
    check_presentation,
    credentials_of,
    moment_of,
)
from tests.data import shared, vectors
from tests.library.seal.others import BASE, CONTEXTS, DID, credential, presentation, published

DIGEST = "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="
EARLIER = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"
SIGNED_ELSEWHERE = {"credential-proof-ok.json"}


def _typed(name, entry):
    return {name: entry}


BAD = {
    "no context": ({"@context": None}, "@context"),
    "a text as context": ({"@context": BASE}, "@context"),
    "another order": ({"@context": ["https://www.w3.org/ns/credentials/examples/v2", BASE]}, ""),
    "a number as context": ({"@context": [BASE, 5]}, "@context[1]"),
    "id null": ({"id": []}, "id"),
    "two ids": ({"id": ["urn:uuid:1", "urn:uuid:2"]}, "id"),
    "id no address": ({"id": "not an address"}, "id"),
    "no type": ({"type": None}, "type"),
    "another type": ({"type": ["Certificate"]}, "type"),
    "an empty type": ({"type": ["VerifiableCredential", ""]}, "type"),
    "no issuer": ({"issuer": None}, "issuer"),
    "issuer no address": ({"issuer": "Minsk"}, "issuer"),
    "issuer without id": ({"issuer": {"name": "Minsk"}}, "issuer.id"),
    "issuer id null": ({"issuer": {"id": 0}}, "issuer.id"),
    "issuer name": ({"issuer": {"id": DID, "name": {"@value": "a", "x": "b"}}}, "issuer.name"),
    "no subject": ({"credentialSubject": None}, "credentialSubject"),
    "empty subject": ({"credentialSubject": {}}, "credentialSubject"),
    "no subjects": ({"credentialSubject": []}, "credentialSubject"),
    "one empty subject": ({"credentialSubject": [{"name": "a"}, {}]}, "credentialSubject[1]"),
    "two ids of a subject": ({"credentialSubject": {"id": ["urn:a:b", "urn:a:c"]}}, ""),
    "no moment": ({"validFrom": "yesterday"}, "validFrom"),
    "no offset": ({"validUntil": "2026-05-16T12:00:00"}, "validUntil"),
    "no such day": ({"validFrom": "2026-02-30T12:00:00Z"}, "validFrom"),
    "reversed": (
        {"validFrom": "2026-05-16T12:00:00+03:00", "validUntil": "2026-05-16T08:59:59Z"},
        "validUntil",
    ),
    "name with more": ({"name": {"@value": "a", "@language": "en", "url": "x"}}, "name"),
    "name a number": ({"name": 5}, "name"),
    "description without value": ({"description": [{"@language": "en"}]}, "description"),
    "status without type": (_typed("credentialStatus", {"id": "urn:a:b"}), ""),
    "status with two ids": (
        _typed("credentialStatus", {"id": ["urn:a:b"], "type": "BitstringStatusListEntry"}),
        "credentialStatus.id",
    ),
    "status of no known type": (_typed("credentialStatus", {"type": "Unheard"}), "Unheard"),
    "schema without id": (_typed("credentialSchema", {"type": "JsonSchema"}), ""),
    "schema without type": (_typed("credentialSchema", {"id": "urn:a:b"}), ""),
    "terms without type": (_typed("termsOfUse", [{"id": "urn:a:b"}]), "termsOfUse[0].type"),
    "evidence a text": (_typed("evidence", ["urn:a:b"]), "evidence[0]"),
    "refresh without type": (_typed("refreshService", {"id": "urn:a:b"}), ""),
    "resource a text": ({"relatedResource": [BASE]}, "relatedResource[0]"),
    "resource without id": ({"relatedResource": {"digestSRI": DIGEST}}, "relatedResource.id"),
    "resource without digest": ({"relatedResource": {"id": BASE}}, ""),
    "resource twice": (
        {"relatedResource": [{"id": BASE, "digestSRI": DIGEST}] * 2},
        "relatedResource[1].id",
    ),
    "digest of another size": ({"relatedResource": {"id": BASE, "digestSRI": "sha256-AAAA"}}, ""),
}
GOOD = {
    "issuer an object": {"issuer": {"id": DID, "name": {"@value": "Minsk", "@language": "en"}}},
    "names": {"name": [{"@value": "Sertifikat", "@language": "az", "@direction": "ltr"}, "x"]},
    "far future": {"validFrom": "9999-01-01T00:00:00.123Z"},
    "midnight at the end": {"validUntil": "2026-12-31T24:00:00-14:00"},
    "equal moments": {
        "validFrom": "2026-05-16T12:00:00+03:00",
        "validUntil": "2026-05-16T09:00:00Z",
    },
    "only the subject's id": {"credentialSubject": {"id": "did:example:a"}},
    "schemas": {"credentialSchema": [{"id": "urn:a:b", "type": "JsonSchema"}] * 2},
    "resource": {"relatedResource": {"id": BASE, "digestSRI": DIGEST}},
    "an earlier revision": {"relatedResource": [{"id": BASE, "digestMultibase": EARLIER}]},
    "a resource that is not here": {
        "relatedResource": {"id": "https://x.example", "digestMultibase": EARLIER}
    },
}


@pytest.mark.parametrize(("changes", "place"), BAD.values(), ids=BAD)
def test_a_credential_that_must_be_refused(changes, place):
    with pytest.raises(MalformedError) as error:
        check_credential(credential(**changes), CONTEXTS)
    assert place in error.value.facts["place"]


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_a_credential_that_must_not(changes):
    check_credential(credential(**changes), CONTEXTS)


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": "sha256-" + "A" * 43 + "="},
        {"digestMultibase": "u" + "A" * 43},
        {"digestSRI": DIGEST, "digestMultibase": "u" + "A" * 43},
    ],
)
def test_a_resource_with_another_digest(digest):
    with pytest.raises(VerificationError, match=r"foreign\.digest_differs"):
        check_credential(credential(relatedResource={"id": BASE, **digest}), CONTEXTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": "x"},
        {"type": "VerifiableCredential"},
        {"id": "x"},
        {"holder": "x"},
        {"holder": {"name": "x"}},
        {"verifiableCredential": ["urn:uuid:1"]},
        {"verifiableCredential": [{}]},
        {"verifiableCredential": []},
        {"termsOfUse": {"id": "urn:a:b"}},
    ],
)
def test_a_presentation_that_must_be_refused(changes):
    with pytest.raises(MalformedError):
        check_presentation(presentation(**changes), CONTEXTS)


def test_a_presentation_of_too_many():
    with pytest.raises(MalformedError, match=r"foreign\.too_many_statements"):
        credentials_of(presentation(*[credential()] * 51))


def _inputs():
    return sorted(shared("vcdm2-inputs").rglob("*.json"))


def test_inputs_of_the_w3c_suite():
    counts = {"ok": 0, "fail": 0}
    for path in _inputs():
        document = json.loads(path.read_bytes())
        expected = path.stem.split("-")[-1] if not path.stem.endswith("inject") else "fail"
        if expected not in counts or path.name in SIGNED_ELSEWHERE:
            continue
        assert _accepts(document, path.stem) == (expected == "ok"), path.name
        counts[expected] += 1
    for expected, number in counts.items():
        vectors.count(f"seal.vcdm2.{expected}", number)


def _accepts(document, name):
    """What issue (of a credential) or verification (of a presentation) would say of its shape."""
    contexts = published()
    try:
        if name.startswith("presentation"):
            check_presentation(document, contexts)
            held = credentials_of(document)
            for one in held:
                if "EnvelopedVerifiableCredential" not in one["type"]:
                    check_credential({"issuer": DID, **one}, contexts)
        elif isinstance(document.get("issuer"), dict):
            check_credential({**document, "issuer": {"id": DID, **document["issuer"]}}, contexts)
        else:
            check_credential({"issuer": DID, **document}, contexts)
    except CertoriginError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-16T12:00:00Z", datetime(2026, 5, 16, 12, tzinfo=UTC)),
        ("2026-05-16T12:00:00.25+04:00", datetime(2026, 5, 16, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-05-16T24:00:00-01:30", datetime(2026, 5, 17, 1, 30, tzinfo=UTC)),
        ("12026-05-16T12:00:00Z", datetime(9998, 5, 16, 12, tzinfo=UTC)),
    ],
)
def test_moments(text, moment):
    assert moment_of(text, "") == moment


@pytest.mark.parametrize(
    "text", ["2026-05-16", "2026-05-16T12:00:00Z\n", "٢٠٢٦-05-16T12:00:00Z", 5]
)
def test_no_moments(text):
    with pytest.raises(MalformedError, match=r"foreign\.moment_malformed"):
        moment_of(text, "")
