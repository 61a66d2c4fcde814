"""What the desk asks about the trade: conditions of preference (5.1), lots (4.2)."""

from __future__ import annotations

from certorigin_server.assessment.parts import YesNo, money, state
from certorigin_server.desk.layout import Choice, Day, Group, Option

TRADE = Group(
    name="trade",
    title="web.trade",
    help="web.trade_help",
    clause="Rules 5.1",
    folded=True,
    parts=(
        Choice(
            name="carriedBy",
            label="web.carried_by",
            options=lambda: [
                Option("business", code="web.carried_business"),
                Option("natural_person", code="web.carried_person"),
            ],
        ),
        state("exportedFrom", "web.exported_from"),
        state("importedInto", "web.imported_into"),
        state("sellerResidentOf", "web.seller_resident"),
        state("buyerResidentOf", "web.buyer_resident"),
        state("ownerResidentOf", "web.owner_resident"),
        state("personResidentOf", "web.person_resident"),
        YesNo(name="leavesParties", label="web.leaves_parties"),
        YesNo(name="customsControlDocumented", label="web.customs_control"),
        YesNo(name="unaltered", label="web.unaltered"),
        Choice(
            name="contractLater",
            label="web.contract_later",
            clause="Rules 8.5",
            options=lambda: [
                Option("exhibition", code="web.contract_exhibition"),
                Option("later_sale", code="web.contract_later_sale"),
            ],
        ),
        Choice(
            name="document",
            label="web.origin_document",
            options=lambda: [
                Option("certificate", code="web.document_certificate"),
                Option("declaration", code="web.document_declaration"),
            ],
        ),
        money("consignmentValue", "web.consignment_value"),
    ),
)
LOTS = Group(
    name="lots",
    title="web.lots",
    help="web.lots_help",
    clause="Rules 4.2",
    folded=True,
    parts=(
        Choice(
            name="cause",
            label="web.lots_cause",
            options=lambda: [
                Option("production_or_transport", code="web.lots_production"),
                Option("mistake", code="web.lots_mistake"),
            ],
        ),
        YesNo(name="noticeGiven", label="web.lots_notice"),
        YesNo(name="specificationGiven", label="web.lots_specification"),
        YesNo(name="mistakeDocumented", label="web.lots_mistake_documented"),
        YesNo(name="oneCountry", label="web.lots_one_country"),
        YesNo(name="oneExporter", label="web.lots_one_exporter"),
        YesNo(name="oneCustomsOffice", label="web.lots_one_office"),
        Day(name="declarationAccepted", label="web.lots_declaration", help="web.day_help"),
        Day(name="lastLot", label="web.lots_last", help="web.day_help"),
    ),
)
