"""Shows the boards."""

import hmac
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import NamedTuple

from pickvs.accounts import queries as accounts
from pickvs.accounts.presence import account_is_gone
from pickvs.accounts.queries import User
from pickvs.core import clock
from pickvs.core.database import Connection, Row, transaction
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.markets.service import refuse_unknown_sport
from pickvs.markets.values import Market
from pickvs.standings import queries
from pickvs.standings.queries import Position
from pickvs.standings.rules import MINIMUM_PICKS, Period, Sort, skill, span
from pickvs.standings.schemas import Leaderboard, Me, MyStanding, MyTotals, OwnStanding, Standing
from pickvs.standings.seasons import seasons

NEIGHBOURS = 3
"""How many rows are shown on each side of one's own."""

_MOST_DIGITS = 20
"""No value on a board comes near this magnitude; a forged cursor could, and PostgreSQL would refuse the number."""

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
    """Where a row stands: how many rows down, from 1, and its rank, which rows of one value share."""

    row: int
    rank: int
    value: Decimal

    def next(self, value: Decimal) -> "_Place":
        """Return the place of the row below, which has `value`."""
        return _Place(self.row + 1, self.rank if value == self.value else self.row + 1, value)


_TOP = _Place(0, 1, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The last row of a page: where it lies in the order, and its place as the board said, if the signature is good."""

    position: Position
    place: _Place
    signature: str


def overall_ranks(connection: Connection) -> dict[int, int]:
    """Return the rank of every user with a graded pick, by units over all time, sports and markets."""
    return queries.overall_ranks(connection)


def show_leaderboard(
    *, period: Period, sport: str | None, market: Market | None, sort: Sort, limit: int, cursor: str | None
) -> Leaderboard:
    """Return one page of the board of a period, sport and market, in the order of `sort`.

    Raises Invalid for a sport that is not covered and for a cursor that is not of this order.
    """
    refuse_unknown_sport(sport)
    last = _read(cursor, sort) if cursor is not None else None
    with transaction(snapshot=True) as connection:
        board = queries.find_board(connection, span(period, sport, seasons(), clock.now()), market)
        if board is None:
            return Leaderboard(leaderboard=[], as_of=None, next_cursor=None)
        rows = queries.below(connection, board["id"], sort, last.position if last else None, limit + 1)
        page = rows[:limit]
        if last is None:
            places = _places(page, _TOP)
        elif hmac.compare_digest(last.signature, _signature(board, sort, last.position, last.place)):
            places = _places(page, last.place)
        else:
            places = _places(page, _above(connection, board["id"], sort, page))
    return Leaderboard(
        leaderboard=[_standing(row, place) for row, place in zip(page, places, strict=True)],
        as_of=board["updated_at"],
        next_cursor=_write(sort, page[-1], places[-1], board) if len(rows) > limit else None,
    )


def show_my_standing(
    user_id: int, *, period: Period, sport: str | None, market: Market | None, sort: Sort
) -> MyStanding:
    """Return the user's own row on a board, ranked or not, with its neighbours in the order of `sort`.

    Raises Invalid for a sport that is not covered, Unauthenticated for a user who is not there any more.
    """
    refuse_unknown_sport(sport)
    with transaction(snapshot=True) as connection:
        user = _present(connection, user_id)
        board = queries.find_board(connection, span(period, sport, seasons(), clock.now()), market)
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
        as_of=board["updated_at"] if board else None,
    )


def show_me(user_id: int) -> Me:
    """Return the user's account and totals, as they are now; totals are zero before the first graded pick.

    Raises Unauthenticated for a user who is not there any more.
    """
    with transaction() as connection:
        user = _present(connection, user_id)
        totals = queries.totals_of(connection, user_id)
    return Me.of(user, totals=MyTotals.of(totals or _NOTHING_GRADED))


def _present(connection: Connection, user_id: int) -> User:
    user = accounts.find_user(connection, user_id)
    if user is None:
        raise account_is_gone()
    return user


def _above(connection: Connection, board: int, sort: Sort, rows: list[Row]) -> _Place:
    """Return a place above the first of `rows`, from which theirs follow, counted on the board."""
    if not rows:
        return _TOP
    first = _position(rows[0])
    better, tied = queries.ahead(connection, board, sort, first)
    return _Place(better + tied, better + 1, first.value)


def _places(rows: list[Row], above: _Place) -> list[_Place]:
    """Return the places of `rows`, which follow one another below `above`."""
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


def _write(sort: Sort, row: Row, place: _Place, board: Row) -> str:
    position = _position(row)
    return write_cursor(
        sort,
        str(position.value),
        str(position.roi),
        position.picks,
        position.user_id,
        place.row,
        place.rank,
        _signature(board, sort, position, place),
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


def _signature(board: Row, sort: Sort, position: Position, place: _Place) -> str:
    """Return what proves that this board, as it stands, has put the row there: a place is counted only once.

    Whoever writes a place into a cursor by hand, or sends it after the board has changed, has it counted anew.
    """
    said = f"{board['changes']} {sort} {position} {place}"
    return hmac.new(board["cursor_key"].bytes, said.encode(), "sha256").hexdigest()[:_SIGNATURE_LENGTH]
