"""Tags of the desks: status tags, and figures and days as people here write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.html import format_html

from certorigin.terminal.figures import figure_text
from certorigin.terminal.sentences import say
from certorigin.vocabulary.written import amount_in, money_in, plain, quantity_in, state_in
from certorigin_server.desk.browser import browser_in_words
from certorigin_server.desk.findings import in_our_time, law_in, span
from certorigin_server.desk.templatetags.sentences import page_language
from certorigin_server.desk.tones import tone_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from certorigin.vocabulary.quantity import Money, Quantity
    from certorigin_server.desk.bound import Bound

register = template.Library()

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@register.simple_tag
def tag(code: str) -> SafeString:
    """Show a status by its code: `{% tag "act.sealed" %}`."""
    return format_html(
        '<span class="tag {}">{}</span>', tone_of(code), say(code, {}, page_language())
    )


register.filter("plain", plain)
register.filter("browser", browser_in_words)


@register.filter
def amount(value: object) -> str:
    """Write a decimal with the marks of the language: 42240.00 → 42 240,00."""
    return amount_in(value, page_language())


@register.filter
def quantity(value: Quantity | None) -> str:
    """Write a quantity with the sign of its unit: 13 500 л."""
    return quantity_in(value, page_language())


@register.filter
def money(value: Money | None) -> str:
    """Write money: 42 240,00 USD."""
    return money_in(value, page_language())


@register.filter
def state(code: str | None) -> str:
    """Write a state's name for its code: BY → Беларусь."""
    return state_in(code or "", page_language())


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
        value = in_our_time(value)
    return date_format(value, "SHORT_DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in the time of this state."""
    return date_format(in_our_time(value), "SHORT_DATETIME_FORMAT") if value else "—"


@register.filter
def age(seconds: int) -> str:
    """Write how old a state is: in seconds while it is fresh, then in its largest unit."""
    if seconds < 60:  # a minute
        return say("web.span_seconds", {"count": str(seconds)}, page_language())
    return span(seconds, page_language())


@register.filter
def law(clause: str) -> str:
    """Write a clause for people: without our own numbers of requirements, in their language."""
    return law_in(str(clause), page_language())


@register.simple_tag
def figure(name: str, value: str) -> str:
    """Write a figure of the reasons: codes by their names, days and decimals as written here."""
    text = figure_text(name, value, page_language())
    if text != value:
        return text
    return amount(value) if "." in value else day(value) if _DAY.fullmatch(value) else value


@register.simple_tag
def show_part(part: Bound) -> str:
    """Show a part of a form with its template: `{% show_part form.exporter %}`."""
    return get_template(part.template).render({"part": part})
