"""Simulates the alarms: none rings while all is well, and the right ones ring for each fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from cdk import watched
from cdk.alarms import WOKEN, alarms, jobs
from cdk.config import StageConfig, stage_config
from cdk.dfs_alarms import JOBS as OF_DFS
from cdk.fantasy_alarms import DRAFT_OVERDUE, RESULT_WAITS, REVIEW_WAITS
from cdk.fantasy_alarms import JOBS as OF_FANTASY
from cdk.prediction_alarms import JOBS
from cdk.settings.stats_sources import StatsSources
from local.schedules import next_time
from tests.infra.assembly import DEPLOYED
from tests.support.cloudwatch import Metrics, State, ringing, state

pytestmark = pytest.mark.xdist_group("infra")

DEPLOYED_AT = datetime(2026, 11, 21, 13, 37, 11, tzinfo=UTC)
BROKEN_AT = DEPLOYED_AT + timedelta(days=2)
END = DEPLOYED_AT + timedelta(days=4)
SPORT = "basketball_nba"
STEP = timedelta(minutes=10)


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


@pytest.mark.parametrize(("stage", "database"), DEPLOYED)
def test_nothing_rings_while_all_is_well(stage: str, database: str) -> None:
    """From the first deployment on, before any function has run, without players and without games."""
    assert lived(stage_config(stage, database=database)) == {}


def test_nothing_rings_when_the_night_is_busy() -> None:
    """Mistyped passwords, expired tokens, a cold start for one request in a hundred, and jobs whose retry succeeds."""

    def busy(run: Happening) -> None:
        if run.job == "measure":
            run.of_api("Count", *[1] * 700)
            run.of_api("5XXError", 1, 1, 1, 1)
            run.of_api("Latency", *[150] * 693, *[2500] * 7)
            run.of_function("Invocations", 200, "authorizer")
            run.of_function("Errors", 60, "authorizer")
        if run.job == "predict":
            for name in JOBS:
                run.of_function("Errors", 1, name)

    assert lived(stage_config("prod"), busy) == {}


def _of(job: str, act: Callable[[Happening], object], *, only: bool = False) -> Change:
    def change(run: Happening) -> bool:
        if run.job != job:
            return False
        act(run)
        return only

    return change


def _say(**values: float) -> Callable[[Happening], None]:
    return lambda run: [run.measure(name, value) for name, value in values.items()] and None


def _failed(run: Happening) -> None:
    run.measure("Runs", 1, job=run.job)
    run.measure("FailedRuns", 1, job=run.job)


def _one_market_unreadable(run: Happening) -> None:
    run.measure("SkippedShare", 100 / 3, job=run.job)


def _one_market_grows_old(run: Happening) -> None:
    run.measure("OddsAge", (run.at - BROKEN_AT).total_seconds() + 3600, sport=SPORT, market="spread")


def _raised(run: Happening) -> None:
    run.of_function("Errors", 3)
    for minutes in (0, 5, 10):
        run.metrics.put(watched.dead_letters(run.config, run.job), run.at + timedelta(minutes=minutes), 1)


def _raised_in(job: str) -> Callable[[Happening], None]:
    """Return the fault of a job that rarely runs, at a run of another one."""
    return lambda run: _raised(replace(run, job=job))


def _trained_long_ago(run: Happening) -> None:
    run.measure("TrainingAge", timedelta(days=9, hours=1).total_seconds(), sport=SPORT)


def _nothing(_: Happening) -> None:
    return


def _api_fails(run: Happening) -> None:
    run.of_api("Count", *[1] * 300)
    run.of_api("5XXError", *[1] * 6)


def _training_failed(run: Happening) -> None:
    run.measure("FailedRuns", 1, job="train")


def _given_up(run: Happening) -> None:
    run.measure("WorkGivenUp", 1, job=run.job)


def _refused(run: Happening) -> None:
    run.of_function("Invocations", 90, "authorizer")
    run.of_function("Errors", 80, "authorizer")


DEV = stage_config("dev")
HOURS = timedelta(hours=1)
OF_A_JOB = ("errors", "dead-letters")
"""Alarms of a job, or of the jobs of a wing."""
WRONG: list[tuple[str, str, Change, set[str], timedelta]] = [
    (
        "no odds are fetched",
        "dev",
        _of("fetch_odds", _nothing, only=True),
        {"fetch_odds-missed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "no odds are fetched",
        "prod",
        _of("fetch_odds", _nothing, only=True),
        {"fetch_odds-missed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "every run fails",
        "prod",
        _of("fetch_odds", _failed, only=True),
        {"fetch_odds-failed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "every run fails",
        "dev",
        _of("process_results", _failed, only=True),
        {"process_results-failed", f"results-stale-{SPORT}"},
        35 * HOURS,
    ),
    (
        "no results are fetched",
        "prod",
        _of("process_results", _nothing, only=True),
        {"process_results-missed", f"results-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "a market cannot be read",
        "dev",
        _of("fetch_odds", _one_market_unreadable),
        {"answers-unreadable"},
        24 * HOURS,
    ),
    (
        "scores cannot be read",
        "prod",
        _of("process_results", _one_market_unreadable),
        {"answers-unreadable"},
        24 * HOURS,
    ),
    ("a name that nobody knows", "dev", _of("fetch_odds", _say(UnknownTeamNames=1)), {"team-names"}, 24 * HOURS),
    ("an event without a game", "prod", _of("process_results", _say(EventsInReview=1)), {"team-names"}, 24 * HOURS),
    ("a market is not quoted", "prod", _of("measure", _one_market_grows_old), {f"odds-stale-{SPORT}"}, 27 * HOURS),
    ("nothing is exported", "prod", _of("back_up", _nothing, only=True), {"export-missed"}, 2 * HOURS),
    ("nothing is exported", "dev", _of("back_up", _nothing, only=True), {"export-missed"}, 28 * HOURS),
    ("nothing is measured", "prod", _of("measure", _nothing, only=True), {"measure-silent"}, HOURS),
    ("nothing is measured", "dev", _of("measure", _nothing, only=True), {"measure-silent"}, 9 * HOURS),
    (
        "the database is away",
        "prod",
        _of("measure", _say(DatabaseReachable=0), only=True),
        {"database-unreachable"},
        HOURS / 2,
    ),
    (
        "the database is away",
        "dev",
        _of("measure", _say(DatabaseReachable=0), only=True),
        {"database-unreachable"},
        7 * HOURS,
    ),
    ("games are left over", "dev", _of("measure", _say(UnsettledGames=2)), {"games-unsettled"}, 7 * HOURS),
    ("games are left over", "prod", _of("measure", _say(UnsettledGames=2)), {"games-unsettled"}, HOURS / 2),
    (
        "closes are missing",
        "dev",
        _of("measure", _say(PicksGradedLastWeek=20, ClvCoverage=74)),
        {"closes-missing"},
        7 * HOURS,
    ),
    (
        "closes are missing",
        "prod",
        _of("measure", _say(PicksGradedLastWeek=900, ClvCoverage=0)),
        {"closes-missing"},
        HOURS / 2,
    ),
    ("credits run out", "prod", _of("fetch_odds", _say(CreditsSpare=-1)), {"credits-low"}, 24 * HOURS),
    ("the canary is stopped", "dev", _of("canary", _say(CanaryFailures=1)), {"canary-failed"}, 7 * HOURS),
    *(
        (f"{job} raises", "dev", _of(job, _raised), {f"{job}-{which}" for which in OF_A_JOB}, 24 * HOURS)
        for job in ("fetch_odds", "process_results", "back_up", "measure", "housekeeping", "deliver_notices", "canary")
    ),
    *(
        (
            f"{job} raises",
            "prod",
            _of("predict", _raised_in(job)),
            {f"predictions-{which}" for which in OF_A_JOB},
            3 * HOURS,
        )
        for job in JOBS
    ),
    *(
        (
            f"{job} raises",
            "prod",
            _of("predict", _raised_in(job)),
            {f"fantasy-{which}" for which in OF_A_JOB},
            3 * HOURS,
        )
        for job in OF_FANTASY
    ),
    *(
        (f"{job} raises", "prod", _of("predict", _raised_in(job)), {f"dfs-{which}" for which in OF_A_JOB}, 3 * HOURS)
        for job in OF_DFS
    ),
    *(
        ("due work fails for good", "prod", _of(job, _given_up), {f"{wing}work-given-up"}, 24 * HOURS)
        for job in WOKEN
        for wing in ["dfs-" if job in OF_DFS else ""]
    ),
    ("training fails", "prod", _of("predict", _training_failed), {"training-failed"}, 4 * HOURS),
    ("a model is too good", "dev", _of("predict", _say(GatesBlocked=1)), {"training-failed"}, 4 * HOURS),
    ("nothing is trained", "dev", _of("measure", _trained_long_ago), {"training-late"}, 7 * HOURS),
    (
        "a slate has no forecasts",
        "prod",
        _of("predict", _say(SlatesWithoutForecasts=1)),
        {"forecasts-faulty"},
        3 * HOURS,
    ),
    ("forecasts contradict", "dev", _of("predict", _say(ForecastInvariantsBroken=2)), {"forecasts-faulty"}, 3 * HOURS),
    (
        "forecasts are worse",
        "prod",
        _of("process_results", _say(ForecastsDrifted=1)),
        {"forecasts-drift"},
        24 * HOURS,
    ),
    (
        "the key is not replaced",
        "prod",
        _of("back_up", lambda run: run.of_function("Errors", 1, "rotate_signing_keys")),
        {"rotate_signing_keys-errors"},
        HOURS,
    ),
    (
        "a password is not replaced",
        "prod",
        _of("back_up", lambda run: run.of_function("Errors", 1, "rotate_reader_password")),
        {"passwords-errors"},
        HOURS,
    ),
    ("requests fail", "prod", _of("measure", _api_fails), {"api-errors"}, HOURS / 4),
    ("requests wait", "prod", _of("measure", lambda run: run.of_api("Latency", 100, 6000)), {"api-slow"}, HOURS / 2),
    ("tokens are refused", "prod", _of("measure", _refused), {"authorizer-refuses"}, HOURS / 2),
    ("there is no room", "prod", _of("measure", lambda run: run.of_function("Throttles", 3)), {"throttled"}, HOURS / 2),
]


@pytest.mark.parametrize(
    ("stage", "change", "expected", "within"),
    [pytest.param(*rest, id=f"{text}-{rest[0]}-{number}") for number, (text, *rest) in enumerate(WRONG)],
)
def test_what_is_wrong_rings_in_time(stage: str, change: Change, expected: set[str], within: timedelta) -> None:
    rung = lived(stage_config(stage), change)
    assert set(rung) == expected
    assert min(rung.values()) >= BROKEN_AT
    assert max(rung.values()) <= BROKEN_AT + within


@pytest.mark.parametrize(
    ("review", "errors", "expected"), [(2, 0, set()), (3, 0, {"statistics-in-doubt"}), (0, 1, {"statistics-in-doubt"})]
)
def test_statistics_in_doubt_ring_where_they_are_asked_for(review: int, errors: int, expected: set[str]) -> None:
    config = replace(DEV, stats_sources=StatsSources(espn=True, contact="ops@pickvs.example"))
    doubts = _of("ingest_stats", _say(BoxScoresInReview=review, StatsErrorsWaiting=errors, StatsSourcesOff=0))
    assert set(lived(config, doubts)) == expected


@pytest.mark.parametrize(
    ("hours", "answers", "expected"), [(2.5, 0, {"injuries-stale"}), (2.5, 1, set()), (1.9, 0, set())]
)
def test_an_old_list_of_who_is_hurt_rings_before_games_unless_the_next_question_is_answered(
    hours: float, answers: int, expected: set[str]
) -> None:
    config = replace(DEV, stats_sources=StatsSources(nba_report=True, contact="ops@pickvs.example"))
    age = watched.measured(config, "InjuriesAge", "Maximum", sport=SPORT)

    def asks(run: Happening) -> None:
        if run.job == "ingest_injuries":
            for number in range(8):  # the quarters before a tip-off
                seconds = 0 if number % 2 < answers else 3600 * hours
                run.metrics.put(age, run.at + number * HOURS / 4, seconds)

    assert set(lived(config, asks)) == expected


@pytest.mark.parametrize(("used", "expected"), [(93.0, {"database-full"}), (70.0, set())])
def test_a_database_at_its_limit_rings_and_a_busy_one_does_not(used: float, expected: set[str]) -> None:
    config = stage_config("prod", database="aurora")
    capacity = watched.of_cluster(config, "ACUUtilization", "Average")

    def works(run: Happening) -> None:
        if run.job == "measure":
            for minutes in range(5):
                run.metrics.put(capacity, run.at + timedelta(minutes=minutes), used)

    rung = lived(config, works)
    assert set(rung) == expected
    assert all(BROKEN_AT <= at <= BROKEN_AT + HOURS / 2 for at in rung.values())


@pytest.mark.parametrize(("graded", "covered"), [(20, 75), (19, 0)])
def test_enough_closes_and_few_picks_ring_nothing(graded: float, covered: float) -> None:
    assert lived(DEV, _of("measure", _say(PicksGradedLastWeek=graded, ClvCoverage=covered))) == {}


def test_the_alarm_on_missing_closes_ends_when_nothing_is_graded_any_more() -> None:
    (alarm,) = (each for each in alarms(DEV) if each.name == "closes-missing")
    metrics, stands = Metrics(), State.INSUFFICIENT_DATA
    metrics.put(alarm.watches["graded"], DEPLOYED_AT, 40)
    metrics.put(alarm.watches["covered"], DEPLOYED_AT, 10)
    metrics.put(alarm.watches["graded"], DEPLOYED_AT + 6 * HOURS, 0)
    seen = []
    for minutes in range(5, 8 * 60, 5):
        stands = state(alarm, metrics, DEPLOYED_AT + timedelta(minutes=minutes), stands)
        seen.append(stands)
    assert (seen[0], seen[-1]) == (State.ALARM, State.OK)


def test_every_alarm_is_shown_to_ring() -> None:
    shown = set().union(*(expected for *_, expected, _ in WRONG))
    assert shown == {each.name for stage in ("dev", "prod") for each in alarms(stage_config(stage))}


def test_a_single_bad_day_does_not_ring_for_ever() -> None:
    """A gauge keeps its value until the next measurement, which ends the alarm."""
    metrics, config = Metrics(), stage_config("dev")
    low = watched.measured(config, "CreditsSpare", "Minimum")
    (alarm,) = (each for each in alarms(config) if each.name == "credits-low")
    metrics.put(low, DEPLOYED_AT, -10)
    later = DEPLOYED_AT + timedelta(hours=24)
    metrics.put(low, later, 480)
    stands = State.INSUFFICIENT_DATA
    seen = []
    for minutes in range(5, 30 * 60, 5):
        stands = state(alarm, metrics, DEPLOYED_AT + timedelta(minutes=minutes), stands)
        seen.append(stands)
    assert seen[0] is State.ALARM
    assert seen[-1] is State.OK
    assert State.INSUFFICIENT_DATA not in seen
