"""cdk-nag's packs, AwsSolutions and NIST 800-53 R5, find nothing that is not acknowledged on the one resource."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Self

import aws_cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from constructs import IConstruct

from cdk import config
from cdk.constructs import acknowledge
from cdk.edge import Domain, HostedZone
from tests.infra.assembly import DEPLOYED, make_app

pytestmark = pytest.mark.xdist_group("infra")

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
ACKNOWLEDGED_BY_CDK = {"CloudFormation-Validate::W3010"}
"""Of a linter that is not in use here: CDK states it of every stack with a network, for the zones in it."""


def _findings(app: aws_cdk.App, folder: Path) -> dict[str, list[str]]:
    """Each rule that is broken, and by which constructs."""
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


@pytest.mark.parametrize(("stage", "database"), DEPLOYED)
def test_nothing_is_found(stage: str, database: str, tmp_path: Path) -> None:
    app = make_app(stage, tmp_path, database=database)
    assert _findings(app, tmp_path) == {}


def test_nothing_is_found_under_a_domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/6c7e3f0a-0000-4000-8000-000000000001"
    zone = HostedZone(zone_id="Z0123456789EXAMPLE", name="pickvs.example")
    domain = Domain(name="api.pickvs.example", certificate_arn=certificate, zone=zone)
    monkeypatch.setitem(config.STAGES, "prod", replace(config.STAGES["prod"], domain=domain))
    app = make_app("prod", tmp_path)
    assert [each for each in app.node.find_all() if isinstance(each, apigateway.CfnDomainName)]
    assert _findings(app, tmp_path) == {}


def test_an_open_bucket_is_found(tmp_path: Path) -> None:
    app = make_app("dev", tmp_path)
    s3.Bucket(aws_cdk.Stack(app, "careless"), "Bucket")
    assert {"AwsSolutions-S1", "AwsSolutions-S10", "NIST.800.53.R5-S3BucketSSLRequestsOnly"} <= set(
        _findings(app, tmp_path)
    )


@pytest.mark.parametrize(("stage", "database"), DEPLOYED)
def test_what_is_acknowledged_would_be_found(
    stage: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No reason is left of a finding that is no more: it would hide the next one."""
    stated: list[tuple[str, str]] = []

    class Noted:
        """In place of what silences a finding."""

        def __init__(self, construct: IConstruct) -> None:
            self.path = construct.node.path

        @classmethod
        def of(cls, construct: IConstruct) -> Self:
            return cls(construct)

        def acknowledge(self, acknowledgment: aws_cdk.Acknowledgment) -> None:
            assert len(acknowledgment.reason) > 40
            stated.append((self.path, acknowledgment.id))

    monkeypatch.setattr(acknowledge, "Validations", Noted)
    found = _findings(make_app(stage, tmp_path, database=database), tmp_path)
    assert len(stated) > 100
    idle = [
        (path, rule)
        for path, rule in stated
        if not any(each == path or each.startswith(f"{path}/") for each in found.get(rule, []))
    ]
    assert idle == []


@pytest.mark.parametrize("database", ["neon", "aurora"])
def test_nothing_is_acknowledged_for_a_whole_stack(database: str, tmp_path: Path) -> None:
    app = make_app("prod", tmp_path, database=database)
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
        # One resource; with it at most what belongs to it, such as a bucket's policy.
        resources = [each for each in construct.node.find_all() if isinstance(each, aws_cdk.CfnResource)]
        assert len(resources) <= 3 or path.endswith("/RestApi"), path
