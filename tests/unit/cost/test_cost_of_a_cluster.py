"""The cost of a cluster and its network, with expected values computed by hand."""

import math
from dataclasses import replace
from typing import Any

import pytest

from tests.support import bills
from tools.cost.assumptions import Assumptions
from tools.cost.aurora import awake_share, capacity_hours
from tools.cost.cluster import Cluster
from tools.cost.errors import CostError
from tools.cost.footprint import Footprint, Scheduled, footprint
from tools.cost.inventory import inventory_of
from tools.cost.lines import Line
from tools.cost.model import estimate
from tools.cost.network import Network

ROUND = Assumptions(
    idle_minutes=10,
    least_cold_share=0,
    scheduled_seconds=60,
    glance_seconds=30,
    visited_hours=12,
    idle_acu=0.5,
    database_ms=10,
    acu_of_a_processor=4,
    database_gb=20,
    database_changed_share=0.1,
    database_reads=5,
    database_reads_per_run=1000,
    database_bytes=10_000,
    other_zone_share=0.5,
    monitoring_bytes=5000,
    database_log_gb=0,
    flow_log_gb=2,
    outward_bytes_per_run=5e6,
    secret_read_bytes=10_000,
    secret_seconds=300,
    run_log_bytes=0,
    call_log_bytes=0,
    access_log_bytes=0,
    firewall_logged_share=0,
)
MONTH = 365 / 12 * 86_400
REQUESTS = 1_000_000.0
RUNS = 365 / 12 + 730


def read(template: bills.Template) -> Footprint:
    return footprint(inventory_of({"pickvs-dev-all": template}))


@pytest.fixture
def stage() -> Footprint:
    return read(bills.stage())


@pytest.fixture
def quiet(stage: Footprint) -> Footprint:
    """The same stage without a schedule."""
    return replace(stage, scheduled=())


def lines(stage: Footprint, requests: float = REQUESTS) -> dict[str, Line]:
    return {line.name: line for line in estimate(stage, requests, ROUND)}


def cluster(stage: Footprint, **changed: Any) -> Cluster:
    (found,) = stage.clusters
    return replace(found, **changed)


def test_a_cluster_is_read_with_its_instances(stage: Footprint) -> None:
    assert stage.clusters == (
        Cluster(
            least_acu=0,
            most_acu=4,
            pause_seconds=600,
            session_seconds=1200,
            following=1,
            resting=1,
            backup_days=7,
            reports_a_second=2 / 60,
            logged=True,
        ),
    )


@pytest.mark.parametrize(
    ("logical_id", "properties", "expected"),
    [
        (
            "Database",
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 1, "MaxCapacity": 8}},
            {"least_acu": 1, "most_acu": 8, "pause_seconds": None},
        ),
        (
            "Database",
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4}},
            {"pause_seconds": 300},
        ),
        ("Database", {"EnableCloudwatchLogsExports": []}, {"logged": False}),
        ("Database", {"DBClusterParameterGroupName": "default"}, {"session_seconds": None}),
        ("Parameters", {"Parameters": {"idle_session_timeout": "0"}}, {"session_seconds": None}),
        ("Reader", {"PromotionTier": 1}, {"following": 2, "resting": 0}),
        ("Writer", {"PromotionTier": 15}, {"following": 1, "resting": 1}),
        ("Reader", {"MonitoringInterval": 0}, {"reports_a_second": 1 / 60}),
        ("Reader", {"DBClusterIdentifier": "elsewhere"}, {"resting": 0, "reports_a_second": 1 / 60}),
    ],
)
def test_a_setting_is_read(logical_id: str, properties: dict[str, Any], expected: dict[str, Any]) -> None:
    template = bills.stage()
    before = cluster(read(template))
    bills.resources(template)[logical_id]["Properties"] |= properties
    (found,) = read(template).clusters
    assert {name: getattr(found, name) for name in expected} == expected
    assert found != before or expected == {"following": 1, "resting": 1}


def test_a_cluster_of_another_kind_is_refused() -> None:
    template = bills.stage()
    del bills.resources(template)["Database"]["Properties"]["ServerlessV2ScalingConfiguration"]
    with pytest.raises(CostError, match="pickvs-dev-all/Database is not Serverless v2"):
        read(template)


def test_a_cluster_that_nobody_asks_sleeps_all_month(quiet: Footprint) -> None:
    assert awake_share(quiet, cluster(quiet), 0, ROUND) == 0
    assert capacity_hours(quiet, cluster(quiet), 0, ROUND) == 0
    never_pauses = cluster(quiet, least_acu=0.5, pause_seconds=None)
    assert awake_share(quiet, never_pauses, 0, ROUND) == 1
    assert capacity_hours(quiet, never_pauses, 0, ROUND) == pytest.approx(2 * 730 * 0.5)


def test_requests_keep_it_awake_but_for_long_gaps_in_the_hours_in_which_they_come(quiet: Footprint) -> None:
    # An environment stays connected for 10 minutes, and the cluster waits for 10 more: 1,200 seconds. So many requests
    # come every 1,200 seconds on average, during half of the month. A share of 1/e follows a longer gap.
    requests = MONTH / 2 / 1200
    assert awake_share(quiet, cluster(quiet), requests, ROUND) == pytest.approx(0.5 * (1 - 1 / math.e))
    assert awake_share(quiet, cluster(quiet), 1e9, ROUND) == pytest.approx(0.5)
    # If the server ends sessions after 5 minutes, it pauses sooner.
    sooner = cluster(quiet, session_seconds=300)
    assert awake_share(quiet, sooner, MONTH / 2 / 900, ROUND) == pytest.approx(0.5 * (1 - 1 / math.e))


def test_each_scheduled_run_keeps_it_awake_for_a_while(quiet: Footprint) -> None:
    keeping, looking = replace(quiet.usual, keeps=True), replace(quiet.usual, keeps=False)
    hourly = Scheduled(keeping, 730, by_scheduler=False)
    stage = replace(quiet, scheduled=(hourly,))
    assert awake_share(stage, cluster(stage), 0, ROUND) == pytest.approx((60 + 1200) / 3600)
    stage = replace(quiet, scheduled=(Scheduled(looking, 730, by_scheduler=False),))
    assert awake_share(stage, cluster(stage), 0, ROUND) == pytest.approx((30 + 1200) / 3600)
    # Two independent schedules overlap by chance.
    stage = replace(quiet, scheduled=(hourly, hourly))
    assert awake_share(stage, cluster(stage), 0, ROUND) == pytest.approx(1 - 0.65**2)
    # A schedule that runs more often than the cluster pauses leaves it no time to pause.
    stage = replace(quiet, scheduled=(Scheduled(looking, 8760, by_scheduler=False),))
    assert awake_share(stage, cluster(stage), 0, ROUND) == 1


def test_capacity_is_the_least_and_what_requests_keep_busy(quiet: Footprint) -> None:
    # 131,400,000 requests of 10 ms at 4 ACU for a processor: 2 ACU in every second of the month.
    requests = 50 * MONTH
    awake = cluster(quiet, least_acu=1, most_acu=16, pause_seconds=None, following=2, resting=1)
    assert capacity_hours(quiet, awake, requests, ROUND) == pytest.approx(730 * (2 * 3 + 1))
    # No cluster grows beyond its maximum.
    small = replace(awake, most_acu=2.5)
    assert capacity_hours(quiet, small, requests, ROUND) == pytest.approx(730 * (2 * 2.5 + 1))
    # The same work in half of the month doubles the load during that time.
    pausing = replace(awake, least_acu=0, pause_seconds=600)
    assert capacity_hours(quiet, pausing, requests, ROUND) == pytest.approx(365 * (2 * 4.5 + 0.5))


def awake(stage: Footprint) -> Footprint:
    return replace(stage, clusters=(cluster(stage, least_acu=1, pause_seconds=None),))


@pytest.mark.parametrize(
    ("name", "quantity", "usd"),
    [
        # A million requests of 0.04 ACU-seconds are 11.1 hours.
        ("Aurora: capacity", 2 * 730 + 1e6 * 0.04 / 3600, 0.12 * (1460 + 11.1111)),
        ("Aurora: stored", 20, 2.00),
        ("Aurora: reads and writes", 5e6 + RUNS * 1000, 1.00 + RUNS * 0.0002),
        # A tenth of 20 GB in each of 7 days.
        ("Aurora: backups", 14, 0.294),
        ("NAT: gateways", 730, 32.85),
        ("public IPv4 addresses", 730, 3.65),
        ("interface endpoints", 2 * 730, 14.60),
        ("data between availability zones", 5, 0.05),
        ("VPC: flow logs", 2, 1.00),
    ],
)
def test_a_line_is_its_quantity_at_its_price(stage: Footprint, name: str, quantity: float, usd: float) -> None:
    line = lines(awake(stage))[name]
    assert line.quantity == pytest.approx(quantity)
    assert line.usd == pytest.approx(usd)


def test_a_single_day_of_backups_is_free(stage: Footprint) -> None:
    daily = replace(stage, clusters=(cluster(stage, backup_days=1),))
    assert lines(daily)["Aurora: backups"].usd == 0


def test_what_functions_ask_outside_goes_through_the_gateway(stage: Footprint) -> None:
    billed = lines(stage)
    secrets = billed["Secrets Manager: reads"].quantity * 10_000 / 1e9
    assert billed["NAT: data"].quantity == pytest.approx(RUNS * 0.005 + secrets)
    assert billed["NAT: data"].usd == pytest.approx(0.045 * (RUNS * 0.005 + secrets))
    assert billed["interface endpoints: data"].usd == 0
    # Unless the network has an endpoint for the service.
    private = replace(stage, network=replace(stage.network, private_services=frozenset({"secretsmanager"})))
    assert lines(private)["NAT: data"].quantity == pytest.approx(RUNS * 0.005)
    assert lines(private)["interface endpoints: data"].usd == pytest.approx(0.01 * secrets)
    # Functions outside the network do not use its gateway.
    outside = tuple(replace(each, function=replace(each.function, in_network=False)) for each in stage.scheduled)
    assert lines(replace(stage, scheduled=outside))["NAT: data"].quantity == pytest.approx(secrets)


def test_instances_report_while_they_are_awake(quiet: Footprint) -> None:
    # Two reports a minute of 5,000 bytes: 438 MB in a month.
    reported = lines(awake(quiet), 0)["CloudWatch: logs coming in"]
    assert reported.quantity == pytest.approx(0.438)
    assert lines(quiet, 0)["CloudWatch: logs coming in"].quantity == 0


def test_a_network_is_read() -> None:
    template = bills.stage()
    bills.resources(template)["Kept"] = {
        "Type": "AWS::EC2::FlowLog",
        "Properties": {"LogDestinationType": "s3"},
    }
    assert read(template).network == Network(
        nat_gateways=1,
        addresses=1,
        endpoint_zones=2,
        private_services=frozenset({"sqs"}),
        flow_logs=1,
        flow_logs_in_buckets=1,
    )
    assert lines(read(template))["VPC: flow logs to S3"].usd == pytest.approx(0.50)


def test_a_stage_without_a_network_of_its_own_has_no_lines_for_one(stage: Footprint) -> None:
    nothing = Network(
        nat_gateways=0,
        addresses=0,
        endpoint_zones=0,
        private_services=frozenset(),
        flow_logs=0,
        flow_logs_in_buckets=0,
    )
    names = lines(replace(stage, clusters=(), network=nothing)).keys()
    assert lines(stage).keys() - names == {
        "Aurora: capacity",
        "Aurora: stored",
        "Aurora: reads and writes",
        "Aurora: backups",
        "NAT: gateways",
        "NAT: data",
        "public IPv4 addresses",
        "interface endpoints",
        "interface endpoints: data",
        "data between availability zones",
        "VPC: flow logs",
    }
