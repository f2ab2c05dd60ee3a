"""process_results: the scores of the last days become results, results settle picks, settlements move the standings."""

from typing import Any

from pickvs.core.database import Connection
from pickvs.ingestion import housekeeping
from pickvs.ingestion.runs import Job, Run, Stored, run
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.markets.providers import odds_api, odds_api_parsing
from pickvs.markets.scores import service as scores
from pickvs.markets.values import Capture, GameScore


def process_results(trigger_id: str | None) -> dict[str, Any]:
    """Ask for the scores of every covered sport, once, and bring games, picks and standings up to date.

    trigger_id: the id of the event that asked for it; the same one twice is one run. Answers what each sport's run did.
    A sport's games, picks and standings change together or not at all. Raises IngestionFailed when a retry could help.
    Afterwards, however it went, it is the day's time to tidy up: `pruned` says what was deleted.
    """
    try:
        done = run(_JOB, trigger_id)
    finally:
        pruned = housekeeping.prune()
    return {**done, "pruned": pruned}


def _store(connection: Connection, capture: Capture[GameScore], current: Run) -> Stored:
    recorded = scores.record_scores(connection, capture, provider=odds_api.PROVIDER, run_id=current.id, at=current.at)
    return Stored({**recorded.counts, **settle(connection, current.at)}, recorded.skipped)


_JOB = Job(
    name="process_results",
    question=lambda config, sport: odds_api.scores(sport, config.scores_days_from),
    read=odds_api_parsing.read_scores,
    store=_store,
    measured=MEASURED,
)
