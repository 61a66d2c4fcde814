"""Tags of the desks: status tags, and figures and days as people here write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from certorigin.terminal.sentences import say
from certorigin_server.desk.layout import COMMA_LANGUAGES
from certorigin_server.desk.tones import tone_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_RULES = re.compile(r"Rules ([0-9.]+)(?:, box ([0-9]+))?")
_OWN_NUMBERS = re.compile(r"R[0-9]+(?:(?:,| to| and) R[0-9]+)*")
_NARROW_SPACE = "\u202f"


@register.inclusion_tag("desk/tag.html")
def tag(code: str) -> dict[str, str]:
    """Show a status by its code: `{% tag "act.sealed" %}`."""
    return {"code": code, "tone": tone_of(code)}


@register.filter
def amount(value: object) -> str:
    """Write a decimal with the marks of the language: 42240.00 → 42 240,00."""
    found = _DECIMAL.fullmatch(str(value))
    if found is None:
        return str(value)
    sign, whole, rest = found.groups()
    mark = "," if (get_language() or "en")[:2] in COMMA_LANGUAGES else "."
    grouped = f"{int(whole):,}".replace(",", _NARROW_SPACE)
    return f"{sign}{grouped}" + (f"{mark}{rest}" if rest else "")


@register.filter
def day(value: date | str | None) -> str:
    """Write a day (also one in a document's form) as the language writes it."""
    if not value:
        return "—"
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return date_format(value, "SHORT_DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in the time of this state."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT") if value else "—"


@register.filter
def law(clause: str) -> str:
    """Write a clause for people: without our own numbers of requirements, in their language."""
    language = (get_language() or "en")[:2]
    told = []
    for one in str(clause).split(";"):
        found = _RULES.fullmatch(one.strip())
        if found is not None:
            rule, box = found.groups()
            code = "web.clause_box" if box else "web.clause_rule"
            told.append(say(code, {"rule": rule, "box": box or ""}, language))
        elif one.strip() and not _OWN_NUMBERS.fullmatch(one.strip()):
            told.append(one.strip())
    return "; ".join(told)


@register.simple_tag(takes_context=True)
def show_part(context: template.RequestContext, part: object) -> SafeString:
    """Show a part of a form with its template: `{% show_part form.exporter %}`."""
    kept = {"csrf_token": context.get("csrf_token"), "part": part, "url": context.get("url", "")}
    return render_to_string(part.template, kept)  # type: ignore[attr-defined]
