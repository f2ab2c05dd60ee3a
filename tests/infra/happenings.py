"""Days in the life of a deployed stage: its jobs' runs and their metrics, in which tests make faults."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cdk import watched
from cdk.alarms import alarms, jobs
from cdk.config import StageConfig
from cdk.fantasy_alarms import DRAFT_OVERDUE, RESULT_WAITS, REVIEW_WAITS
from local.schedules import next_time
from tests.support.cloudwatch import Metrics, ringing

DEPLOYED_AT = datetime(2026, 11, 21, 13, 37, 11, tzinfo=UTC)
BROKEN_AT = DEPLOYED_AT + timedelta(days=2)
END = DEPLOYED_AT + timedelta(days=4)
SPORT = "basketball_nba"
STEP = timedelta(minutes=10)
"""Time between two looks at the alarms."""


@dataclass
class Happening:
    """One run of a scheduled function and its metrics, which a test may change."""

    config: StageConfig
    metrics: Metrics
    job: str
    at: datetime
    odds_at: datetime | None
    results_at: datetime | None
    credits: int

    def measure(self, metric: str, value: float, **more: str) -> None:
        self.metrics.put(watched.measured(self.config, metric, "Sum", **more), self.at, value)

    def of_function(self, name: str, value: float, function: str | None = None) -> None:
        self.metrics.put(watched.of_function(self.config, function or self.job, name), self.at, value)

    def of_api(self, name: str, *values: float) -> None:
        for value in values:
            self.metrics.put(watched.of_api(self.config, name, "Sum"), self.at, value)

    def goes_well(self) -> None:
        """Put the metrics of a run without faults, in a stage without games and with only the canary's requests."""
        for name, value in (("Invocations", 1), ("Errors", 0), ("Throttles", 0)):
            self.of_function(name, value)
        match self.job:
            case "fetch_odds" | "process_results":
                self.measure("Runs", 1, job=self.job)
                self.measure("FailedRuns", 0, job=self.job)
                self.measure("SkippedShare", 12, job=self.job)
                self.measure("CreditsSpare", self.credits)
            case "back_up":
                self.measure("Exports", 1)
            case "predict":
                self.measure("ForecastInvariantsBroken", 0)
                self.measure("SlatesWithoutForecasts", 0)
            case "measure":
                self.measure("DatabaseReachable", 1)
                self.measure("UnsettledGames", 0)
                self.measure("PicksGradedLastWeek", 0)  # without any, ClvCoverage has no value
                self.measure("DraftOverdue", DRAFT_OVERDUE.total_seconds())
                self.measure("FantasyReviewAge", REVIEW_WAITS.total_seconds())
                self.measure("ProvisionalResultAge", RESULT_WAITS.total_seconds())
                self.measure("TrainingAge", timedelta(days=8).total_seconds(), sport=SPORT)
                if self.odds_at is not None:
                    for market in watched.MARKETS:
                        self.measure("OddsAge", (self.at - self.odds_at).total_seconds(), sport=SPORT, market=market)
                if self.results_at is not None:
                    self.measure("ResultsAge", (self.at - self.results_at).total_seconds(), sport=SPORT)
            case "canary":
                self.measure("CanaryFailures", 0)
                self.of_api("Count", *[1] * 9)
                self.of_api("5XXError", *[0] * 9)
                # The first request wakes the database.
                self.of_api("Latency", 19_000, *[300] * 8)


type Change = Callable[[Happening], bool | None]
"""A fault from some moment on: puts its metrics, and returns whether they replace those of the run."""


def lived(config: StageConfig, change: Change = lambda _: None) -> dict[str, datetime]:
    """Return the alarms that ring in the days after a deployment. From BROKEN_AT on, `change` gets every run first."""
    metrics = Metrics()
    odds_at = results_at = None
    for at, job in sorted(_runs(config)):
        run = Happening(config, metrics, job, at + timedelta(seconds=40), odds_at, results_at, credits=400)
        if at >= BROKEN_AT and change(run):
            continue
        run.goes_well()
        odds_at = run.at if job == "fetch_odds" else odds_at
        results_at = run.at if job == "process_results" else results_at
    return ringing(alarms(config), metrics, DEPLOYED_AT, END, STEP)


def _runs(config: StageConfig) -> Iterator[tuple[datetime, str]]:
    schedules = {
        "fetch_odds": config.odds_api.fetch_odds_schedule,
        "process_results": config.odds_api.process_results_schedule,
        "back_up": config.recovery.back_up_schedule,
        "housekeeping": config.retention.housekeeping_schedule,
        "ingest_stats": config.stats_sources.ingest_stats_schedule,
        "ingest_injuries": config.stats_sources.ingest_injuries_schedule,
        "train": config.predictions.train_schedule,
        "predict": config.predictions.predict_schedule,
        "collect_f1": config.fantasy.collect_f1_schedule,
        "tick_drafts": config.fantasy.tick_drafts_schedule,
        "build_lineups": config.dfs.build_lineups_schedule,
        "simulate_contest": config.dfs.simulate_contest_schedule,
        "fetch_weather": config.feeds.fetch_weather_schedule,
        "fetch_dfs_slates": config.feeds.fetch_dfs_slates_schedule,
        "deliver_notices": config.notices_schedule,
        "measure": config.observability.measure_schedule,
        "canary": config.observability.canary_schedule,
    }
    for job in set(jobs(config)) - {"note_mail_feedback"}:  # which events invoke
        schedule = schedules[job]
        assert schedule is not None
        at: datetime | None = DEPLOYED_AT
        while (at := next_time(schedule, at or END)) is not None and at < END:
            yield at, job


def of_job(job: str, act: Callable[[Happening], object], *, only: bool = False) -> Change:
    """Return the fault that `act` is at each run of `job`. only: whether its metrics replace those of the run."""

    def change(run: Happening) -> bool:
        if run.job != job:
            return False
        act(run)
        return only

    return change


def say(**values: float) -> Callable[[Happening], None]:
    """Return an act that puts these measurements."""

    def act(run: Happening) -> None:
        for name, value in values.items():
            run.measure(name, value)

    return act
