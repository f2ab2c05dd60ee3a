"""`python -m tools.backtest` forecasts past games as they would have been forecast, and says how good that was.

Games and box scores are tables of third parties, or a league that never was. The report is printed, and written as one
page. The exit status is 0, whether bars are met or not; 2 if the tables or the wishes allow no backtest.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pickvs.predictions.leagues.players import player_leagues
from tools.backtest import bars, games_report, players_report
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import GamesTable, parse_games, read_games
from tools.backtest.generated import SCALES, League, games_text
from tools.backtest.leaks import in_words
from tools.backtest.players_walk import Source, judge
from tools.backtest.sections import Section, as_page, as_text

PAST_SEASONS = 3
"""Seasons that are learnt from before the first one is forecast, if the table has them and nobody says otherwise."""
GENERATED = "a generated league"
NONE = "none"


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    asked = _parser().parse_args(arguments)
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}\n")
        sys.stderr.flush()

    try:
        sections = report(asked, say)
        asked.page.write_text(as_page(f"PickVs backtest, {asked.sport}", sections), encoding="utf-8")
    except BacktestError as error:
        sys.stderr.write(f"pickvs: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"pickvs: the page cannot be written: {error}\n")
        return 2
    sys.stdout.write(as_text(sections))
    say(f"the page is in {asked.page}")
    return 0


def report(asked: argparse.Namespace, say: Callable[[str], None]) -> list[Section]:
    """Return the sections of the report. Raises BacktestError for tables or wishes that allow none."""
    if asked.games is None and asked.players in {None, NONE} and asked.sport not in SCALES:
        raise BacktestError(f"no league of {asked.sport} is generated; there are {', '.join(SCALES)}")
    games, source = _games(asked), _source(asked)
    if source is not None:
        source.refuse_what_cannot_be_read()
    walk = _walk(games, asked, say) if games is not None else None
    # Players are trained beside the games, in a process of their own: both take a core for about as long.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        players = beside.submit(judge, source) if source is not None else None
        sections = walk() if walk is not None else []
        if players is not None:
            sections += players_report.sections(players.result())
            say("players judged")
    return sections


def _games(asked: argparse.Namespace) -> GamesTable | None:
    if asked.games is not None:
        return read_games(asked.games, asked.sport)
    if asked.players not in {None, NONE}:
        return None
    return parse_games(games_text(_league(asked)), asked.sport, GENERATED)


def _source(asked: argparse.Namespace) -> Source | None:
    if asked.players not in {None, NONE}:
        return Source(asked.sport, path=Path(asked.players))
    if asked.players == NONE or asked.games is not None or asked.sport not in player_leagues():
        return None
    return Source(asked.sport, league=_league(asked))


def _league(asked: argparse.Namespace) -> League:
    usual = League.usual(asked.sport)
    return League(
        sport=asked.sport,
        teams=asked.teams or usual.teams,
        games=asked.games_each or usual.games,
        seasons=asked.seasons or usual.seasons,
        seed=asked.seed,
    )


def span(years: Sequence[int], first: int | None, last: int | None, burn_in: int) -> tuple[int, int]:
    """Return the first and the last season to forecast. Raises BacktestError if the table cannot give them.

    years: the seasons of the table. burn_in: how many of them teach nothing, because the ratings settle in them.
    """
    if first is None:
        first = years[min(PAST_SEASONS, len(years) - 1)]
    if last is None:
        last = years[-1]
    if last < first:
        raise BacktestError(f"TO={last} is before FROM={first}")
    if not any(first <= year <= last for year in years):
        raise BacktestError(f"the table has the seasons {years[0]} to {years[-1]}, and none from {first} to {last}")
    if sum(year < first for year in years) <= burn_in:
        raise BacktestError(
            f"season {first} has no past to forecast it from: the table begins with {years[0]}, and ratings take "
            f"{burn_in} season(s) to settle before one is learnt from"
        )
    return first, last


def _walk(table: GamesTable, asked: argparse.Namespace, say: Callable[[str], None]) -> Callable[[], list[Section]]:
    """Return what walks through the seasons. Raises BacktestError at once if there is nothing to walk through."""
    from tools.backtest.walk import league, walk

    parameters = league(table.sport)
    first, last = span(table.years, asked.first, asked.last, parameters.fitting.burn_in)

    def walked() -> list[Section]:
        say(f"{len(table.games):,} games read; walking through the seasons {first} to {last}")
        leakage = in_words(table.days, parameters)
        rows = walk(table, first, last, challengers=asked.challengers)
        say(f"{len(rows):,} games forecast")
        return games_report.sections(rows, table, bars.game_bars(rows, table.sport), leakage)

    return walked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make backtest", description=__doc__)
    parser.add_argument("--sport", default="basketball_nba", help="key of the sport (basketball_nba)")
    parser.add_argument(
        "--games", type=Path, help="table of games, CSV or gzip; without any table, a league is generated"
    )
    parser.add_argument("--players", help="table of box scores, CSV or gzip; none: no players")
    parser.add_argument("--from", dest="first", type=int, help="first season to forecast, by the year in which it ends")
    parser.add_argument("--to", dest="last", type=int, help="last season to forecast")
    parser.add_argument("--challengers", choices=("none", "lightgbm"), default="lightgbm", help="models to compare")
    parser.add_argument("--page", type=Path, default=Path("backtest.html"), help="where the page is written")
    generated = parser.add_argument_group("the league that is generated without a table")
    generated.add_argument("--seed", type=int, default=1)
    generated.add_argument("--teams", type=int)
    generated.add_argument("--games-each", type=int, help="games of a team in a season")
    generated.add_argument("--seasons", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
