"""Shows the models' board, and the calibration and profit of one contestant."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from math import inf, isnan

from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.core.paging import days_of_span, refuse_empty_span
from pickvs.predictions.board import queries, rules
from pickvs.predictions.board.queries import BoardScore
from pickvs.predictions.board.rules import Entry, Standing
from pickvs.predictions.board.schemas import (
    BoardRow,
    BoardUnits,
    Calibration,
    CalibrationBin,
    MeanFigure,
    ModelsBoard,
    PairedFigure,
)
from pickvs.predictions.charts.rules import profit_chart, reliability_chart
from pickvs.predictions.measures.rules import Mean
from pickvs.predictions.showing.rules import GAMES_CONTESTANTS
from pickvs.sports.rules import SPORTS, season_of
from pickvs.sports.service import refuse_unknown_sport


def show_board(sport: str, *, season: int | None, since: datetime | None, until: datetime | None) -> ModelsBoard:
    """Return the board of a sport: of a season, of the games whose league-local day is in a span, or of both.

    season: the year in which it starts. Raises Invalid if the sport is not covered, or the span is empty.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    entries = _entries(sport, None, season, since, until)
    found = rules.standings(entries)
    order = sorted(found.items(), key=lambda each: (inf if (loss := each[1].log_loss) is None else loss.value, each[0]))
    return ModelsBoard(sport=sport, season=season, rows=[_row(name, standing) for name, standing in order])


def show_calibration(name: str, *, season: int | None) -> Calibration:
    """Return how a contestant's win probabilities are calibrated. Raises NotFound (MODEL_NOT_FOUND)."""
    entries = _entries_of(name, season)
    bins = rules.bins_of(entries)
    ece = rules.ece_of(bins)
    slope = rules.slope_of(entries)
    return Calibration(
        model=name,
        season=season,
        games=len(entries),
        ece=None if ece is None else round(ece, 5),
        slope=None if slope is None else round(slope, 4),
        bins=[
            CalibrationBin(
                low=each.low,
                high=each.high,
                games=each.count,
                forecast=round(each.forecast, 4),
                happened=round(each.happened, 4),
                interval_low=round(each.interval[0], 4),
                interval_high=round(each.interval[1], 4),
            )
            for each in bins
        ],
    )


def draw_calibration(name: str, *, season: int | None) -> str:
    """Return the calibration of a contestant as SVG. Raises NotFound (MODEL_NOT_FOUND)."""
    return reliability_chart(_title(name, season), rules.bins_of(_entries_of(name, season)))


def draw_profit(name: str, *, season: int | None) -> str:
    """Return the units of a contestant at the close as SVG. Raises NotFound (MODEL_NOT_FOUND)."""
    units, band = rules.cumulated(rules.bets_of(_entries_of(name, season)))
    return profit_chart(_title(name, season), units, band)


def _title(name: str, season: int | None) -> str:
    return name if season is None else f"{name}, season {season}"


def _entries_of(name: str, season: int | None) -> Sequence[Entry]:
    sport, _, contestant = name.partition("-")
    found = _entries(sport, contestant, season, None, None).get(contestant, []) if sport in SPORTS else []
    if not found and (sport not in SPORTS or contestant not in GAMES_CONTESTANTS):
        raise NotFound("MODEL_NOT_FOUND", "There is no such model.")
    return found


def _entries(
    sport: str, contestant: str | None, season: int | None, since: datetime | None, until: datetime | None
) -> dict[str, list[Entry]]:
    first, end = _span(season, since, until)
    with transaction() as connection:
        rows = queries.scores(connection, sport, contestant=contestant, since=first, until=end)
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in rows:
        if season is None or season_of(sport, row.local_date) == season:
            found[row.contestant].append(_entry(row))
    return found


def _span(season: int | None, since: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """Return the days to read. A season lies within the two years from its first one."""
    first, end = days_of_span(since, until)
    if season is not None:
        first = max(date(season, 1, 1), first or date.min)
        end = min(date(season + 2, 1, 1), end or date.max)
    return first, end


def _entry(row: BoardScore) -> Entry:
    return Entry(
        game=row.game,
        home_win=row.home_win,
        home_won=row.home_won,
        log_loss=row.log_loss,
        brier=row.brier,
        margin_crps=row.margin_crps,
        total_crps=row.total_crps,
        inside_80=row.inside_80,
        close_home_win=row.close_home_win,
        close_log_loss=row.close_log_loss,
        bet=row.bet,
        bet_price=row.bet_price,
    )


def _row(name: str, found: Standing) -> BoardRow:
    low, high = found.units.band()
    against = {rules.CLOSE: found.gap, **found.gaps}
    return BoardRow(
        contestant=name,
        games=found.games,
        log_loss=None if found.log_loss is None else MeanFigure.of(_figure(found.log_loss)),
        brier=_rounded(found.brier),
        accuracy=_rounded(found.accuracy),
        ece=_rounded(found.ece),
        slope=_rounded(found.slope),
        bias=_rounded(found.bias),
        margin_crps=round(found.margin_crps, 4),
        total_crps=round(found.total_crps, 4),
        cover_80=round(found.cover_80, 4),
        paired=[PairedFigure.of(_figure(gap), against=other) for other, gap in against.items() if gap is not None],
        units=BoardUnits(
            bets=found.units.bets,
            won=found.units.won,
            units=round(found.units.units, 2),
            luck_low=round(low, 2),
            luck_high=round(high, 2),
        ),
    )


def _figure(found: Mean) -> dict[str, float | int | None]:
    return {
        "value": round(found.value, 6),
        "error": None if isnan(found.error) else round(found.error, 6),
        "games": found.count,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
