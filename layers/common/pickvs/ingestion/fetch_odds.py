"""The job fetch_odds: stores bookmakers' offers as games, odds and quotes.

Its data has a part for each market of a sport. An answer is good for a market

- if it made or confirmed a quote of the market, of any game; or
- if no game to come was ever quoted on the market, and nothing of it was unreadable. So an empty answer out of season
  is good, and one in season, when games that had quotes are still to come, is not: it is no failure either, because a
  game that is not named keeps its quotes.

A market that all bookmakers took off is withdrawn, because bookmakers that could be read said so. It is fresh again
with its next quote, or when no game to come had it. An answer that names games without any offer, where games to come
had quotes, fails: nobody in it said anything, and it would withdraw everything.
"""

from dataclasses import replace
from typing import Any

from pickvs.core.database import Connection
from pickvs.ingestion.asking import source, sports
from pickvs.ingestion.closing_captures import make_closing_captures
from pickvs.ingestion.daily import planned
from pickvs.ingestion.game_clock import keep_time
from pickvs.ingestion.metrics import CREDITS_REMAINING, GAMES_SEEN, ODDS_WRITTEN, QUOTES_MADE
from pickvs.ingestion.rules import FETCH_ODDS
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.jobs.errors import UnusableAnswer
from pickvs.jobs.runs import Job, Run, Stored, run
from pickvs.jobs.sources import Capture, Question
from pickvs.markets.moneylines import without_other_bets
from pickvs.markets.odds import service as odds
from pickvs.markets.providers import odds_api, odds_api_parsing
from pickvs.markets.providers.config import odds_api_config
from pickvs.markets.values import MARKETS, GameOdds, Market
from pickvs.picks.telling.service import tell_of_moves
from pickvs.predictions.statistics.injuries.ordering import await_injuries


def fetch_odds(trigger_id: str | None) -> dict[str, Any]:
    """Fetch the odds of every configured sport once, and update games, odds and quotes. Then do what is due.

    trigger_id: id of the triggering event; a repeated delivery makes no second run. A run that a schedule has triggered
    is spared if the credit planner does not buy it. Returns the outcome of each sport's run. Raises IngestionFailed if
    a later attempt may succeed.
    """
    report = run(_JOB, trigger_id, planned("morning") if trigger_id else None)
    make_closing_captures(_JOB)
    return report


def capture_closing_odds() -> dict[str, int]:
    """Make the closing captures that are due. Returns the numbers of works done, put off, failed and given up."""
    return make_closing_captures(_JOB)


def _question(sport: str) -> Question:
    return odds_api.odds(sport, odds_api_config().regions)


def _read(body: bytes, sport: str) -> Capture[GameOdds]:
    capture = odds_api_parsing.read_odds(body, sport)
    return replace(capture, items=tuple(without_other_bets(game) for game in capture.items))


def _store(connection: Connection, capture: Capture[GameOdds], current: Run) -> Stored:
    silent = capture.items and not any(item.markets for item in capture.items)
    if silent and odds.quoted_markets(connection, current.subject, current.at):
        raise UnusableAnswer("the answer has no offer on any game, although games to come had quotes")
    stored = odds.store_odds(connection, capture, provider=odds_api.PROVIDER, run_id=current.id, at=current.at)
    tell_of_moves(connection, stored.moves, current.at)
    counts = {**stored.counts, "other_bets": sum(game.other_bets for game in capture.items)}
    quoted = odds.quoted_markets(connection, current.subject, current.at)
    nobody = stored.skipped and not stored.counts["games"] and quoted
    # Settles because picks on a game that moved to another date are now void.
    settled = settle(connection, current.at)
    keep_time(connection, current.at)
    await_injuries(connection, [current.subject], current.at)
    return Stored(
        {**counts, **settled},
        stored.skipped,
        usable=_usable(capture, quoted),
        unusable="the answer has no event of known teams, although games to come had quotes" if nobody else None,
    )


def _usable(capture: Capture[GameOdds], quoted: dict[Market, bool]) -> frozenset[Market]:
    unread = {market for item in capture.items for _, market in item.unread}
    if any(not isinstance(part, odds_api_parsing.SkippedOdds) for part in capture.skipped):
        unread |= set(MARKETS)  # an event that cannot be read may have had offers on any market
    return frozenset(market for market in MARKETS if quoted.get(market, market not in unread))


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
