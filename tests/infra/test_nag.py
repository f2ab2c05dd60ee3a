"""Every finding of cdk-nag's packs AwsSolutions and NIST 800-53 R5 is acknowledged on its resource.

The CDK's own linter runs with them once, on an assembly that has every stack and every optional setting.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import aws_cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from constructs import IConstruct

from cdk.config import stage_config
from cdk.constructs import acknowledge
from cdk.routes import WINGS
from tests.infra.assembly import make_app
from tests.infra.conftest import furnish

pytestmark = pytest.mark.xdist_group("infra")

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
ACKNOWLEDGED_BY_CDK = {"CloudFormation-Validate::W3010"}
"""Finding of the CDK's own linter, which the CDK acknowledges for the zones of every stack with a network."""


def _findings(app: aws_cdk.App, folder: Path) -> dict[str, list[str]]:
    """Return the violated rules with the paths of the constructs that violate them."""
    aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), NIST80053R5Checks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    reports = json.loads((folder / "validation-report.json").read_text())["pluginReports"]
    return {
        violation["ruleName"]: [each["constructPath"] for each in violation["violatingConstructs"]]
        for report in reports
        for violation in report["violations"]
    }


@dataclass(frozen=True)
class Acknowledgment:
    """A rule that `cdk` acknowledges for a construct."""

    path: str
    rule: str
    reason: str

    def covers(self, path: str, rule: str) -> bool:
        return self.rule == rule and f"{path}/".startswith(f"{self.path}/")


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Acknowledgment]:
    """Records all acknowledgments made from now on instead of applying them."""
    stated: list[Acknowledgment] = []

    class Noted:
        def __init__(self, construct: IConstruct) -> None:
            self.path = construct.node.path

        @classmethod
        def of(cls, construct: IConstruct) -> Self:
            return cls(construct)

        def acknowledge(self, *acknowledgments: aws_cdk.Acknowledgment) -> None:
            stated.extend(Acknowledgment(self.path, each.id, each.reason) for each in acknowledgments)

    monkeypatch.setattr(acknowledge, "Validations", Noted)
    return stated


@pytest.mark.parametrize(("stage", "database"), [("dev", "neon"), ("prod", "aurora")])
def test_what_is_found_is_acknowledged_and_what_is_acknowledged_would_be_found(
    stage: str, database: str, tmp_path: Path, noted: list[Acknowledgment]
) -> None:
    """Every finding has a reason. No acknowledgment outlives its finding, because it would hide the next one."""
    app = make_app(stage_config(stage, database=database), tmp_path)
    found = [(path, rule) for rule, paths in _findings(app, tmp_path).items() for path in paths]
    assert len(noted) > 100
    assert all(len(each.reason) > 40 for each in noted)
    assert [pair for pair in found if not any(each.covers(*pair) for each in noted)] == []
    assert [each for each in noted if not any(each.covers(*pair) for pair in found)] == []


def test_what_is_acknowledged_is_not_found(tmp_path: Path) -> None:
    """Each acknowledgment is for one resource, not for a whole stack.

    Tested with every optional setting and the first rows of each wing: what their findings are does not depend on how
    many they are.
    """
    wings = [replace(wing, endpoints=wing.endpoints[:3]) for wing in WINGS]
    app = make_app(furnish(stage_config("prod", database="aurora")), tmp_path, wings=wings, validated=True)
    assert [each for each in app.node.find_all() if isinstance(each, apigateway.CfnDomainName)]
    everywhere = {
        construct.node.path: construct
        for construct in app.node.find_all()
        if any(
            entry.type == ACKNOWLEDGED and set(entry.data) - ACKNOWLEDGED_BY_CDK for entry in construct.node.metadata
        )
    }
    assert len(everywhere) > 20
    for path, construct in everywhere.items():
        assert not isinstance(construct, aws_cdk.App | aws_cdk.Stack), path
        # One resource, and at most its dependents, such as a bucket's policy.
        resources = [each for each in construct.node.find_all() if isinstance(each, aws_cdk.CfnResource)]
        assert len(resources) <= 3, path
    assert _findings(app, tmp_path) == {}


def test_an_open_bucket_and_a_wrong_value_are_found(tmp_path: Path) -> None:
    app = aws_cdk.App(outdir=str(tmp_path), context={"@aws-cdk/core:validateAgainstDefaultRules": True})
    stack = aws_cdk.Stack(app, "careless")
    s3.Bucket(stack, "Bucket")
    logs.CfnLogGroup(stack, "Logs", retention_in_days=8)
    found = _findings(app, tmp_path)
    assert {"AwsSolutions-S1", "AwsSolutions-S10", "NIST.800.53.R5-S3BucketSSLRequestsOnly"} <= set(found)
    assert found["W3030"] == ["careless/Logs"]
