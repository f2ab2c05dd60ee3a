"""A stand-in for the NBA's folder of injury reports: who is hurt in the games of `slate`, every quarter of an hour."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from local.http_server import HttpServer
from local.injury_report import Row, report_pdf
from local.slate import LEAGUE_ZONE, on_date
from local.slate_players import hurt_on, roster

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_FILE = re.compile(r"/referee/injury/Injury-Report_(\d{4}-\d\d-\d\d_\d\d_\d\d[AP]M)\.pdf")
_FORM = "%Y-%m-%d_%I_%M%p"
_QUARTER = 15
_KEPT = timedelta(days=1)
_MOST_GAMES = 12
"""The stand-in plays all day long, and a report is of an evening: of the games of a day it has those to come."""


class NbaReportServer:
    """Answers 403 to everything that is no report of the last day, as the league's server does."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._server = HttpServer(self._application)

    @property
    def url(self) -> str:
        """The base address, for STATS_NBA_REPORT_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        made_at = _made_at(Request(environ).path)
        now = self._now().astimezone(LEAGUE_ZONE)
        if made_at is None or made_at.minute % _QUARTER or not now - _KEPT < made_at <= now:
            return Response("Access Denied", status=403, content_type="text/html")(environ, start_response)
        return Response(report_pdf(made_at, _rows(made_at)), content_type="application/pdf")(environ, start_response)


def _made_at(path: str) -> datetime | None:
    found = _FILE.fullmatch(path)
    try:
        return datetime.strptime(found[1], _FORM).replace(tzinfo=LEAGUE_ZONE) if found else None
    except ValueError:
        return None


def _rows(made_at: datetime) -> list[Row]:
    """Return the rows of the next games of the day. A team without anybody hurt has not reported."""
    day = made_at.date()
    games = [game for game in on_date(day) if game.tip_off >= made_at][:_MOST_GAMES]
    rows: list[Row] = []
    seen: set[str] = set()
    for game in games:
        tip_off = game.tip_off.astimezone(LEAGUE_ZONE)
        for team in (game.away, game.home):
            if team in seen:
                continue
            seen.add(team)
            of_game = (f"{day:%m/%d/%Y}", f"{tip_off:%I:%M} (ET)", f"{_short(game.away)}@{_short(game.home)}", team)
            names = {each.athlete.id: each.athlete.name for each in roster(team)}
            hurt = hurt_on(team, day)
            for player, part in hurt.items():
                first, last = names[player].split(" ", 1)
                rows.append(Row(*of_game, f"{last}, {first}", "Out", f"Injury/Illness - {part}; Sprain"))
            if not hurt:
                rows.append(Row(*of_game))
    return rows


def _short(team: str) -> str:
    return team.rsplit(" ", 1)[-1][:3].upper()
