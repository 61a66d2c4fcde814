"""Ports that are given once in a run, however long who listens there is down in between."""

import socket


def own_port() -> int:
    """Return a port of this machine that nobody else is given until the run ends.

    It stays bound, and nobody listens on it here: a server may (`SO_REUSEADDR`), and while none
    does a connection is refused.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    held.detach()
    return port
