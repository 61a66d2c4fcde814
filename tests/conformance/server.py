"""What the simulated state serves: its exchange, in one of several bad ways at a time."""

import http.server
import socket
import threading
import time

from tests.conformance.line import is_signed

HUGE = 256 << 20
PIECE = b"x" * 65_536
STALL = 75.0


class Server:
    """Serves files on one address. `fault` says how a path that begins with `spoils` is served."""

    def __init__(self, port, partner_keys):
        self.files, self.lists, self.partner_keys = {}, {}, partner_keys
        self.fault, self.spoils = "", ""
        self.requests, self.unsigned, self.gave_up = [], [], []
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def spoil(self, fault, spoils):
        with self.lock:
            self.fault, self.spoils, self.gave_up = fault, spoils, []

    def heal(self):
        self.spoil("", "")

    def count(self, text):
        """Count the requests for a path that holds a text."""
        with self.lock:
            return sum(text in path for path in self.requests)

    def answer(self, request):
        path = request.path.partition("?")[0]
        signed = is_signed(
            f"http://{request.headers['Host']}{request.path}", request.headers, self.partner_keys
        )
        with self.lock:
            self.requests.append(path)
            if not signed:
                self.unsigned.append(path)
            fault = self.fault if self.spoils and self.spoils in path else ""
            data = self.find(path) if signed else None
        if data is None or fault == "gap":
            return self.send(request, 404, b"")
        return getattr(self, f"send_{fault}", self.send_whole)(request, data)

    def find(self, path):
        if path.startswith("/exchange/trust/"):
            number = path.removeprefix("/exchange/trust/").removesuffix(".json")
            return self.lists.get(int(number)) if number.isdigit() else None
        return self.files.get(path.partition("/exchange/log/")[2])

    def send(self, request, status, data, length=None):
        request.send_response(status)
        request.send_header("Content-Length", str(len(data) if length is None else length))
        request.end_headers()
        try:
            request.wfile.write(data)
        except OSError:
            self.note_given_up(0.0)

    def send_whole(self, request, data):
        self.send(request, 200, data)

    def send_half(self, request, data):
        self.send(request, 200, data[: len(data) // 2], length=len(data))
        request.close_connection = True

    def send_slow(self, request, data):
        """Promise everything and send nothing more, until the other side has had enough."""
        began = time.monotonic()
        self.send(request, 200, b"", length=len(data))
        request.connection.settimeout(0.2)
        while time.monotonic() - began < STALL:
            try:
                if request.connection.recv(1, socket.MSG_PEEK) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.note_given_up(time.monotonic() - began)
        request.close_connection = True

    def send_huge(self, request, data):
        """Send hundreds of megabytes, as long as anybody takes them."""
        self.send(request, 200, data, length=HUGE)
        sent = len(data)
        try:
            while sent < HUGE:
                request.wfile.write(PIECE)
                sent += len(PIECE)
        except OSError:
            pass
        self.note_given_up(float(sent))
        request.close_connection = True

    def note_given_up(self, figure):
        with self.lock:
            self.gave_up.append(figure)
