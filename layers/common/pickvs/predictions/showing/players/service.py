"""Shows forecasts of players, with the probability at a line."""

from pickvs.core.database import transaction
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.predictions.showing import rules
from pickvs.predictions.showing.players import queries
from pickvs.predictions.showing.players.queries import PlayerForecastRow
from pickvs.predictions.showing.players.schemas import (
    ForecastQuantile,
    OverProbabilities,
    PlayerForecast,
    PlayerForecasts,
    StatisticForecast,
)

_UNTRAINED = "Nothing was trained for this version: it is made of published parameters, and its intervals are wide."


def list_of_game(
    game_id: int, *, statistic: str | None, line: str | None, limit: int, cursor: str | None
) -> PlayerForecasts:
    """Return a page of the players' last forecasts for a game, by player.

    statistic: the only one to show. line: where to show its probability. Raises NotFound (GAME_NOT_FOUND), and Invalid
    for a line without a statistic or a cursor of another list.
    """
    asked = _line(statistic, line)
    after = read_cursor(cursor, int)[0] if cursor is not None else 0
    with transaction() as connection:
        if not queries.is_game(connection, game_id):
            raise NotFound("GAME_NOT_FOUND", "There is no such game.")
        rows = queries.of_game(connection, game_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return PlayerForecasts(
        forecasts=[_forecast(row, statistic, asked) for row in page],
        next_cursor=write_cursor(page[-1].player_id) if len(rows) > limit else None,
    )


def list_of_player(
    player_id: int, *, statistic: str | None, line: str | None, limit: int, cursor: str | None
) -> PlayerForecasts:
    """Return a page of a player's last forecasts by game, the latest game first.

    Raises NotFound (PLAYER_NOT_FOUND), and Invalid as `list_of_game` does.
    """
    asked = _line(statistic, line)
    before = None
    if cursor is not None:
        moment, game_id = read_cursor(cursor, str, int)
        before = read_moment(moment), game_id
    with transaction() as connection:
        if not queries.is_player(connection, player_id):
            raise NotFound("PLAYER_NOT_FOUND", "There is no such player.")
        rows = queries.of_player(connection, player_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return PlayerForecasts(
        forecasts=[_forecast(row, statistic, asked) for row in page],
        next_cursor=write_cursor(page[-1].commence_time.isoformat(), page[-1].game_id) if len(rows) > limit else None,
    )


def _line(statistic: str | None, line: str | None) -> float | None:
    if line is None:
        return None
    if statistic is None:
        problem = FieldError("statistic", "is missing; a line is of one statistic")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))
    return float(line)


def _forecast(row: PlayerForecastRow, statistic: str | None, line: float | None) -> PlayerForecast:
    statistics = []
    for name, stored in row.statistics.items():
        if statistic is not None and name != statistic:
            continue
        over = None
        if line is not None:
            found = rules.over_statistic(stored["distribution"], line)
            over = OverProbabilities(line=line, over=found.first, push=found.push, under=found.second)
        statistics.append(
            StatisticForecast(
                statistic=name,
                mean=stored["mean"],
                median=stored["median"],
                quantiles=sorted(
                    (ForecastQuantile(level=float(each), value=value) for each, value in stored["quantiles"].items()),
                    key=lambda quantile: quantile.level,  # jsonb orders keys by their length first
                ),
                dispersion=stored["dispersion"],
                over=over,
            )
        )
    return PlayerForecast.of(
        row,
        note=_UNTRAINED if row.recipe == "bootstrap" else None,
        probability_to_play=row.to_play,
        statistics=statistics,
    )
