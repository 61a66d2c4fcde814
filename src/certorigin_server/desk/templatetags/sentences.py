"""`{% say "code" fact=value %}`: a sentence of the catalogues in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from certorigin.terminal.sentences import say as say_sentence

register = template.Library()


@register.simple_tag
def say(code: str, **facts: object) -> str:
    """Return the sentence for a code."""
    language = (get_language() or "en")[:2]
    return say_sentence(code, {name: str(value) for name, value in facts.items()}, language)
