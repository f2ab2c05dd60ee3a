"""Eighteen seasons of games with closing lines, and a quarter of a million lines of players, made of recordings.

The games of 2007 to 2023 are those of the recorded table. Before them are its first two seasons again, dated earlier. A
player's line is one of the recorded season 2023-24: each team plays its recorded box scores again, in turn. So features
and trees meet real numbers, and only the points of the players do not add up to those of the games.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pickvs.predictions.facts.rules import Line, PlayerLine, Result
from tools.backtest.games_table import read_games
from tools.backtest.players_table import read_players

NBA = "basketball_nba"
FOLDER = Path(__file__).parents[2] / "shared" / "data" / "nba"
GAMES, LINES = 23_000, 250_000
_EARLIER = timedelta(days=2 * 364)
"""Two seasons, on the same days of the week."""
_NAMES = {"gs": "gsw", "no": "nop", "ny": "nyk", "sa": "sas", "utah": "uta", "wsh": "was"}
"""Keys of teams by the table's abbreviations, where they differ."""


@dataclass(frozen=True, slots=True)
class Past:
    """A game that is over, with the closing line and the lines of its players."""

    result: Result
    line: Line | None
    players: tuple[PlayerLine, ...]


def write(url: str) -> date:
    """Write the seasons as past games, and return the last day."""
    games = list(_with_players(_games()))
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        teams: dict[str, int] = dict(
            connection.execute("SELECT key, id FROM teams WHERE sport = %s", (NBA,)).fetchall()
        )
        numbers = {key: number for number, key in enumerate(_players(games), start=1)}
        _copy(
            connection,
            "players (id, sport, name, normal, created_at, updated_at)",
            (
                (number, NBA, key, key, _known(date(2000, 1, 1)), _known(date(2000, 1, 1)))
                for key, number in numbers.items()
            ),
        )
        _copy(
            connection,
            "seasons",
            (
                (NBA, year, date(year, 8, 1), date(year + 1, 7, 31), _known(date(year, 8, 1)))
                for year in sorted({game.result.fixture.season for game in games})
            ),
        )
        _write_games(connection, games, teams)
        _write_boxes(connection, games, teams, numbers)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return games[-1].result.fixture.day


def _games() -> list[Past]:
    table = read_games(FOLDER / "games_2008_2023.csv.gz", NBA).games
    first = min(game.result.fixture.season for game in table)
    early = [game for game in table if game.result.fixture.season < first + 2]
    wanted = GAMES - len(table)
    moved = [Past(_moved(game.result, _EARLIER), game.line, ()) for game in early[-wanted:] if wanted > 0]
    return [*moved, *(Past(game.result, game.line, ()) for game in table)]


def _moved(result: Result, by: timedelta) -> Result:
    fixture = replace(result.fixture, season=result.fixture.season - 2, day=result.fixture.day - by)
    return replace(result, fixture=fixture)


def _with_players(games: Sequence[Past]) -> Iterator[Past]:
    """Give the latest games lines of players, until there are LINES of them."""
    played: defaultdict[str, dict[int, list[PlayerLine]]] = defaultdict(dict)
    for day in read_players(FOLDER / "player_logs_2023_24.csv.gz", NBA).days:
        for line in day.player_lines:
            played[line.team.lower()].setdefault(line.game, []).append(line)
    turns = {team: cycle(boxes.values()) for team, boxes in played.items()}
    given: dict[int, tuple[PlayerLine, ...]] = {}
    lines = 0
    for place in range(len(games) - 1, -1, -1):
        if lines >= LINES:
            break
        fixture = games[place].result.fixture
        sides = (_key(fixture.home), True), (_key(fixture.away), False)
        found = {
            line.player: replace(line, is_home=is_home)  # who was traded has played for both
            for team, is_home in sides
            for line in next(turns[team])
        }
        given[place] = tuple(found.values())[: LINES - lines]
        lines += len(given[place])
    for place, game in enumerate(games):
        yield replace(game, players=given.get(place, ()))


def _key(team: str) -> str:
    return _NAMES.get(team, team)


def _players(games: Sequence[Past]) -> list[str]:
    return sorted({line.player for game in games for line in game.players})


def _known(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(14), UTC)


def _write_games(connection: psycopg.Connection[Any], games: Sequence[Past], teams: dict[str, int]) -> None:
    rows = []
    for number, game in enumerate(games, start=1):
        fixture = game.result.fixture
        starts = datetime.combine(fixture.day, time(23), UTC)
        sides = teams[_key(fixture.home)], teams[_key(fixture.away)]
        phase = "playoffs" if fixture.is_playoff else "regular"
        rows.append(
            (
                -number,
                NBA,
                fixture.season,
                fixture.day,
                1,
                *sides,
                starts,
                phase,
                fixture.is_neutral,
                _known(fixture.day),
            )
        )
    _copy(connection, "past_games", rows)
    results = []
    for number, game in enumerate(games, start=1):
        line = game.line or Line()
        known = _known(game.result.fixture.day)
        points = game.result.home_points, game.result.away_points
        prices = line.spread, line.total, line.home_moneyline, line.away_moneyline
        results.append((-number, 1, *points, *prices, "bench", known, known, None))
    _copy(connection, "past_results", results)


def _write_boxes(
    connection: psycopg.Connection[Any], games: Sequence[Past], teams: dict[str, int], players: dict[str, int]
) -> None:
    boxes: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for number, game in enumerate(games, start=1):
        if not game.players:
            continue
        fixture, known = game.result.fixture, _known(game.result.fixture.day)
        starts = datetime.combine(fixture.day, time(23), UTC)
        points = game.result.home_points, game.result.away_points
        boxes.append(
            (number, -number, 1, NBA, fixture.season, "final", [], "bench", [], *points, b"x", starts, known, known)
        )
        home, away = teams[_key(fixture.home)], teams[_key(fixture.away)]
        for line in game.players:
            sides = (home, away) if line.is_home else (away, home)
            stats = Jsonb(dict(line.statistics))
            who = number, -number, fixture.season, 1, players[line.player]
            lines.append((*who, *sides, line.is_home, line.seconds, stats, "bench", known))
    columns = (
        "id, game_id, version, sport, season, state, reasons, source, confirmed_by, home_points, away_points, checksum"
    )
    _copy(connection, f"box_scores ({columns}, event_time, known_at, recorded_at)", boxes)
    _copy(connection, "player_games", lines)


def _copy(connection: psycopg.Connection[Any], into: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
