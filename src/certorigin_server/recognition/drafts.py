"""The page on which a goods declaration is typed: what was typed is kept until it is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from certorigin.errors import ConflictError, FindingsError, LimitError, StandingError
from certorigin.recognition.declaration import FORMAT
from certorigin.recognition.declaration import GoodsDeclaration as Declaration
from certorigin.recognition.intake import declaration_from_data, find_faults, tidied
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding, Grade
from certorigin_server.desk.drafts import DraftPage
from certorigin_server.desk.findings import Reading
from certorigin_server.recognition import services
from certorigin_server.recognition.forms import DECLARATION
from certorigin_server.recognition.queries import find_cited, is_registered, reference_of
from certorigin_server.standing.queries import certificate_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest

    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.access import Caller


class DeclarationPage(DraftPage[Declaration]):
    """The page of one declaration that is not registered yet, or of a version that amends one."""

    layout = DECLARATION
    template = "recognition/edit.html"
    row: GoodsDeclaration | None = None
    amends: GoodsDeclaration | None = None

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        caller: Caller,
        stored: Mapping[str, Any],
        *,
        key: str = "declaration:new",
        amends: GoodsDeclaration | None = None,
    ) -> DeclarationPage:
        """Return the page for a request."""
        page = cls(request, caller, key=key, version=1, stored=stored)
        page.amends = amends
        return page

    def respond(self) -> HttpResponse:
        """Answer the request. What the page still sends after it was registered is not kept."""
        if self.request.POST.get("order") == "keep" and self.amends is None:
            said = self.form.to_data()
            number, day = str(said.get("number", "")), str(said.get("date", ""))
            if is_registered(number, day, by=self.caller.user):
                return HttpResponse(status=204)
        return super().respond()

    def _reading(self) -> Reading[Declaration]:
        """Read with every fault at once: most members must be there, so none can be set aside."""
        data = tidied({"format": FORMAT} | self.form.to_data())
        faults = find_faults(data)
        return Reading(None if faults else declaration_from_data(data), faults)

    def find(self, document: Declaration) -> Iterator[Finding]:
        """Say early which cited certificates our mirror does not hold; that stops nothing."""
        held: dict[CertificateReference, bool] = {}
        for index, item in enumerate(document.items):
            if item.claim is None:
                continue
            reference = item.claim.certificate
            if reference not in held:
                held[reference] = bool(find_cited(reference))
            if not held[reference]:
                place = f"items[{index}].certificate.number"
                yield Finding("recognition.not_in_mirror", place, Grade.WARNING)

    def save(self, document: Declaration) -> None:
        """Register the declaration; a number that is taken is told beside its field."""
        try:
            self.row = services.register_declaration(
                document=document.to_data(),
                by=self.caller.user,
                at=self.caller.at,
                amends=self.amends.pk if self.amends else None,
            )
        except (ConflictError, LimitError, StandingError) as error:
            found = Finding(error.code, "number", facts=error.facts)
            raise FindingsError(error.code, [found], **error.facts) from error

    def finish(self, order: str) -> HttpResponse:
        """Go to the declaration, where its certificates are examined."""
        del order
        if self.row is None:
            return redirect("recognition-list")
        facts = {"number": self.row.number}
        messages.success(self.request, say("web.declaration_registered", facts, self.language))
        return redirect("recognition-show", declaration=self.row.pk)

    def context(self) -> dict[str, Any]:
        """Return what the template needs besides."""
        return {"amends": self.amends}


def empty_for(caller: Caller) -> dict[str, Any]:
    """Return what is known of a declaration before anything is typed."""
    own = caller.user.organisation
    return {
        "post": own.name if own else "",
        "destinationCountry": settings.SYSTEM.state,
        "items": [{"certificate": {"form": "ST-1"}}],
    }


def filled_from(issued: RegisteredAct, caller: Caller) -> dict[str, Any]:
    """Return a declaration that takes the whole of a certificate, for the officer to correct."""
    certificate, reference = certificate_of(issued), reference_of(issued)
    origin = certificate.declaration.country
    lines = [
        _line(item) | {"originCountry": origin, "certificate": reference.to_data()}
        for item in certificate.items
    ]
    for line, item in zip(lines, certificate.items, strict=True):
        line["certificate"] = {**line["certificate"], "item": str(item.sequence)}
    return empty_for(caller) | {
        "date": timezone.localdate(caller.at).isoformat(),
        "exporter": certificate.exporter.to_data(),
        "importer": certificate.importer.to_data(),
        "items": lines,
    }


def _line(item: GoodsItem) -> dict[str, Any]:
    line: dict[str, Any] = {
        "description": item.description,
        "tariffCode": str(item.tariff_code),
        "quantity": item.quantity.to_data(),
        "netWeight": item.net.to_data(),
        "packages": {"count": str(item.packages.count), "kind": item.packages.kind},
    }
    return line | ({"invoice": item.invoice.to_data()} if item.invoice else {})
