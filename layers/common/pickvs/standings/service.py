"""Shows boards, the caller's place on them, and the caller's account."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import NamedTuple

from pickvs.accounts.presence import present_user
from pickvs.core import clock
from pickvs.core.database import Connection, Row, transaction
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.markets.values import Market
from pickvs.sports.rules import SPORTS
from pickvs.sports.service import refuse_unknown_sport
from pickvs.standings import queries
from pickvs.standings.queries import Position
from pickvs.standings.rules import MINIMUM_PICKS, Period, Sort, Span, skill, span
from pickvs.standings.schemas import Leaderboard, Me, MyStanding, MyTotals, OwnStanding, Standing

type ReadUsers = Callable[[Connection], Sequence[int]]
"""Reads, in the transaction of a board, the ids of the users whom it is filtered to, in ascending order. At most some
thousand: a page looks up the row of each of them."""

NEIGHBOURS = 3
"""Number of rows shown on each side of the caller's row."""

_MOST_DIGITS = 20
"""Maximum magnitude of a number in a cursor, as a power of ten.

Board values are far below it. PostgreSQL would reject a larger number in a forged cursor.
"""

_SIGNATURE_LENGTH = 32  # 128 bits

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


class _Place(NamedTuple):
    """A row's number on its board, from 1, and its rank, which rows with equal values share."""

    row: int
    rank: int
    value: Decimal

    def next(self, value: Decimal) -> "_Place":
        """Return the place of the next row down, which has `value`."""
        return _Place(self.row + 1, self.rank if value == self.value else self.row + 1, value)


_TOP = _Place(0, 1, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A page's last row: its position in the order, and its place, which counts only if the signature is valid."""

    position: Position
    place: _Place
    signature: str


def overall_ranks(connection: Connection) -> dict[int, int]:
    """Return the rank of every user with a graded pick, by units over all time, sports and markets."""
    return queries.overall_ranks(connection)


def show_leaderboard(
    *,
    period: Period,
    sport: str | None,
    market: Market | None,
    sort: Sort,
    limit: int,
    cursor: str | None,
    among: ReadUsers | None = None,
) -> Leaderboard:
    """Return one page of the board of a period, sport and market, in the order of `sort`.

    among: filters the board to these users, whose ranks then count them alone. None: everybody. Raises Invalid if the
    sport is not covered or the cursor belongs to another order, and what `among` raises.
    """
    refuse_unknown_sport(sport)
    last = _read(cursor, sort) if cursor is not None else None
    with transaction(snapshot=True) as connection:
        users = among(connection) if among else None
        current, board = _current(connection, period, sport, market)
        if board is None:
            return Leaderboard(
                leaderboard=[],
                starts_on=current.starts_on,
                ends_on=current.ends_on,
                as_of=None,
                next_cursor=None,
            )
        rows = queries.below(connection, board["id"], sort, last.position if last else None, limit + 1, among=users)
        page = rows[:limit]
        if last is None:
            places = _places(page, _TOP)
        elif hmac.compare_digest(last.signature, _signature(board, users, sort, last.position, last.place)):
            places = _places(page, last.place)
        else:
            places = _places(page, _above(connection, board["id"], sort, page, users))
    return Leaderboard(
        leaderboard=[_standing(row, place) for row, place in zip(page, places, strict=True)],
        starts_on=current.starts_on,
        ends_on=current.ends_on,
        as_of=board["updated_at"],
        next_cursor=_write(board, users, sort, page[-1], places[-1]) if len(rows) > limit else None,
    )


def show_my_standing(
    user_id: int, *, period: Period, sport: str | None, market: Market | None, sort: Sort
) -> MyStanding:
    """Return the user's own row on a board, ranked or not, with its neighbours in the order of `sort`.

    Raises Invalid if the sport is not covered, and Unauthenticated if the account is gone.
    """
    refuse_unknown_sport(sport)
    with transaction(snapshot=True) as connection:
        user = present_user(connection, user_id)
        current, board = _current(connection, period, sport, market)
        row = queries.row_of(connection, board["id"], sort, user_id) if board else None
        above: list[Row] = []
        below: list[Row] = []
        places: list[_Place] = []
        if board and row and row["is_ranked"]:
            above = queries.above(connection, board["id"], sort, _position(row), NEIGHBOURS)
            below = queries.below(connection, board["id"], sort, _position(row), NEIGHBOURS)
            shown = [*above, row, *below]
            places = _places(shown, _above(connection, board["id"], sort, shown))
    rank = places[len(above)].rank if places else None
    own = OwnStanding.of(row or _NOTHING_GRADED, **_skill(row), username=user.username, rank=rank)
    return MyStanding(
        standing=own,
        above=[_standing(other, place) for other, place in zip(above, places, strict=False)],
        below=[_standing(other, place) for other, place in zip(below, places[len(above) + 1 :], strict=True)],
        picks_missing=max(0, MINIMUM_PICKS[sort] - own.picks),
        starts_on=current.starts_on,
        ends_on=current.ends_on,
        as_of=board["updated_at"] if board else None,
    )


def show_me(user_id: int) -> Me:
    """Return the user's account and current totals. Totals are zero before the first graded pick.

    Raises Unauthenticated if the account is gone.
    """
    with transaction() as connection:
        user = present_user(connection, user_id)
        totals = queries.totals_of(connection, user_id)
    return Me.of(user, totals=MyTotals.of(totals or _NOTHING_GRADED))


def _current(
    connection: Connection, period: Period, sport: str | None, market: Market | None
) -> tuple[Span, Row | None]:
    """Return the current period of a sport, or of all sports, and its board. None if it has no board yet.

    All sports are those of the last board, which are those that are settled. Before the first settlement they are those
    of the table.
    """
    board = queries.last_board(connection, period, sport, market)
    counted = SPORTS.keys() & board["sports"] if board else SPORTS.keys()
    current = span(period, sport, {key: SPORTS[key] for key in counted} or SPORTS, clock.now())
    return current, board if board and board["starts_on"] == current.starts_on else None


def _above(
    connection: Connection, board: int, sort: Sort, rows: list[Row], users: Sequence[int] | None = None
) -> _Place:
    """Return the place directly above the first of `rows`, counted on the board."""
    if not rows:
        return _TOP
    first = _position(rows[0])
    better, tied = queries.ahead(connection, board, sort, first, among=users)
    return _Place(better + tied, better + 1, first.value)


def _places(rows: list[Row], above: _Place) -> list[_Place]:
    """Return the places of consecutive `rows` directly below `above`."""
    return list(accumulate(rows, lambda place, row: place.next(row["value"]), initial=above))[1:]


def _position(row: Row) -> Position:
    return Position(row["value"], row["roi"], row["picks"], row["user_id"])


def _standing(row: Row, place: _Place) -> Standing:
    seen = skill(row["total_units"], row["total_wagered"], row["risk"])
    return Standing(
        total_units=row["total_units"],
        total_wagered=row["total_wagered"],
        roi=row["roi"],
        wins=row["wins"],
        losses=row["losses"],
        pushes=row["pushes"],
        picks=row["picks"],
        win_rate=row["win_rate"],
        clv_percent=row["clv_percent"],
        username=row["username"],
        skill=seen.estimate,
        skill_low=seen.low,
        skill_high=seen.high,
        rank=place.rank,
    )


def _skill(row: Row | None) -> dict[str, Decimal | None]:
    if row is None:
        return {"skill": None, "skill_low": None, "skill_high": None}
    seen = skill(row["total_units"], row["total_wagered"], row["risk"])
    return {"skill": seen.estimate, "skill_low": seen.low, "skill_high": seen.high}


def _write(board: Row, users: Sequence[int] | None, sort: Sort, row: Row, place: _Place) -> str:
    position = _position(row)
    return write_cursor(
        sort,
        str(position.value),
        str(position.roi),
        position.picks,
        position.user_id,
        place.row,
        place.rank,
        _signature(board, users, sort, position, place),
    )


def _read(cursor: str, sort: Sort) -> _Cursor:
    of, value, roi, picks, user_id, row, rank, signature = read_cursor(cursor, str, str, str, int, int, int, int, str)
    try:
        numbers = Decimal(value), Decimal(roi)
    except InvalidOperation:
        raise invalid_cursor() from None
    if not all(number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS for number in numbers):
        raise invalid_cursor()
    if of != sort or not signature.isascii():
        raise invalid_cursor()
    return _Cursor(Position(*numbers, picks, user_id), _Place(row, rank, numbers[0]), signature)


def _signature(board: Row, users: Sequence[int] | None, sort: Sort, position: Position, place: _Place) -> str:
    """Return a proof that the board in its current state, filtered to these users, has this row at this place.

    With a valid signature the next page does not count places again. If a client forges a place, or the board or the
    users have changed, places are counted anew.
    """
    said = f"{board['changes']} {sort} {position} {place} {users}"
    return hmac.new(board["cursor_key"].bytes, said.encode(), "sha256").hexdigest()[:_SIGNATURE_LENGTH]
