"""What a post or a third party takes, and the administrator's buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from certorigin.certification.excerpt import PARTS
from certorigin.errors import CertoriginError, MalformedError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.queries import get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.published.forms import HIDING
from certorigin_server.published.giving import file_answer, post_file_answer
from certorigin_server.published.queries import post_files, read_list
from certorigin_server.published.services import excerpt_of, make_credential, publish_now
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_READ)
def list_post_files(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List snapshots and deltas of live certificates, for posts without a line."""
    del caller
    context = {"files": post_files(), "every": settings.SYSTEM.publish.posts_every}
    return render(request, "published/posts.html", context)


@for_right(Right.RECOGNITION_READ)
def take_post_file(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """Hand over one of them."""
    del request, caller
    return post_file_answer(name)


@require_safe
def take_list(request: HttpRequest, name: str) -> HttpResponse:
    """Give a status list to everybody: it says of no place which certificate it is."""
    del request
    try:
        raw = read_list(name)
    except UnknownError:
        raise Http404 from None
    answer = HttpResponse(raw, content_type="application/vc")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@for_right(Right.CERTIFICATION_READ)
def take_credential(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Hand over what the holder may show third parties. Raises Http404 without an address."""
    del request
    row, url = get_visible(subject, user=caller.user), settings.SYSTEM.publish.status_url
    if not url or row.act.published_at is None:
        raise Http404
    made, _, _ = make_credential(subject, url=url, at=caller.at)
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return file_answer(made, f"{row.number.replace('/', '-')}.status.json", "private")


@for_right(Right.CERTIFICATION_READ)
def take_excerpt(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Ask what to hide, and hand over the excerpt, or what opens it."""
    row, language = get_visible(subject, user=caller.user), language_of(request)
    if row.act.published_at is None:
        raise Http404
    form, status = Form.from_post(HIDING, request.POST, language), 200
    if request.method == "POST":
        hide = [name for name in PARTS if form.to_data().get(name)]
        try:
            # The moment of the release: an opening that is taken later fits the same excerpt.
            made = excerpt_of(row, hide, at=row.act.published_at)
        except MalformedError as error:
            form.show([Finding(error.code, "seller", facts=error.facts)])
            status = 422
        else:
            record_read(by=caller.user.username, at=caller.at, subject=subject)
            is_opening = request.POST.get("order") == "opening"
            name = f"{row.number.replace('/', '-')}.{'opening' if is_opening else 'excerpt'}.json"
            return file_answer(made[is_opening], name, "private")
    return render(request, "published/excerpt.html", {"row": row, "form": form}, status=status)


@require_POST
@for_right(Right.USERS_WRITE)
def make_now(request: HttpRequest, caller: Caller, kind: str) -> HttpResponse:
    """Make a snapshot or a batch of lists now."""
    language = language_of(request)
    try:
        publish_now(kind, by=caller.user, at=caller.at)
    except CertoriginError as error:
        messages.error(request, say(error.code, error.facts, language))
    else:
        messages.success(request, say("web.published_made", {}, language))
    return redirect("administration-loops")
