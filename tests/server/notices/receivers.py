"""A mail server and a receiver of webhooks on this machine: real sockets, and what came in."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Smtp(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 for a client that sends."""

    def handle(self):
        self._say("220 mail.test ready")
        while line := self.rfile.readline():
            word = line.strip().decode("ascii", "replace")
            command = word[:4].upper()
            if command == "RCPT":
                self._say(self.server.post.answer)
            elif command == "DATA":
                self._say("354 go on")
                raw = b"".join(iter(self._line, b".\r\n"))
                self.server.post.letters.append(
                    email.message_from_bytes(raw, policy=email.policy.default)
                )
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 mail.test")

    def _line(self):
        return self.rfile.readline()

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Post:
    """What a mail server took, and what it says to each recipient."""

    def __init__(self):
        self.letters, self.answer, self.port = [], "250 known", 0


@contextmanager
def mail_server():
    post = Post()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.daemon_threads, server.post = True, post
    post.port = server.server_address[1]
    with _served(server):
        yield post


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.server.receiver
        receiver.came.append((self.path, dict(self.headers), body))
        self.send_response(receiver.status)
        if receiver.status in {301, 302, 307}:
            self.send_header("Location", receiver.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *facts):
        pass


class Receiver:
    """What came to a receiver of webhooks, and the status that it answers with."""

    def __init__(self):
        self.came, self.status, self.url = [], 204, ""


@contextmanager
def hook_server():
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    server.daemon_threads, server.receiver = True, receiver
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    with _served(server):
        yield receiver


@contextmanager
def _served(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
