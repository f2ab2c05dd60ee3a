"""The configuration of each stage, and the differences between stages."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template

import app
from cdk.config import STAGES, StageConfig, stage_config
from cdk.errors import DeploymentError
from cdk.layers import Layer
from cdk.routes import ENDPOINTS, WINGS
from cdk.settings.database import AuroraDatabase, NeonDatabase
from cdk.settings.delivery import Delivery
from cdk.settings.edge import WebAclLimits
from cdk.settings.game_clock import GameClock
from tests.infra.assembly import ROOT, Assembly

pytestmark = pytest.mark.xdist_group("infra")


STACKS = {
    *("alerts", "data", "schema", "gateway", *(wing.stack for wing in WINGS), "front", "ingestion"),
    *("jobs-accounts", "jobs-dfs", "jobs-fantasy", "jobs-predictions"),
    *("observability", "operations", "recovery", "rotation"),
}


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        DeploymentError, match=r"^no stage is called 'prd'; use -c stage= with one of local, dev, prod$"
    ):
        stage_config("prd")


def test_dev_is_what_nobody_asked_for() -> None:
    assert stage_config(None) is STAGES["dev"]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_neon_is_the_database_that_nobody_asked_for(stage: str) -> None:
    assert stage_config(stage) == stage_config(stage, database="neon") == STAGES[stage]
    assert isinstance(STAGES[stage].database, NeonDatabase)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_another_database_changes_nothing_else_of_the_stage(stage: str) -> None:
    other = stage_config(stage, database="aurora")
    assert isinstance(other.database, AuroraDatabase)
    assert replace(other, database=STAGES[stage].database) == STAGES[stage]


def test_an_unknown_database_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        DeploymentError, match=r"^prod has no database 'oracle'; use -c database= with one of neon, aurora$"
    ):
        stage_config("prod", database="oracle")
    with pytest.raises(DeploymentError, match=r"^local has no database 'aurora'; .* one of neon$"):
        stage_config("local", database="aurora")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"min_acu": 17}, "min_acu 17 is not between 0 and max_acu 16"),
        ({"min_acu": 0}, "pause_after_minutes belongs to a min_acu of 0, and to no other"),
        ({"pause_after_minutes": 5}, "pause_after_minutes belongs to a min_acu of 0, and to no other"),
        ({"min_acu": 0, "pause_after_minutes": 4}, "pause_after_minutes 4 is not between 5 and 1440"),
        ({"backup_days": 36}, "backup_days 36 is not between 1 and 35"),
        ({"nat_gateways": 0}, "nat_gateways 0 is not between 1 and 2"),
        ({"nat_gateways": 3}, "nat_gateways 3 is not between 1 and 2"),
        ({"readers": 2}, "availability_zones 2 is too few: 2 at least, and one for each instance"),
        ({"availability_zones": 1, "nat_gateways": 1, "readers": 0}, "availability_zones 1 is too few: .*"),
    ],
)
def test_a_database_that_aws_would_refuse_is_refused(wrong: dict[str, Any], text: str) -> None:
    database = stage_config("prod", database="aurora").database
    assert isinstance(database, AuroraDatabase)
    with pytest.raises(DeploymentError, match=f"^{text}$"):
        replace(database, **wrong)


@pytest.mark.parametrize("reach", [479, 30 * 60 + 1])
def test_a_closing_capture_serves_its_own_game_and_is_never_too_old(reach: int) -> None:
    with pytest.raises(DeploymentError, match=r"^closing_reach_seconds is between closing_lead_seconds and 30"):
        GameClock(closing_reach_seconds=reach)


GROUPS = [
    type(value)
    for field in fields(StageConfig)
    if field.name != "database" and is_dataclass(value := getattr(STAGES["prod"], field.name))
]


@pytest.mark.parametrize("group", [StageConfig, AuroraDatabase, Delivery, WebAclLimits, *GROUPS])
def test_each_field_says_what_it_means(group: type) -> None:
    """Fields of StageConfig that are groups of settings are documented by the group's class."""
    source = inspect.getsourcefile(group)
    assert source is not None
    tree = ast.parse(Path(source).read_text())
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == group.__name__)
    documented = {
        field.target.id
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
    stated = {field.name for field in fields(group)}
    assert documented >= {name for name in stated if group is not StageConfig or type_of(name) not in GROUPS}
    assert group.__doc__


def type_of(field: str) -> type:
    return type(getattr(STAGES["prod"], field))


def test_the_entry_point_is_short() -> None:
    assert len(Path(app.__file__).read_text().splitlines()) <= 40


def test_only_the_configuration_knows_stages_by_name() -> None:
    for path in (ROOT / "cdk").rglob("*.py"):
        words = {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert path.name == "config.py" or not words & set(STAGES), path


def test_every_stack_of_a_stage_is_named_after_it(assembly_of: Callable[[str], Assembly]) -> None:
    for stage in STAGES:
        assert set(assembly_of(stage).templates) == STACKS


@pytest.mark.parametrize(("stage", "margin"), [("local", "0"), ("dev", "0"), ("prod", "120")])
def test_games_lock_before_tip_off_in_prod_only(
    assembly_of: Callable[[str], Assembly], stage: str, margin: str
) -> None:
    for name in ("create_picks", "list_upcoming_games"):
        variables = assembly_of(stage).function(name).properties["Environment"]["Variables"]
        assert variables["LOCK_MARGIN_SECONDS"] == margin
        assert variables["MAX_ODDS_AGE_HOURS"] == "26"


@pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("prod", "RetainExceptOnCreate")])
def test_what_holds_data_outlives_its_stack_in_prod(
    assembly_of: Callable[[str], Assembly], stage: str, policy: str
) -> None:
    template = Template.from_json(assembly_of(stage).templates["data"])
    for kind, count in (("AWS::SecretsManager::Secret", 8), ("AWS::S3::Bucket", 5)):
        template.resource_properties_count_is(kind, Match.any_value(), count)
        template.all_resources(kind, {"DeletionPolicy": policy})


def test_dev_can_be_removed_with_what_is_in_its_buckets(assembly_of: Callable[[str], Assembly]) -> None:
    dev, prod = (Template.from_json(assembly_of(stage).templates["data"]) for stage in ("dev", "prod"))
    dev.resource_count_is("Custom::S3AutoDeleteObjects", 5)
    prod.resource_count_is("Custom::S3AutoDeleteObjects", 0)


def test_functions_run_where_their_packages_do(assembly_of: Callable[[str], Assembly]) -> None:
    for stage in ("dev", "prod"):
        assembly = assembly_of(stage)
        pythons = [each for each in assembly.functions() if each.properties["Runtime"].startswith("python")]
        assert len(pythons) == len(ENDPOINTS) + 27
        assert all(each.properties["Architectures"] == ["arm64"] for each in pythons)
        assert {each.properties["Runtime"] for each in pythons} == {"python3.13"}
        layers = list(assembly.resources("AWS::Lambda::LayerVersion"))
        common = [each for each in layers if each.properties["Description"] == f"PickVs: {Layer.COMMON}"]
        assert sorted(each.stack for each in common) == sorted(STACKS - {"alerts", "data", "front"})
        assert sorted((each.stack, each.properties["Description"]) for each in layers if each not in common) == [
            ("jobs-dfs", f"PickVs: {Layer.NUMERIC}"),
            *(("jobs-predictions", f"PickVs: {layer}") for layer in (Layer.NUMERIC, Layer.TRAINING)),
        ]
        assert all(each.properties["CompatibleArchitectures"] == ["arm64"] for each in layers)
        assert len({each.properties["Content"]["S3Key"] for each in common}) == 1
