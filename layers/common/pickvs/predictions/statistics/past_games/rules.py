"""What a row of a table of past games must be, and what becomes of it beside what is known. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from pickvs.predictions.facts.rules import Line
from pickvs.predictions.measures.prices.rules import GREATEST_OVERROUND, is_price, overround
from pickvs.sports.rules import SPORTS, season_of

type Phase = Literal["preseason", "regular", "cup_final", "play_in", "playoffs", "all_star"]
type Meeting = tuple[date, frozenset[int], int]
"""League-local day, both teams, and the number of their game on that day."""

USUAL_START = time(19)
"""League-local time that a past game gets whose table states its day alone. It orders the games of a day, no more."""
FARTHEST_SPREAD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGame:
    """A row. day: in the league's time zone. season: the year in which it starts. line: the market's last one."""

    day: date
    home: str
    away: str
    home_points: int
    away_points: int
    season: int
    number: int
    phase: Phase
    is_neutral: bool
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is known of a past game. teams: ids, home first."""

    id: int
    teams: tuple[int, int]
    points: tuple[int, int] | None
    line: Line


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row that is of a known game. line: what is then known. why: of `contradicts`."""

    outcome: Literal["unchanged", "completed", "contradicts"]
    line: Line
    why: str = ""


def what_is_impossible(sport: str, game: PastGame, today: date) -> str | None:
    """Return why a row cannot be a game that is over. None if it can."""
    line = game.line
    margin = overround(line)
    usual = season_of(sport, game.day)
    checks = (
        (game.day >= today, "the day is not over in the league's time zone"),
        # A season that ends late goes on after the day on which the next one usually starts, as in 2020.
        (game.season not in {usual, usual - 1}, f"the day is not in the season that starts in {game.season}"),
        (game.home == game.away, "a team plays itself"),
        (game.number > 1 and not SPORTS[sport].doubleheaders, "two teams meet once a day in this sport"),
        (game.home_points == game.away_points and not SPORTS[sport].tie_possible, "the sport has no ties"),
        (
            line.spread is not None and not _is_half(line.spread, FARTHEST_SPREAD),
            "spread is no half points",
        ),
        (
            line.total is not None and (line.total <= 0 or not _is_half(line.total, 1_000)),
            "total is no half points",
        ),
        (line.home_moneyline is not None and not is_price(line.home_moneyline), "home_moneyline is no American odds"),
        (line.away_moneyline is not None and not is_price(line.away_moneyline), "away_moneyline is no American odds"),
        (
            margin is not None and not 0 <= margin <= GREATEST_OVERROUND,
            f"the moneylines have a margin outside 0 to {GREATEST_OVERROUND:.0%}",
        ),
    )
    return next((why for is_wrong, why in checks if is_wrong), None)


def contradicting(meetings: Sequence[tuple[Meeting, PastGame]]) -> set[Meeting]:
    """Return the meetings of which rows say different things: nobody knows which of them is right."""
    said = {(meeting, repr(game)) for meeting, game in meetings}
    return {meeting for meeting, number in Counter(meeting for meeting, _ in said).items() if number > 1}


def decide(game: PastGame, teams: tuple[int, int], known: Recorded) -> Decision:
    """Return what becomes of a row whose game is known. A line is completed; nothing that is known is replaced."""
    if known.teams != teams:
        return Decision("contradicts", known.line, "home and away are the other way round")
    if known.points is None:
        return Decision("completed", game.line)
    if known.points != (game.home_points, game.away_points):
        return Decision("contradicts", known.line, f"the recorded score is {known.points[0]}-{known.points[1]}")
    whole = known.line
    for name in ("spread", "total", "home_moneyline", "away_moneyline"):
        stated, recorded = getattr(game.line, name), getattr(known.line, name)
        if stated is None or stated == recorded:
            continue
        if recorded is not None:
            return Decision("contradicts", known.line, f"the recorded {name} is {recorded:g}")
        whole = replace(whole, **{name: stated})
    return Decision("unchanged" if whole == known.line else "completed", whole)


def starts_at(day: date, zone: ZoneInfo) -> datetime:
    """Return when a game is taken to have begun whose table states its day alone."""
    return datetime.combine(day, USUAL_START, zone)


def _is_half(points: float, limit: float) -> bool:
    return abs(points) < limit and (2 * points).is_integer()
