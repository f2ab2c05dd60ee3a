"""A threaded HTTP/1.1 server on 127.0.0.1 for a WSGI application. No request can bring it down."""

import errno
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.errors import LaptopError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
BACKLOG = 256
IDLE_SECONDS = 60

TARGET = "local.target"
"""WSGI environment key of the raw request target, neither decoded nor normalised."""
HEADERS = "local.headers"
"""WSGI environment key of the raw request headers: a list of names and values in their order and spelling."""


class Handler(WSGIRequestHandler):
    """Adds the raw target and headers, which WSGI does not preserve, to the environment of each request."""

    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def make_environ(self) -> "WSGIEnvironment":
        """Return the WSGI environment with the raw target and headers."""
        environ = super().make_environ()
        environ[TARGET] = self.path
        environ[HEADERS] = list(self.headers.items())
        return environ

    def run_wsgi(self) -> None:
        """Run the application, or answer 400 to an invalid target."""
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400)
            return
        super().run_wsgi()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Suppress the request log."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        """Suppress the error log: the errors are the clients'."""


class HttpServer:
    """Serves `application` on 127.0.0.1, on the port of `bound` or on a free one, once `start` is called."""

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        bound: socket.socket | None = None,
        handler: type[WSGIRequestHandler] = Handler,
    ) -> None:
        self._socket = bound or bind(0)
        self._server: BaseWSGIServer = make_server(
            HOST, 0, application, threaded=True, request_handler=handler, fd=self._socket.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="http", daemon=True)

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"http://{HOST}:{self._server.port}"

    def start(self) -> None:
        """Start serving requests. Raises LaptopError if another process has taken the port in the meantime."""
        try:
            self._server.socket.listen(BACKLOG)
        except OSError as error:
            raise _refused(self._server.port, error) from None
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting requests. Requests in progress run to their end."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._socket.close()


def bind(port: int) -> socket.socket:
    """Bind `port` on 127.0.0.1, or a free one if it is 0, without listening. Raises LaptopError if it is not free."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise _refused(port, error) from None
    return bound


def _refused(port: int, error: OSError) -> LaptopError:
    if error.errno == errno.EADDRINUSE:
        return LaptopError(f"port {port} is in use by another program; stop it, or set PICKVS_PORT to another port")
    return LaptopError(f"port {port} cannot be used: {error.strerror}")
