"""A stand-in for ESPN's public scoreboard: the two calls that the platform makes.

The response formats follow recordings of the real answers, reduced to what has a meaning here. The games are those of
`slate`, so it agrees with the stand-in for The Odds API.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.http_server import HttpServer
from local.slate import LEAGUE_ZONE, Game, on_date

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LEAGUE = "/apis/site/v2/sports/basketball/nba/"
_STATES: dict[str, dict[str, Any]] = {
    "pre": {"id": "1", "name": "STATUS_SCHEDULED", "state": "pre", "completed": False, "description": "Scheduled"},
    "in": {"id": "2", "name": "STATUS_IN_PROGRESS", "state": "in", "completed": False, "description": "In Progress"},
    "post": {"id": "3", "name": "STATUS_FINAL", "state": "post", "completed": True, "description": "Final"},
}
_ELSEWHERE = {"Los Angeles Clippers": "LA Clippers"}
"""Teams whose name this provider writes otherwise."""


class Espn:
    """A WSGI application. Every day has its games; a day that is no date is refused."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        request = Request(environ)
        body = None
        if request.path == f"{_LEAGUE}scoreboard":
            body = self._scoreboard(request.args.get("dates"))
        elif request.path == f"{_LEAGUE}summary":
            body = self._summary(request.args.get("event", ""))
        status = 404 if body is None else 200
        text = json.dumps(body or {"code": status, "message": "Not Found"}, separators=(",", ":"))
        return Response(text, status=status, content_type="application/json; charset=utf-8")(environ, start_response)

    def _scoreboard(self, dates: str | None) -> dict[str, Any] | None:
        now = self._now()
        try:
            day = date.fromisoformat(dates) if dates else now.astimezone(LEAGUE_ZONE).date()
        except ValueError:
            return None
        events = [
            {"id": _id(game), "date": _minute(game.tip_off), "competitions": [_competition(game, now)]}
            for game in on_date(day)
        ]
        return {"day": {"date": f"{day}"}, "events": events}

    def _summary(self, event: str) -> dict[str, Any] | None:
        now = self._now()
        try:
            tip_off = datetime.fromtimestamp(int(event), UTC)
        except (ValueError, OverflowError, OSError):
            return None
        day = tip_off.astimezone(LEAGUE_ZONE).date()
        for game in on_date(day):
            if _id(game) == event:
                began = {"firstPlayWallClock": f"{game.tip_off:%Y-%m-%dT%H:%M:%SZ}"} if game.score(now) else {}
                return {"header": {"id": event, "competitions": [_competition(game, now)]}, "meta": began}
        return None


class EspnServer:
    """The stand-in, served on a port of its own."""

    def __init__(self) -> None:
        self._server = HttpServer(Espn())

    @property
    def url(self) -> str:
        """The base address, for ESPN_BASE_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()


def _id(game: Game) -> str:
    """Return the provider's id: digits that tell the tip-off, so that a summary can be found by it."""
    return f"{game.tip_off.timestamp():.0f}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _competition(game: Game, now: datetime) -> dict[str, Any]:
    score = game.score(now)
    points = score or (0, 0)
    state = "pre" if score is None else "post" if game.is_finished(now) else "in"
    return {
        "id": _id(game),
        "date": _minute(game.tip_off),
        "neutralSite": False,
        "competitors": [
            {
                "homeAway": side,
                "team": {"displayName": _ELSEWHERE.get(team, team)},
                "score": str(scored),
                **({"winner": scored == max(points)} if state == "post" else {}),
            }
            for side, team, scored in (("home", game.home, points[0]), ("away", game.away, points[1]))
        ],
        "status": {"type": _STATES[state]},
    }
