"""The process that runs before a system is served: our logs beside the partners' copies."""

from __future__ import annotations

import sys
from importlib import import_module

import django

from certorigin_server.operate.turn import clock


def main() -> int:
    """Hold every corridor of the system in `CERTORIGIN_DIR` whose log stands behind its copy.

    A partner that does not answer within a moment is not waited for.
    """
    django.setup()
    settings = import_module("django.conf").settings
    keyring = import_module("certorigin_server.seal.keyring").get_keyring()
    guard = import_module("certorigin_server.mirror.guard").CopyGuard
    for corridor in (one for one in settings.SYSTEM.corridors if one.partner_url):
        guard(corridor, keyring=keyring, clock=clock).turn()
    return 0


if __name__ == "__main__":
    sys.exit(main())
