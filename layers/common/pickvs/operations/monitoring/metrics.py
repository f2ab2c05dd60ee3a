"""The gauges."""

from pickvs.core.metrics import Metric

DATABASE_REACHABLE = Metric("DatabaseReachable")
ODDS_AGE = Metric("OddsAge")
RESULTS_AGE = Metric("ResultsAge")
UNSETTLED_GAMES = Metric("UnsettledGames")
SETTLE_DELAY = Metric("SettleDelay")
CLV_COVERAGE = Metric("ClvCoverage")
PICKS_GRADED_LAST_WEEK = Metric("PicksGradedLastWeek")
TRAINING_AGE = Metric("TrainingAge")
PICKS_LAST_DAY = Metric("PicksLastDay")
PICKS_SETTLED_LAST_DAY = Metric("PicksSettledLastDay")
PICKERS_LAST_DAY = Metric("PickersLastDay")
OPEN_DRAFTS = Metric("OpenDrafts")
AUTOPICK_SHARE = Metric("AutopickShare")
DRAFT_OVERDUE = Metric("DraftOverdue")
FANTASY_REVIEW_AGE = Metric("FantasyReviewAge")
PROVISIONAL_RESULT_AGE = Metric("ProvisionalResultAge")
