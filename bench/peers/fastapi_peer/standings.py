"""GET /leaderboard."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import hmac
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter

from pickvs.sports.rules import SPORTS
from pickvs.standings.rules import skill, span

from . import cursors
from .database import transaction
from .games import check_sport
from .problems import Problem
from .schemas import Leaderboard, Market, Period, Sort, Standing
from .web import Cursor, Limit

router = APIRouter()

_VALUE = {"units": "total_units", "roi": "roi", "clv": "clv_percent", "skill": "skill"}
_RANKED = {
    "units": "true",
    "roi": "picks >= 20",
    "clv": "picks >= 20 AND clv_percent IS NOT NULL",
    "skill": "picks >= 20",
}
_BOARD = """
    SELECT id, sports, starts_on, changes, cursor_key, updated_at FROM boards
    WHERE period = $1::text::board_period AND ($2::text IS NULL OR sports = ARRAY[$2])
      AND market IS NOT DISTINCT FROM $3::text::market
    ORDER BY cardinality(sports) DESC
    LIMIT 1
"""


def _page_query(sort: Sort, *, first: bool) -> str:
    key = "roi, picks, (-user_id)" if sort == "roi" else f"{_VALUE[sort]}, roi, picks, (-user_id)"
    order = ", ".join(f"{part} DESC" for part in key.split(", "))
    position = "$4::numeric, $5::integer, -$6::bigint"
    # If the order is roi, the value is roi itself. The query uses $3 anyway, to keep the number of parameters.
    place = f"$3::numeric IS NOT NULL AND ({key}) < ({position})"
    if sort != "roi":
        place = f"({key}) < ($3::numeric, {position})"
    return f"""
        SELECT row.*, {_VALUE[sort]} AS value, users.username,
               round(100.0 * wins / nullif(wins + losses, 0), 2) AS win_rate
        FROM (
          SELECT * FROM standings
          WHERE board_id = $1 AND {_RANKED[sort]} AND {"true" if first else place}
          ORDER BY {order}
          LIMIT $2
        ) row
        JOIN users ON users.id = row.user_id
        ORDER BY {order}
    """


def _ahead_query(sort: Sort) -> str:
    value, ranked = _VALUE[sort], _RANKED[sort]
    return f"""
        SELECT (SELECT count(*) FROM standings WHERE board_id = $1 AND {ranked} AND {value} > $2) AS better,
               (SELECT count(*) FROM standings WHERE board_id = $1 AND {ranked} AND {value} = $2
                  AND (roi, picks, (-user_id)) > ($3, $4::integer, -$5::bigint)) AS tied
    """


@router.get("/leaderboard")
async def get_leaderboard(
    period: Period = "all",
    sport: str | None = None,
    market: Market | None = None,
    sort: Sort = "units",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Leaderboard:
    check_sport(sport)
    last = _read(cursor, sort) if cursor else None
    async with transaction(snapshot=True) as connection:
        board = await connection.fetchrow(_BOARD, period, sport, market)
        counted = SPORTS.keys() & board["sports"] if board else SPORTS.keys()
        wanted = span(period, sport, {key: SPORTS[key] for key in counted} or SPORTS, datetime.now(UTC))
        dates = {"starts_on": wanted.starts_on, "ends_on": wanted.ends_on}
        if board is None or board["starts_on"] != wanted.starts_on:
            return Leaderboard(leaderboard=[], **dates, as_of=None, next_cursor=None)
        query = _page_query(sort, first=last is None)
        rows = await connection.fetch(query, board["id"], limit + 1, *(last[0] if last else ()))
        page = rows[:limit]
        if last and hmac.compare_digest(last[2], _signature(board, sort, last[0], last[1])):
            row_number, rank, value = last[1][0], last[1][1], last[0][0]
        else:
            row_number, rank, value = await _above(connection, board["id"], sort, page)
    standings = []
    for row in page:
        row_number += 1
        rank = rank if row["value"] == value else row_number
        value = row["value"]
        standings.append(_standing(row, rank))
    return Leaderboard(
        leaderboard=standings,
        **dates,
        as_of=board["updated_at"],
        next_cursor=_write(sort, page[-1], (row_number, rank), board) if len(rows) > limit else None,
    )


async def _above(connection: Any, board: int, sort: Sort, page: list[Any]) -> tuple[int, int, Decimal]:
    if not page:
        return 0, 1, Decimal(0)
    first = page[0]
    ahead = await connection.fetchrow(
        _ahead_query(sort), board, first["value"], first["roi"], first["picks"], first["user_id"]
    )
    return ahead["better"] + ahead["tied"], ahead["better"] + 1, first["value"]


def _standing(row: Any, rank: int) -> Standing:
    seen = skill(row["total_units"], row["total_wagered"], row["risk"])
    return Standing(**{**row, "skill": seen.estimate, "skill_low": seen.low, "skill_high": seen.high, "rank": rank})


def _read(cursor: str, sort: Sort) -> tuple[tuple[Any, ...], tuple[int, int], str]:
    of, value, roi, picks, user, row, rank, signature = cursors.read(cursor, str, str, str, int, int, int, int, str)
    try:
        numbers = Decimal(value), Decimal(roi)
    except InvalidOperation:
        raise Problem(422, "INVALID_CURSOR", "The cursor is not valid.") from None
    if of != sort or not all(number.is_finite() for number in numbers):
        raise Problem(422, "INVALID_CURSOR", "The cursor is not valid.")
    return (*numbers, picks, user), (row, rank), signature


def _write(sort: Sort, row: Any, place: tuple[int, int], board: Any) -> str:
    position = (row["value"], row["roi"], row["picks"], row["user_id"])
    signature = _signature(board, sort, position, place)
    return cursors.write(sort, str(position[0]), str(position[1]), *position[2:], *place, signature)


def _signature(board: Any, sort: Sort, position: tuple[Any, ...], place: tuple[int, int]) -> str:
    said = f"{board['changes']} {sort} {position} {place}"
    return hmac.new(board["cursor_key"].bytes, said.encode(), "sha256").hexdigest()[:32]
