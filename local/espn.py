"""A stand-in for ESPN's public pages: scoreboards, box scores and injuries of the games of `slate`.

So it agrees with the stand-in for The Odds API.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from local.espn_door import EspnDoor, Hurt, Line, Sides, Told
from local.http_server import HttpServer
from local.slate import LEAGUE_ZONE, TEAMS, Game, on_date
from local.slate_players import box_score, hurt_on, hurt_since, roster

_ELSEWHERE = {"Los Angeles Clippers": "LA Clippers"}
"""Teams whose name this provider writes otherwise."""


class Espn(EspnDoor):
    """Every day has its games."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now=now)

    def today(self, now: datetime) -> date:
        """Return the day whose games are shown if none is asked for."""
        return now.astimezone(LEAGUE_ZONE).date()

    def on_day(self, day: date, now: datetime) -> list[Told]:
        """Return the games of a day in the league's time zone, soonest first."""
        return [_told(game, day, now) for game in on_date(day)]

    def game(self, event: str, now: datetime) -> Told | None:
        """Return the game with an id; None if there is none."""
        found = _find(event)
        return None if found is None else _told(found, found.tip_off.astimezone(LEAGUE_ZONE).date(), now)

    def box_score(self, event: str) -> Sides[Sequence[Line]]:
        """Return the players of a game."""
        found = _find(event)
        return ((), ()) if found is None else box_score(found)

    def hurt(self, now: datetime) -> list[Hurt]:
        """Return all players who are out today."""
        day = self.today(now)
        return [
            Hurt(athlete=member.athlete, team=_written(team), since=hurt_since(day), part=out[member.athlete.id])
            for team in TEAMS
            for out in [hurt_on(team, day)]
            for member in roster(team)
            if member.athlete.id in out
        ]


class EspnServer:
    """The stand-in, served on a port of its own."""

    def __init__(self) -> None:
        self._server = HttpServer(Espn())

    @property
    def url(self) -> str:
        """The base address, for ESPN_BASE_URL and STATS_ESPN_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()


def _find(event: str) -> Game | None:
    try:
        tip_off = datetime.fromtimestamp(int(event), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return next((game for game in on_date(tip_off.astimezone(LEAGUE_ZONE).date()) if _id(game) == event), None)


def _told(game: Game, day: date, now: datetime) -> Told:
    score = game.score(now)
    return Told(
        id=_id(game),
        tip_off=game.tip_off,
        day=day,
        teams=(_written(game.home), _written(game.away)),
        state="pre" if score is None else "post" if game.is_finished(now) else "in",
        points=score or (0, 0),
    )


def _written(team: str) -> str:
    return _ELSEWHERE.get(team, team)


def _id(game: Game) -> str:
    """Return the provider's id: digits that tell the tip-off, so that a summary can be found by it."""
    return f"{game.tip_off.timestamp():.0f}"
