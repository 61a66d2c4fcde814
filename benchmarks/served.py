"""A system beside the bare view of `benchmarks.lookup`, as one application for a web server."""

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - after the setup
from django.test.utils import override_settings  # noqa: E402

from benchmarks.lookup import BARE, Bare  # noqa: E402

with override_settings(MIDDLEWARE=[]):
    _bare = Bare()
_ours = WSGIHandler()


def application(environ, start_response):
    """Answer a call as the web process does, or the bare view."""
    return (_bare if environ["PATH_INFO"] == BARE else _ours)(environ, start_response)
