"""The stored boards as plain values, and the same boards computed in Python from the last ledger entry of each pick."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from pickvs.markets.rules import decimal_odds
from pickvs.sports.rules import Sport

type BoardKey = tuple[str, tuple[str, ...], str | None]
"""Period, sports and market of a board."""

type Boards = dict[BoardKey, dict[int, dict[str, Any]]]
"""The rows of boards, by user."""

type Where = str | psycopg.Connection[Any]
"""The URL of a database, or a connection to it: opening one costs more than what is asked of it."""

SUMS = ("wins", "losses", "pushes", "clv_picks", "total_units", "total_wagered", "risk", "clv_sum")


@contextmanager
def _asking(where: Where) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
    if isinstance(where, psycopg.Connection):
        yield where.cursor(row_factory=dict_row)
        return
    with psycopg.connect(where) as connection:
        yield connection.cursor(row_factory=dict_row)


def kept(where: Where) -> Boards:
    """Return the rows of every board by user."""
    with _asking(where) as cursor:
        rows = cursor.execute(
            """
            SELECT board.period, board.sports, board.market, standing.*
            FROM boards board LEFT JOIN standings standing ON standing.board_id = board.id
            """
        ).fetchall()
    found: Boards = defaultdict(dict)
    for row in rows:
        board = found[row.pop("period"), tuple(row.pop("sports")), row.pop("market")]
        if row.pop("board_id") is not None:
            board[row.pop("user_id")] = row
    return found


def sums(where: Where) -> Boards:
    """Return the rows of every board by user, without the columns that the database computes."""
    return {
        key: {user: {name: row[name] for name in SUMS} for user, row in rows.items()}
        for key, rows in kept(where).items()
    }


def starts(where: Where) -> set[tuple[str, tuple[str, ...], date | None]]:
    """Return period, sports and first date of the boards."""
    with _asking(where) as cursor:
        found = cursor.execute("SELECT period, sports, starts_on FROM boards").fetchall()
    return {(each["period"], tuple(each["sports"]), each["starts_on"]) for each in found}


def expected_starts(
    where: Where, sports: Mapping[str, Sport], at: datetime
) -> set[tuple[str, tuple[str, ...], date | None]]:
    """Return the expected result of `starts` after a settlement at `at`: the earliest date with today's label."""
    found: set[tuple[str, tuple[str, ...], date | None]] = set()
    for covered, today in _current_days(_played(where, sports), at):
        found.add(("all", covered, None))
        for period in ("day", "week", "month", "season"):
            found.add((period, covered, min(_first(period, today, sports[sport].season_start) for sport in covered)))
    return found


def expected(where: Where, sports: Mapping[str, Sport], at: datetime) -> Boards:
    """Return the expected result of `sums` after a settlement at `at`.

    A pick is on a board if its game's date and the current day have the same label: the same date, week, month or
    season. The current day of several sports is the earliest of theirs. A sport without a settled game has no boards.
    """
    with _asking(where) as cursor:
        picks = cursor.execute(
            """
            SELECT last.*, pick.user_id, pick.market, pick.price, game.sport, game.local_date
            FROM (
              SELECT DISTINCT ON (pick_id) * FROM settlement_ledger ORDER BY pick_id, result_id DESC, sign DESC
            ) last
            JOIN picks pick ON pick.id = last.pick_id
            JOIN games game ON game.id = pick.game_id
            WHERE last.sign = 1 AND last.result <> 'void'
            """
        ).fetchall()
    found: Boards = {}
    for covered, today in _current_days(_played(where, sports), at):
        for period in ("day", "week", "month", "season", "all"):
            for market in (None, "moneyline", "spread", "total"):
                rows: dict[int, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
                for pick in picks:
                    if pick["sport"] in covered and market in (None, pick["market"]):
                        turn = sports[pick["sport"]].season_start
                        if _label(period, pick["local_date"], turn) == _label(period, today, turn):
                            _count(rows[pick["user_id"]], pick)
                found[period, covered, market] = dict(rows)
    return found


def _played(where: Where, sports: Mapping[str, Sport]) -> dict[str, Sport]:
    """Return the sports with a settled game."""
    with _asking(where) as cursor:
        found = cursor.execute("SELECT DISTINCT sport FROM games WHERE settled_result_id IS NOT NULL").fetchall()
    return {each["sport"]: sports[each["sport"]] for each in found if each["sport"] in sports}


def _current_days(sports: Mapping[str, Sport], at: datetime) -> list[tuple[tuple[str, ...], date]]:
    """Return the current day of each sport and of all together."""
    return [
        (covered, min(current_day(sports[sport].time_zone, at) for sport in covered))
        for covered in {tuple(sorted(sports)), *((sport,) for sport in sports)} - {()}
    ]


def current_day(time_zone: ZoneInfo, at: datetime) -> date:
    """Return the date in a league's zone, or before noon the date before."""
    wall = at.astimezone(time_zone)
    return wall.date() if wall.hour >= 12 else wall.date() - timedelta(days=1)


def _first(period: str, day: date, season_start: tuple[int, int]) -> date:
    """Return the earliest date with the label of `day`."""
    while _label(period, before := day - timedelta(days=1), season_start) == _label(period, day, season_start):
        day = before
    return day


def _label(period: str, day: date, season_start: tuple[int, int]) -> object:
    match period:
        case "day":
            return day
        case "week":
            return day.isocalendar()[:2]
        case "month":
            return day.year, day.month
        case "season":
            return day.year - ((day.month, day.day) < season_start)
    return None


def _count(row: dict[str, Any], pick: dict[str, Any]) -> None:
    row[{"win": "wins", "loss": "losses", "push": "pushes"}[pick["result"]]] += 1
    row["total_units"] += pick["units"]
    row["total_wagered"] += pick["wagered"]
    exact = Decimal(pick["wagered"]) ** 2 * _decimal(pick["price"])
    row["risk"] += exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    if pick["clv_percent"] is not None:
        row["clv_picks"] += 1
        row["clv_sum"] += pick["clv_percent"]


def _decimal(price: int) -> Decimal:
    profit = decimal_odds(price) - 1
    return Decimal(profit.numerator) / Decimal(profit.denominator)
