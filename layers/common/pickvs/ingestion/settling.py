"""What follows when a game's result changed: its picks are graded, then the standings follow, in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.core.metrics import Metric
from pickvs.picks.settlement.service import grade_all_pending_picks
from pickvs.standings.keeping.service import update_leaderboard_stats

MEASURED: Mapping[Metric, str] = {Metric.PICKS_GRADED: "picks_graded", Metric.GAMES_SETTLED: "games_settled"}
"""Which of `settle`'s counts are measured."""


def settle(connection: Connection, at: datetime) -> dict[str, int]:
    """Settle every game that has a result its picks do not have yet, and return what was done, for the run's counts."""
    settlement = grade_all_pending_picks(connection, at)
    users = update_leaderboard_stats(connection, settlement, at)
    return {
        "games_settled": len(settlement.games),
        "picks_graded": settlement.graded,
        "picks_taken_back": settlement.taken_back,
        "users_updated": users,
    }
