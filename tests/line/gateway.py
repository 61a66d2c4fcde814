"""An HTTP gateway between two states, such as a union of states runs: it relays and adds its own.

    python tests/line/gateway.py 127.0.0.1:9100 /by=127.0.0.1:8301 /az=127.0.0.1:8302

It takes requests under a prefix for each system, and asks that system without the prefix and under
its inner name, as gateways do. It passes on the two headers of the signature and no header of its
caller's besides, adds the headers of relays, and gives the body back in chunks. Orders on its
input: `stop` refuses everything with 503, `go` relays again. Standard library alone.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

PASSED_ON = ("Signature", "Signature-Input", "Accept-Encoding")
CHUNK = 1000


class Relay(BaseHTTPRequestHandler):
    """One request on its way through."""

    protocol_version = "HTTP/1.1"
    systems: ClassVar[dict[str, str]] = {}
    is_stopped = False
    relayed = 0

    def do_GET(self) -> None:
        """Relay a request to the system that its prefix names."""
        prefix, _, path = self.path[1:].partition("/")
        system = self.systems.get(f"/{prefix}")
        if system is None or self.is_stopped:
            self._answer(503, b"the gateway relays nothing")
            return
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        headers |= {"Via": "1.1 gateway", "X-Forwarded-For": "192.0.2.7", "Traceparent": "00-1-2-0"}
        connection = http.client.HTTPConnection(system, timeout=10)
        status, body = 502, b""
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", f"/{path}", headers=headers)
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
        self._answer(status, body)
        Relay.relayed += 1

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Via", "1.1 gateway")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), CHUNK):
            piece = body[start : start + CHUNK]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at both ends."""


class Gateway(ThreadingHTTPServer):
    """Callers may hang up at any time: that is nothing to tell."""

    def handle_error(self, *_: object) -> None:
        """Let go of the one request."""


def main(listen: str, *systems: str) -> None:
    """Relay until the input ends."""
    Relay.systems = dict(one.split("=") for one in systems)
    host, _, port = listen.rpartition(":")
    server = Gateway((host, int(port)), Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"relayed": 0}), flush=True)
    for order in sys.stdin:
        Relay.is_stopped = order.strip() == "stop"
        print(json.dumps({"relayed": Relay.relayed}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
