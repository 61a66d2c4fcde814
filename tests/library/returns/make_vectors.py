"""Makes vectors/act: `python -m tests.library.returns.make_vectors` from the repository's root.

Every act is sealed with sample keys after its defect was put in, so that the defect is the only
one. Expected answers are written here by hand.
"""

import copy
import json
from pathlib import Path

import orjson

from certorigin.seal.proof import seal_document
from certorigin.vocabulary.acts import Kind
from tests.library.returns.sample_acts import document
from tests.library.seal.samples import sealer
from tests.library.standing.sample import (
    BODY,
    CUSTOMS,
    OFFICER,
    certificate,
    moment,
)

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "act"
SCHEMA = "act.schema_violated"


def seal(data):
    """The sealed text of a document."""
    own = data["issuer"] if data.get("issuer") in {BODY, CUSTOMS} else BODY
    pairs = [(sealer("chamber"), own), (sealer("officer", "ecdsa-jcs-2019"), OFFICER)]
    return seal_document(data, pairs, created=moment(0)).decode()


def change(path, value, kind=None):
    """The sealed text of an act in which one member was set, or with `...` taken away."""
    data = copy.deepcopy(document(kind))
    *way, last = path.split(".")
    part = data
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    if value is ...:
        del part[int(last) if isinstance(part, list) else last]
    else:
        part[int(last) if isinstance(part, list) else last] = value
    return seal(data)


def acts():
    """The frame of an act: name, text, code, place."""
    sound = seal(document())
    kinds = [(f"good_{str(kind).lower()}", seal(document(kind)), "", "") for kind in Kind]
    number = sound.replace('"value":"100"', '"value":100')
    subject = "credentialSubject"
    return [
        *kinds,
        (
            "act_with_number",
            number,
            "seal.number",
            f"{subject}.certificate.items[0].quantity.value",
        ),
        ("act_with_null", sound.replace('"number":"17"', '"number":null'), "seal.null", None),
        ("act_with_white_space", " " + sound, "seal.not_canonical", None),
        ("act_with_changed_goods", sound.replace("82.1", "82.2"), "seal.signature_invalid", None),
        ("act_without_proof", _bare(document()), "seal.proof_missing", "proof"),
        ("act_without_corridor", change(f"{subject}.corridor", ...), SCHEMA, None),
        ("act_without_subject", change(f"{subject}.id", ...), SCHEMA, None),
        ("act_without_issuer", change("issuer", ...), SCHEMA, "."),
        ("act_without_moment", change("validFrom", ...), SCHEMA, "."),
        ("act_with_unknown_member", change("credentialStatus", {"id": "x"}), SCHEMA, "."),
        ("act_of_unknown_kind", change("type.1", "Blessed"), SCHEMA, None),
        ("act_of_two_kinds", change("type", ["VerifiableCredential", "Issued", "Annulled"]), *_ANY),
        ("act_with_body_of_another_kind", change("type.1", "Annulled"), SCHEMA, None),
        ("act_with_foreign_context", change("@context.1", "urn:example:context"), SCHEMA, None),
        (
            "act_with_corridor_out_of_order",
            change(f"{subject}.corridor", "BY-AZ/CIS-2009"),
            *_ORDER,
        ),
        ("act_with_corridor_in_lower_case", change(f"{subject}.corridor", "az-by/CIS-2009"), *_ANY),
        ("act_with_id_that_is_no_uuid", change("id", "urn:uuid:1"), SCHEMA, "id"),
        *moments(),
    ]


def moments():
    """Moments that are none: name, text, code, place."""
    return [
        ("act_with_moment_in_local_time", _moment("2026-05-16T12:00:00+03:00"), *_MOMENT),
        ("act_with_moment_in_fractions", _moment("2026-05-16T09:00:00.0Z"), *_MOMENT),
        (
            "act_with_moment_that_never_was",
            _moment("2026-02-30T09:00:00Z"),
            "moment.malformed",
            None,
        ),
        ("act_with_trailing_line_feed_in_moment", _moment("2026-05-16T09:00:00Z\n"), *_MOMENT),
    ]


def goods():
    """One line of goods: name, text, code, place."""

    def item(member, value):
        return change(f"credentialSubject.certificate.items.0.{member}", value), SCHEMA, None

    return [
        ("certificate_with_criterion_of_latin_look_alike", *item("originCriterion", "K")),
        ("certificate_with_criterion_of_three_digits", *item("originCriterion", "Д870")),
        ("certificate_with_criterion_of_the_rules_of_2000", *item("originCriterion", "Пк")),
        ("certificate_with_criterion_in_arabic_digits", *item("originCriterion", "Д٨٧٠١")),
        ("certificate_with_tariff_code_of_five_digits", *item("tariffCode", "87019")),
        ("certificate_with_negative_quantity", *item("quantity.value", "-1")),
        ("certificate_with_quantity_with_exponent", *item("quantity.value", "1e3")),
        ("certificate_with_quantity_with_comma", *item("quantity.value", "1,5")),
        ("certificate_with_quantity_with_leading_zero", *item("quantity.value", "01")),
        ("certificate_with_quantity_in_seven_places", *item("quantity.value", "0.0000001")),
        ("certificate_with_unit_in_small_letters", *item("quantity.unit", "kgm")),
        ("certificate_with_package_in_words", *item("packages.kind", "коробка")),
        ("certificate_with_empty_description", *item("description", " ")),
        ("certificate_with_invoice_without_date", *item("invoice.date", ...)),
    ]


def certificates():
    """The certificate inside `Issued`: name, text, code, place."""
    boxes = "credentialSubject.certificate"

    duplicate = [certificate().items[0].to_data()] * 2
    return [
        *goods(),
        ("certificate_without_goods", change(f"{boxes}.items", []), SCHEMA, None),
        (
            "certificate_with_item_numbered_twice",
            change(f"{boxes}.items", duplicate),
            "goods.sequence_broken",
            "certificate.items[1].sequence",
        ),
        ("certificate_without_exporter", change(f"{boxes}.exporter", ...), SCHEMA, None),
        ("certificate_without_certification", change(f"{boxes}.certification", ...), SCHEMA, None),
        ("certificate_with_cyrillic_number", change(f"{boxes}.number", "ВYAZ6001000001"), *_ANY),
        ("certificate_with_line_feed_in_number", change(f"{boxes}.number", "BYAZ6001\n"), *_ANY),
        ("certificate_of_no_state", change(f"{boxes}.issuingCountry", "QQ"), *_ANY_CODE),
        ("certificate_with_two_media", change(f"{boxes}.medium", "both"), *_ANY),
        (
            "certificate_with_reversed_text",
            change(f"{boxes}.exporter.name", "ОАО \u202eдовaЗ"),
            *_ANY_CODE,
        ),
        *confirmations(),
        ("certificate_with_extra_box", change(f"{boxes}.stamp", "x"), *_ANY),
    ]


def confirmations():
    """How box 13 was confirmed, and the mark beside the consignee: name, text, code, place."""
    boxes = "credentialSubject.certificate"
    sound = {"digest": "ab" * 32, "moment": "2026-05-16T08:30:00Z", "position": "Директор"}

    def confirmed(**members):
        said = {name: value for name, value in (sound | members).items() if value}
        return change(f"{boxes}.applicantDeclaration.confirmation", said)

    mark = "Для свободного обращения"
    return [
        ("good_certificate_with_confirmed_declaration", confirmed(), "", ""),
        ("good_certificate_confirmed_without_position", confirmed(position=""), "", ""),
        (
            "good_certificate_with_mark_of_natural_person",
            change(f"{boxes}.consigneeMark", mark),
            "",
            "",
        ),
        ("certificate_confirmed_without_digest", confirmed(digest=""), SCHEMA, None),
        ("certificate_confirmed_without_moment", confirmed(moment=""), SCHEMA, None),
        ("certificate_confirmed_with_short_digest", confirmed(digest="ab" * 31), *_ANY),
        ("certificate_confirmed_with_capitals", confirmed(digest="AB" * 32), *_ANY),
        ("certificate_confirmed_by_name_too", confirmed(declarant="Петров"), *_ANY),
        ("certificate_with_empty_mark", change(f"{boxes}.consigneeMark", ""), *_ANY),
    ]


def _verification_bodies(of):
    return [
        (
            "request_without_grounds",
            *of(Kind.VERIFICATION_REQUESTED, "verificationRequest.grounds", []),
        ),
        (
            "request_without_registration",
            *of(Kind.VERIFICATION_REQUESTED, "verificationRequest.registration", ...),
        ),
        (
            "repeat_of_nothing",
            *of(Kind.VERIFICATION_REPEATED, "verificationRepeat.request", ...),
        ),
        (
            "reply_with_unknown_result",
            *of(Kind.VERIFICATION_REPLIED, "verificationReply.answers.0.result", "perhaps"),
        ),
        (
            "judgement_without_outcome",
            *of(Kind.VERIFICATION_JUDGED, "verificationJudgement.outcome", ...),
        ),
        (
            "restoration_without_refusal",
            *of(Kind.PREFERENCE_RESTORED, "preferenceRestoration.refusal", ...),
        ),
        ("review_without_end", *of(Kind.REVIEW_ANNOUNCED, "review.reviewEnds", ...)),
    ]


def bodies():
    """The other kinds: name, text, code, place."""
    subject = "credentialSubject"

    def of(kind, member, value):
        return change(f"{subject}.{member}", value, kind), SCHEMA, None

    return [
        ("annulment_without_ground", *of(Kind.ANNULLED, "annulment.ground", ...)),
        ("annulment_without_effective_moment", *of(Kind.ANNULLED, "annulment.effective", ...)),
        ("annulment_with_ground_in_words", *of(Kind.ANNULLED, "annulment.ground", "Незаконно")),
        ("annulment_without_certificate", *of(Kind.ANNULLED, "annulment.certificate", ...)),
        ("replacement_without_successor", *of(Kind.REPLACED, "replacement.replacedBy", ...)),
        ("utilisation_without_items", *of(Kind.UTILISED, "utilisation.items", [])),
        ("utilisation_of_item_zero", *of(Kind.UTILISED, "utilisation.items.0.sequence", "0")),
        ("utilisation_without_head", *of(Kind.UTILISED, "utilisation.headSize", ...)),
        ("utilisation_of_empty_log", *of(Kind.UTILISED, "utilisation.headSize", "0")),
        *_verification_bodies(of),
        ("demand_without_term", *of(Kind.PAPER_DEMANDED, "paperDemand.until", ...)),
        ("answer_without_outcome", *of(Kind.PAPER_ANSWERED, "paperAnswer.outcome", ...)),
        ("refusal_without_ground", *of(Kind.REFUSED, "refusal.ground", ...)),
        ("cause_with_short_digest", *of(Kind.REFUSED, "causes.0.digest", "00")),
        ("cause_with_digest_in_capitals", *of(Kind.REFUSED, "causes.0.digest", "A" * 64)),
        ("term_closing_without_successor", *of(Kind.TERM_CLOSED, "termClosing.successor", ...)),
    ]


_ANY = (SCHEMA, None)
_ANY_CODE = (None, None)
_MOMENT = (SCHEMA, "validFrom")
_ORDER = ("corridor.states_out_of_order", None)


def _moment(text):
    return change("validFrom", text)


def _bare(data):
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def build():
    """Every file of the folder, by name."""
    own = (
        "made for Certorigin by tests/library/returns/make_vectors.py after docs/spec/act.md and "
        "the CIS Rules of 20 November 2009 (form ST-1); the keys are derived from names"
    )
    about = (
        "Sealed acts, and what reading says: `code` is empty where the act is sound, null where "
        "any refusal will do; `place` is null where it depends on the reader."
    )
    files = {"act": acts(), "certificate": certificates(), "body": bodies()}
    return {
        f"{name}.json": {
            "about": about,
            "provenance": own,
            "cases": [
                {"name": case, "text": text, "code": code, "place": place}
                for case, text, code, place in cases
            ],
        }
        for name, cases in files.items()
    }


def to_text(content):
    """The text of a file."""
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (FOLDER / name).write_text(to_text(content))
