"""A page on which a versioned document is filled: nothing typed is lost, whatever happens.

A desk makes a class of it, says what is asked for, how it is read, judged and saved:

    class ApplicationPage(DraftPage[Draft]):
        layout = LAYOUT
        template = "application/edit.html"

        def read(self, data): return draft_from_data(data)
        def find(self, document): return find_faults(document, at=self.caller.at)
        def save(self, document): self.version = services.revise(...).version
        def finish(self, order): return redirect(...)

and its view answers with `ApplicationPage(request, caller, key=…, version=…, stored=…).respond()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from certorigin.errors import ConflictError, FindingsError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import language_of
from certorigin_server.desk.carry import typed_fields
from certorigin_server.desk.findings import Reading, read_leniently
from certorigin_server.desk.forms import Form
from certorigin_server.desk.queries import find_typed
from certorigin_server.desk.services import forget_typed, keep_typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.forms import Linked
    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

_Document = TypeVar("_Document")


class DraftPage(Generic[_Document]):
    """One request to the page of one document.

    `key` names the document, also in the store of what is typed; `version` is the stored one;
    `stored` its members. `version` becomes the one that the person saw.
    """

    layout: Layout
    template: str
    # What is asked on the same page and is no part of the document.
    beside_layout: Layout = ()

    def __init__(
        self,
        request: HttpRequest,
        caller: Caller,
        *,
        key: str,
        version: int,
        stored: Mapping[str, Any],
    ) -> None:
        self.request, self.caller = request, caller
        self.key, self.stored_version, self.stored = key, version, stored
        self.language = language_of(request)
        self.typed = find_typed(user=caller.user, key=key)
        self.version = version
        if request.method == "POST":
            # `over` is set by the button that saves over somebody else's change.
            self._take(request.POST, request.POST.get("over") or request.POST.get("version", ""))
        elif self.typed is not None:
            self._take(QueryDict(self.typed.text), self.typed.version)
        else:
            self.form = Form.from_data(self.layout, stored, self.language)
            self.beside = Form.from_data(self.beside_layout, {}, self.language)

    def _take(self, post: QueryDict, seen: str) -> None:
        self.version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        self.form = Form.from_post(self.layout, post, self.language)
        self.beside = Form.from_post(self.beside_layout, post, self.language)

    # -- what a desk says -------------------------------------------------------------------------

    def read(self, data: dict[str, Any]) -> _Document:
        """Read the document. Raises MalformedError."""
        raise NotImplementedError

    def find(self, document: _Document) -> Iterable[Finding]:
        """Return what the library finds about the document, for the person to see."""
        raise NotImplementedError

    def save(self, document: _Document) -> None:
        """Call the service that keeps the document, with `self.version`; note the new version.

        Raises ConflictError when somebody else was first.
        """
        raise NotImplementedError

    def check(self, order: str) -> Iterable[Finding]:
        """Return what hinders an order beside the document: a box that was not ticked.

        What hinders `submit` is counted among what still lacks.
        """
        del order
        return ()

    def finish(self, order: str) -> HttpResponse:
        """Carry out an order (`save`, `submit` …) after the document was saved, and answer.

        Raises FindingsError, which is shown on the page, and any other error of the library.
        """
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Return what the template needs besides."""
        return {}

    # -- answers ----------------------------------------------------------------------------------

    def respond(self) -> HttpResponse:
        """Answer the request."""
        if self.request.method != "POST":
            return self._opened()
        order = self.request.POST.get("order", "save")
        if order == "keep":
            return self._kept()
        if order == "discard":
            forget_typed(key=self.key, by=self.caller.user)
            return redirect(self.request.path)
        self._keep()
        if self.form.follow(order):
            return self._answer()
        return self._finished(order)

    def _opened(self) -> HttpResponse:
        if self.typed is not None:
            self.form.show(self._reading().faults)
        return self._answer()

    def _kept(self) -> HttpResponse:
        self._keep()
        reading = self._reading()
        self.form.show((*reading.faults, *self._found(reading)))
        self.beside.show(self.check("submit"))
        lacking = [*self.form.errors, *self.beside.errors]
        context = {
            "kept_at": self.caller.at,
            "lacking": lacking,
            "gathered_lacking": self.form.gathered(lacking),
            "url": self.request.path,
        }
        if self.version != self.stored_version:
            facts = {"version": str(self.stored_version)}
            context["conflict"] = say("application.changed_meanwhile", facts, self.language)
        return render(self.request, "desk/kept.html", context)

    def _finished(self, order: str) -> HttpResponse:
        reading = self._reading()
        hindered = list(self.check(order))
        if reading.document is None or reading.faults or hindered:
            self.form.show((*reading.faults, *self._found(reading)))
            self.beside.show(hindered)
            return self._answer(status=422)
        try:
            self.save(reading.document)
            forget_typed(key=self.key, by=self.caller.user)
            self.stored_version = self.version
            return self.finish(order)
        except ConflictError as error:
            told = say(error.code, error.facts, self.language)
            return self._answer(status=409, conflict=told)
        except FindingsError as error:
            self.form.show(one for one in error.findings if isinstance(one, Finding))
            return self._answer(status=422)

    def _answer(self, *, status: int = 200, conflict: str = "") -> HttpResponse:
        theirs = Form.from_data(self.layout, self.stored, self.language)
        lacking = self._lacking()
        context = {
            "form": self.form,
            "beside": self.beside,
            "summary": {
                "errors": [*self.form.errors, *self.beside.errors],
                "gathered_errors": self.form.gathered_errors + self.beside.gathered_errors,
                "remarks": self.form.remarks,
                "gathered_remarks": self.form.gathered_remarks,
            },
            "lacking": lacking,
            "gathered_lacking": self.form.gathered(lacking),
            "version": self.version,
            "stored_version": self.stored_version,
            "typed": self.typed if self.request.method != "POST" else None,
            "conflict": conflict,
            "differences": theirs.differences(self.form) if conflict else [],
            "url": self.request.path,
        }
        return render(self.request, self.template, context | self.context(), status=status)

    def _lacking(self) -> list[Linked]:
        """Return what is still missing before it can be handed in, whatever the page shows."""
        quiet = self.form
        if not quiet.told:
            reading = self._reading()
            quiet = Form.from_data(self.layout, self.form.to_data(), self.language)
            quiet.show((*reading.faults, *self._found(reading)))
        beside = Form.from_data(self.beside_layout, self.beside.to_data(), self.language)
        beside.show(self.check("submit"))
        return [*quiet.errors, *beside.errors]

    def _keep(self) -> None:
        """Keep what was typed, whatever becomes of it."""
        keep_typed(
            key=self.key,
            version=str(self.version),
            text=urlencode(typed_fields(self.request)),
            by=self.caller.user,
            at=self.caller.at,
        )

    def _reading(self) -> Reading[_Document]:
        return read_leniently(self.form.to_data(), self.read)

    def _found(self, reading: Reading[_Document]) -> tuple[Finding, ...]:
        if reading.document is None:
            return ()
        return reading.not_about_faults(self.find(reading.document))
