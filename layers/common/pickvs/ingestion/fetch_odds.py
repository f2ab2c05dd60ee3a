"""The job fetch_odds: stores bookmakers' offers as games, odds and quotes."""

from dataclasses import replace
from typing import Any

from pickvs.core.database import Connection
from pickvs.ingestion.asking import source, sports
from pickvs.ingestion.metrics import CREDITS_REMAINING, GAMES_SEEN, ODDS_WRITTEN, QUOTES_MADE
from pickvs.ingestion.rules import FETCH_ODDS
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.jobs.runs import Job, Run, Stored, run
from pickvs.jobs.sources import Capture, Question
from pickvs.markets.moneylines import without_other_bets
from pickvs.markets.odds import service as odds
from pickvs.markets.providers import odds_api, odds_api_parsing
from pickvs.markets.providers.config import odds_api_config
from pickvs.markets.values import GameOdds


def fetch_odds(trigger_id: str | None) -> dict[str, Any]:
    """Fetch the odds of every configured sport once, and update games, odds and quotes.

    trigger_id: id of the triggering event; a repeated delivery makes no second run. Returns the outcome of each sport's
    run. Raises IngestionFailed if a later attempt may succeed.
    """
    return run(_JOB, trigger_id)


def _question(sport: str) -> Question:
    return odds_api.odds(sport, odds_api_config().regions)


def _read(body: bytes, sport: str) -> Capture[GameOdds]:
    capture = odds_api_parsing.read_odds(body, sport)
    return replace(capture, items=tuple(without_other_bets(game) for game in capture.items))


def _store(connection: Connection, capture: Capture[GameOdds], current: Run) -> Stored:
    counts = odds.store_odds(connection, capture, provider=odds_api.PROVIDER, run_id=current.id, at=current.at)
    counts["other_bets"] = sum(game.other_bets for game in capture.items)
    # Settles because picks on a game that moved to another date are now void.
    return Stored({**counts, **settle(connection, current.at)})


_JOB = Job(
    name=FETCH_ODDS,
    subjects=sports,
    question=_question,
    source=source,
    read=_read,
    store=_store,
    measured={GAMES_SEEN: "games", ODDS_WRITTEN: "odds_written", QUOTES_MADE: "quotes_made", **MEASURED},
    credits_remaining=CREDITS_REMAINING,
)
