"""What may be asked of contests and their simulations. Pure."""

from datetime import timedelta
from typing import Literal

from pickvs.dfs.simulation.rules import BLOCK

type RunState = Literal["queued", "running", "done", "partial", "failed", "cancelled"]
"""How far a run is. partial: it was stopped, and what it says is of fewer simulations. The last four are final."""

FUNCTION = "simulate_contest"
"""The function that simulates."""

MOST_CONTESTS = 200
"""Contests of a user for one slate."""

MOST_RUNNING = 2
"""Runs of a user that are queued or running at once."""

MOST_SIMULATIONS = 20_000
SIMULATIONS = 10_000
"""Simulations of a run if the user does not say."""

MOST_PAYOUTS = 1_000
"""Ranges of places with a prize of their own."""

FIELD = 4_000
"""Lineups of others at most. They stand for a larger field."""

CHUNK = 4 * BLOCK
"""Simulations between two commits, after which a run can be cancelled. They take about a tenth of a second."""

CLAIM = timedelta(seconds=90)
"""Time for which a worker has a run to itself after each sign of life."""

MOST_ATTEMPTS = 5
"""Workers that begin a run. When the last one has been stopped as well, the run ends with what it has."""

LOST_AFTER = timedelta(hours=30)
"""Age at which a run that has not ended never will: the agenda has given it up."""

CONDITION = "if the projections are right"
"""What every return on fees has beside it. Optimized lineups hold the players whose projections err upwards."""
