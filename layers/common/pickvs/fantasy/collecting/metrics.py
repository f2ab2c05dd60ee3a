"""Metrics of the results of races."""

from pickvs.core.metrics import Metric

RACE_RESULTS = Metric("RaceResults")
"""Results that a run has changed."""
RACE_SOURCES_OFF = Metric("RaceSourcesOff")
RACE_REVIEWS_OVERDUE = Metric("RaceReviewsOverdue")
"""Questions that have been open for more than a day."""
RACE_RESULTS_UNCONFIRMED = Metric("RaceResultsUnconfirmed")
"""Results that have waited for their second opinion for more than three days."""
