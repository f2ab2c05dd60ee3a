"""Shows forecasts of games: the latest of those to come, all of one game, and their probabilities at any line."""

from collections import defaultdict
from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.showing import queries, rules
from pickvs.predictions.showing.queries import ForecastRow, GameRow, HistoryRow, LatestRow
from pickvs.predictions.showing.schemas import (
    ForecastAtLine,
    ForecastContribution,
    ForecastGame,
    ForecastsAtLine,
    ForecastScore,
    GameForecast,
    GameForecasts,
    HistoricForecast,
    MarketLine,
    PointsForecast,
    SpreadProbabilities,
    TotalProbabilities,
    UpcomingForecast,
    UpcomingForecasts,
)
from pickvs.sports.service import refuse_unknown_sport

_UNTRAINED = "Nothing was trained for this version: it is made of published parameters, and its intervals are wide."
_CAUTION = (
    "This forecast knows no price of this game. Where it differs from the line, the line has been right more often, so "
    "its number here is no probability to bet on."
)


def list_upcoming(*, sport: str | None, variant: str | None, limit: int, cursor: str | None) -> UpcomingForecasts:
    """Return a page of games to come with each contestant's latest forecast, or with that of one.

    Raises Invalid if the sport is not covered or the cursor belongs to another list.
    """
    refuse_unknown_sport(sport)
    after = _place(cursor) if cursor is not None else None
    with transaction() as connection:
        games = queries.upcoming(
            connection, at=clock.now(), sport=sport, contestant=variant, after=after, limit=limit + 1
        )
        page = games[:limit]
        forecasts: dict[int, list[GameForecast]] = defaultdict(list)
        for row in queries.latest(connection, [game.id for game in page], contestant=variant):
            forecasts[row.game_id].append(_forecast(row))
    return UpcomingForecasts(
        games=[UpcomingForecast(game=ForecastGame.of(game), forecasts=forecasts[game.id]) for game in page],
        next_cursor=write_cursor(page[-1].commence_time.isoformat(), page[-1].id) if len(games) > limit else None,
    )


def show_game(game_id: int, *, limit: int, cursor: str | None) -> GameForecasts:
    """Return a page of a game's forecasts in the order in which they were published.

    Raises NotFound (GAME_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    after = _place(cursor) if cursor is not None else None
    with transaction() as connection:
        game = _game(connection, game_id)
        rows = queries.history(connection, game_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return GameForecasts(
        game=ForecastGame.of(game),
        forecasts=[_historic(row) for row in page],
        next_cursor=write_cursor(page[-1].published_at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )


def show_at(game_id: int, *, spread: str | None, total: str | None) -> ForecastsAtLine:
    """Return what each contestant's last forecast before the game says at a line.

    spread, total: numbers on the grid of halves. Each contestant's numbers are of one distribution, so that they never
    contradict each other. Raises NotFound (GAME_NOT_FOUND, FORECAST_NOT_FOUND), and Invalid for a total below 0.
    """
    asked_spread = None if spread is None else float(spread)
    asked_total = None if total is None else float(total)
    if asked_total is not None and asked_total < 0:
        raise Invalid(
            "INVALID_VALUE", "Some values are not valid; see errors.", (FieldError("total", "must not be negative"),)
        )
    with transaction() as connection:
        game = _game(connection, game_id)
        rows = queries.latest(connection, [game_id], before=queries.began_at(connection, game_id))
    if not rows:
        raise NotFound("FORECAST_NOT_FOUND", "The game has no forecast.")
    found = [_at_line(row, asked_spread, asked_total) for row in rows]
    honest = next((each for each in found if each.contestant == "with-line"), None)
    return ForecastsAtLine(
        game=ForecastGame.of(game),
        spread=asked_spread,
        total=asked_total,
        cover=None if honest is None else honest.spread,
        over_under=None if honest is None else honest.total,
        forecasts=found,
    )


def _game(connection: Connection, game_id: int) -> GameRow:
    game = queries.game_by_id(connection, game_id)
    if game is None:
        raise NotFound("GAME_NOT_FOUND", "There is no such game.")
    return game


def _at_line(row: LatestRow, spread: float | None, total: float | None) -> ForecastAtLine:
    joint = Joint.from_json(row.distribution)
    wins = rules.winner(joint)
    cover = None if spread is None else rules.cover(joint, spread)
    over = None if total is None else rules.over(joint, total)
    knows = row.contestant in rules.KNOWS_THE_LINE
    return ForecastAtLine(
        contestant=row.contestant,
        published_at=row.published_at,
        home_win=wins.first,
        tie=wins.push,
        away_win=wins.second,
        spread=None
        if cover is None
        else SpreadProbabilities(home_covers=cover.first, push=cover.push, away_covers=cover.second),
        total=None if over is None else TotalProbabilities(over=over.first, push=over.push, under=over.second),
        knows_the_line=knows,
        caution=None if knows else _CAUTION,
    )


def _forecast(row: ForecastRow) -> GameForecast:
    return GameForecast.of(_members(row))


def _historic(row: HistoryRow) -> HistoricForecast:
    score = None
    if row.margin_crps is not None and row.total_crps is not None:
        score = ForecastScore(
            log_loss=row.log_loss,
            brier=row.brier,
            margin_crps=row.margin_crps,
            total_crps=row.total_crps,
            close_log_loss=row.close_log_loss,
            close_margin_crps=row.close_margin_crps,
        )
    return HistoricForecast.of(_members(row), counts=row.counts, score=score)


def _members(row: ForecastRow) -> dict[str, object]:
    figures = row.figures
    return {
        "id": row.id,
        "contestant": row.contestant,
        "model": row.model,
        "version": row.version,
        "note": _UNTRAINED if row.recipe == "bootstrap" else None,
        "as_of": row.as_of,
        "published_at": row.published_at,
        "home_win": figures["home_win"],
        "tie": figures["tie"],
        "away_win": figures["away_win"],
        "margin": PointsForecast.of(figures["margin"]),
        "total": PointsForecast.of(figures["total"]),
        "line": None if row.line is None else MarketLine.of(row.line),
        "contributions": [ForecastContribution.of(each) for each in row.contributions],
        "features_sha256": row.features_sha256,
    }


def _place(cursor: str) -> tuple[datetime, int]:
    moment, row_id = read_cursor(cursor, str, int)
    return read_moment(moment), row_id
