"""A stand-in for ESPN that plays the box scores of tables by the held clock."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from local.espn_door import EspnDoor, Hurt, Line, Sides, Told
from local.replay.table_season import TableSeason
from local.replay.tables import LEAGUE_ZONE, TableGame

FIRST_ID = 400_000_000
"""Ids of events begin here, as the provider's do."""


class TableEspn(EspnDoor):
    """Answers as the provider would have done at the clock's time: a box score is there once the game is over."""

    def __init__(self, season: TableSeason, *, now: Callable[[], datetime]) -> None:
        super().__init__(now=now)
        self._fixtures = season.fixtures
        self._games = {str(FIRST_ID + place): each for place, each in enumerate(season.games.items())}
        self._by_day: dict[date, list[str]] = {}
        for event, (_, game) in self._games.items():
            self._by_day.setdefault(game.day, []).append(event)

    def today(self, now: datetime) -> date:
        """Return the day whose games are shown if none is asked for."""
        return now.astimezone(LEAGUE_ZONE).date()

    def on_day(self, day: date, now: datetime) -> list[Told]:
        """Return the games of a day in the league's time zone."""
        return [self._told(event, now) for event in self._by_day.get(day, ())]

    def game(self, event: str, now: datetime) -> Told | None:
        """Return the game with an id; None if there is none."""
        return self._told(event, now) if event in self._games else None

    def box_score(self, event: str) -> Sides[Sequence[Line]]:
        """Return the players of a game."""
        return self._of_table(event).boxes

    def hurt(self, now: datetime) -> list[Hurt]:
        """Return nobody: the tables do not tell who is hurt."""
        return []

    def _of_table(self, event: str) -> TableGame:
        return self._games[event][1]

    def _told(self, event: str, now: datetime) -> Told:
        identity, game = self._games[event]
        fixture = self._fixtures[identity]
        score = fixture.live_score(now)
        return Told(
            id=event,
            tip_off=game.tip_off,
            day=game.day,
            teams=game.teams,
            state="pre" if score is None else "in" if fixture.final(now) is None else "post",
            points=score or (0, 0),
            is_playoff=game.is_playoff,
        )
