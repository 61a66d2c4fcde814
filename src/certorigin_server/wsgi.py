"""The door for web servers: sync WSGI, run by granian (performance.md 8)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from certorigin_server.loops.crash import arm_from

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certorigin_server.settings.project")

application = get_wsgi_application()
arm_from(os.environ)
