"""Simulates the alarms: none rings while all is well, and the right ones ring for each fault."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cdk import watched
from cdk.alarms import WOKEN, alarms
from cdk.config import stage_config
from cdk.dfs_alarms import JOBS as OF_DFS
from cdk.fantasy_alarms import JOBS as OF_FANTASY
from cdk.prediction_alarms import JOBS
from cdk.settings.stats_sources import StatsSources
from tests.infra.assembly import DEPLOYED
from tests.infra.happenings import BROKEN_AT, DEPLOYED_AT, SPORT, Change, Happening, lived, of_job, say
from tests.support.cloudwatch import Metrics, State, state

pytestmark = pytest.mark.xdist_group("infra")


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
        of_job("fetch_odds", _nothing, only=True),
        {"fetch_odds-missed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "no odds are fetched",
        "prod",
        of_job("fetch_odds", _nothing, only=True),
        {"fetch_odds-missed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "every run fails",
        "prod",
        of_job("fetch_odds", _failed, only=True),
        {"fetch_odds-failed", f"odds-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "every run fails",
        "dev",
        of_job("process_results", _failed, only=True),
        {"process_results-failed", f"results-stale-{SPORT}"},
        35 * HOURS,
    ),
    (
        "no results are fetched",
        "prod",
        of_job("process_results", _nothing, only=True),
        {"process_results-missed", f"results-stale-{SPORT}"},
        27 * HOURS,
    ),
    (
        "a market cannot be read",
        "dev",
        of_job("fetch_odds", _one_market_unreadable),
        {"answers-unreadable"},
        24 * HOURS,
    ),
    (
        "scores cannot be read",
        "prod",
        of_job("process_results", _one_market_unreadable),
        {"answers-unreadable"},
        24 * HOURS,
    ),
    ("a name that nobody knows", "dev", of_job("fetch_odds", say(UnknownTeamNames=1)), {"team-names"}, 24 * HOURS),
    ("an event without a game", "prod", of_job("process_results", say(EventsInReview=1)), {"team-names"}, 24 * HOURS),
    ("a market is not quoted", "prod", of_job("measure", _one_market_grows_old), {f"odds-stale-{SPORT}"}, 27 * HOURS),
    ("nothing is exported", "prod", of_job("back_up", _nothing, only=True), {"export-missed"}, 2 * HOURS),
    ("nothing is exported", "dev", of_job("back_up", _nothing, only=True), {"export-missed"}, 28 * HOURS),
    ("nothing is measured", "prod", of_job("measure", _nothing, only=True), {"measure-silent"}, HOURS),
    ("nothing is measured", "dev", of_job("measure", _nothing, only=True), {"measure-silent"}, 9 * HOURS),
    (
        "the database is away",
        "prod",
        of_job("measure", say(DatabaseReachable=0), only=True),
        {"database-unreachable"},
        HOURS / 2,
    ),
    (
        "the database is away",
        "dev",
        of_job("measure", say(DatabaseReachable=0), only=True),
        {"database-unreachable"},
        7 * HOURS,
    ),
    ("games are left over", "dev", of_job("measure", say(UnsettledGames=2)), {"games-unsettled"}, 7 * HOURS),
    ("games are left over", "prod", of_job("measure", say(UnsettledGames=2)), {"games-unsettled"}, HOURS / 2),
    (
        "closes are missing",
        "dev",
        of_job("measure", say(PicksGradedLastWeek=20, ClvCoverage=74)),
        {"closes-missing"},
        7 * HOURS,
    ),
    (
        "closes are missing",
        "prod",
        of_job("measure", say(PicksGradedLastWeek=900, ClvCoverage=0)),
        {"closes-missing"},
        HOURS / 2,
    ),
    ("credits run out", "prod", of_job("fetch_odds", say(CreditsSpare=-1)), {"credits-low"}, 24 * HOURS),
    ("the canary is stopped", "dev", of_job("canary", say(CanaryFailures=1)), {"canary-failed"}, 7 * HOURS),
    *(
        (f"{job} raises", "dev", of_job(job, _raised), {f"{job}-{which}" for which in OF_A_JOB}, 24 * HOURS)
        for job in ("fetch_odds", "process_results", "back_up", "measure", "housekeeping", "deliver_notices", "canary")
    ),
    *(
        (
            f"{job} raises",
            "prod",
            of_job("predict", _raised_in(job)),
            {f"predictions-{which}" for which in OF_A_JOB},
            3 * HOURS,
        )
        for job in JOBS
    ),
    *(
        (
            f"{job} raises",
            "prod",
            of_job("predict", _raised_in(job)),
            {f"fantasy-{which}" for which in OF_A_JOB},
            3 * HOURS,
        )
        for job in OF_FANTASY
    ),
    *(
        (f"{job} raises", "prod", of_job("predict", _raised_in(job)), {f"dfs-{which}" for which in OF_A_JOB}, 3 * HOURS)
        for job in OF_DFS
    ),
    *(
        ("due work fails for good", "prod", of_job(job, _given_up), {f"{wing}work-given-up"}, 24 * HOURS)
        for job in WOKEN
        for wing in ["dfs-" if job in OF_DFS else ""]
    ),
    ("training fails", "prod", of_job("predict", _training_failed), {"training-failed"}, 4 * HOURS),
    ("a model is too good", "dev", of_job("predict", say(GatesBlocked=1)), {"training-failed"}, 4 * HOURS),
    ("nothing is trained", "dev", of_job("measure", _trained_long_ago), {"training-late"}, 7 * HOURS),
    (
        "a slate has no forecasts",
        "prod",
        of_job("predict", say(SlatesWithoutForecasts=1)),
        {"forecasts-faulty"},
        3 * HOURS,
    ),
    (
        "forecasts contradict",
        "dev",
        of_job("predict", say(ForecastInvariantsBroken=2)),
        {"forecasts-faulty"},
        3 * HOURS,
    ),
    (
        "forecasts are worse",
        "prod",
        of_job("process_results", say(ForecastsDrifted=1)),
        {"forecasts-drift"},
        24 * HOURS,
    ),
    (
        "the key is not replaced",
        "prod",
        of_job("back_up", lambda run: run.of_function("Errors", 1, "rotate_signing_keys")),
        {"rotate_signing_keys-errors"},
        HOURS,
    ),
    (
        "a password is not replaced",
        "prod",
        of_job("back_up", lambda run: run.of_function("Errors", 1, "rotate_reader_password")),
        {"passwords-errors"},
        HOURS,
    ),
    ("requests fail", "prod", of_job("measure", _api_fails), {"api-errors"}, HOURS / 4),
    ("requests wait", "prod", of_job("measure", lambda run: run.of_api("Latency", 100, 6000)), {"api-slow"}, HOURS / 2),
    ("tokens are refused", "prod", of_job("measure", _refused), {"authorizer-refuses"}, HOURS / 2),
    (
        "there is no room",
        "prod",
        of_job("measure", lambda run: run.of_function("Throttles", 3)),
        {"throttled"},
        HOURS / 2,
    ),
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
    doubts = of_job("ingest_stats", say(BoxScoresInReview=review, StatsErrorsWaiting=errors, StatsSourcesOff=0))
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
    assert lived(DEV, of_job("measure", say(PicksGradedLastWeek=graded, ClvCoverage=covered))) == {}


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
