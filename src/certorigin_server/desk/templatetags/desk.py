"""Tags of the desks: status tags, and figures and days as people here write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from certorigin.terminal.sentences import say
from certorigin_server.desk.findings import law_in
from certorigin_server.desk.layout import COMMA_LANGUAGES
from certorigin_server.desk.tones import tone_of

if TYPE_CHECKING:
    from decimal import Decimal

    from certorigin_server.desk.bound import Bound

register = template.Library()

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
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
def plain(value: Decimal) -> str:
    """Write an exact figure without exponent and idle zeros, for `amount`: 1E+4 → 10000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    return law_in(str(clause), (get_language() or "en")[:2])


@register.filter
def said(value: str, family: str) -> str:
    """Write a list of codes of a family by their names: `{{ value|said:"operation." }}`."""
    language = (get_language() or "en")[:2]
    return "; ".join(say(f"{family}{code}", {}, language) for code in str(value).split(", "))


@register.simple_tag
def show_part(part: Bound) -> str:
    """Show a part of a form with its template: `{% show_part form.exporter %}`."""
    return get_template(part.template).render({"part": part})
