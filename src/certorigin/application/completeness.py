"""Is an application complete for a form? Every gap and doubt is told at once, with its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.application.findings import Findings
from certorigin.application.goods import check_items, check_language

if TYPE_CHECKING:
    from datetime import date

    from certorigin.application.draft import Application
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.party import Identifier, Party

_BOX_1 = "Rules 7.4, box 1"
_BOX_2 = "Rules 7.4, box 2"
_BOX_11 = "Rules 7.4, box 11"
_BOX_13 = "Rules 7.4, box 13"

# Registers of parties, and the state that keeps each (R64).
_KEPT_BY = {"UNP": "BY", "VOEN": "AZ"}


def check_application(
    application: Application, *, form: Form, today: date, issuing_country: str = ""
) -> tuple[Finding, ...]:
    """Return everything that is lacking, wrong or worth a look before the application is submitted.

    `issuing_country` is the state of the body that is asked; without it, what depends on it is not
    judged. Requirements R23 to R25, R28, R42, R60 and R64; Rules 5.1 and 7.
    """
    findings = Findings(form)
    _check_form(findings, application)
    _check_states(findings, application, issuing_country)
    _check_parties(findings, application)
    _check_applicant(findings, application)
    _check_transport(findings, application)
    check_items(findings, application)
    _check_documents(findings, application, today)
    _check_declaration(findings, application, today, issuing_country)
    return findings.all()


def _check_form(findings: Findings, application: Application) -> None:
    if not application.form:
        findings.error("application.form_missing", "form", "R24")
    elif application.form != findings.form.name:
        facts = {"value": application.form, "form": findings.form.name}
        findings.error("application.form_differs", "form", "R24", **facts)


def _check_states(findings: Findings, application: Application, issuing_country: str) -> None:
    presented, place = application.presented_in, "destinationCountry"
    exporter, importer = application.exporter, application.importer
    if not presented:
        findings.error("application.destination_missing", place, "Rules 7.4, box 4")
    if presented and presented == issuing_country:
        findings.error(
            "application.destination_at_home", place, "Rules 7.4, box 4", value=presented
        )
    if exporter and exporter.country and issuing_country not in {"", exporter.country}:
        facts = {"value": exporter.country, "issuing": issuing_country}
        findings.warn(
            "application.exporter_abroad", place="exporter.country", clause="Rules 5.1", **facts
        )
    # A person may send the goods to himself (Rules 7.4): then both live in one state.
    if application.natural_person:
        return
    if importer and importer.country and presented not in {"", importer.country}:
        facts = {"value": importer.country, "destination": presented}
        findings.warn(
            "application.importer_elsewhere", place="importer.country", clause="Rules 5.1", **facts
        )
    if exporter and importer and exporter.country and exporter.country == importer.country:
        value = importer.country
        findings.warn(
            "application.parties_in_one_state",
            place="importer.country",
            clause="Rules 5.1",
            value=value,
        )


def _check_parties(findings: Findings, application: Application) -> None:
    if application.exporter is None:
        findings.missing("application.exporter_missing", "exporter", _BOX_1)
    if application.importer is None:
        findings.missing("application.importer_missing", "importer", _BOX_2)
    parties = (
        (application.exporter, "exporter", _BOX_1),
        (application.consignor, "consignor", _BOX_1),
        (application.importer, "importer", _BOX_2),
        (application.consignee, "consignee", _BOX_2),
    )
    for party, place, clause in parties:
        if party is not None:
            _check_party(findings, party, place, clause, is_person=application.natural_person)
    if application.consignor not in {None, application.exporter}:
        findings.note("application.on_behalf", "consignor", "R25; " + _BOX_1)
    if application.consignee not in {None, application.importer}:
        findings.note("application.on_behalf", "consignee", "R25; " + _BOX_2)


def _check_applicant(findings: Findings, application: Application) -> None:
    """Who asks is one of the parties; for a person's goods the consignor declares (R60)."""
    role, producer = application.applicant or "exporter", application.producer
    if application.asking_party is None and role != "exporter":
        findings.error("application.applicant_missing", role, "R60", role=role)
    if producer is not None:
        _check_party(findings, producer, "producer", "R60")
    if application.natural_person:
        findings.note("application.free_circulation", "naturalPerson", _BOX_2)
        if role not in {"exporter", "consignor"}:
            findings.warn("application.consignor_declares", "applicant", _BOX_13, role=role)


def _check_party(
    findings: Findings, party: Party, place: str, clause: str, *, is_person: bool = False
) -> None:
    if not party.name:
        findings.error("application.name_missing", f"{place}.name", clause)
    if not party.address:
        findings.error("application.address_missing", f"{place}.address", clause)
    if not party.country:
        findings.error("application.country_missing", f"{place}.country", clause)
    check_language(findings, party.name, f"{place}.name")
    check_language(findings, party.address, f"{place}.address")
    if party.identifier is not None:
        _check_identifier(findings, party.identifier, party.country, f"{place}.identifier")
    elif party.country in _KEPT_BY.values() and not is_person:
        findings.warn("application.identifier_missing", f"{place}.identifier", "R64")


def _check_identifier(findings: Findings, identifier: Identifier, country: str, place: str) -> None:
    scheme = identifier.scheme
    facts = {"value": identifier.value, "scheme": scheme}
    if not identifier.is_valid():
        findings.error("application.identifier_invalid", place, "R64", **facts)
    if country and _KEPT_BY.get(scheme, country) != country:
        findings.warn("application.identifier_abroad", place, "R64", country=country, **facts)


def _check_transport(findings: Findings, application: Application) -> None:
    if application.transport is None:
        findings.missing("application.transport_missing", "transport", "Rules 7.4, box 3")
    else:
        check_language(findings, application.transport.means, place="transport.means")


def _check_documents(findings: Findings, application: Application, today: date) -> None:
    invoice, contract = application.invoice, application.contract
    of_items = application.items and all(item.invoice for item in application.items)
    if application.long_term:
        if contract is None:
            findings.error("application.long_term_without_contract", "contract", "R24; " + _BOX_11)
    elif invoice is None and not of_items and not application.natural_person:
        findings.missing("application.invoice_missing", "invoice", _BOX_11)
    if invoice is not None and contract is not None and invoice.date < contract.date:
        facts = {"value": invoice.date.isoformat(), "contract": contract.date.isoformat()}
        code, clause = "application.invoice_before_contract", _BOX_11
        findings.warn(code, place="invoice.date", clause=clause, **facts)
    if contract is None and not application.natural_person and not application.long_term:
        findings.warn("application.contract_missing", "contract", "R42; Rules 5.1")
    dated = [("invoice", invoice, _BOX_11), ("contract", contract, "R42; Rules 5.1")]
    for index, item in enumerate(application.items):
        dated.append((f"items[{index}].invoice", item.invoice, _BOX_11))
    if application.goods_list is not None:
        dated.append(("goodsList", application.goods_list.document, "R29; Rules 7.4, box 8"))
    for place, document, clause in dated:
        if document is not None and document.date > today:
            value = document.date.isoformat()
            findings.error("application.date_ahead", f"{place}.date", clause, value=value)


def _check_declaration(
    findings: Findings, application: Application, today: date, issuing_country: str
) -> None:
    declaration = application.declaration
    if declaration is None:
        findings.missing("application.declaration_missing", "declaration", "R3; " + _BOX_13)
        return
    if declaration.date > today:
        value, clause = declaration.date.isoformat(), "R30; " + _BOX_13
        findings.error(
            "application.date_ahead", place="declaration.date", clause=clause, value=value
        )
    if issuing_country not in {"", declaration.country}:
        facts = {"value": declaration.country, "issuing": issuing_country}
        findings.error(
            "application.declared_elsewhere", place="declaration.country", clause=_BOX_13, **facts
        )
