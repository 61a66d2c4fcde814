"""`{% say "code" fact=value %}`: a sentence of the catalogues in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.library import SimpleNode
from django.utils.html import escape
from django.utils.translation import get_language

from certorigin.terminal.sentences import say as say_sentence

if TYPE_CHECKING:
    from django.template import Context
    from django.template.base import Parser, Token

register = template.Library()


class _Said(SimpleNode):
    """A place of a template; a long list says the same label in each of its cells."""

    def render(self, context: Context) -> str:
        """Write the sentence, or keep it under the name that the place gives it."""
        if self.kwargs or self.target_var is not None or not context.autoescape:
            return super().render(context)
        return _escaped(str(self.args[0].resolve(context)), page_language())


@register.simple_tag(name="say")
def _say(code: str, **facts: object) -> str:
    return say_sentence(code, {name: str(value) for name, value in facts.items()}, page_language())


_read = register.tags["say"]


@register.tag
def say(parser: Parser, token: Token) -> _Said:
    """Read the code, the facts, and the name after `as`."""
    read = _read(parser, token)
    return _Said(read.func, read.takes_context, read.args, read.kwargs, read.target_var)


def page_language() -> str:
    """Return the language in which a page is being written."""
    return (get_language() or "en")[:2]


@lru_cache(maxsize=4_096)
def _escaped(code: str, language: str) -> str:
    return escape(say_sentence(code, {}, language))
