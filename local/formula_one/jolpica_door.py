"""A stand-in for jolpica-f1, which continues Ergast: paths, paging, and how schedules and results are written.

Every number is a string. A page is cut at `limit` rows, in the middle of a race. What is not there yet is an empty
list.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.formula_one.season import (
    Announced,
    Driver,
    Entry,
    Finish,
    Kind,
    Lap,
    Part,
    Qualified,
    Row,
    Season,
    Standing,
    Team,
    Weekend,
    listed,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = "/ergast/f1/"
DEFAULT_LIMIT, MAX_LIMIT = 30, 100
_PATH = re.compile(
    r"/ergast/f1/(?P<season>[0-9]{4})(?:/(?P<round>[0-9]{1,3}))?"
    r"/(?P<table>races|drivers|constructors|driverstandings|results|sprint|qualifying)(?:\.json)?/?",
    re.IGNORECASE,
)
_RESULTS: dict[str, tuple[Kind, str]] = {
    "results": ("race", "Results"),
    "sprint": ("sprint", "SprintResults"),
    "qualifying": ("qualifying", "QualifyingResults"),
}
_SESSIONS: dict[Part, str] = {
    "practice_1": "FirstPractice",
    "practice_2": "SecondPractice",
    "practice_3": "ThirdPractice",
    "sprint_qualifying": "SprintQualifying",
    "sprint": "Sprint",
    "qualifying": "Qualifying",
}

type Listed = tuple[int, Weekend, Announced]
type Member = dict[str, Any]


class JolpicaDoor:
    """A WSGI application that answers as jolpica would at the moment of `now`. asked: the number of calls so far."""

    def __init__(self, season: Season, *, now: Callable[[], datetime]) -> None:
        self._season = season
        self._now = now
        self.asked = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        self.asked += 1
        request = Request(environ)
        found = _PATH.fullmatch(request.path)
        limit, offset = (_number(request.args.get(name)) for name in ("limit", "offset"))
        if found is None:
            return _json(404, {"detail": "Not Found"})(environ, start_response)
        if None in (limit, offset):
            return _json(400, {"detail": "Bad Request: limit and offset are whole numbers"})(environ, start_response)
        part = _Page(min(limit or DEFAULT_LIMIT, MAX_LIMIT), offset or 0)
        number = None if found["round"] is None else int(found["round"])
        answer = self._answer(int(found["season"]), number, found["table"].lower(), part)
        frame = {
            "xmlns": "",
            "series": "f1",
            "url": request.base_url,
            "limit": str(part.limit),
            "offset": str(part.offset),
            "total": str(part.total),
        }
        return _json(200, {"MRData": {**frame, **answer}})(environ, start_response)

    def _answer(self, year: int, number: int | None, table: str, page: "_Page") -> Member:
        """Return the table of an answer, cut to the page."""
        now = self._now().astimezone(UTC)
        about = {"season": str(year), **({} if number is None else {"round": str(number)})}
        weekends = listed(self._season, "jolpica", now) if year == self._season.year else []
        chosen = [each for each in weekends if number in (None, each[0])]
        if table == "races":
            races = [_race(year, each, with_sessions=True) for each in page.cut(chosen)]
            return {"RaceTable": {**about, "Races": races}}
        if table == "drivers":
            drivers = [_driver(each) for each in page.cut(_drivers(chosen, now))]
            return {"DriverTable": {**about, "Drivers": drivers}}
        if table == "constructors":
            teams = [_team(each) for each in page.cut(_teams(chosen, now))]
            return {"ConstructorTable": {**about, "Constructors": teams}}
        if table == "driverstandings":
            return {"StandingsTable": {**about, "StandingsLists": self._standings(year, number, weekends, page, now)}}
        kind, name = _RESULTS[table]
        rows = [(each, row) for each in chosen for row in each[1].rows(kind, "jolpica", now)]
        races_of: dict[int, Member] = {}
        for each, row in page.cut(rows):
            race = races_of.setdefault(each[0], {**_race(year, each, with_sessions=False), name: []})
            race[name].append(_row(row))
        return {"RaceTable": {**about, "Races": list(races_of.values())}}

    def _standings(
        self, year: int, number: int | None, weekends: Sequence[Listed], page: "_Page", now: datetime
    ) -> list[Member]:
        """Return the standings after a round, or after the last one that was run."""
        if year == self._season.year - 1 and number is None:
            rows, last = list(self._season.last_year()), "0"
        else:
            run = [each for each in weekends if each[1].rows("race", "jolpica", now)]
            if number is not None and number not in {each[0] for each in run}:
                return []
            counted = [each for each in run if number is None or each[0] <= number]
            rows = list(self._season.standings([weekend for _, weekend, _ in counted], now))
            last = str(counted[-1][0]) if counted else "0"
        shown = [_standing(each) for each in page.cut(rows)]
        return [{"season": str(year), "round": last, "DriverStandings": shown}] if shown else []


class _Page:
    """The part of an answer that is asked for. total: of all rows, once they are cut."""

    def __init__(self, limit: int, offset: int) -> None:
        self.limit = limit
        self.offset = offset
        self.total = 0

    def cut[Each](self, rows: Sequence[Each]) -> Sequence[Each]:
        """Return the rows of the page."""
        self.total = len(rows)
        return rows[self.offset : self.offset + self.limit]


def _json(status: int, body: Any) -> Response:
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8")


def _number(text: str | None) -> int | None:
    """Return a parameter as a number: 0 if it is left out, None if it is none."""
    if text is None:
        return 0
    return int(text) if text.isascii() and text.isdecimal() else None


def _race(year: int, told: Listed, *, with_sessions: bool) -> Member:
    number, weekend, schedule = told
    starts = schedule.starts or {}
    race = starts.get("race")
    return {
        "season": str(year),
        "round": str(number),
        "raceName": weekend.name,
        "Circuit": {
            "circuitId": weekend.circuit.ids["jolpica"],
            "circuitName": weekend.circuit.name,
            "Location": {"locality": weekend.circuit.locality, "country": weekend.circuit.country},
        },
        "date": f"{schedule.day}",
        **({} if race is None else {"time": f"{race:%H:%M:%SZ}"}),
        **{
            name: {"date": f"{starts[part]:%Y-%m-%d}", "time": f"{starts[part]:%H:%M:%SZ}"}
            for part, name in _SESSIONS.items()
            if with_sessions and part in starts
        },
    }


def _drivers(weekends: Iterable[Listed], now: datetime) -> list[Driver]:
    found = {entry.driver.key: entry.driver for _, weekend, _ in weekends for entry in _entered(weekend, now)}
    return sorted(found.values(), key=lambda each: each.key)


def _teams(weekends: Iterable[Listed], now: datetime) -> list[Team]:
    found = {entry.team.ids["jolpica"]: entry.team for _, each, _ in weekends for entry in _entered(each, now)}
    return sorted(found.values(), key=lambda each: each.ids["jolpica"])


def _entered(weekend: Weekend, now: datetime) -> Iterable[Entry]:
    known = weekend.entries_known.get("jolpica")
    return weekend.entries if known is not None and known <= now else ()


def _driver(driver: Driver) -> Member:
    return {
        "driverId": driver.ids["jolpica"],
        **({} if driver.number is None else {"permanentNumber": str(driver.number)}),
        "code": driver.code,
        "givenName": driver.given_name,
        "familyName": driver.family_name,
    }


def _team(team: Team) -> Member:
    return {"constructorId": team.ids["jolpica"], "name": team.name}


def _standing(standing: Standing) -> Member:
    return {
        "position": str(standing.place),
        "positionText": str(standing.place),
        "points": f"{standing.points:f}",
        "wins": str(standing.wins),
        "Driver": _driver(standing.driver),
        "Constructors": [_team(each) for each in standing.teams],
    }


def _row(row: Row) -> Member:
    entry = row.entry
    common = {
        "number": str(entry.number),
        "position": str(row.place),
        "Driver": _driver(entry.driver),
        "Constructor": _team(entry.team),
    }
    if isinstance(row, Qualified):
        return common | {f"Q{number}": time for number, time in enumerate(row.times, start=1) if time is not None}
    return common | _finish(row)


def _finish(row: Finish) -> Member:
    return {
        "positionText": row.mark or str(row.place),
        "points": f"{row.points:f}",
        "grid": str(row.grid),
        "laps": str(row.laps),
        "status": row.status,
        **({} if row.time is None else {"Time": {"time": row.time}}),
        **({} if row.best is None else {"FastestLap": _lap(row.best)}),
    }


def _lap(lap: Lap) -> Member:
    rank = {} if lap.rank is None else {"rank": str(lap.rank)}
    return {**rank, "lap": str(lap.number), "Time": {"time": lap.time}}
