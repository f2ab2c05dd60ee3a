"""The Odds API on loopback: returns only the replies that the test configures.

    with OddsApiServer() as server:
        server.answer("odds", Reply([event(1, "Denver Nuggets", "Utah Jazz", books={"fanduel": [h2h(-140, 120)]})]))

Replies of one kind are given in order, each once. A request without a configured reply gets status 418 and fails the
test when the server closes.
"""

import gzip
import json
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

CREDITS = {"x-requests-used": "12", "x-requests-remaining": "488", "x-requests-last": "3"}
TIP_OFF = "2024-01-11T00:10:00Z"
MOVED = "2024-01-10T12:00:00Z"


@dataclass(frozen=True)
class Reply:
    """One response. `body` is sent as JSON unless it is bytes."""

    body: Any = field(default_factory=list)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: CREDITS)
    delay: float = 0
    """Seconds of silence before the response."""
    length: int | None = None
    """Value of Content-Length, if it should be wrong."""
    chunked: bool = False
    """Whether the body is sent in chunks and broken off before the last one."""
    trickle: float = 0
    """Seconds between single bytes."""
    hang_up: bool = False
    """Whether the connection is reset in place of a response."""
    zipped: bool = False
    meanwhile: Callable[[], object] | None = None
    """Function that is called between the request and the response, in a thread of the server."""

    def octets(self) -> bytes:
        plain = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return gzip.compress(plain) if self.zipped else plain


def failure(status: int, error_code: str, message: str = "no") -> Reply:
    """Return an error in the provider's format."""
    details = f"https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#{error_code.lower().replace('_', '-')}"
    return Reply({"message": message, "error_code": error_code, "details_url": details}, status)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class OddsApiServer:
    """A stand-in for the provider at `url`. A context manager."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: defaultdict[str, list[Reply]] = defaultdict(list)
        self._unexpected: list[str] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._serve(self)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
                """Suppress the request log; tests read `asked`."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def answer(self, kind: str, *replies: Reply, sport: str = "basketball_nba") -> None:
        """Give these replies to the next requests of `kind` (odds or scores) for `sport`."""
        self.answer_at(f"/v4/sports/{sport}/{kind}", *replies)

    def answer_at(self, path: str, *replies: Reply) -> None:
        """Give these replies to the next requests for `path`, of any provider."""
        self._replies[path] += replies

    def all_given(self) -> bool:
        """Return whether every configured reply has been requested."""
        return not any(self._replies.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if kind is None:
            assert not self._unexpected, f"nobody configured an answer to {self._unexpected}"

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        with self._lock:
            self.asked.append(Asked(parts.path, dict(parse_qsl(parts.query)), dict(request.headers.items())))
            waiting = self._replies[parts.path]
            if not waiting:
                self._unexpected.append(parts.path)
            reply = waiting.pop(0) if waiting else Reply({"message": "not configured"}, status=418)
        request.close_connection = True
        try:
            self._send(request, reply)
        except OSError:
            # The client timed out and closed the connection, which some tests expect.
            request.close_connection = True

    def _send(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        self._stopping.wait(reply.delay)
        if reply.meanwhile is not None:
            reply.meanwhile()
        if reply.hang_up:
            # SO_LINGER of 0 closes the socket with a reset.
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            return
        octets = reply.octets()
        request.send_response(reply.status)
        for name, value in reply.headers.items():
            request.send_header(name, value)
        request.send_header("Connection", "close")
        if reply.zipped:
            request.send_header("Content-Encoding", "gzip")
        if reply.chunked:
            request.send_header("Transfer-Encoding", "chunked")
            octets = f"{len(octets):x}\r\n".encode() + octets + b"\r\n"
        else:
            request.send_header("Content-Length", str(len(octets) if reply.length is None else reply.length))
        request.end_headers()
        if not reply.trickle:
            request.wfile.write(octets)
            return
        for position in range(len(octets)):
            request.wfile.write(octets[position : position + 1])
            request.wfile.flush()
            if self._stopping.wait(reply.trickle):
                return


# ------------------------------------------------------------------------------------------------ shapes of answers


def event(
    number: int,
    home: str,
    away: str,
    tip_off: str = TIP_OFF,
    *,
    books: Mapping[str, Sequence[dict[str, Any]]] | None = None,
    sport: str = "basketball_nba",
) -> dict[str, Any]:
    """Return one event of /odds. It replaces the markers of `h2h` and `spreads` by the names of the sides."""
    names = {"<home>": home, "<away>": away}
    bookmakers = [
        {
            "key": key,
            "title": key.title(),
            "last_update": MOVED,
            "markets": [
                {
                    **market,
                    "outcomes": sorted(
                        (
                            {**outcome, "name": names.get(outcome["name"], outcome["name"])}
                            for outcome in market["outcomes"]
                        ),
                        key=lambda outcome: str(outcome["name"]),
                    ),
                }
                for market in markets
            ],
        }
        for key, markets in (books or {}).items()
    ]
    return {
        "id": f"{number:032x}",
        "sport_key": sport,
        "sport_title": "NBA",
        "commence_time": tip_off,
        "home_team": home,
        "away_team": away,
        "bookmakers": bookmakers,
    }


def _market(key: str, *outcomes: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "last_update": MOVED, "outcomes": list(outcomes)}


def h2h(home: int, away: int, draw: int | None = None) -> dict[str, Any]:
    sides = [{"name": "<home>", "price": home}, {"name": "<away>", "price": away}]
    return _market("h2h", *sides, *([{"name": "Draw", "price": draw}] if draw else []))


def spreads(line: float, home: int = -110, away: int = -110) -> dict[str, Any]:
    """Return a spreads market. `line` is from the home side's view."""
    return _market(
        "spreads",
        {"name": "<home>", "price": home, "point": line},
        {"name": "<away>", "price": away, "point": -line},
    )


def totals(line: float, over: int = -110, under: int = -110) -> dict[str, Any]:
    return _market(
        "totals",
        {"name": "Over", "price": over, "point": line},
        {"name": "Under", "price": under, "point": line},
    )


def score(
    number: int,
    home: str,
    away: str,
    home_score: int | None = None,
    away_score: int | None = None,
    *,
    completed: bool | None = None,
    tip_off: str = TIP_OFF,
    sport: str = "basketball_nba",
) -> dict[str, Any]:
    """Return one event of /scores, away side first. By default it is completed if it has scores."""
    told = home_score is not None and away_score is not None
    listed = [{"name": away, "score": str(away_score)}, {"name": home, "score": str(home_score)}] if told else None
    return {
        "id": f"{number:032x}",
        "sport_key": sport,
        "sport_title": "NBA",
        "commence_time": tip_off,
        "completed": told if completed is None else completed,
        "home_team": home,
        "away_team": away,
        "scores": listed,
        "last_update": MOVED if told else None,
    }
