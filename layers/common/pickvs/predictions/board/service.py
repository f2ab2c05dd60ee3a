"""Shows the models' board, and the calibration and profit of one contestant."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf, isnan

from pickvs.core import clock
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
from pickvs.sports.rules import SPORTS, local_date, season_days, season_of
from pickvs.sports.service import refuse_unknown_sport

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The scores of a season, by contestant. days: the first and the last that were asked for; None if none is left."""

    season: int
    days: tuple[date, date] | None
    entries: Mapping[str, Sequence[Entry]]


def show_board(sport: str, *, season: int | None, since: datetime | None, until: datetime | None) -> ModelsBoard:
    """Return the board of a sport: of a season, or of its games whose league-local day is in a span.

    season: the year in which it starts; None for that of the latest game in the span that was scored. No more than a
    season is read. Raises Invalid if the sport is not covered, or the span is empty.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    shown = _shown(sport, None, season, since, until)
    found = rules.standings(shown.entries)
    order = sorted(found.items(), key=lambda each: (inf if (loss := each[1].log_loss) is None else loss.value, each[0]))
    starts_on, ends_on = shown.days or (None, None)
    return ModelsBoard(
        sport=sport,
        season=shown.season,
        starts_on=starts_on,
        ends_on=ends_on,
        rows=[_row(name, standing) for name, standing in order],
    )


def show_calibration(name: str, *, season: int | None) -> Calibration:
    """Return how a contestant's win probabilities are calibrated. Raises NotFound (MODEL_NOT_FOUND)."""
    shown, entries = _entries_of(name, season)
    bins = rules.bins_of(entries)
    ece = rules.ece_of(bins)
    slope = rules.slope_of(entries)
    return Calibration(
        model=name,
        season=shown,
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
    shown, entries = _entries_of(name, season)
    return reliability_chart(_title(name, shown), rules.bins_of(entries))


def draw_profit(name: str, *, season: int | None) -> str:
    """Return the units of a contestant at the close as SVG. Raises NotFound (MODEL_NOT_FOUND)."""
    shown, entries = _entries_of(name, season)
    units, band = rules.cumulated(rules.bets_of(entries))
    return profit_chart(_title(name, shown), units, band)


def _title(name: str, season: int) -> str:
    return f"{name}, season {season}"


def _entries_of(name: str, season: int | None) -> tuple[int, Sequence[Entry]]:
    """Return the season that is shown of a contestant, and its scores. season: None for his latest one."""
    sport, _, contestant = name.partition("-")
    if sport not in SPORTS:
        raise NotFound("MODEL_NOT_FOUND", "There is no such model.")
    shown = _shown(sport, contestant, season, None, None)
    found = shown.entries.get(contestant, [])
    if not found and contestant not in GAMES_CONTESTANTS:
        raise NotFound("MODEL_NOT_FOUND", "There is no such model.")
    return shown.season, found


def _shown(
    sport: str, contestant: str | None, season: int | None, since: datetime | None, until: datetime | None
) -> _Shown:
    first, end = days_of_span(since, until)
    with transaction() as connection:
        if season is None:
            latest = queries.last_day(connection, sport, contestant=contestant, since=first, until=end)
            season = season_of(sport, latest or local_date(sport, clock.now()))
        starts_on, ends_on = season_days(sport, season)
        begin, stop = max(starts_on, first or date.min), min(ends_on + _DAY, end or date.max)
        if begin >= stop:
            return _Shown(season, None, {})
        days = begin, stop - _DAY
        rows = queries.scores(connection, sport, contestant=contestant, first=days[0], last=days[1])
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in rows:
        found[row.contestant].append(_entry(row))
    return _Shown(season, days, found)


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
