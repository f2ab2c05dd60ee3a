"""A server on loopback that sends the bytes that a test scripts, including invalid HTTP."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

type Answer = Callable[[socket.socket], None]

_PATIENCE = 10
"""Seconds after which the server drops a silent client."""


class ScriptedServer:
    """Gives each connection the next answer, and repeats the last one. `requests` are the full requests."""

    def __init__(self, answers: list[Answer], certificate: Path | None) -> None:
        self._answers = answers
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        self.connections = 0
        self._closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                answer = self._answers[min(self.connections, len(self._answers) - 1)]
                self.connections += 1
                client.settimeout(_PATIENCE)
                threading.Thread(target=self._serve, args=[client, answer], daemon=True).start()

    def close(self) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def drip(self, data: bytes, seconds: float) -> Answer:
        """Return an answer that sends `data` byte by byte, one every `seconds`."""

        def answer(client: socket.socket) -> None:
            for byte in data:
                client.sendall(bytes([byte]))
                if self._closing.wait(seconds):
                    return

        return answer

    def silence(self, _: socket.socket) -> None:
        """Send nothing."""
        self._closing.wait(_PATIENCE)

    def script(self, *answers: Answer) -> None:
        """Use these answers from now on."""
        self._answers = list(answers)
        self.connections = 0

    def _serve(self, client: socket.socket, answer: Answer) -> None:
        with suppress(OSError), client:  # a client that has had enough hangs up
            if answer == self.silence:
                answer(client)
                return
            if self._context is None:
                self.requests.append(_request(client))
                answer(client)
                return
            with self._context.wrap_socket(client, server_side=True) as inside:
                self.requests.append(_request(inside))
                answer(inside)


def says(data: bytes) -> Answer:
    """Return an answer that sends `data` and closes the connection."""
    return lambda client: client.sendall(data)


def answers(status: int, body: bytes, *headers: str) -> Answer:
    """Return an answer that is an HTTP response with a status and a body."""
    head = [f"HTTP/1.1 {status} Said So", f"Content-Length: {len(body)}", *headers]
    return says("\r\n".join([*head, "", ""]).encode() + body)


@contextmanager
def scripted(*script: Answer, certificate: Path | None = None) -> Iterator[ScriptedServer]:
    """Run a server with these answers, over TLS if it has a certificate."""
    server = ScriptedServer(list(script) or [answers(500, b"")], certificate)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(_PATIENCE)


def _request(client: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65_536) or b"\r\n\r\n"
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        more = client.recv(65_536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body
