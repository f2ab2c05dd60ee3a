"""`python -m tools.drift TABLE.csv[.gz]`: replays the seasons of a table of games, healthy and with each fault in turn.

Prints how many games a season needs until the watched figures show a fault, and what rings in a healthy season. The
first seasons of the table are for learning, and the two before each season are its reference, as they are on a stage.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from pickvs.predictions.leagues.games import game_league, game_leagues
from pickvs.predictions.scoring.daily.rules import Scored
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import read_games
from tools.drift.faults import FAULTS, FREEZES_AFTER
from tools.drift.replay import all_rings, broken, first_ring, scored, seasons

LEARNT, REFERENCE = 3, 2
"""Seasons of the table that are only learnt from, and those of a season's reference."""


def main(arguments: Sequence[str]) -> int:
    """Print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.drift", description=__doc__)
    parser.add_argument("table", help="CSV, plain or gzip, one game a row, as `make backtest` reads it")
    parser.add_argument("--sport", choices=sorted(game_leagues()), default="basketball_nba", metavar="SPORT")
    wanted = parser.parse_args(arguments)
    parameters = game_league(wanted.sport)
    try:
        table = read_games(Path(wanted.table), wanted.sport)
    except BacktestError as error:
        sys.stderr.write(f"pickvs: {error}\n")
        return 2
    years = sorted({game.result.fixture.season for game in table.games})
    if len(years) <= LEARNT + REFERENCE:
        sys.stderr.write(f"pickvs: {table.name} has {len(years)} seasons, and {LEARNT + REFERENCE + 1} are needed\n")
        return 2
    past: list[dict[str, list[Scored]]] = []
    needed: dict[str, list[int | None]] = {name: [] for name in FAULTS}
    for season in seasons(table.days, parameters, years[LEARNT], years[-1]):
        current = scored(season, parameters)
        if len(past) >= REFERENCE:
            rings = list(all_rings(past[-REFERENCE:], current))
            first = {ring.what: ring for ring in reversed(rings)}
            told = "; ".join(f"{ring.what} after {ring.games} games" for ring in first.values()) or "nothing rings"
            _say(f"{season.season} healthy: {told}; invariants broken: {len(broken(season))}")
            for name, fault in FAULTS.items():
                begins = FREEZES_AFTER if "frozen" in name else 0
                ring = first_ring(past[-REFERENCE:], scored(season, parameters, fault), after=begins)
                needed[name].append(None if ring is None else ring.games - begins)
        past.append(current)
    for name, games in needed.items():
        found = sorted(each for each in games if each is not None)
        worst = f"median {median(found):.0f}, worst {found[-1]}" if found else "never"
        _say(f"{name}: {worst}; missed in {len(games) - len(found)} of {len(games)} seasons; {games}")
    _say(f"{time.process_time():.0f} processor seconds")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
