"""The board of a group: the public board filtered to its members."""

from collections.abc import Sequence
from functools import partial

from pickvs.core.database import Connection
from pickvs.groups import queries
from pickvs.groups.errors import unknown_group
from pickvs.markets.values import Market
from pickvs.standings import service as standings
from pickvs.standings.rules import Period, Sort
from pickvs.standings.schemas import Leaderboard


def show_leaderboard(
    user_id: int,
    group_id: int,
    *,
    period: Period,
    sport: str | None,
    market: Market | None,
    sort: Sort,
    limit: int,
    cursor: str | None,
) -> Leaderboard:
    """Return one page of the group's board, whose ranks count its members alone.

    Raises NotFound (GROUP_NOT_FOUND) if the user is not in such a group, and Invalid if the sport is not covered or the
    cursor belongs to another order.
    """
    return standings.show_leaderboard(
        period=period,
        sport=sport,
        market=market,
        sort=sort,
        limit=limit,
        cursor=cursor,
        among=partial(_members, user_id, group_id),
    )


def _members(user_id: int, group_id: int, connection: Connection) -> Sequence[int]:
    members = queries.member_ids(connection, group_id)
    if user_id not in members:
        raise unknown_group()
    return members
