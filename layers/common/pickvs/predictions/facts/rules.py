"""Values that every model sees. Training, backtest and live forecasts pass the same ones. Pure.

A model's state cannot contain what it was not given: `advance(state, day)` adds the facts of one league-local day, and
`features(state, fixture)` reads the state. A day is added only after all its games have been forecast.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A game as it is known before it begins.

    game: our id, or any id that is unique within a table of games. season: the year in which the season starts. day:
    the date in the league's time zone. home, away: keys of the teams, opaque and equal for a team over all seasons.
    """

    game: int
    sport: str
    season: int
    day: date
    home: str
    away: str
    is_neutral: bool = False
    is_playoff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A market's line on a game, before it began. A number that the market did not have is None.

    spread: points that the home team is given; -4.5 means that it is favoured by 4.5. total: points of both teams.
    home_moneyline, away_moneyline: American odds.
    """

    spread: float | None = None
    total: float | None = None
    home_moneyline: int | None = None
    away_moneyline: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The official final score of a game, overtime included."""

    fixture: Fixture
    home_points: int
    away_points: int

    @property
    def margin(self) -> int:
        """Points of the home team less those of the away team."""
        return self.home_points - self.away_points

    @property
    def total(self) -> int:
        """Points of both teams."""
        return self.home_points + self.away_points


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerLine:
    """One player's line in the box score of a game that he played in.

    player: key of the player, opaque. seconds: time that he played. statistics: counts by name, as the sport's schema
    in `pickvs.predictions.leagues` names them.
    """

    game: int
    player: str
    team: str
    opponent: str
    is_home: bool
    seconds: int
    statistics: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What became known of one league-local day.

    results: its final scores. closing_lines: the last line before each game, by `Fixture.game`; games without one are
    absent. player_lines: box scores that are final; those in review are absent.
    """

    day: date
    results: tuple[Result, ...] = ()
    closing_lines: Mapping[int, Line] = field(default_factory=dict)
    player_lines: tuple[PlayerLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A `Day` in short. digest: SHA-256 of all that is in it, in hexadecimal. teams: who played, once for each game."""

    day: date
    season: int
    digest: str
    teams: tuple[str, ...]


def digests_up_to(days: Iterable[DaySummary], code: str) -> dict[date, str]:
    """Return for each day a digest of all days up to it, in hexadecimal.

    days: in order, from the first. code: a digest of the code that makes something of them. What was made of the days
    up to one holds exactly as long as that day has the same digest.
    """
    found: dict[date, str] = {}
    digest = sha256(code.encode())
    for each in days:
        digest.update(f"\n{each.day.isoformat()} {each.digest}".encode())
        found[each.day] = digest.hexdigest()
    return found
