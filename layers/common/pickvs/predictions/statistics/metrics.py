"""Metrics of the statistics."""

from pickvs.core.metrics import Metric

BOX_SCORES = Metric("BoxScores")
BOX_SCORES_IN_REVIEW = Metric("BoxScoresInReview")
STATS_ERRORS_WAITING = Metric("StatsErrorsWaiting")
STATS_SOURCES_OFF = Metric("StatsSourcesOff")
INJURY_STATUSES = Metric("InjuryStatuses")
INJURIES_AGE = Metric("InjuriesAge")
