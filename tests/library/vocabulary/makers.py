"""Strategies that make the values of the vocabulary, each valid and each of every shape."""

from datetime import UTC
from decimal import Decimal

from hypothesis import strategies as st

from certorigin.vocabulary.acts import BODY_MEMBER, Act, Cause, Kind
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    ItemUse,
    Refusal,
    Replacement,
    TermClosing,
    TermOpening,
    Utilisation,
)
from certorigin.vocabulary.certificate import (
    MEDIA,
    ApplicantDeclaration,
    Certificate,
    Certification,
    Confirmation,
    Transport,
)
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.country import CODES
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand
from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.notices import (
    AFFECTED,
    PLANNED,
    UNPLANNED,
    BodyCount,
    DayStatement,
    Disturbance,
    Restoration,
    TrailStatement,
)
from certorigin.vocabulary.party import SCHEMES, Identifier, Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.tariff import TariffCode
from certorigin.vocabulary.use_correction import UseCorrection
from tests.library.vocabulary import requests

# Made without a filter, which would reject most: a letter that is seen, then whatever is allowed.
_UNSEEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_seen = st.characters(exclude_categories=["C", "Z"])
_shown = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=_UNSEEN)
texts = st.builds(
    "{1}{0}{2}".format,
    _seen,
    st.sampled_from(["", "", " ", "\n"]),
    st.text(_shown | st.just("\n"), max_size=20),
)
countries = st.sampled_from(sorted(CODES))
days = st.dates()
moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
decimals = st.builds(
    lambda units, places: Decimal(units).scaleb(-places),
    st.integers(0, 10**15 - 1),
    st.integers(0, 6),
)
urns = st.from_regex(r"urn:[a-z0-9][a-z0-9-]{1,9}:[A-Za-z0-9:._-]{1,20}", fullmatch=True)
uuids = st.uuids().map(lambda uuid: f"urn:uuid:{uuid}")
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
codes = st.from_regex(r"[a-z0-9_.]{2,20}", fullmatch=True)
form_names = st.sampled_from(["ST-1", "A", "EAV"])
numbers = st.from_regex(r"[A-Z0-9][A-Z0-9/-]{3,39}", fullmatch=True)
units = st.sampled_from(["KGM", "H87", "LTR", "XPP", "28"])
sequences = st.integers(1, 9_999_999)
counts = st.integers(0, 9_999_999)


def perhaps(strategy):
    return st.none() | strategy


quantities = st.builds(Quantity, decimals, units)
moneys = st.builds(Money, decimals, st.sampled_from(["USD", "BYN", "AZN"]))
identifiers = st.builds(Identifier, st.sampled_from(SCHEMES), texts)
parties = st.builds(Party, texts, texts, countries, perhaps(identifiers))
packages = st.builds(Packages, counts, st.sampled_from(["BX", "4A", "VR"]), st.just("") | texts)
documents = st.builds(DocumentReference, texts, days)
tariff_codes = st.builds(
    lambda chapter, rest: TariffCode(f"{chapter:02}{rest}"),
    st.integers(1, 97),
    st.sampled_from([2, 4, 6, 7, 8]).flatmap(
        lambda size: st.integers(0, 10**size - 1).map(lambda number: f"{number:0{size}}")
    ),
)
criteria = st.sampled_from([Criterion("П"), Criterion("К")]) | st.integers(0, 9999).map(
    lambda heading: Criterion("Д", f"{heading:04}")
)
transports = st.builds(Transport, texts, st.just("") | texts)


def goods_items(sequence):
    return st.builds(
        GoodsItem,
        st.just(sequence),
        packages,
        texts,
        tariff_codes,
        perhaps(criteria),
        quantities,
        quantities,
        quantities,
        perhaps(documents),
    )


items = st.integers(1, 3).flatmap(
    lambda size: st.tuples(*(goods_items(index + 1) for index in range(size)))
)
certifications = st.builds(Certification, urns, texts, texts, urns, texts, days)
confirmations = st.builds(Confirmation, digests, moments, st.just("") | texts)
declarations = st.builds(ApplicantDeclaration, countries, texts, days, perhaps(confirmations))
certificates = st.builds(
    Certificate,
    form_names,
    st.sampled_from(MEDIA),
    numbers,
    countries,
    countries,
    parties,
    parties,
    items,
    certifications,
    declarations,
    perhaps(parties),
    perhaps(parties),
    perhaps(transports),
    st.lists(texts, max_size=3).map(tuple),
    st.just("") | texts,
)
references = st.builds(CertificateReference, form_names, numbers, days, countries)
item_uses = st.builds(ItemUse, sequences, quantities)
utilisations = st.builds(
    Utilisation,
    references,
    documents,
    texts,
    st.lists(item_uses, min_size=1, max_size=3).map(tuple),
    st.integers(1, 10**15 - 1),
    urns,
)
openings = st.builds(TermOpening, texts, st.just(""), st.just("")) | st.builds(
    TermOpening, texts, texts, texts
)

body_counts = st.dictionaries(urns, st.tuples(st.integers(1, 10**9 - 1), digests), max_size=3).map(
    lambda found: tuple(BodyCount(body, *found[body]) for body in sorted(found))
)
disturbances = st.builds(
    lambda nature, affects, moments, reason, remark: Disturbance(
        nature, affects, moments[0], moments[1] if len(moments) > 1 else None, reason, remark
    ),
    st.sampled_from([PLANNED, UNPLANNED]),
    st.sampled_from(AFFECTED),
    st.lists(moments, min_size=1, max_size=2, unique=True).map(sorted),
    codes,
    st.just("") | texts,
)

bodies = {
    Kind.ISSUED: certificates,
    Kind.REPLACED: st.builds(Replacement, references, references, urns, urns),
    Kind.ANNULLED: st.builds(Annulment, references, codes, st.just("") | texts, moments, urns),
    Kind.UTILISED: utilisations,
    Kind.USE_CORRECTED: st.builds(
        UseCorrection,
        references,
        documents,
        texts,
        uuids,
        st.lists(item_uses, max_size=3).map(tuple),
        codes,
        st.integers(1, 10**12),
        urns,
        st.just("") | texts,
    ),
    Kind.DIVIDED: st.builds(
        Division,
        references,
        references,
        urns,
        st.lists(item_uses, min_size=1, max_size=3).map(tuple),
        urns,
    ),
    Kind.SOLD: st.builds(Sale, references, documents, parties, urns),
    Kind.REFUSED: st.builds(
        Refusal, references, documents, texts, codes, st.just("") | texts, urns
    ),
    Kind.PAPER_DEMANDED: st.builds(
        PaperDemand, references, documents, texts, codes, st.just("") | texts, days, urns
    ),
    Kind.PAPER_ANSWERED: st.builds(
        PaperAnswer, references, documents, texts, codes, st.just("") | texts, urns
    ),
    Kind.TERM_OPENED: openings,
    Kind.TERM_CLOSED: st.builds(TermClosing, texts, texts),
    Kind.DAY_STATED: st.builds(DayStatement, days, body_counts),
    Kind.TRAIL_STATED: st.builds(TrailStatement, st.integers(1, 10**18 - 1), digests),
    Kind.SERVICE_DISTURBED: disturbances,
    Kind.SERVICE_RESTORED: st.builds(Restoration, moments),
    **requests.bodies(
        references=references,
        documents=documents,
        texts=texts,
        urns=urns,
        codes=codes,
        uuids=uuids,
        digests=digests,
        days=days,
        moments=moments,
        uses=item_uses,
    ),
}
corridors = st.lists(countries, min_size=2, max_size=2, unique=True).map(
    lambda states: Corridor((min(states), max(states)), "CIS-2009")
)
causes = st.builds(Cause, uuids, digests)


def acts(kind):
    return st.builds(
        Act,
        uuids,
        st.just(kind),
        urns,
        moments,
        corridors,
        urns,
        bodies[kind].map(lambda body: body.to_data()),
        st.lists(causes, max_size=2).map(tuple),
    )


def body_member(document):
    """The name of the member that holds the body, and the body."""
    kind = next(kind for kind in Kind if kind == document["type"][1])
    return BODY_MEMBER[kind], document["credentialSubject"][BODY_MEMBER[kind]]
