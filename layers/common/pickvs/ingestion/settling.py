"""Grades picks, updates standings and tells users after games' results changed, in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.core.metrics import Metric
from pickvs.ingestion.metrics import EVENTS_IN_REVIEW, GAMES_SETTLED, PICKS_GRADED, UNKNOWN_TEAM_NAMES
from pickvs.markets.merging.service import mirror_results
from pickvs.picks.settlement.service import grade_all_pending_picks
from pickvs.picks.telling.service import tell_of_settlement
from pickvs.predictions.statistics.ingest.ordering import await_box_scores
from pickvs.standings.board_updates.service import update_leaderboard_stats

MEASURED: Mapping[Metric, str] = {
    PICKS_GRADED: "picks_graded",
    GAMES_SETTLED: "games_settled",
    EVENTS_IN_REVIEW: "events_in_review",
    UNKNOWN_TEAM_NAMES: "names_unknown",
}
"""The counts of both jobs that are emitted as metrics."""


def settle(connection: Connection, at: datetime) -> dict[str, int]:
    """Settle every game whose picks lack its current result, and return counts for the run row.

    Games that others have absorbed get the others' results first.
    """
    mirror_results(connection, at)
    settlement = grade_all_pending_picks(connection, at)
    users = update_leaderboard_stats(connection, settlement, at)
    told = tell_of_settlement(connection, settlement, at)
    await_box_scores(connection, settlement.games, at)
    return {
        "games_settled": len(settlement.games),
        "picks_graded": settlement.graded,
        "picks_taken_back": settlement.taken_back,
        "users_updated": users,
        "notices": told,
    }
