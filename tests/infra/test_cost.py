"""The cost estimate of the real templates is complete, and docs/deploying.md states its figures."""

import re

import pytest

from cdk.config import STAGES
from cdk.prediction_alarms import JOBS
from tests.infra.assembly import DEPLOYED, ROOT, Assemblies, Assembly
from tools.cost.assumptions import Assumptions
from tools.cost.builds import usd_of_a_build
from tools.cost.coverage import FREE, PRICED, not_estimated
from tools.cost.credits import credits_of
from tools.cost.footprint import Footprint, footprint
from tools.cost.inventory import Inventory, read_inventory
from tools.cost.lines import Line
from tools.cost.metrics import WRITTEN_BY
from tools.cost.model import estimate, requests_of
from tools.cost.prices import AS_OF, REGION
from tools.cost.report import total

pytestmark = pytest.mark.xdist_group("infra")

USERS = 1000


def inventory(assembly: Assembly) -> Inventory:
    assert assembly.folder is not None
    return read_inventory(assembly.folder)


def bill(stage: Footprint) -> list[Line]:
    assumptions = Assumptions()
    return estimate(stage, requests_of(USERS, assumptions), assumptions)


def test_every_resource_is_priced_or_free_for_a_reason(assembly: Assembly) -> None:
    types = {resource.type for resource in assembly.resources()}
    assert types <= PRICED | FREE.keys()
    assert not_estimated(inventory(assembly)) == []


def test_every_resource_is_read(assembly: Assembly) -> None:
    read = inventory(assembly)
    assert len(read.of()) == len(list(assembly.resources()))
    assert {str(each).split("-")[1] for each in read.of()} == {assembly.stage}


def test_the_credits_of_a_day_are_those_of_the_stage(assembly: Assembly) -> None:
    read = inventory(assembly)
    found = credits_of(read, footprint(read))
    wanted = STAGES[assembly.stage].odds_api.daily_credits()
    assert [each.sport for each in found] == [each.sport for each in wanted]
    assert [each.total for each in found] == pytest.approx([each.total for each in wanted])


def test_a_build_of_lineups_costs_less_than_a_fiftieth_of_a_cent(assembly: Assembly) -> None:
    builder = footprint(inventory(assembly)).builder
    assert builder is not None
    gb_seconds = builder.memory_mb / 1024 * 4.2
    assert gb_seconds * 0.0000133 < usd_of_a_build(builder, Assumptions()) < 0.0002


def test_who_calls_each_function_is_known(assembly: Assembly) -> None:
    stage = footprint(inventory(assembly))
    assert stage.usual.memory_mb < stage.largest.memory_mb
    assert stage.largest.name.removeprefix(f"pickvs-{assembly.stage}-") in {"register", "login", "delete_me"}
    assert stage.authorizer is not None
    assert stage.authorizer.name == f"pickvs-{assembly.stage}-authorizer"
    scheduled = {each.function.name.removeprefix(f"pickvs-{assembly.stage}-") for each in stage.scheduled}
    assert {"fetch_odds", "process_results"} <= scheduled
    # The metrics of a job that the estimate does not know would be estimated as free.
    assert scheduled <= WRITTEN_BY.keys()
    # No route, no schedule and no authorizer: a deployment or a person calls them.
    assert {each.rsplit("-", 1)[-1].split("/")[0] for each in stage.uncalled} >= {"migrate", "operator"}
    assert not any("fetch_odds" in name or "register" in name for name in stage.uncalled)


OF_FEEDS = {"fetch_weather", "fetch_dfs_slates"}


def test_what_a_scheduled_function_does_is_known(assembly: Assembly) -> None:
    scheduled = footprint(inventory(assembly)).scheduled
    keeping = {each.function.name.rsplit("-", 1)[-1] for each in scheduled if each.function.keeps}
    assert keeping == {"fetch_odds", "process_results", "back_up", "collect_f1", *OF_FEEDS, *JOBS}
    in_network = {each.function.name.rsplit("-", 1)[-1] for each in scheduled if each.function.in_network}
    assert (in_network >= keeping) == (assembly.database == "aurora")


def test_a_cluster_is_priced_as_it_is_made(assembly_of: Assemblies) -> None:
    assert footprint(inventory(assembly_of("dev"))).clusters == ()
    (dev,) = footprint(inventory(assembly_of("dev", "aurora"))).clusters
    assert (dev.least_acu, dev.pause_seconds, dev.session_seconds, dev.following, dev.resting) == (0, 300, 300, 1, 0)
    (prod,) = footprint(inventory(assembly_of("prod", "aurora"))).clusters
    assert (prod.pause_seconds, prod.following, prod.resting) == (None, 2, 0)
    assert prod.least_acu >= Assumptions().idle_acu


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_guide_says_what_makes_aurora_dearer(stage: str, assembly_of: Assemblies) -> None:
    neon, aurora = (bill(footprint(inventory(assembly_of(stage, database)))) for database in ("neon", "aurora"))
    named = sum(line.usd for line in aurora if line.name in {"NAT: gateways", "Aurora: capacity"})
    assert 0.85 <= named / (total(aurora) - total(neon)) <= 1


@pytest.mark.parametrize(("stage", "database"), DEPLOYED)
def test_the_guide_states_the_figure(stage: str, database: str, assembly_of: Assemblies) -> None:
    guide = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    section = guide.split("## What it costs")[1].split("\n## ")[0]
    neon, aurora = re.findall(rf"`{stage}` about \$(\d+)", section)
    assert f"{REGION} on {AS_OF}" in section
    assert f"{USERS:,} users" in section
    assert f"{Assumptions().requests_per_user_day:g} requests a day" in section
    assert f"{requests_of(USERS, Assumptions()):,.0f} requests a month" in section
    stated = int({"neon": neon, "aurora": aurora}[database])
    now = total(bill(footprint(inventory(assembly_of(stage, database)))))
    asked = f"`make cost STAGE={stage} DATABASE={database} USERS={USERS}`"
    assert abs(stated - now) <= max(1, now / 10), f"{asked} says ${now:.2f}"
