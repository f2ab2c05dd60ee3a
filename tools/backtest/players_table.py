"""A table of box scores, one player in one game a row: into the days that every model sees."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from pickvs.predictions.facts.rules import Day, Fixture, PlayerLine, Result
from pickvs.predictions.leagues.players import PlayerLeague, player_league
from pickvs.sports.rules import SPORTS
from tools.backtest import seasons
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import JANUARY_FIRST
from tools.backtest.tables import Row, Unusable, Unused, day, decimal, read_table, rows_of, whole

PLACES = ("SEASON_ID", "PLAYER_ID", "TEAM_ABBREVIATION", "GAME_ID", "GAME_DATE", "MATCHUP")
TIME = "MIN"
MOST_COUNT = 999
"""Greatest count of a statistic, and greatest distance of yards from 0, that a row is believed."""
LONGEST = 70 * 60
"""Seconds of the longest game that a row is believed."""
TEAMS = 2
MATCHUP = re.compile(r"^(?P<team>\S+) (?P<side>vs\.?|@) (?P<opponent>\S+)$")
CLOCK = re.compile(r"^(?:PT)?(?P<minutes>\d+)(?::|M)(?P<seconds>\d+)(?:\.\d+)?S?$")
KINDS = {"1": "an exhibition game", "3": "an all-star game"}
"""First digit of SEASON_ID for games that do not count; 2, 4, 5 and 6 are season, play-offs, play-in and cup."""
PLAYOFFS = "4"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayersTable:
    """The usable box scores by day. years: the seasons, by the year in which they end."""

    league: PlayerLeague
    name: str
    days: tuple[Day, ...]
    unused: Unused

    @property
    def seasons(self) -> tuple[int, ...]:
        """The years in which the seasons begin, the first one first."""
        return tuple(sorted({result.fixture.season for each in self.days for result in each.results}))

    @property
    def lines(self) -> int:
        """How many box scores there are."""
        return sum(len(each.player_lines) for each in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One usable row, before its game is known as a whole."""

    key: str
    day: date
    season: int
    is_playoff: bool
    line: PlayerLine
    label: str


def read_players(path: Path, sport: str) -> PlayersTable:
    """Return the box scores of a file. Raises BacktestError if it cannot be read or has no usable game."""
    league = _league(sport)
    return _table(read_table(path, _needed(league)), league, path.name)


def check_players(path: Path, sport: str) -> None:
    """Raise BacktestError for a file that is no table of box scores. Its rows are not looked at."""
    read_table(path, _needed(_league(sport)))


def parse_players(text: str, sport: str, name: str) -> PlayersTable:
    """Return the box scores of a table's text. Raises BacktestError as `read_players` does."""
    league = _league(sport)
    return _table(rows_of(text, _needed(league), name), league, name)


def column_of(statistic: str) -> str:
    """Return the column of a statistic: the usual short name, or its own in capitals."""
    return _columns().get(statistic, statistic.upper())


@cache
def _columns() -> Mapping[str, str]:
    columns: Mapping[str, str] = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))
    return columns


def _league(sport: str) -> PlayerLeague:
    try:
        return player_league(sport)
    except ValueError as error:
        raise BacktestError(str(error)) from None


def _needed(league: PlayerLeague) -> list[str]:
    return [*PLACES, *([TIME] if league.timed else []), *map(column_of, league.statistics)]


def _table(rows: Iterable[tuple[int, Row]], league: PlayerLeague, name: str) -> PlayersTable:
    unused = Unused()
    entries: dict[tuple[str, str], _Entry] = {}
    for line, row in rows:
        unused.rows += 1
        label = f"line {line}: {row['GAME_DATE'][:10]} {row['MATCHUP']}, player {row['PLAYER_ID']}"
        try:
            entry = _entry(row, league, label)
        except Unusable as reason:
            unused.note(str(reason), label)
            continue
        if (entry.key, entry.line.player) in entries:
            unused.note("a player who is there already", label)
        else:
            entries[entry.key, entry.line.player] = entry
    days = _days(list(_in_season(list(entries.values()), unused)), league, unused)
    if not days:
        raise BacktestError(f"{name} has no usable game in {unused.rows:,} rows: {'; '.join(unused.lines())}")
    return PlayersTable(league=league, name=name, days=days, unused=unused)


def _in_season(entries: Sequence[_Entry], unused: Unused) -> Iterator[_Entry]:
    """Return the rows whose day is in the season that they name."""
    spans = seasons.spans({(entry.season, entry.day) for entry in entries})
    for entry in entries:
        begins, ends = spans[entry.season]
        if begins <= entry.day < ends:
            yield entry
        else:
            unused.note("the date is in another season", entry.label)


def _entry(row: Row, league: PlayerLeague, label: str) -> _Entry:
    kind, year = row["SEASON_ID"][:1], whole(row["SEASON_ID"][1:], "the season")
    if kind in KINDS:
        raise Unusable(KINDS[kind])
    when = day(row["GAME_DATE"], "the date")
    last = year if SPORTS[league.sport].season_start == JANUARY_FIRST else year + 1
    if not year <= when.year <= last:
        raise Unusable("the date is not in the season")
    for column in ("GAME_ID", "PLAYER_ID"):
        if not row[column]:
            raise Unusable(f"{column} is missing")
    match = MATCHUP.match(row["MATCHUP"])
    if match is None or row["TEAM_ABBREVIATION"] not in match.group("team", "opponent"):
        raise Unusable("the matchup does not name the player's team and its opponent")
    first, second = match.group("team", "opponent")
    is_home = (row["TEAM_ABBREVIATION"] == first) == match.group("side").startswith("vs")
    statistics = {name: whole(row[column_of(name)], column_of(name)) for name in league.statistics}
    if any(value < 0 and "yards" not in name for name, value in statistics.items()):
        raise Unusable("a count is below zero")
    if any(abs(value) > MOST_COUNT for value in statistics.values()):
        raise Unusable(f"a count above {MOST_COUNT}")
    if fault := contradiction(statistics):
        raise Unusable(fault)
    return _Entry(
        key=row["GAME_ID"],
        day=when,
        season=year,
        is_playoff=kind == PLAYOFFS,
        label=label,
        line=PlayerLine(
            game=0,
            player=row["PLAYER_ID"],
            team=row["TEAM_ABBREVIATION"].lower(),
            opponent=(second if row["TEAM_ABBREVIATION"] == first else first).lower(),
            is_home=is_home,
            seconds=_seconds(row[TIME]) if league.timed else 0,
            statistics=statistics,
        ),
    )


def contradiction(statistics: Mapping[str, int]) -> str | None:
    """Return what in a box score's line cannot be: parts that exceed their whole, points that no shots made."""
    for made, tried in (
        ("field_goals_made", "field_goals_attempted"),
        ("threes_made", "threes_attempted"),
        ("free_throws_made", "free_throws_attempted"),
        ("threes_made", "field_goals_made"),
        ("offensive_rebounds", "rebounds"),
    ):
        if statistics.get(made, 0) > statistics.get(tried, statistics.get(made, 0)):
            return f"more {made.replace('_', ' ')} than {tried.replace('_', ' ')}"
    shots = ("points", "field_goals_made", "threes_made", "free_throws_made")
    if all(name in statistics for name in shots):
        points, goals, threes, throws = (statistics[name] for name in shots)
        if points != 2 * goals + threes + throws:
            return "points that the shots do not make"
    return None


def _seconds(text: str) -> int:
    """Return the time played, written 34, 34.5, 34:30 or PT34M30.00S."""
    match = CLOCK.match(text)
    seconds = (
        int(match["minutes"]) * 60 + int(match["seconds"]) if match else round(60 * decimal(text, "the time played"))
    )
    if not 0 <= seconds <= LONGEST:
        raise Unusable("a time played outside 0 to 70 minutes")
    return seconds


def _days(entries: Sequence[_Entry], league: PlayerLeague, unused: Unused) -> tuple[Day, ...]:
    by_game: dict[str, list[_Entry]] = {}
    for entry in entries:
        by_game.setdefault(entry.key, []).append(entry)
    games = []
    for key, each in by_game.items():
        if fault := _fault(each):
            for entry in each:
                unused.note(fault, entry.label)
        else:
            games.append((each[0].day, key, each))
    games.sort(key=lambda game: game[:2])
    days: list[Day] = []
    number = 0
    for when, same_day in groupby(games, key=lambda game: game[0]):
        results, lines = [], []
        for _, _, rows in same_day:
            number += 1
            rows.sort(key=lambda row: (not row.line.is_home, row.line.player))
            results.append(_result(rows, number, league.sport))
            lines += [_numbered(row.line, number) for row in rows]
        days.append(Day(day=when, results=tuple(results), player_lines=tuple(lines)))
    return tuple(days)


def _numbered(line: PlayerLine, game: int) -> PlayerLine:
    return PlayerLine(
        game=game,
        player=line.player,
        team=line.team,
        opponent=line.opponent,
        is_home=line.is_home,
        seconds=line.seconds,
        statistics=line.statistics,
    )


def _fault(rows: Sequence[_Entry]) -> str | None:
    """Return why a game's rows are no game, if they are none."""
    if len({(row.day, row.season) for row in rows}) > 1:
        return "a game on two days"
    sides = {(row.line.team, row.line.is_home) for row in rows}
    if len(sides) != TEAMS or len({is_home for _, is_home in sides}) != TEAMS:
        return "a game without just two teams, one of them at home"
    if any(row.line.opponent not in {team for team, _ in sides} for row in rows):
        return "a game whose teams have other opponents"
    return None


def _result(rows: Sequence[_Entry], number: int, sport: str) -> Result:
    points: Counter[bool] = Counter()
    for row in rows:
        points[row.line.is_home] += _points(row.line.statistics)
    home, away = (next(row.line.team for row in rows if row.line.is_home == is_home) for is_home in (True, False))
    fixture = Fixture(
        game=number,
        sport=sport,
        season=rows[0].season,
        day=rows[0].day,
        home=home,
        away=away,
        is_playoff=rows[0].is_playoff,
    )
    return Result(fixture=fixture, home_points=points[True], away_points=points[False])


def _points(statistics: Mapping[str, int]) -> int:
    """Return what a player scored for the team's result: points in basketball, runs in baseball, else nothing."""
    return statistics.get("points", statistics.get("runs", 0))
