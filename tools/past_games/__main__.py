"""`python -m tools.past_games TABLE.csv[.gz] FOLDER --username ada --reason "…"`: makes the operator's events.

Each file of FOLDER is an event `record_past_games` with up to 2,000 rows. The table is one of `make backtest`
(docs/predictions.md). What cannot be used is told on standard error by reason; the exit status is 2 if the table
or the wishes allow no events.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

from pickvs.sports.rules import SPORTS
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import Game, GamesTable, read_games

MOST_ROWS = 2_000
"""Rows of an event, as RecordPastGames has it."""


def main(arguments: Sequence[str]) -> int:
    """Write the events that the arguments ask for, and return the exit status."""
    wanted = _parser().parse_args(arguments)
    folder = Path(wanted.folder)
    if folder.exists() and any(folder.iterdir()):
        sys.stderr.write(f"pickvs: {folder} is not empty; name a new folder, so that no old event is among the new\n")
        return 2
    try:
        table = read_games(Path(wanted.table), wanted.sport)
    except BacktestError as error:
        sys.stderr.write(f"pickvs: {error}\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    shared = {"username": wanted.username, "sport": wanted.sport, "source": wanted.source, "reason": wanted.reason}
    number = 0
    for number, rows in enumerate(batched(rows_of(table), MOST_ROWS, strict=False), start=1):
        event = {"command": "record_past_games", **shared, "dry_run": wanted.dry_run, "rows": rows}
        (folder / f"{number:04}.json").write_text(json.dumps(event), "utf-8")
    for sentence in (*table.unused.lines(), *table.repaired):
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(f"{len(table.games):,} games of {table.unused.rows:,} rows are in {number} events in {folder}\n")
    return 0


def rows_of(table: GamesTable) -> Iterator[dict[str, Any]]:
    """Yield the rows of the events, in the order of the days. What the market did not have is left out."""
    met: Counter[tuple[Any, ...]] = Counter()
    for game in table.games:
        fixture = game.result.fixture
        meeting = (fixture.day, *sorted((fixture.home, fixture.away)))
        met[meeting] += 1
        yield {
            "date": fixture.day.isoformat(),
            "season": fixture.season,
            "home": fixture.home,
            "away": fixture.away,
            "home_points": game.result.home_points,
            "away_points": game.result.away_points,
            "number": met[meeting],
            "phase": "playoffs" if fixture.is_playoff else "regular",
            "is_neutral": fixture.is_neutral,
            **_line(game),
        }


def _line(game: Game) -> dict[str, float]:
    if game.line is None:
        return {}
    names = ("spread", "total", "home_moneyline", "away_moneyline")
    return {name: value for name in names if (value := getattr(game.line, name)) is not None}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.past_games", description=__doc__)
    parser.add_argument("table", help="CSV, plain or gzip, one game a row")
    parser.add_argument("folder", help="where the events go; new or empty")
    parser.add_argument("--sport", choices=sorted(SPORTS), default="basketball_nba", metavar="SPORT")
    parser.add_argument("--source", default="archive", help="whose table it is; it may have team names of its own")
    parser.add_argument("--username", required=True, help="the administrator who orders it")
    parser.add_argument("--reason", required=True, help="why, for the audit log")
    parser.add_argument("--dry-run", action="store_true", help="record nothing, and tell what would become of each row")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
