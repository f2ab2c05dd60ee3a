"""A table of games, one a row, with closing lines: into the days that every model sees."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from pickvs.predictions.facts.rules import Day, Fixture, Line, Result
from pickvs.predictions.measures.prices.rules import GREATEST_OVERROUND, is_price, overround
from pickvs.sports.rules import SPORTS
from tools.backtest import seasons
from tools.backtest.errors import BacktestError
from tools.backtest.tables import Row, Unusable, Unused, day, decimal, read_table, rows_of, truth, whole

COLUMNS = (
    "season",
    "date",
    "playoffs",
    "away",
    "home",
    "score_away",
    "score_home",
    "whos_favored",
    "spread",
    "total",
    "moneyline_away",
    "moneyline_home",
)
PICK = ("pk", "pick", "pickem", "pick'em", "even")
"""What a sheet writes for a spread of nothing."""
NO_LINE = ("", "nl", "-", "na", "nan", "none")
JANUARY_FIRST = (1, 1)
MOST_POINTS = 400
"""More than twice what a team of these sports has scored in a game. One greater number would spoil every rating."""
FEW_GAMES = 0.1
"""Share of the median team's games below which a team's name may be another's, misspelt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """One usable row. year: the season as the table names it, by the year in which it ends."""

    result: Result
    line: Line | None
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GamesTable:
    """The usable games in the order of their days. repaired: what was wrong in a known way and is put right."""

    sport: str
    name: str
    games: tuple[Game, ...]
    unused: Unused
    repaired: tuple[str, ...]

    @property
    def days(self) -> tuple[Day, ...]:
        """The games by day."""
        return tuple(
            Day(
                day=when,
                results=tuple(game.result for game in games),
                closing_lines={game.result.fixture.game: game.line for game in games if game.line is not None},
            )
            for when, games in (
                (when, list(same)) for when, same in groupby(self.games, key=lambda game: game.result.fixture.day)
            )
        )

    @property
    def years(self) -> tuple[int, ...]:
        """The seasons by the year in which they end, the first one first."""
        return tuple(sorted({game.year for game in self.games}))

    @property
    def teams(self) -> Counter[str]:
        """How many games each team has, by its name."""
        fixtures = [game.result.fixture for game in self.games]
        return Counter(team for fixture in fixtures for team in (fixture.home, fixture.away))

    @property
    def rare_teams(self) -> list[str]:
        """The teams that have so few games that their names may be wrong, the rarest first."""
        few = FEW_GAMES * median(self.teams.values())
        return [team for team, games in reversed(self.teams.most_common()) if games < few]


def read_games(path: Path, sport: str) -> GamesTable:
    """Return the games of a file. Raises BacktestError if it cannot be read or has no usable game."""
    return _table(read_table(path, COLUMNS), sport, path.name)


def parse_games(text: str, sport: str, name: str) -> GamesTable:
    """Return the games of a table's text. Raises BacktestError as `read_games` does."""
    return _table(rows_of(text, COLUMNS, name), sport, name)


def start_year(sport: str, year: int) -> int:
    """Return the year in which the season begins that the table names `year`."""
    return year if SPORTS[sport].season_start == JANUARY_FIRST else year - 1


def _table(rows: Iterable[tuple[int, Row]], sport: str, name: str) -> GamesTable:
    if sport not in SPORTS:
        raise BacktestError(f"{sport} is no sport that is known here")
    unused = Unused()
    repaired: list[str] = []
    parsed = []
    for line, row in rows:
        unused.rows += 1
        label = f"line {line}: {row['date']} {row['away']} at {row['home']}"
        try:
            parsed.append((_game(row, sport, label, unused, repaired), label))
        except Unusable as reason:
            unused.note(str(reason), label)
    games = _once(_in_season(parsed, unused), sport, unused)
    if not games:
        raise BacktestError(f"{name} has no usable game in {unused.rows:,} rows: {'; '.join(unused.lines())}")
    games.sort(key=lambda game: (game.result.fixture.day, game.result.fixture.home, game.result.fixture.away))
    return GamesTable(
        sport=sport,
        name=name,
        games=tuple(_numbered(games)),
        unused=unused,
        repaired=tuple(repaired),
    )


def _in_season(parsed: Sequence[tuple[Game, str]], unused: Unused) -> Iterator[tuple[Game, str]]:
    """Return the games whose day is in the season that they name."""
    spans = seasons.spans((game.year, game.result.fixture.day) for game, _ in parsed)
    for game, label in parsed:
        begins, ends = spans[game.year]
        if begins <= game.result.fixture.day < ends:
            yield game, label
        else:
            unused.note("the date is in another season", label)


def _numbered(games: Iterable[Game]) -> Iterator[Game]:
    for number, game in enumerate(games, start=1):
        fixture = replace(game.result.fixture, game=number)
        yield replace(game, result=replace(game.result, fixture=fixture))


def _game(row: Row, sport: str, label: str, unused: Unused, repaired: list[str]) -> Game:
    year = whole(row["season"], "the season")
    when = day(row["date"], "the date")
    home, away = row["home"].lower(), row["away"].lower()
    if not home or not away:
        raise Unusable("a team is missing")
    if home == away:
        raise Unusable("a team plays itself")
    begins = start_year(sport, year)
    if when.year not in {begins, year}:
        raise Unusable("the date is not in the season")
    home_points, away_points = whole(row["score_home"], "a score"), whole(row["score_away"], "a score")
    if repair := _repair(sport, row, home_points, away_points):
        away_points, home_points = repair["was"]
        repaired.append(f"{label} was {away_points}-{home_points}: {repair['why']}")
    if home_points < 0 or away_points < 0:
        raise Unusable("a score is below zero")
    if max(home_points, away_points) > MOST_POINTS:
        raise Unusable(f"a score above {MOST_POINTS}")
    if home_points == away_points and not SPORTS[sport].tie_possible:
        raise Unusable("a tie, in a sport that has none")
    fixture = Fixture(
        game=0,
        sport=sport,
        season=begins,
        day=when,
        home=home,
        away=away,
        is_neutral=_is_neutral(sport, when, row),
        is_playoff=truth(row["playoffs"], "playoffs"),
    )
    result = Result(fixture=fixture, home_points=home_points, away_points=away_points)
    return Game(result=result, line=_line(row, label, unused), year=year)


def _line(row: Row, label: str, unused: Unused) -> Line | None:
    """Return what the row says of the market; a number that cannot be one is noted and left out."""

    def tried[Number](read: Any, *arguments: Any) -> Number | None:
        try:
            value: Number | None = read(*arguments)
        except Unusable as reason:
            unused.note(f"game used without it: {reason}", label)
            return None
        return value

    line = Line(
        spread=tried(_spread, row["spread"], row["whos_favored"]),
        total=tried(_total, row["total"]),
        home_moneyline=tried(_moneyline, row["moneyline_home"], "the home moneyline"),
        away_moneyline=tried(_moneyline, row["moneyline_away"], "the away moneyline"),
    )
    if line.spread is not None and line.total is not None and abs(line.spread) >= line.total:
        unused.note("game used without it: the spread is not smaller than the total", label)
        line = replace(line, spread=None, total=None)
    margin = overround(line)
    if margin is not None and not 0 <= margin <= GREATEST_OVERROUND:
        unused.note(f"game used without it: moneylines with a margin outside 0 to {GREATEST_OVERROUND:.0%}", label)
        line = replace(line, home_moneyline=None, away_moneyline=None)
    return line if line != Line() else None


def _spread(text: str, favourite: str) -> float:
    """Return the points that the home team is given, from the unsigned spread and whom it is against."""
    if text.lower() in PICK:
        return 0.0
    if text.lower() in NO_LINE:
        raise Unusable("the spread is missing")
    size = decimal(text, "the spread")
    if size < 0:
        raise Unusable("the spread is below zero, and the favourite says its side")
    if size == 0:
        return 0.0
    if size > MOST_POINTS:
        raise Unusable(f"the spread is above {MOST_POINTS}")
    match favourite.lower():
        case "home":
            return -size
        case "away":
            return size
        case _:
            raise Unusable("the spread has no favourite")


def _total(text: str) -> float:
    if text.lower() in NO_LINE:
        raise Unusable("the total is missing")
    total = decimal(text, "the total")
    if total <= 0:
        raise Unusable("the total is not above zero")
    if total > 2 * MOST_POINTS:
        raise Unusable(f"the total is above {2 * MOST_POINTS}")
    return total


def _moneyline(text: str, what: str) -> int:
    if text.lower() in NO_LINE:
        raise Unusable(f"{what} is missing")
    odds = whole(text, what)
    if not is_price(odds):
        raise Unusable(f"{what} is no American odds")
    return odds


def _once(parsed: Iterable[tuple[Game, str]], sport: str, unused: Unused) -> list[Game]:
    """Return each game once. Of two that contradict each other neither is used, because nobody knows which is right."""
    met: dict[tuple[date, frozenset[str]], list[tuple[Game, str]]] = {}
    for game, label in parsed:
        fixture = game.result.fixture
        met.setdefault((fixture.day, frozenset((fixture.home, fixture.away))), []).append((game, label))
    found: list[tuple[Game, str]] = []
    for same in met.values():
        if len(same) == 1:
            found.append(same[0])
            continue
        different = {repr(game): (game, label) for game, label in same}
        for _ in range(len(same) - len(different)):
            unused.note("a game that is there already", same[-1][1])
        if len(different) > 1 and not SPORTS[sport].doubleheaders:
            for _, label in different.values():
                unused.note("two rows of one game that contradict each other", label)
        else:
            found.extend(different.values())
    return [game for game, _ in found] if SPORTS[sport].doubleheaders else _once_a_day(found, unused)


def _once_a_day(found: Iterable[tuple[Game, str]], unused: Unused) -> list[Game]:
    """Return the games of teams that play one on their day."""
    found = list(found)
    busy = Counter(
        (game.result.fixture.day, team)
        for game, _ in found
        for team in (game.result.fixture.home, game.result.fixture.away)
    )
    games = []
    for game, label in found:
        fixture = game.result.fixture
        if max(busy[fixture.day, fixture.home], busy[fixture.day, fixture.away]) > 1:
            unused.note("a team that plays twice on one day", label)
        else:
            games.append(game)
    return games


@cache
def _known() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(Path(__file__).with_name("known.json").read_text("utf-8"))
    return found


def known(sport: str) -> Mapping[str, Any]:
    """Return what is known of a sport and stands in no table: faults, neutral places, what a back-to-back costs."""
    return _known().get(sport, {})


def _repair(sport: str, row: Row, home_points: int, away_points: int) -> Mapping[str, Any] | None:
    for each in known(sport).get("scores", ()):
        if (row["date"], row["away"], row["home"]) == (each["date"], each["away"], each["home"]):
            return each if [away_points, home_points] == each["is"] else None
    return None


def _is_neutral(sport: str, when: date, row: Row) -> bool:
    """Say whether nobody was at home: by the table's own column `neutral`, or in a time that is known for it."""
    if row.get("neutral"):
        return truth(row["neutral"], "neutral")
    return any(each["from"] <= when.isoformat() <= each["to"] for each in known(sport).get("neutral", ()))
