"""The stand-in's games: a small slate that depends on the wall clock only.

A game tips off every 210 seconds and ends 45 seconds later. All its properties are derived from its tip-off. Nothing
has to be stored, and a stand-in that was off for a day still knows yesterday's scores.
"""

import hashlib
import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

TIP_OFF_EVERY = timedelta(seconds=210)
LASTS = timedelta(seconds=45)
OFF_THE_BOARD = timedelta(seconds=60)
"""Time before the tip-off at which bookmakers withdraw a game, so that every listed game can still be picked."""
BOARD_GAMES = 8
LINES_MOVE_EVERY = timedelta(seconds=150)

LEAGUE_ZONE = ZoneInfo("America/New_York")
HOME_ADVANTAGE = 2.5
MARGIN_DEVIATION = 12.0
"""Standard deviation of the final margin from the line, in points."""

TEAMS = (
    "Atlanta Hawks",
    "Boston Celtics",
    "Brooklyn Nets",
    "Charlotte Hornets",
    "Chicago Bulls",
    "Cleveland Cavaliers",
    "Dallas Mavericks",
    "Denver Nuggets",
    "Detroit Pistons",
    "Golden State Warriors",
    "Houston Rockets",
    "Indiana Pacers",
    "Los Angeles Clippers",
    "Los Angeles Lakers",
    "Memphis Grizzlies",
    "Miami Heat",
    "Milwaukee Bucks",
    "Minnesota Timberwolves",
    "New Orleans Pelicans",
    "New York Knicks",
    "Oklahoma City Thunder",
    "Orlando Magic",
    "Philadelphia 76ers",
    "Phoenix Suns",
    "Portland Trail Blazers",
    "Sacramento Kings",
    "San Antonio Spurs",
    "Toronto Raptors",
    "Utah Jazz",
    "Washington Wizards",
)

_ROUND_GAMES = len(TEAMS) // 2


@dataclass(frozen=True)
class Game:
    """One game of the slate."""

    tip_off: datetime
    home: str
    away: str

    @cached_property
    def id(self) -> str:
        """The provider's id: 32 lower-case hexadecimal digits."""
        return hashlib.sha256(f"{self.tip_off.isoformat()}/{self.home}/{self.away}".encode()).hexdigest()[:32]

    @cached_property
    def margin(self) -> float:
        """Points by which the market expects the home side to win, before lines move."""
        return max(-14.0, min(16.0, self._random("margin").gauss(HOME_ADVANTAGE, 6)))

    @cached_property
    def total(self) -> float:
        """Points that the market expects both sides to score together, before lines move."""
        return max(205.0, min(250.0, self._random("total").gauss(227, 8)))

    @cached_property
    def final_score(self) -> tuple[int, int]:
        """Final points of the home and the away side; never a tie."""
        chance = self._random("score")
        margin = round(chance.gauss(self.margin, MARGIN_DEVIATION))
        total = round(chance.gauss(self.total, 16))
        home = max(70, (total + margin) // 2)
        away = max(70, total - home)
        return (home + 1, away) if home == away else (home, away)

    def is_finished(self, now: datetime) -> bool:
        """Return whether the game is over at `now`."""
        return now >= self.tip_off + LASTS

    def score(self, now: datetime) -> tuple[int, int] | None:
        """Return the points of the home and the away side at `now`; None before the tip-off."""
        if now < self.tip_off:
            return None
        played = min(1.0, (now - self.tip_off) / LASTS)
        home, away = self.final_score
        return (home, away) if self.is_finished(now) else (math.floor(home * played), math.floor(away * played))

    def movement(self, now: datetime, book: str) -> tuple[float, float]:
        """Return the differences of a bookmaker's spread and total from `margin` and `total` at `now`."""
        step = int(now.timestamp() // LINES_MOVE_EVERY.total_seconds())
        market, own = self._random(f"market {step}"), self._random(f"{book} {step // 2}")
        half_points = (-0.5, 0.0, 0.0, 0.0, 0.5)
        return (
            market.choice(half_points) + own.choice(half_points),
            market.choice(half_points) + own.choice(half_points),
        )

    def chance(self, *of: object) -> random.Random:
        """Return a random generator whose seed depends on the game and `of` only."""
        return self._random(" ".join(map(str, of)))

    def _random(self, of: str) -> random.Random:
        return random.Random(f"{self.id} {of}")  # noqa: S311 - a game of chance, not a secret


def board(now: datetime) -> list[Game]:
    """Return the games that bookmakers offer at `now`, soonest first."""
    first = _slot(now + OFF_THE_BOARD) + 1
    return [_game(slot) for slot in range(first, first + BOARD_GAMES)]


def live(now: datetime) -> list[Game]:
    """Return the games that bookmakers have withdrawn and that are not over, soonest first."""
    slots = range(_slot(now - LASTS) + 1, _slot(now + OFF_THE_BOARD) + 1)
    return [_game(slot) for slot in slots]


def finished(now: datetime, since: timedelta) -> list[Game]:
    """Return the games that tipped off within `since` and are over, soonest first."""
    return [_game(slot) for slot in range(_slot(now - since) + 1, _slot(now - LASTS) + 1)]


def on_date(day: date) -> list[Game]:
    """Return the games of a day in the league's time zone, soonest first."""
    return [_game(slot) for slot in range(_first_slot(day), _first_slot(day + timedelta(days=1)))]


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // TIP_OFF_EVERY.total_seconds())


@cache
def _pairings(day: date) -> tuple[tuple[str, str], ...]:
    """Return the pairings of a day in the league's time zone, home side first. No two teams meet twice.

    The circle method gives a round robin of 435 games; a day of 25 hours uses 429. Each team plays once a round.
    """
    chance = random.Random(day.isoformat())  # noqa: S311 - a game of chance, not a secret
    first, *others = chance.sample(TEAMS, len(TEAMS))
    games: list[tuple[str, str]] = []
    for turn in range(len(others)):
        circle = [first, *others[turn:], *others[:turn]]
        pairs = [(circle[place], circle[-1 - place]) for place in range(_ROUND_GAMES)]
        games += [pair if (turn + place) % 2 else pair[::-1] for place, pair in enumerate(pairs)]
    return tuple(games)


@cache
def _first_slot(day: date) -> int:
    """Return the first slot whose tip-off is on `day` in the league's time zone."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=LEAGUE_ZONE)
    return math.ceil(midnight.timestamp() / TIP_OFF_EVERY.total_seconds())


def _game(slot: int) -> Game:
    tip_off = datetime.fromtimestamp(slot * TIP_OFF_EVERY.total_seconds(), UTC)
    day = tip_off.astimezone(LEAGUE_ZONE).date()
    home, away = _pairings(day)[slot - _first_slot(day)]
    return Game(tip_off, home, away)
