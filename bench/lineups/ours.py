"""Builds portfolios with the optimizer of PickVs, each in a process of its own on one core."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from bench.lineups.settings import Setting
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.portfolio import build
from pickvs.dfs.optimizer.rules import LineupRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A portfolio. cpu: processor seconds, nothing known of the slate before. mb: peak memory of the process."""

    lineups: tuple[Lineup, ...]
    points: Decimal
    bound: Decimal
    cpu: float
    mb: float


def build_apart(pool: Pool, setting: Setting) -> Built:
    """Return the portfolio that a new process builds."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_build, pool, setting).result()


def _build(pool: Pool, setting: Setting) -> Built:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.process_time()
    batches = list(build(pool, LineupRules(), setting.asked_of(pool)))
    taken = time.process_time() - began
    # Not getrusage: its maximum starts at the parent's value.
    peak = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    return Built(
        lineups=tuple(lineup for batch in batches for lineup in batch.lineups),
        points=batches[-1].points,
        bound=batches[-1].bound,
        cpu=taken,
        mb=int(peak.split()[1]) / 1024,
    )
