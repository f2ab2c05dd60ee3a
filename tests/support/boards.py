"""The stored boards as plain values, and the same boards computed in Python from the last ledger entry of each pick."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from pickvs.markets.rules import decimal_odds
from pickvs.standings.rules import Span

type BoardKey = tuple[str, tuple[str, ...], str | None]
"""Period, sports and market of a board."""

type Boards = dict[BoardKey, dict[int, dict[str, Any]]]
"""The rows of boards, by user."""

SUMS = ("wins", "losses", "pushes", "clv_picks", "total_units", "total_wagered", "risk", "clv_sum")


def kept(url: str) -> Boards:
    """Return the rows of every board by user."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        rows = connection.execute(
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


def sums(url: str) -> Boards:
    """Return the rows of every board by user, without the columns that the database computes."""
    return {
        key: {user: {name: row[name] for name in SUMS} for user, row in rows.items()} for key, rows in kept(url).items()
    }


def expected(url: str, spans: Sequence[Span], seasons: Mapping[str, datetime | None]) -> Boards:
    """Return the expected result of `sums` for the current `spans`. `seasons` has each sport's season start."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        picks = connection.execute(
            """
            SELECT last.*, pick.user_id, pick.market, pick.price, game.sport, game.commence_time
            FROM (
              SELECT DISTINCT ON (pick_id) * FROM settlement_ledger ORDER BY pick_id, result_id DESC, sign DESC
            ) last
            JOIN picks pick ON pick.id = last.pick_id
            JOIN games game ON game.id = pick.game_id
            WHERE last.sign = 1 AND last.result <> 'void'
            """
        ).fetchall()
    found: Boards = {}
    for span in spans:
        for market in (None, "moneyline", "spread", "total"):
            rows: dict[int, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
            for pick in picks:
                start = seasons[pick["sport"]] if span.period == "season" else span.starts_at
                if (
                    pick["sport"] in span.sports
                    and market in (None, pick["market"])
                    and (start is None or pick["commence_time"] >= start)
                ):
                    _count(rows[pick["user_id"]], pick)
            found[span.period, span.sports, market] = dict(rows)
    return found


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
