"""Players: trained on what came first, judged on what came after, by the models' own fold and training."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.leagues.players import player_league
from tools.backtest.errors import BacktestError
from tools.backtest.games_table import start_year
from tools.backtest.generated import League, players_text
from tools.backtest.players_table import PlayersTable, check_players, parse_players, read_players
from tools.backtest.tables import Unused

FIRST_PART = 0.58
"""Share of one season's box scores that is trained on, about; the border is the first of a month if there is one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where box scores come from: a file, or a league that is generated."""

    sport: str
    path: Path | None = None
    league: League | None = None

    def refuse_what_cannot_be_read(self) -> None:
        """Raise BacktestError at once for a file that is none, rather than when its turn comes."""
        if self.path is not None:
            check_players(self.path, self.sport)

    def read(self) -> PlayersTable:
        """Return the box scores. Raises BacktestError as `read_players` does."""
        if self.path is not None:
            return read_players(self.path, self.sport)
        if self.league is None:
            raise BacktestError("there is neither a file nor a league")
        return parse_players(players_text(self.league, player_league(self.sport)), self.sport, "a generated league")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One statistic: mean absolute error by forecast, of all rows and of regular players; CRPS by distribution.

    gain, gain_error: share by which the model's CRPS is smaller than that of the baseline whose dispersion was fitted
    on the rows tested, in its favour, and the standard error; gain_past: against the one that was fitted on the past.
    cover: by what the central intervals promise.
    """

    mae: dict[str, float]
    regular_mae: dict[str, float]
    crps: dict[str, float]
    gain: float
    gain_error: float
    gain_past: float
    cover: dict[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayersFound:
    """What a backtest of players found, without the rows: it comes from another process.

    years: the seasons, by the year in which they end. border: the first day that was tested. held_out: the tested
    season is a whole one, after whole ones.
    """

    sport: str
    name: str
    years: tuple[int, ...]
    border: date
    held_out: bool
    trained: int
    tested: int
    regular: int
    statistics: dict[str, Statistic]
    unused: Unused
    lines: int


def border(days: Sequence[Day]) -> tuple[date, bool]:
    """Return the first day to test on, and whether it begins a whole season.

    Of several seasons the last one is tested. Raises BacktestError for box scores of a single day.
    """
    season = {day.day: day.results[0].fixture.season for day in days}
    if len(set(season.values())) > 1:
        last = max(season.values())
        return min(day for day, each in season.items() if each == last), True
    if len(season) == 1:
        raise BacktestError("box scores of a single day leave nothing to test on")
    counts = Counter({day.day: len(day.player_lines) for day in days})
    order = sorted(counts)
    before, total = 0, sum(counts.values())
    shares = {}
    for day in order:
        shares[day] = before / total
        before += counts[day]
    months = [day for day, earlier in zip(order[1:], order, strict=False) if day.month != earlier.month]
    return min(months or order[1:], key=lambda day: abs(shares[day] - FIRST_PART)), False


def judge(source: Source) -> PlayersFound:
    """Return what the players' model reaches. Raises BacktestError for box scores that are too few to train on."""
    from pickvs.predictions.training.player_figures import evaluate
    from pickvs.predictions.training.player_rows import rows_of
    from pickvs.predictions.training.players import LINEAR, train

    table = source.read()
    first_tested, held_out = border(table.days)
    try:
        rows = rows_of(table.league, table.days)
        trained, tested = rows.before(first_tested.toordinal()), rows.since(first_tested.toordinal())
        figures = evaluate(train(trained).document, train(trained, LINEAR).document, trained, tested)
    except ValueError as error:
        raise BacktestError(f"{table.name}: no model can be trained on its box scores: {error}") from None
    return PlayersFound(
        sport=source.sport,
        name=table.name,
        years=tuple(year + (start_year(source.sport, 1) == 0) for year in table.seasons),
        border=first_tested,
        held_out=held_out,
        trained=figures.trained,
        tested=figures.tested,
        regular=figures.regular,
        statistics={
            name: Statistic(
                mae=dict(each.mae),
                regular_mae=dict(each.regular_mae),
                crps=dict(each.crps),
                gain=each.gain.share,
                gain_error=each.gain.error,
                gain_past=each.gain_past.share,
                cover={cover.level: cover.share for cover in each.cover},
            )
            for name, each in figures.statistics.items()
        },
        unused=table.unused,
        lines=table.lines,
    )
