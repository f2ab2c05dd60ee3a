"""Lists users' own picks."""

from datetime import datetime

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, refuse_empty_span, write_cursor
from pickvs.markets.values import Market
from pickvs.picks import queries
from pickvs.picks.columns import PickRow
from pickvs.picks.queries import PickFilter
from pickvs.picks.rules import PickStatus
from pickvs.picks.schemas import MyPicks, Pick, PickedGame
from pickvs.sports.service import refuse_unknown_sport


def list_mine(
    user_id: int,
    *,
    status: PickStatus | None,
    sport: str | None,
    market: Market | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> MyPicks:
    """Return a page of the user's picks, newest first.

    since, until: range of tip-offs, since inclusive, until exclusive. Raises Invalid if the sport is not covered, if
    `until` is not after `since`, or if the cursor belongs to another list.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    before: int | None = read_cursor(cursor, int)[0] if cursor is not None else None
    chosen = PickFilter(status, sport, market, since, until)
    with transaction() as connection:
        rows = queries.picks_of_user(connection, user_id, chosen, before=before, limit=limit + 1)
    page = rows[:limit]
    return MyPicks(
        picks=[shown(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def shown(row: PickRow) -> Pick:
    """Return the response type of a pick."""
    return Pick(
        id=row.id,
        game=PickedGame(
            id=row.game_id,
            home_team=row.home_team,
            away_team=row.away_team,
            commence_time=row.commence_time,
            status=row.game_status,
            home_score=row.home_score,
            away_score=row.away_score,
        ),
        market=row.market,
        selection=row.selection,
        line=row.line,
        price=row.price,
        stake_units=row.stake_units,
        placed_at=row.placed_at,
        result=row.result,
        result_units=row.result_units,
        graded_at=row.graded_at,
        void_reason=row.void_reason,
        closing_line=row.closing_line,
        closing_price=row.closing_price,
        clv_percent=row.clv_percent,
        clv_reason=row.clv_reason,
        clv_points=row.clv_points,
    )
