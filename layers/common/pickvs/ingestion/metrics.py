"""Metrics of ingestion."""

from pickvs.core.metrics import Metric

GAMES_SEEN = Metric("GamesSeen")
ODDS_WRITTEN = Metric("OddsWritten")
QUOTES_MADE = Metric("QuotesMade")
PICKS_GRADED = Metric("PicksGraded")
GAMES_SETTLED = Metric("GamesSettled")
CREDITS_REMAINING = Metric("CreditsRemaining")
