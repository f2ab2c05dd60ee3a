"""The table of alarms: the runbook, the templates and the schedules agree with it."""

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from cdk.alarm import RUNBOOK, Alarm, NoData
from cdk.alarms import alarms
from cdk.config import stage_config
from cdk.errors import DeploymentError
from cdk.schedules import longest_gap
from cdk.secret_names import ROLE_SECRETS
from local.schedules import next_time
from tests.infra.assembly import DEPLOYED, ROOT, Assemblies, Assembly
from tests.infra.conftest import furnish
from tests.infra.happenings import DEPLOYED_AT
from tests.infra.test_alarms import DEV
from tests.infra.watch_rules import section_of
from tests.infra.watching import metrics_of

pytestmark = pytest.mark.xdist_group("infra")


def test_each_section_of_the_runbook_has_its_alarm_and_each_alarm_its_section() -> None:
    of_alarms = (ROOT / RUNBOOK).read_text(encoding="utf-8").split("\n## Alarms\n")[1].split("\n## ")[0]
    sections = re.findall(r"^### (.+)$", of_alarms, re.MULTILINE)
    table = [each for name, mode in DEPLOYED for each in alarms(furnish(stage_config(name, database=mode)))]
    assert sections == list(dict.fromkeys(sections))
    assert set(sections) == {each.section for each in table}


def test_the_templates_have_the_alarms_of_the_table(assembly: Assembly) -> None:
    table = {each.name: each for each in alarms(stage_config(assembly.stage, database=assembly.database))}
    made = {
        each.properties["AlarmName"].removeprefix(f"pickvs-{assembly.stage}-"): each
        for each in assembly.resources("AWS::CloudWatch::Alarm", stack="observability")
    }
    assert set(made) == set(table)
    for name, alarm in table.items():
        properties = made[name].properties
        assert section_of(made[name]) == alarm.section
        assert properties["Threshold"] == alarm.threshold
        assert properties["EvaluationPeriods"] == alarm.periods
        assert properties["ComparisonOperator"].startswith(
            {"at least": "GreaterThanOrEqual", "more": "GreaterThanT", "less": "LessThanT"}[alarm.comparison.value]
        )
        assert (
            properties["TreatMissingData"]
            == {
                NoData.IS_WELL: "notBreaching",
                NoData.CHANGES_NOTHING: "ignore",
                NoData.RINGS: "missing",
            }[alarm.no_data]
        )
        assert _periods(properties) == {alarm.period.total_seconds()}
        told = properties["AlarmActions"]
        assert len(told) == 1
        assert "alerts" in str(told[0])
        assert properties.get("InsufficientDataActions") == (told if alarm.no_data is NoData.RINGS else None)


def _periods(properties: dict[str, object]) -> set[int]:
    if "Period" in properties:
        return {properties["Period"]}  # type: ignore[arg-type]
    return {each["MetricStat"]["Period"] for each in properties["Metrics"] if "MetricStat" in each}  # type: ignore[attr-defined]


def test_no_stage_pays_for_more_alarms_than_it_needs(assembly_of: Assemblies) -> None:
    """An alarm costs ten cents a month, and a formula as much for each of its metrics. A person reads each mail."""
    for deployed in DEPLOYED:
        config = stage_config(deployed[0])
        made = list(assembly_of(*deployed).resources("AWS::CloudWatch::Alarm", stack="observability"))
        assert len(made) <= 46 + 2 * len(config.odds_api.sports)
        watched = sum(len(metrics_of(each)) or 1 for each in made)
        assert watched <= 86 + 4 * len(config.odds_api.sports) + len(config.predictions.sports)


def test_the_rotation_of_each_password_is_watched() -> None:
    for mode, owners in (("neon", set[str]()), ("aurora", {"database"})):
        (found,) = (each for each in alarms(stage_config("prod", database=mode)) if each.name == "passwords-errors")
        functions = {each.dimensions["FunctionName"] for each in found.watches.values()}
        assert functions == {f"pickvs-prod-rotate_{each}_password" for each in {*ROLE_SECRETS, *owners}}
        assert found.formula is not None
        assert all(f"FILL({name}, 0)" in found.formula for name in found.watches)


def test_a_database_of_our_own_is_watched_more_closely() -> None:
    neon, aurora = ({each.name for each in alarms(stage_config("prod", database=mode))} for mode in ("neon", "aurora"))
    assert aurora - neon == {"database-full"}


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)",
        "rate(1 hour)",
        "rate(2 days)",
        "cron(0 5 * * ? *)",
        "cron(10 3,9,15,21 * * ? *)",
        "cron(7 1,2 * * ? *)",
    ],
)
def test_the_longest_gap_is_what_the_schedule_leaves(expression: str) -> None:
    at: datetime | None = DEPLOYED_AT
    times = [at := next_time(expression, at) for _ in range(30) if at is not None]
    gaps = [later - earlier for earlier, later in pairwise(times) if earlier and later]
    assert longest_gap(expression) == max(gaps)


@pytest.mark.parametrize(
    "expression", ["cron(0 5 ? * MON-FRI *)", "cron(0/5 * * * ? *)", "rate(5 weeks)", "at(2027-01-01T00:00:00)"]
)
def test_a_schedule_of_which_it_is_unknown_when_it_is_late_is_refused(expression: str) -> None:
    with pytest.raises(DeploymentError, match="alarms know"):
        longest_gap(expression)
    with pytest.raises(DeploymentError, match="alarms know"):
        alarms(replace(DEV, odds_api=replace(DEV.odds_api, fetch_odds_schedule=expression)))


def test_no_alarm_compares_what_it_does_not_watch() -> None:
    def unknown(alarm: Alarm) -> set[str]:
        words = set(re.findall(r"[a-z]\w*", alarm.formula or ""))
        return words ^ (set(alarm.watches) if alarm.formula else set())

    assert not [each.name for each in alarms(stage_config("dev")) if unknown(each)]
