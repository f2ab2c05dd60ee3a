"""Benchmarks settling a whole season's picks at once, against one UPDATE … FROM and against a loop over the picks.

Settlement and the UPDATE of bench.bare_update run in turn in one transaction, are compared pick by pick, and are rolled
back. Settlement writes the ledger and the boards with all triggers and checks active. Durations are processor time of
the client and the server process.
"""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench import bare_update, season
from bench.deployed import PEERS, peer_layer
from bench.growth import AT_MOST_LINEAR, growth
from bench.processor import on_processor
from bench.table import Line, spread
from local.settings import RUNTIME_PYTHON
from pickvs.picks.settlement.service import grade_all_pending_picks
from pickvs.picks.telling.service import tell_of_settlement
from pickvs.standings.board_updates.service import update_leaderboard_stats
from tests.support.databases import Databases
from tests.support.laptop import ROOT

GAMES, EACH = 1_230, 10
"""Games in the season, and picks per user."""
SIZES = (10_000, 100_000, 1_000_000)
"""Numbers of picks."""
ROUNDS = 3
LOOP_STEP = 50
"""Step of the loop, which grades every 50th pick only."""
AT = season.tip_off((GAMES - 1) // season.A_NIGHT) + timedelta(hours=4)
GRADING_LIMIT, LIMIT, TELLING_LIMIT, LOOP_AT_LEAST, MEMORY_MB = 1.5, 3.0, 4.0, 20.0, 128.0
CHILD_SECONDS = 300


@dataclass
class _Taken:
    """Processor time in seconds, one value for each round."""

    bare: list[float] = field(default_factory=list)
    grading: list[float] = field(default_factory=list)
    settling: list[float] = field(default_factory=list)
    telling: list[float] = field(default_factory=list)


def measure(databases: Databases) -> list[Line]:
    """Time all variants at three sizes. Report the medians and the memory at the largest size."""
    taken = {}
    for picks in SIZES:
        with databases.fresh() as url:
            _fill(url, picks)
            taken[picks] = _rounds(url, picks)
            if picks == SIZES[-1]:
                loop, memory = _loop(url), _memory(url, picks)
    last = taken[SIZES[-1]]
    grading, settling = statistics.median(last.grading), statistics.median(last.settling)
    users = SIZES[-1] // EACH
    return [
        Line(f"one bare UPDATE … FROM of {SIZES[-1]:,} picks, {GAMES:,} games (CPU)", *_median(last.bare)),
        _ratio("grade them into the ledger", last.grading, last.bare, GRADING_LIMIT),
        _ratio(f"settle them, ledger and the boards of {users:,} users", last.settling, last.bare, LIMIT),
        _ratio("settle them, and tell their owners", last.telling, last.bare, TELLING_LIMIT),
        memory,
        Line(f"asyncpg, an UPDATE for each: {SIZES[-1] // LOOP_STEP:,} timed, x {LOOP_STEP}", loop),
        Line("graded into the ledger instead", grading, loop / grading, LOOP_AT_LEAST, at_least=True),
        Line("and with the boards, which the loop leaves alone", settling, loop / settling),
        growth("grade", {size: of.grading for size, of in taken.items()}, AT_MOST_LINEAR),
        growth("settle", {size: of.settling for size, of in taken.items()}, AT_MOST_LINEAR),
    ]


def _fill(url: str, picks: int) -> None:
    season.add_users(url, picks // EACH)
    season.add_games(url, GAMES)
    season.add_picks(url, users=picks // EACH, each=EACH)
    season.finish(url)
    with psycopg.connect(url) as connection:
        connection.execute(bare_update.CREATE.encode())


def _rounds(url: str, picks: int) -> _Taken:
    taken = _Taken()
    for number in range(ROUNDS):
        # A rolled-back round leaves dead rows, which would slow down the next one.
        season.vacuum(url)
        with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
            sides = (_bare, _ours)
            for side in sides if number % 2 == 0 else sides[::-1]:
                side(connection, picks, taken)
            bare_update.check_equal(connection)
            connection.rollback()
    return taken


def _bare(connection: psycopg.Connection[Any], picks: int, taken: _Taken) -> None:
    began = on_processor(connection)
    updated = connection.execute(bare_update.UPDATE.encode(), {"at": AT}).rowcount
    taken.bare.append(on_processor(connection) - began)
    assert updated == picks


def _ours(connection: psycopg.Connection[Any], picks: int, taken: _Taken) -> None:
    """Time the three parts of `settle`: grading, the update of the boards, and the notices."""
    began = on_processor(connection)
    settlement = grade_all_pending_picks(connection, AT)
    taken.grading.append(on_processor(connection) - began)
    users = update_leaderboard_stats(connection, settlement, AT)
    taken.settling.append(on_processor(connection) - began)
    told = tell_of_settlement(connection, settlement, AT)
    taken.telling.append(on_processor(connection) - began)
    assert (settlement.graded, users, told) == (picks, picks // EACH, picks)
    _check_board(connection)


def _check_board(connection: psycopg.Connection[Any]) -> None:
    """Assert that the overall board has the same totals as the ledger."""
    sums = "count(*) FILTER (WHERE result <> 'void') AS picks, sum(units) AS units, sum(wagered) AS wagered"
    ledger = connection.execute(f"SELECT {sums} FROM settlement_ledger".encode()).fetchone()
    board = connection.execute(
        """
        SELECT sum(picks) AS picks, sum(total_units) AS units, sum(total_wagered) AS wagered
        FROM standings WHERE board_id = (SELECT id FROM boards WHERE period = 'all' AND market IS NULL)
        """
    ).fetchone()
    assert board == ledger


def _loop(url: str) -> float:
    """Return the processor seconds that the loop would take for all picks."""
    done = _child([str(RUNTIME_PYTHON), str(PEERS / "pick_loop.py"), url, str(LOOP_STEP)], str(peer_layer() / "python"))
    with psycopg.connect(url, row_factory=dict_row) as connection:
        grade_all_pending_picks(connection, AT)
        row = connection.execute(
            "SELECT count(*) AS picks, sum(units) AS units FROM settlement_ledger WHERE pick_id %% %s = 0",
            (LOOP_STEP,),
        ).fetchone()
        connection.rollback()
    assert row == {"picks": done["picks"], "units": Decimal(done["units"])}
    return float(done["seconds"]) * LOOP_STEP


def _memory(url: str, picks: int) -> Line:
    paths = os.pathsep.join(str(path) for path in (ROOT / "layers" / "common", ROOT))
    done = _child([sys.executable, "-m", "bench.settling_process", url, AT.isoformat()], paths)
    assert done["picks_graded"] == picks
    return Line(
        f"memory of the process that does it, against {MEMORY_MB:.0f} MB",
        done["mb"],
        done["mb"] / MEMORY_MB,
        1.0,
        unit="MB",
    )


def _child(command: list[str], path: str) -> dict[str, Any]:
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _ratio(what: str, taken: list[float], bare: list[float], limit: float) -> Line:
    median = statistics.median(taken)
    return Line(what, median, median / statistics.median(bare), limit, spread(taken))


def _median(taken: list[float]) -> tuple[float, None, None, float]:
    return statistics.median(taken), None, None, spread(taken)
