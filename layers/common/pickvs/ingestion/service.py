"""fetch_odds: bookmakers' offers become games, odds and quotes. Its sister, process_results, is in `results.py`."""

from typing import Any

from pickvs.core.database import Connection
from pickvs.core.metrics import Metric
from pickvs.ingestion.runs import Job, Run, Stored, run
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.markets.odds import service as odds
from pickvs.markets.providers import odds_api, odds_api_parsing
from pickvs.markets.values import Capture, GameOdds


def fetch_odds(trigger_id: str | None) -> dict[str, Any]:
    """Ask for the odds of every configured sport, once, and bring games, odds and quotes up to date.

    trigger_id: the id of the event that asked for it; the same one twice is one run. Returns what each sport's run
    did. Raises IngestionFailed when a later attempt may help.
    """
    return run(_FETCH_ODDS, trigger_id)


def _store_odds(connection: Connection, capture: Capture[GameOdds], current: Run) -> Stored:
    counts = odds.store_odds(connection, capture, provider=odds_api.PROVIDER, run_id=current.id, at=current.at)
    # A game that moved to another date left picks behind that are void now.
    return Stored({**counts, **settle(connection, current.at)})


_FETCH_ODDS = Job(
    name="fetch_odds",
    question=lambda config, sport: odds_api.odds(sport, config.regions),
    read=odds_api_parsing.read_odds,
    store=_store_odds,
    measured={
        Metric.GAMES_SEEN: "games",
        Metric.ODDS_WRITTEN: "odds_written",
        Metric.QUOTES_MADE: "quotes_made",
        **MEASURED,
    },
)
