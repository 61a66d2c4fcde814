"""The door for web servers: sync WSGI, run by granian (performance.md 8)."""

from __future__ import annotations

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from certorigin_server.loops.crash import arm_from

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certorigin_server.settings.project")

application = get_wsgi_application()
_ = get_resolver().url_patterns  # every view is loaded now, not by whoever asks first
# Two hundred thousand objects stay for good: to look through them for what could be dropped would
# hold up a request for a tenth of a second, now and then.
gc.collect()
gc.freeze()
atexit.register(gc.unfreeze)  # at the end they go as ever, or their libraries complain
arm_from(os.environ)
