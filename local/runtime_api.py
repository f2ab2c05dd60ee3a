"""Lambda's Runtime API: an execution environment fetches invocations from it and posts their results to it.

Each environment has its own address, which identifies it.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import contextlib
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.http_server import HOST

PREFIX = "/2018-06-01/runtime/"
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


@dataclass(frozen=True, slots=True)
class Answer:
    """The result that the function's process posted for one invocation."""

    payload: bytes
    is_error: bool


@dataclass(slots=True)
class Invocation:
    """One event that an environment processes."""

    request_id: str
    event: bytes
    function_arn: str
    timeout: float
    trace_id: str
    fetched: threading.Event = field(default_factory=threading.Event)
    """Set when the process has fetched the event, or when the invocation is abandoned."""
    fetched_at: float = 0.0
    """Time at which the process fetched the event, on the monotonic clock; 0 before that."""
    answer: Future[Answer] = field(default_factory=Future)
    settling: threading.Lock = field(default_factory=threading.Lock)

    def finish(self, answer: Answer) -> None:
        """Set the answer unless it is set already."""
        with self.settling:
            if not self.answer.done():
                self.answer.set_result(answer)

    def abandon(self, reason: Exception) -> None:
        """Raise `reason` in the thread that waits for the answer, unless there is an answer."""
        with self.settling:
            if not self.answer.done():
                self.answer.set_exception(reason)
        self.fetched.set()


class RuntimeApi:
    """The Runtime API of one environment."""

    def __init__(self) -> None:
        self.initialised = threading.Event()
        """Set when the process requests its first event, after it has loaded the function's module."""
        self.init_error: bytes | None = None
        """The error that the process reported if it could not load the module."""
        self._waiting: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._server = _Server((HOST, 0), _Handler)
        self._server.api = self
        self._thread = threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, for AWS_LAMBDA_RUNTIME_API."""
        return f"{HOST}:{self._server.server_address[1]}"

    def put(self, invocation: Invocation) -> None:
        """Queue an event for the next request of the process."""
        self._waiting.put(invocation)

    def close(self) -> None:
        """Stop serving requests."""
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()

    def next_invocation(self) -> Invocation | None:
        """Wait for an event and return it; None if the environment ends."""
        self.initialised.set()
        invocation = self._waiting.get()
        if invocation is not None:
            self._current = invocation
            invocation.fetched_at = time.monotonic()
            invocation.fetched.set()
        return invocation

    def finish(self, request_id: str, answer: Answer) -> bool:
        """Set the answer of the current invocation. Returns False if `request_id` is not its id."""
        if self._current is None or self._current.request_id != request_id:
            return False
        self._current.finish(answer)
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle(self) -> None:
        # A process that is killed may break its connection at any point.
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}invocation/next":
            self._answer(404)
            return
        invocation = self.server.api.next_invocation()
        if invocation is None:
            self.close_connection = True
            return
        deadline = int((time.time() + invocation.timeout) * 1000)
        self._answer(
            200,
            invocation.event,
            {
                # awslambdaric 4.2.2 crashes with a segmentation fault if there is no content type.
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == f"{PREFIX}init/error":
            self.server.api.init_error = body
            self._answer(202)
            return
        request_id, _, outcome = self.path.removeprefix(f"{PREFIX}invocation/").partition("/")
        if outcome not in ("response", "error"):
            self._answer(404)
        elif len(body) > MAX_RESPONSE_BYTES:
            self.server.api.finish(request_id, _too_large())
            self._answer(413)
        else:
            known = self.server.api.finish(request_id, Answer(body, outcome == "error"))
            self._answer(202 if known else 400)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Suppress the request log."""

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _too_large() -> Answer:
    text = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return Answer(b'{"errorMessage":"%s","errorType":"Function.ResponseSizeTooLarge"}' % text.encode(), is_error=True)
