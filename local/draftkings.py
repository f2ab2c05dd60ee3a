"""A stand-in for DraftKings' lobby and players: one slate of the NBA, which begins with the next hour."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.dfs_slate import SLOTS, DfsSlate, Row
from local.http_server import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CLASSIC = 1
"""Number of the kind of contest."""
CAP = 50_000
_SLOT = 450
"""Number of the first slot."""
_NEXT_NUMBER = 10_000_000
"""Between the numbers that a player has in two slots."""
_OPENS = timedelta(minutes=20)
"""A slate is offered until so long before its start."""
_AVERAGE = 279
_DRAFTABLES = re.compile(r"/draftgroups/v1/draftgroups/(\d{5,9})/draftables")


class DraftKingsServer:
    """Answers for the lobby and for the rest, at one address."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._server = HttpServer(self._application)

    @property
    def url(self) -> str:
        """The base address, for DRAFTKINGS_URL and DRAFTKINGS_API_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self._answer(Request(environ))
        status = 404 if answer is None else 200
        return Response(json.dumps(answer or {}), status=status, mimetype="application/json")(environ, start_response)

    def _answer(self, request: Request) -> dict[str, Any] | None:
        if request.path == "/lobby/getcontests":
            return self._lobby(request.args.get("sport", ""))
        if request.path == f"/lineups/v1/gametypes/{CLASSIC}/rules":
            return _rules()
        if found := _DRAFTABLES.fullmatch(request.path):
            starts_at = datetime.fromtimestamp(int(found[1]) * 60, UTC)
            return self._draftables(DfsSlate(starts_at))
        return None

    def _lobby(self, sport: str) -> dict[str, Any]:
        now = self._now().astimezone(UTC)
        hour = (now + _OPENS).replace(minute=0, second=0, microsecond=0)
        groups = [hour, hour + timedelta(hours=1)] if sport == "NBA" else []
        return {
            "SelectedSport": sport,
            "Contests": [],
            "DraftGroups": [
                {
                    "DraftGroupId": int(start.timestamp()) // 60,
                    "StartDate": _moment(start),
                    "Sport": "NBA",
                    "GameTypeId": CLASSIC,
                    "ContestStartTimeSuffix": "",
                }
                for start in groups
            ],
            "GameTypes": [{"GameTypeId": CLASSIC, "Name": "Classic", "DraftType": "SalaryCap"}],
        }

    def _draftables(self, slate: DfsSlate) -> dict[str, Any]:
        now = self._now()
        games = {row.game: row.starts_at for row in slate.rows}
        numbers = {game: place for place, game in enumerate(games, start=1)}
        return {
            "draftables": [each for row in slate.rows for each in _rows(row, numbers[row.game])],
            "competitions": [
                {
                    "competitionId": numbers[game],
                    "homeTeam": {"abbreviation": game.split("@")[1]},
                    "awayTeam": {"abbreviation": game.split("@")[0]},
                    "name": game.replace("@", " @ "),
                    "startTime": _moment(starts_at),
                    "competitionState": "Upcoming" if starts_at > now else "In Progress",
                }
                for game, starts_at in games.items()
            ],
            "draftStats": [{"id": _AVERAGE, "abbr": "FPPG", "name": "Fantasy Points Per Game"}],
        }


def _rows(row: Row, game: int) -> list[dict[str, Any]]:
    """Return a player's rows, one for each slot. The first one has the number of the file of salaries."""
    filled = [slot for slot in SLOTS if slot in row.slots.split("/")]
    return [
        {
            "draftableId": row.id + place * _NEXT_NUMBER,
            "playerId": row.id,
            "displayName": row.name,
            "position": row.positions,
            "rosterSlotId": _SLOT + SLOTS.index(slot),
            "salary": row.salary,
            "status": "None" if row.points else "O",
            "isSwappable": True,
            "isDisabled": False,
            "competition": {"competitionId": game},
            "draftStatAttributes": [{"id": _AVERAGE, "value": f"{row.points:.2f}"}],
            "teamAbbreviation": row.team,
        }
        for place, slot in enumerate(filled)
    ]


def _rules() -> dict[str, Any]:
    return {
        "gameTypeId": CLASSIC,
        "gameTypeName": "Classic",
        "salaryCap": {"isEnabled": True, "minValue": 0, "maxValue": CAP},
        "lineupTemplate": [
            {"rosterSlot": {"id": _SLOT + place, "name": slot}, "order": place + 1} for place, slot in enumerate(SLOTS)
        ],
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.0000000Z"
