"""Lines of the bill, with expected values computed by hand."""

from dataclasses import replace

import pytest

from tests.support import bills
from tools.cost.assumptions import Assumptions
from tools.cost.calls import cold_share
from tools.cost.errors import CostError
from tools.cost.footprint import Footprint, Scheduled, footprint
from tools.cost.inventory import inventory_of
from tools.cost.lines import Line
from tools.cost.model import estimate, requests_of

ROUND = Assumptions(
    requests_per_user_day=12,
    password_share=0.1,
    authorized_share=0.5,
    requests_per_visit=4,
    request_ms=100,
    password_ms=200,
    authorizer_ms=10,
    cold_ms=1000,
    busy_functions=2,
    idle_minutes=1e9,  # environments that never expire: only the minimum share is cold
    least_cold_share=0.01,
    restored_ms=300,
    scheduled_seconds=10,
    glance_seconds=2,
    call_log_bytes=500,
    access_log_bytes=1000,
    firewall_log_bytes=2000,
    firewall_logged_share=0.1,
    run_log_bytes=4000,
    log_compression=0.2,
    answer_bytes=5000,
    stored_gb=3,
    writes_per_run=2,
    queue_requests=1000,
    mails=100,
    other_key_requests=10_000,
    monitoring_bytes=0,
    database_log_gb=0.25,
)
REQUESTS = 10_000_000.0
RUNS = 365 / 12 + 730


@pytest.fixture
def stage() -> Footprint:
    return footprint(inventory_of({"pickvs-dev-all": bills.stage()}))


def lines(stage: Footprint, requests: float = REQUESTS, *, free_tier: bool = False) -> dict[str, Line]:
    return {line.name: line for line in estimate(stage, requests, ROUND, free_tier=free_tier)}


@pytest.mark.parametrize(
    ("name", "quantity", "usd"),
    [
        ("API Gateway: requests", 10e6, 35.00),
        ("data out to the internet", 50, 4.50),
        ("WAF: web ACLs", 1, 5.00),
        ("WAF: rules", 2, 2.00),
        ("WAF: requests", 10e6, 6.00),
        # Half of the requests pass through the authorizer, and one in four of those invokes it: 1.25 million.
        ("Lambda: calls", 11_250_000 + RUNS, 2.25 + RUNS * 0.2e-6),
        ("EventBridge Scheduler: calls", 730, 0.00073),
        ("Secrets Manager: secrets", 2, 0.80),
        ("KMS: keys", 1, 1.00),
        ("CloudWatch: alarms", 3, 0.30),
        ("CloudWatch: fast alarms", 1, 0.30),
        ("CloudWatch: composite alarms", 1, 0.50),
        ("CloudWatch: own metrics", 5, 1.50),
        ("CloudWatch: dashboards", 1, 3.00),
        ("SNS: mails", 100, 0.002),
        ("S3: stored", 3, 0.069),
        ("S3: writes", 2 * RUNS, 2 * RUNS * 0.000005),
        ("SQS: requests", 1000, 0.0004),
        # One a second for a month is 2,628,000. Of the other 7,372,000, one in twenty.
        ("X-Ray: traces", 2_628_000 + 368_600, 14.983),
    ],
)
def test_a_line_is_its_quantity_at_its_price(stage: Footprint, name: str, quantity: float, usd: float) -> None:
    line = lines(stage)[name]
    assert line.quantity == pytest.approx(quantity)
    assert line.usd == pytest.approx(usd)


def test_the_time_of_functions_is_their_memory_times_what_is_billed(stage: Footprint) -> None:
    usual = 1.0 * (9_000_000 * 0.1 + 90_000 * 1.0)
    hashing = 2.0 * (1_000_000 * 0.2 + 10_000 * 1.0)
    authorizing = 0.5 * (1_250_000 * 0.01 + 12_500 * 1.0)
    scheduled = 1.0 * RUNS * (10 + 0.01 * 1.0)
    line = lines(stage)["Lambda: time, arm64"]
    assert line.quantity == pytest.approx(usual + hashing + authorizing + scheduled)
    assert line.usd == pytest.approx(line.quantity * 0.0000133334)


def test_logs_come_in_by_the_call_and_are_kept_for_so_long(stage: Footprint) -> None:
    gigabytes = ((11_250_000 + RUNS) * 500 + RUNS * 4000 + 10e6 * 1000 + 10e6 * 0.1 * 2000) / 1e9 + 0.25
    assert lines(stage)["CloudWatch: logs coming in"].usd == pytest.approx(0.5 * gigabytes)
    kept = lines(stage)["CloudWatch: logs kept"]
    assert kept.quantity == pytest.approx(gigabytes * 0.2 * 73 / (365 / 12))  # 2.4 months


def test_a_secret_is_read_at_each_start_and_every_few_minutes_by_whoever_stays(stage: Footprint) -> None:
    starts = 0.01 * (11_250_000 + RUNS)
    again = 3 * 2_628_000 / 300 + 0.99 * RUNS  # two busy functions, the authorizer, and functions called that rarely
    assert lines(stage)["Secrets Manager: reads"].quantity == pytest.approx(starts + again)
    # One of the two secrets is encrypted with the account's own key.
    assert lines(stage)["KMS: requests"].quantity == pytest.approx(10_000 + (starts + again) / 2)


def test_an_authorizer_that_forgets_is_called_each_time(stage: Footprint) -> None:
    forgetful = replace(stage, authorizer_remembers=False)
    assert lines(forgetful)["Lambda: calls"].quantity == pytest.approx(15_000_000 + RUNS)


def test_a_function_that_looks_all_day_reads_its_secret_whenever_it_is_too_old(stage: Footprint) -> None:
    watching = Scheduled(stage.usual, 26_280, by_scheduler=False)  # every 100 seconds
    more = lines(replace(stage, scheduled=(*stage.scheduled, watching)))["Secrets Manager: reads"].quantity
    assert more - lines(stage)["Secrets Manager: reads"].quantity == pytest.approx(262.8 + 2_628_000 / 300)


def test_a_run_that_keeps_nothing_is_short_and_writes_nothing(stage: Footprint) -> None:
    looking = Scheduled(replace(stage.usual, keeps=False), 730, by_scheduler=False)
    before, after = lines(stage), lines(replace(stage, scheduled=(*stage.scheduled, looking)))
    assert after["Lambda: time, arm64"].quantity - before["Lambda: time, arm64"].quantity == pytest.approx(
        730 * 2 + 7.3 * 1.0
    )
    assert after["S3: writes"] == before["S3: writes"]
    assert after["Aurora: reads and writes"] == before["Aurora: reads and writes"]
    keeping = Scheduled(replace(stage.usual, keeps=True), 730, by_scheduler=False)
    kept = lines(replace(stage, scheduled=(*stage.scheduled, keeping)))
    assert kept["S3: writes"].quantity - before["S3: writes"].quantity == pytest.approx(730 * 2)


def test_a_scheduled_run_is_traced_if_its_function_is(stage: Footprint) -> None:
    traced = Scheduled(replace(stage.usual, traced=True), 730, by_scheduler=False)
    recorded = lines(replace(stage, scheduled=(traced,)))["X-Ray: traces"].quantity
    assert recorded == pytest.approx(2_628_000 + 368_600 + 730)
    alone = lines(replace(stage, traced=False, scheduled=(traced,)))["X-Ray: traces"]
    assert alone.usd == pytest.approx(730 * 5e-6)
    assert "X-Ray: traces" not in lines(replace(stage, traced=False))


def test_a_snapshot_is_paid_for_as_long_as_it_is_kept_and_saves_most_of_the_start(stage: Footprint) -> None:
    login = replace(stage.largest, snapshots=True)
    snapped = lines(replace(stage, largest=login, snapshots=(login, login)))
    assert snapped["SnapStart: versions kept"].usd == pytest.approx(2 * 2 * 2_628_000 * 0.0000015046)
    assert snapped["SnapStart: restores"].quantity == pytest.approx(2 * 10_000)
    assert snapped["SnapStart: restores"].usd == pytest.approx(2 * 10_000 * 0.0001397998)
    saved = lines(stage)["Lambda: time, arm64"].quantity - snapped["Lambda: time, arm64"].quantity
    assert saved == pytest.approx(2 * 10_000 * (1.0 - 0.3))


def test_processors_are_billed_apart_and_share_the_free_time(stage: Footprint) -> None:
    other = replace(stage, largest=replace(stage.largest, architecture="x86_64"))
    billed = lines(other, 1_000_000, free_tier=True)
    arm, x86 = billed["Lambda: time, arm64"], billed["Lambda: time, x86_64"]
    assert x86.quantity == pytest.approx(2.0 * (100_000 * 0.2 + 1_000 * 1.0))
    assert (arm.free, x86.free) == (arm.quantity, x86.quantity)  # together below the free 400,000
    billed = lines(other, 4_000_000, free_tier=True)
    arm, x86 = billed["Lambda: time, arm64"], billed["Lambda: time, x86_64"]
    assert arm.quantity > 400_000
    assert (arm.free, x86.free) == (400_000, 0)


def test_what_is_free_for_ever_is_taken_off_only_when_asked(stage: Footprint) -> None:
    paid, allowed = lines(stage), lines(stage, free_tier=True)
    assert paid["Lambda: calls"].free == 0
    assert allowed["Lambda: calls"].usd == pytest.approx(paid["Lambda: calls"].usd - 0.20)
    assert allowed["CloudWatch: dashboards"].usd == 0
    assert allowed["Secrets Manager: secrets"].usd == paid["Secrets Manager: secrets"].usd
    # The allowance of the first year does not last.
    assert allowed["API Gateway: requests"].usd == paid["API Gateway: requests"].usd


def test_a_stage_that_nobody_calls_still_costs_what_stands_there(stage: Footprint) -> None:
    idle = lines(stage, 0)
    assert idle.keys() == lines(stage).keys()
    assert idle["API Gateway: requests"].usd == 0
    assert idle["Secrets Manager: secrets"].usd == pytest.approx(0.80)


def test_few_calls_find_a_cold_function_and_many_a_warm_one() -> None:
    assumptions = Assumptions(idle_minutes=10, least_cold_share=0.002)
    # 4,380 calls a month come every ten minutes on average. A share of 1/e follows a longer gap.
    assert cold_share(4380, 1, assumptions) == pytest.approx(0.3678794)
    assert cold_share(8760, 2, assumptions) == pytest.approx(0.3678794)
    assert cold_share(0, 1, assumptions) == 1
    assert cold_share(1e9, 1, assumptions) == 0.002


def test_users_are_requests() -> None:
    assert requests_of(1000, ROUND) == pytest.approx(1000 * 12 * 365 / 12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"traced_share": 1.5}, "traced_share is 1.5; it must be at least 0 and at most 1"),
        ({"busy_functions": 0}, "busy_functions is 0; it must be at least 1"),
        ({"request_ms": -1}, "request_ms is -1; it must be at least 0"),
        ({"visited_hours": 25}, "visited_hours is 25; it must be at least 1 and at most 24"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(CostError, match=message):
        Assumptions(**wrong)
