"""A season from tables: box scores of players, games with their lines, and recorded odds beside them.

Tables are CSV, plain or gzip, in the columns of `docs/predictions.md`; what a file is, its header says. The box scores
are the season: they tell who played when, and the score. Each game's line comes from the table of games, else from
recorded odds, else from a stand-in bookmaker who knows earlier results alone.
"""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from local.errors import LaptopError
from local.espn_door import POINTS, Athlete, Counts, Line, Sides

LEAGUE_ZONE = ZoneInfo("America/New_York")
TIP_OFF = time(19, 30)
"""When all games of a day begin, in the league's time zone: the tables tell no times."""
COLUMNS: Mapping[str, str] = {
    POINTS: "PTS",
    "rebounds": "REB",
    "offensive_rebounds": "OREB",
    "assists": "AST",
    "steals": "STL",
    "blocks": "BLK",
    "turnovers": "TOV",
    "fouls": "PF",
    "field_goals_made": "FGM",
    "field_goals_attempted": "FGA",
    "threes_made": "FG3M",
    "threes_attempted": "FG3A",
    "free_throws_made": "FTM",
    "free_throws_attempted": "FTA",
}
"""The column of each statistic in a table of box scores."""
_BOX_COLUMNS = ("SEASON_ID", "PLAYER_ID", "TEAM_ABBREVIATION", "GAME_ID", "GAME_DATE", "MATCHUP", "MIN")
_GAME_COLUMNS = ("date", "score_away", "score_home", "whos_favored", "spread", "total")
_PLAYOFFS, _COUNTING = "4", "2456"
"""First digits of SEASON_ID: of play-offs, and of all games that count."""
_EVEN = ("pk", "pick", "0")

type Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A market's line. spread: points that the home team is given. moneylines: American, home and away."""

    spread: float | None
    total: float | None
    moneylines: Sides[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGame:
    """A game of a table. id: of the table. teams, points, boxes: home and away."""

    id: str
    day: date
    is_playoff: bool
    teams: Sides[str]
    points: Sides[int]
    boxes: Sides[Sequence[Line]]
    line: TableLine | None

    @property
    def tip_off(self) -> datetime:
        """When the game begins, in UTC."""
        return datetime.combine(self.day, TIP_OFF, LEAGUE_ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Tables:
    """The games of a season, by day and id. unused: numbers of rows that were left out, by the reason."""

    games: tuple[TableGame, ...]
    unused: Mapping[str, int]


class _UnusableError(Exception):
    """A row cannot be used. The message is the reason."""


def read_tables(folder: Path, year: int) -> Tables:
    """Read the season that ends in `year` from the tables of a folder.

    Raises LaptopError if the folder cannot be read, or has no box score of the season.
    """
    unused: Counter[str] = Counter()
    boxes: dict[str, list[Row]] = {}
    lines: dict[tuple[str, str, str], list[Row]] = {}
    for file in _tables_in(folder):
        for row in _rows(file):
            if "PLAYER_ID" in row:
                if row["SEASON_ID"][1:] == str(year - 1):
                    boxes.setdefault(row["GAME_ID"], []).append(row)
            elif row["date"][:4] in (str(year - 1), str(year)):
                lines.setdefault((row["date"], row["score_home"], row["score_away"]), []).append(row)
    games: list[TableGame] = []
    for key, rows in boxes.items():
        try:
            games.append(_game(key, rows, lines))
        except _UnusableError as error:
            unused[str(error)] += len(rows)
        except ValueError:
            unused["a game with a row that cannot be read"] += len(rows)
    if not games:
        raise LaptopError(f"{folder} has no box score of a season that ends in {year}")
    games.sort(key=lambda game: (game.day, game.id))
    return Tables(tuple(games), dict(unused))


def _tables_in(folder: Path) -> list[Path]:
    try:
        files = sorted(each for each in folder.expanduser().iterdir() if each.name.endswith((".csv", ".csv.gz")))
    except OSError as error:
        raise LaptopError(f"the tables in {folder} cannot be looked for: {error.strerror}") from None
    known = [file for file in files if _is_known(_header(file))]
    if not known:
        raise LaptopError(f"{folder} has no table of box scores; docs/predictions.md lists the columns")
    return known


def _is_known(header: set[str]) -> bool:
    return header >= {*_BOX_COLUMNS, *COLUMNS.values()} or header >= set(_GAME_COLUMNS)


def _header(file: Path) -> set[str]:
    return set(next(_lines(file), "").strip().split(","))


def _lines(file: Path) -> Iterator[str]:
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8", newline="")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8", newline="")
        ) as text:
            yield from text
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise LaptopError(f"{file} cannot be read: {error}") from None


def _rows(file: Path) -> Iterator[Row]:
    try:
        yield from csv.DictReader(_lines(file), restval="")
    except csv.Error as error:
        raise LaptopError(f"{file} cannot be read: {error}") from None


def _game(key: str, rows: Sequence[Row], lines: Mapping[tuple[str, str, str], Sequence[Row]]) -> TableGame:
    first = rows[0]
    if first["SEASON_ID"][0] not in _COUNTING:
        raise _UnusableError("a game that does not count")
    day = date.fromisoformat(first["GAME_DATE"][:10])
    sides: tuple[list[Line], list[Line]] = ([], [])
    names: list[set[str]] = [set(), set()]
    for row in rows:
        side = 0 if _is_home(row) else 1
        names[side].add(row.get("TEAM_NAME") or row["TEAM_ABBREVIATION"])
        sides[side].append(_line(row))
    if any(len(each) != 1 for each in names) or names[0] == names[1]:
        raise _UnusableError("a game without just two teams, one of them at home")
    points = _points(sides[0]), _points(sides[1])
    if points[0] == points[1]:
        raise _UnusableError("a game whose players leave it tied")
    found = lines.get((f"{day}", str(points[0]), str(points[1])), ())
    return TableGame(
        id=key,
        day=day,
        is_playoff=first["SEASON_ID"][0] == _PLAYOFFS,
        teams=(names[0].pop(), names[1].pop()),
        points=points,
        boxes=sides,
        # Two games of a day that ended alike cannot be told apart here: the tables name teams differently.
        line=_market(found[0]) if len(found) == 1 else None,
    )


def _is_home(row: Row) -> bool:
    team, _, opponent = row["MATCHUP"].partition(" ")
    if row["TEAM_ABBREVIATION"] not in (team, opponent.partition(" ")[2]):
        raise _UnusableError("a matchup that does not name the player's team")
    return (row["TEAM_ABBREVIATION"] == team) == opponent.startswith("vs")


def _line(row: Row) -> Line:
    counts: Counts = {
        **{name: int(row[column]) for name, column in COLUMNS.items()},
        "seconds": _seconds(row["MIN"]),
    }
    # The league has numbers for its players, and so has a table; ESPN's are others.
    return Line(Athlete(id=row["PLAYER_ID"], name=row.get("PLAYER_NAME") or f"Player {row['PLAYER_ID']}"), counts)


def _seconds(text: str) -> int:
    minutes, _, seconds = text.partition(":")
    return 60 * int(minutes) + int(seconds) if seconds else round(60 * float(minutes))


def _points(lines: Sequence[Line]) -> int:
    return sum(line.counts[POINTS] for line in lines if line.counts is not None)


def _market(row: Row) -> TableLine:
    spread = 0.0 if row["spread"].lower() in _EVEN else _number(row["spread"])
    total = _number(row["total"])
    moneylines = [_number(row.get(f"moneyline_{side}", "")) for side in ("home", "away")]
    home, away = (None if each is None or abs(each) < 100 else int(each) for each in moneylines)  # noqa: PLR2004 - none is smaller
    return TableLine(
        spread=None if spread is None else spread if row["whos_favored"] == "away" else -spread or 0.0,
        total=total,
        moneylines=None if home is None or away is None else (home, away),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
