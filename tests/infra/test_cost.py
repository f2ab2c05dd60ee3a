"""The estimate over the real templates: it leaves nothing out, and the README says what it says."""

import re
from collections.abc import Callable

import pytest

from tests.infra.assembly import ROOT, Assembly
from tools.cost.assumptions import Assumptions
from tools.cost.coverage import FREE, PRICED, not_estimated
from tools.cost.footprint import Footprint, footprint
from tools.cost.inventory import Inventory, read_inventory
from tools.cost.model import estimate, requests_of
from tools.cost.prices import AS_OF, REGION
from tools.cost.report import total

pytestmark = pytest.mark.xdist_group("infra")

USERS = 1000


def inventory(assembly: Assembly) -> Inventory:
    assert assembly.folder is not None
    return read_inventory(assembly.folder)


def usd(stage: Footprint) -> float:
    assumptions = Assumptions()
    return total(estimate(stage, requests_of(USERS, assumptions), assumptions))


def test_every_resource_is_priced_or_free_for_a_reason(assembly: Assembly) -> None:
    types = {resource.type for resource in assembly.resources()}
    assert types <= PRICED | FREE.keys()
    assert not_estimated(inventory(assembly)) == []


def test_every_resource_is_read(assembly: Assembly) -> None:
    read = inventory(assembly)
    assert len(read.of()) == len(list(assembly.resources()))
    assert {str(each).split("-")[1] for each in read.of()} == {assembly.stage}


def test_who_calls_each_function_is_known(assembly: Assembly) -> None:
    stage = footprint(inventory(assembly))
    assert stage.usual.memory_mb < stage.largest.memory_mb
    assert stage.largest.name.removeprefix(f"pickvs-{assembly.stage}-") in {"register", "login", "delete_me"}
    assert stage.authorizer is not None
    assert stage.authorizer.name == f"pickvs-{assembly.stage}-authorizer"
    scheduled = {each.function.name.removeprefix(f"pickvs-{assembly.stage}-") for each in stage.scheduled}
    assert {"fetch_odds", "process_results"} <= scheduled
    # No route, no schedule and no authorizer: a deployment or a person calls them.
    assert {each.rsplit("-", 1)[-1].split("/")[0] for each in stage.uncalled} >= {"migrate", "operator"}
    assert not any("fetch_odds" in name or "register" in name for name in stage.uncalled)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_readme_states_the_figure(stage: str, assembly_of: Callable[[str], Assembly]) -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## What it costs")[1].split("\n## ")[0]
    (stated,) = re.findall(rf"`{stage}` about \$(\d+)", section)
    assert f"{REGION} on {AS_OF}" in section
    assert f"{USERS:,} users" in section
    assert f"{Assumptions().requests_per_user_day:g} requests a day" in section
    assert f"{requests_of(USERS, Assumptions()):,.0f} requests a month" in section
    now = usd(footprint(inventory(assembly_of(stage))))
    assert abs(int(stated) - now) <= max(1, now / 10), f"`make cost STAGE={stage} USERS={USERS}` says ${now:.2f}"
