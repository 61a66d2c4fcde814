"""A partner asks what we speak, and for one certificate (R8, R11, docs/spec/question.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin.mirror.profile import QUESTIONS, offers, write_profiles
from certorigin.recognition.question import Question
from certorigin_server.log.answers import answer_to
from certorigin_server.seal.partners import answer_bytes, require_any_partner, require_partner

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def read_profiles(request: HttpRequest, corridor: str) -> HttpResponseBase:
    """Tell the corridor's partner which versions of the profile we speak (R8)."""
    shared = {str(one.corridor): one for one in settings.SYSTEM.corridors}.get(corridor)
    if shared is None:
        raise Http404
    require_partner(request, installation=shared.partner)
    return answer_bytes(write_profiles(corridor, shared.profiles))


def answer_question(request: HttpRequest) -> HttpResponseBase:
    """Answer a partner with the bundles of what it asks for.

    Whoever is no partner, and whoever asks for what is not there, finds a place where nothing is.
    """
    caller = require_any_partner(request)
    spoken = [one.profiles for one in settings.SYSTEM.corridors if one.partner == caller]
    if not any(offers(version, QUESTIONS) for profiles in spoken for version in profiles):
        raise Http404
    try:
        question = Question.from_query(request.GET.dict())
    except MalformedError:
        raise Http404 from None
    answer = answer_to(question, asked_by=caller, at=timezone.now())
    if not answer:
        raise Http404
    return answer_bytes(answer)
