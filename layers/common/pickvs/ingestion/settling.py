"""What follows when a game's result changed: its picks are graded, then the standings follow, in one transaction."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks.settlement.service import grade_all_pending_picks
from pickvs.standings.service import update_leaderboard_stats


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
