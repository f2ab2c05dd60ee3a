"""What all stand-ins for ESPN's public pages have in common: paths, and how games, box scores and injuries are written.

The formats follow recordings of the real answers, reduced to what has a meaning here.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LEAGUE = "/apis/site/v2/sports/basketball/nba/"
NEW_SEASON = (8, 1)
"""Month and day from which on a game belongs to the season that ends in the next year, by which ESPN calls it."""

type State = Literal["pre", "in", "post"]
type Sides[Each] = tuple[Each, Each]
"""Home and away."""
type Counts = Mapping[str, int]
"""A player's statistics in a game: `POINTS` and the other names of COLUMNS, and `seconds`, all of them."""

POINTS = "points"
COLUMNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("PTS", "points", (POINTS,)),
    ("FG", "fieldGoalsMade-fieldGoalsAttempted", ("field_goals_made", "field_goals_attempted")),
    ("3PT", "threePointFieldGoalsMade-threePointFieldGoalsAttempted", ("threes_made", "threes_attempted")),
    ("FT", "freeThrowsMade-freeThrowsAttempted", ("free_throws_made", "free_throws_attempted")),
    ("REB", "rebounds", ("rebounds",)),
    ("AST", "assists", ("assists",)),
    ("TO", "turnovers", ("turnovers",)),
    ("STL", "steals", ("steals",)),
    ("BLK", "blocks", ("blocks",)),
    ("OREB", "offensiveRebounds", ("offensive_rebounds",)),
    ("PF", "fouls", ("fouls",)),
)
"""Label and key of each column, and the statistics that it holds. The playing time comes last."""
STATISTICS = tuple(name for _, _, names in COLUMNS for name in names)

_STATES: dict[State, dict[str, Any]] = {
    "pre": {"id": "1", "name": "STATUS_SCHEDULED", "state": "pre", "completed": False, "description": "Scheduled"},
    "in": {"id": "2", "name": "STATUS_IN_PROGRESS", "state": "in", "completed": False, "description": "In Progress"},
    "post": {"id": "3", "name": "STATUS_FINAL", "state": "post", "completed": True, "description": "Final"},
}
_REGULAR, _PLAYOFFS = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A game as the provider tells it. id: digits. day: in the league's time zone. points: home and away so far."""

    id: str
    tip_off: datetime
    day: date
    teams: Sides[str]
    state: State
    points: Sides[int]
    is_playoff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Athlete:
    """A player. id: digits."""

    id: str
    name: str
    position: str = "F"
    jersey: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A player in a game. counts: None if he did not play."""

    athlete: Athlete
    counts: Counts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """A player who is out. team: as the provider writes it."""

    athlete: Athlete
    team: str
    since: datetime
    part: str


class EspnDoor(ABC):
    """A WSGI application. Every day has its games, or none; a day that is no date is refused."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now

    @abstractmethod
    def today(self, now: datetime) -> date:
        """Return the day whose games are shown if none is asked for."""

    @abstractmethod
    def on_day(self, day: date, now: datetime) -> list[Told]:
        """Return the games of a day in the league's time zone, soonest first."""

    @abstractmethod
    def game(self, event: str, now: datetime) -> Told | None:
        """Return the game with an id; None if there is none."""

    @abstractmethod
    def box_score(self, event: str) -> Sides[Sequence[Line]]:
        """Return the players of a game that is over."""

    @abstractmethod
    def hurt(self, now: datetime) -> list[Hurt]:
        """Return all players who are out."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one call."""
        request = Request(environ)
        now = self._now().astimezone(UTC)
        body = None
        if request.path == f"{LEAGUE}scoreboard":
            body = self._scoreboard(request.args.get("dates"), now)
        elif request.path == f"{LEAGUE}summary":
            body = self._summary(request.args.get("event", ""), now)
        elif request.path == f"{LEAGUE}injuries":
            body = self._injuries(now)
        status = 404 if body is None else 200
        text = json.dumps(body or {"code": status, "message": "Not Found"}, separators=(",", ":"))
        return Response(text, status=status, content_type="application/json; charset=utf-8")(environ, start_response)

    def _scoreboard(self, dates: str | None, now: datetime) -> dict[str, Any] | None:
        try:
            day = date.fromisoformat(dates) if dates else self.today(now)
        except ValueError:
            return None
        events = [
            {
                "id": game.id,
                "date": _minute(game.tip_off),
                "season": _season(game),
                "competitions": [_competition(game)],
            }
            for game in self.on_day(day, now)
        ]
        return {"day": {"date": f"{day}"}, "events": events}

    def _summary(self, event: str, now: datetime) -> dict[str, Any] | None:
        game = self.game(event, now)
        if game is None:
            return None
        began = {} if game.state == "pre" else {"firstPlayWallClock": f"{game.tip_off:%Y-%m-%dT%H:%M:%SZ}"}
        header = {"id": game.id, "season": _season(game), "competitions": [_competition(game)]}
        box = {}
        if game.state == "post":
            sides = zip(game.teams, self.box_score(event), strict=True)
            box = {"boxscore": {"players": [_table(team, lines) for team, lines in sides]}}
        return {"header": header, **box, "meta": began}

    def _injuries(self, now: datetime) -> dict[str, Any]:
        teams: dict[str, list[Hurt]] = {}
        for each in self.hurt(now):
            teams.setdefault(each.team, []).append(each)
        return {
            "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "status": "success",
            "injuries": [
                {"id": _team_id(team), "displayName": team, "injuries": [_injury(each) for each in hurt]}
                for team, hurt in sorted(teams.items())
            ],
        }


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _season(game: Told) -> dict[str, int]:
    year = game.day.year + ((game.day.month, game.day.day) >= NEW_SEASON)
    return {"year": year, "type": _PLAYOFFS if game.is_playoff else _REGULAR}


def _competition(game: Told) -> dict[str, Any]:
    return {
        "id": game.id,
        "date": _minute(game.tip_off),
        "neutralSite": False,
        "competitors": [
            {
                "homeAway": side,
                "team": {"id": _team_id(team), "displayName": team},
                "score": str(scored),
                **({"winner": scored == max(game.points)} if game.state == "post" else {}),
            }
            for side, team, scored in zip(("home", "away"), game.teams, game.points, strict=True)
        ],
        "status": {"type": _STATES[game.state]},
    }


def _team_id(team: str) -> str:
    """Return an id of a team: digits that its name decides."""
    return str(crc32(team.encode()))


def _table(team: str, lines: Iterable[Line]) -> dict[str, Any]:
    """Return a team's players in the columns of COLUMNS. The provider changes their order from time to time."""
    return {
        "team": {"id": _team_id(team), "displayName": team},
        "statistics": [
            {
                "keys": [*(key for _, key, _ in COLUMNS), "minutes"],
                "labels": [*(label for label, _, _ in COLUMNS), "MIN"],
                "athletes": [_athlete_line(line) for line in lines],
            }
        ],
    }


def _athlete_line(line: Line) -> dict[str, Any]:
    counts = line.counts
    stats: list[str] = []
    if counts is not None:
        stats = ["-".join(str(counts[name]) for name in names) for _, _, names in COLUMNS]
        stats.append(_clock(counts["seconds"]))
    return {
        "athlete": {
            "id": line.athlete.id,
            "displayName": line.athlete.name,
            "position": {"abbreviation": line.athlete.position},
            **({} if line.athlete.jersey is None else {"jersey": line.athlete.jersey}),
        },
        # The real provider says this of players who played, too: it tells nothing.
        "reason": "COACH'S DECISION",
        "didNotPlay": counts is None,
        "stats": stats,
    }


def _clock(seconds: int) -> str:
    minutes, left = divmod(seconds, 60)
    return f"{minutes}:{left:02}" if left else str(minutes)


def _injury(hurt: Hurt) -> dict[str, Any]:
    link = f"https://www.espn.com/nba/player/_/id/{hurt.athlete.id}/{hurt.athlete.name.lower().replace(' ', '-')}"
    return {
        "id": f"-{hurt.athlete.id}",
        "status": "Out",
        "date": _minute(hurt.since),
        "type": {"id": "7", "name": "INJURY_STATUS_OUT", "abbreviation": "O"},
        "athlete": {"displayName": hurt.athlete.name, "links": [{"rel": ["playercard", "desktop"], "href": link}]},
        "details": {"type": hurt.part, "detail": "Not Specified"},
    }
