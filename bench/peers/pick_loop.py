"""Grades picks one by one with asyncpg: `python pick_loop.py <database> <step>` takes every step-th pick.

One statement reads the picks with their results and closing quotes. Python grades each pick, and a prepared UPDATE
writes it. The transaction is rolled back. Prints as JSON: the processor seconds of this process and the server process,
the number of picks, and the sum of their units.
"""

# mypy: disable-error-code="import-not-found"

import asyncio
import json
import sys
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import asyncpg

_PENDING = """
    SELECT pick.id, pick.market, pick.selection, pick.line, pick.price, pick.stake_units,
           final.home_score, final.away_score,
           close.line AS closing_line, close.price AS closing_price, close.probability
    FROM bare_picks pick
    JOIN game_results final ON final.game_id = pick.game_id
    JOIN quotes close
      ON close.game_id = pick.game_id AND close.market = pick.market AND close.selection = pick.selection
    WHERE pick.id % $1 = 0
    ORDER BY pick.id
"""
_UPDATE = """
    UPDATE bare_picks SET result = $2, units = $3, wagered = $4, closing_line = $5, closing_price = $6,
                          clv_percent = $7, settled_at = now()
    WHERE id = $1
"""
_PLACES = Decimal("0.0001")


def grade(pick: Any) -> tuple[Any, ...]:
    """Return the parameters of the UPDATE that follow the id."""
    lead, points = pick["home_score"] - pick["away_score"], pick["home_score"] + pick["away_score"]
    line, stake, price = pick["line"], pick["stake_units"], pick["price"]
    match pick["selection"]:
        case "home":
            ahead = lead + (line or 0)
        case "away":
            ahead = (line or 0) - lead
        case "over":
            ahead = points - line
        case _:
            ahead = line - points
    profit = Decimal(price) / 100 if price > 0 else Decimal(100) / -price
    if pick["market"] == "moneyline" and lead == 0:
        result, units, wagered = "void", Decimal(0), Decimal(0)
    elif ahead > 0:
        result, units, wagered = "win", (stake * profit).quantize(_PLACES, ROUND_HALF_UP), stake
    elif ahead < 0:
        result, units, wagered = "loss", -stake, stake
    else:
        result, units, wagered = "push", Decimal(0), stake
    value = None
    if pick["closing_line"] == line:
        value = (100 * (pick["probability"] * (1 + profit) - 1)).quantize(_PLACES, ROUND_HALF_UP)
    return result, units, wagered, pick["closing_line"], pick["closing_price"], value


def on_processor(connection: Any) -> float:
    """Return the processor seconds that this process and the server process have used so far."""
    server = Path(f"/proc/{connection.get_server_pid()}/schedstat").read_text("ascii")
    return time.process_time() + int(server.split()[0]) / 1e9


async def main(url: str, step: int) -> None:
    """Time the loop and print the result."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    total = Decimal(0)
    began = on_processor(connection)
    picks = await connection.fetch(_PENDING, step)
    update = await connection.prepare(_UPDATE)
    for pick in picks:
        values = grade(pick)
        await update.fetch(pick["id"], *values)
        total += values[1]
    seconds = on_processor(connection) - began
    await transaction.rollback()
    await connection.close()
    print(json.dumps({"seconds": seconds, "picks": len(picks), "units": str(total)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
