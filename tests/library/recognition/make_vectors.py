"""Makes vectors/recognition: `python -m tests.library.recognition.make_vectors` from the root.

Keys are derived from names. Expected answers are written here by hand; tests compare them with
ours.
"""

import json
import tempfile
from pathlib import Path

from certorigin.recognition.bundle import Bundle
from certorigin.seal.trust.folder import roots_to_bytes
from tests.library.recognition import world as w
from tests.library.recognition.declarations import butter, declaration, line
from tests.library.standing import sample

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "recognition"
PROVENANCE = (
    "made for Certorigin by tests/library/recognition/make_vectors.py after docs/spec/bundle.md, "
    "docs/spec/verdict.md and the CIS Rules of 20 November 2009; the keys are derived from names"
)
# What each code comes to, by hand: not read from the source.
LINES = {
    "standing.as_of_bundle": "recognised",
    "freshness.stale": "undetermined",
    "registration.after_at": "undetermined",
    "standing.expired": "refused",
    "integrity.seal_broken": "refused",
    "integrity.act_malformed": "refused",
    "integrity.suite_unknown": "undetermined",
    "integrity.not_a_certificate": "refused",
    "registration.proof_missing": "undetermined",
    "registration.proof_wrong": "refused",
    "registration.not_cosigned": "undetermined",
}
_VERDICT = ("text", "at", "bottomLine", "code")
FRESH, STALE = "2026-05-16T12:05:00Z", "2026-05-18T12:00:00Z"


def repacked(bundle, old, new):
    read = Bundle.from_bytes(bundle)
    assert old in read.act
    return Bundle(read.act.replace(old, new), read.proof).to_bytes()


def verdicts(world):
    """Name, file, moment, and the code that decides; its outcome is the bottom line."""
    good = world.bundle(0)
    swapped = Bundle(world.acts[0], Bundle.from_bytes(world.bundle(1)).proof).to_bytes()
    unsigned = world.bundle(0, head=world.log.head().data)
    year = "2027-05-17T00:00:00Z"
    number = repacked(good, b"BYAZ6001000001", b"BYAZ6001000002")
    quantity = repacked(good, b'"value":"100"', b'"value":"900"')
    space = repacked(good, b'"id":', b'"id": ')
    bare = repacked(good, b'"value":"100"', b'"value":100')
    suite = good.replace(b"eddsa-jcs-2022", b"bign-jcs-2027x")
    return [
        ("good", good, FRESH, "standing.as_of_bundle"),
        ("good_after_the_maximum_age_of_a_head", good, STALE, "freshness.stale"),
        ("good_before_its_legal_time", good, "2026-05-16T12:00:30Z", "registration.after_at"),
        ("good_after_twelve_months", good, year, "standing.expired"),
        ("act_with_changed_number", number, FRESH, "integrity.seal_broken"),
        ("act_with_changed_quantity", quantity, FRESH, "integrity.seal_broken"),
        ("act_with_a_space", space, FRESH, "integrity.act_malformed"),
        ("act_with_a_number_without_quotes", bare, FRESH, "integrity.act_malformed"),
        ("act_of_an_unknown_suite", suite, FRESH, "integrity.suite_unknown"),
        ("act_that_is_an_annulment", w.annulled(9), FRESH, "integrity.not_a_certificate"),
        ("act_without_a_proof", world.acts[0], FRESH, "registration.proof_missing"),
        ("proof_of_another_entry", swapped, FRESH, "registration.proof_wrong"),
        ("head_without_a_cosignature", unsigned, FRESH, "registration.not_cosigned"),
    ]


def bundles(world):
    """Name, text, code; an empty code is sound."""
    good = world.bundle(0).decode()
    act, proof = json.loads(good)["act"], json.loads(good)["proof"]

    def text(**members):
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    version = "certorigin-bundle/v1"
    other = text(act=act, format="certorigin-bundle/v3", proof=proof)
    order = text(format=version, act=act, proof=proof)
    twice = good.replace('{"act":', '{"act":"x","act":')
    slash = good.replace("certorigin-bundle/", "certorigin-bundle\\/")
    as_object = text(act={}, format=version, proof=proof)
    more = text(act=act, format=version, more="x", proof=proof)
    return [
        ("good", good, ""),
        ("empty", "", "bundle.not_json"),
        ("cut_off", good[:-1], "bundle.not_json"),
        ("list", "[]", "bundle.not_a_bundle"),
        ("of_another_version", other, "bundle.not_a_bundle"),
        ("without_proof", text(act=act, format=version), "bundle.malformed"),
        ("with_more", more, "bundle.malformed"),
        ("with_act_as_object", as_object, "bundle.malformed"),
        ("in_another_order", order, "bundle.not_canonical"),
        ("with_blanks", good.replace(',"format"', ', "format"'), "bundle.not_canonical"),
        ("with_line_feed_at_the_end", good + "\n", "bundle.not_canonical"),
        ("with_act_twice", twice, "bundle.not_canonical"),
        ("with_escaped_slash", slash, "bundle.not_canonical"),
    ]


def matches():
    """Name, declaration, fit, findings: against the one certificate, of which nothing is used."""
    truck = line(tariff_code=w.sample.TariffCode("8704229108"))
    headings = ["match.criterion_heading_differs", "match.heading_differs"]
    more, too_many = (line(quantity=amount, net=None) for amount in ("105", "106"))
    parts = [line(number, "53", net=None) for number in (1, 2)]
    invoice = line(invoice=w.DocumentReference("18", sample.DAY))
    exceeds = ["match.quantity_exceeds"]
    both = ["match.packages_exceed", *exceeds]
    return [
        ("fits", declaration(), "fits", []),
        ("one_item_of_two", declaration(butter()), "fits", []),
        ("another_heading", declaration(truck), "differs", headings),
        ("five_percent_more", declaration(more), "fits", ["match.quantity_within_tolerance"]),
        ("six_percent_more", declaration(too_many), "differs", exceeds),
        ("two_lines_over_the_tolerance", declaration(*parts), "differs", both),
        ("tonnes_for_kilograms", declaration(butter(1, "10", "TNE")), "fits", []),
        (
            "litres_for_pieces",
            declaration(line(unit="LTR")),
            "undetermined",
            ["match.units_differ"],
        ),
        ("another_state", declaration(destination="RU"), "differs", ["match.destination_differs"]),
        ("another_invoice", declaration(invoice), "differs", ["match.invoice_differs"]),
        ("not_cited", declaration(line(claim=None)), "differs", ["match.certificate_not_cited"]),
    ]


def build():
    with tempfile.TemporaryDirectory() as folder:
        world = w.small(Path(folder))
        lists = [raw.decode() for raw in w.trust_lists()]
        roots = roots_to_bytes(world.trust.roots).decode()
        return {
            "bundle": {
                "about": "Texts of bundles; `code` is empty where the bundle is sound.",
                "cases": [_case(row, "text", "code") for row in bundles(world)],
            },
            "match": {
                "about": "Goods declarations against one certificate of which nothing is used yet.",
                "certificate": sample.certificate().to_data(),
                "cases": [_match(row) for row in matches()],
            },
            "verdict": {
                "about": "Files verified without a mirror; `code` is in the part that decides.",
                "roots": roots,
                "trustLists": lists,
                "cases": [
                    _case((name, raw.decode(), at, LINES[code], code), *_VERDICT)
                    for name, raw, at, code in verdicts(world)
                ],
            },
        }


def _case(row, *names):
    return dict(zip(("name", *names), row, strict=True))


def _match(row):
    name, made, fit, findings = row
    return {"name": name, "declaration": made.to_data(), "fit": fit, "findings": findings}


def to_text(data):
    return json.dumps({"provenance": PROVENANCE, **data}, ensure_ascii=True, indent=1) + "\n"


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in build().items():
        (FOLDER / f"{name}.json").write_text(to_text(data))


if __name__ == "__main__":
    main()
