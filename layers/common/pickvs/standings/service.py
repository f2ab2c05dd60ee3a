"""Keeps the standings in step with the ledger, and shows them."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation

from pickvs.accounts import queries as accounts
from pickvs.core import clock
from pickvs.core.database import Connection, Row, transaction
from pickvs.core.errors import Unauthenticated
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.markets.rules import SPORTS
from pickvs.markets.service import refuse_unknown_sport
from pickvs.markets.values import Market
from pickvs.picks.settlement.service import Settlement
from pickvs.standings import queries
from pickvs.standings.rules import MINIMUM_PICKS, Period, Sort, period_start
from pickvs.standings.schemas import Leaderboard, Me, MyTotals, Standing

_MOST_DIGITS = 20
"""No value on a board comes near this magnitude; a forged cursor could, and PostgreSQL would refuse the number."""


_NOTHING_GRADED = MyTotals(
    total_units=Decimal(0),
    total_wagered=Decimal(0),
    roi=None,
    wins=0,
    losses=0,
    pushes=0,
    picks=0,
    win_rate=None,
    clv_percent=None,
    rank=None,
)


def update_leaderboard_stats(connection: Connection, settlement: Settlement, at: datetime) -> int:
    """Add what `settlement` booked to the totals of the users concerned, then refresh the ranks; return how many users.

    Runs in the transaction of the settlement: ledger and standings are never seen apart.
    """
    if not settlement.games:
        return 0
    users = queries.add_settled(connection, settlement.games, settlement.results, at)
    queries.refresh_ranks(connection)
    return users


def rebuild() -> int:
    """Sum the whole ledger anew and rank everybody; return how many users have totals.

    If all was well, nothing changes.
    """
    with transaction(statement_timeout_ms=600_000) as connection:
        users = queries.rebuild(connection)
        queries.refresh_ranks(connection)
    return users


def show_leaderboard(
    *, period: Period, sport: str | None, market: Market | None, sort: Sort, limit: int, cursor: str | None
) -> Leaderboard:
    """Return one page of the board of a period, sport and market, in the order of `sort`.

    Raises Invalid for a sport that is not covered and for a cursor that is not this board's.
    """
    chosen = queries.BoardFilter(sport, market, _since(period, sport, clock.now()))
    after = _position(cursor) if cursor else None
    with transaction() as connection:
        rows = queries.board(connection, chosen, sort, MINIMUM_PICKS[sort], after, limit + 1)
        as_of = queries.as_of(connection)
    page = rows[:limit]
    return Leaderboard(
        leaderboard=[Standing.model_validate(row | {"rank": row["place"]}) for row in page],
        as_of=as_of,
        next_cursor=_cursor(page[-1]) if len(rows) > limit else None,
    )


def show_me(user_id: int) -> Me:
    """Return the user's account and totals, as they are now; totals are zero before the first graded pick.

    Raises Unauthenticated for a user who is not there any more.
    """
    with transaction() as connection:
        user = accounts.find_user(connection, user_id)
        totals = queries.totals_of(connection, user_id)
    if user is None:
        raise Unauthenticated("UNAUTHENTICATED", "The account of this token does not exist any more.")
    return Me.model_validate({**asdict(user), "totals": totals or _NOTHING_GRADED})


def _since(period: Period, sport: str | None, at: datetime) -> dict[str, datetime] | None:
    refuse_unknown_sport(sport)
    starts = {key: period_start(period, covered.season_start, at) for key, covered in SPORTS.items()}
    return {key: start for key, start in starts.items() if start is not None} or None


def _cursor(row: Row) -> str:
    return write_cursor(str(row["value"]), str(row["roi"]), row["picks"], row["user_id"])


def _position(cursor: str) -> queries.Position:
    value, roi, picks, user_id = read_cursor(cursor, str, str, int, int)
    try:
        numbers = Decimal(value), Decimal(roi)
    except InvalidOperation:
        raise invalid_cursor() from None
    if not all(number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS for number in numbers):
        raise invalid_cursor()
    return queries.Position(*numbers, picks, user_id)
