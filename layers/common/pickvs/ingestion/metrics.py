"""Metrics of ingestion."""

from pickvs.core.metrics import Metric

GAMES_SEEN = Metric("GamesSeen")
ODDS_WRITTEN = Metric("OddsWritten")
QUOTES_MADE = Metric("QuotesMade")
PICKS_GRADED = Metric("PicksGraded")
GAMES_SETTLED = Metric("GamesSettled")
EVENTS_IN_REVIEW = Metric("EventsInReview")
UNKNOWN_TEAM_NAMES = Metric("UnknownTeamNames")
CREDITS_REMAINING = Metric("CreditsRemaining")
CREDITS_FORECAST = Metric("CreditsForecast")
CREDITS_SPARE = Metric("CreditsSpare")
CREDIT_NEEDS_GIVEN_UP = Metric("CreditNeedsGivenUp")
