"""cdk-nag's AwsSolutions pack finds nothing that is not acknowledged, with its reason, on the one resource."""

import json
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from tests.infra.assembly import make_app

pytestmark = pytest.mark.xdist_group("infra")

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"


def _findings(app: aws_cdk.App, folder: Path) -> dict[str, list[str]]:
    """Each rule that is broken, and by which constructs."""
    aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
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


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_nothing_is_found(stage: str, tmp_path: Path) -> None:
    app = make_app(stage, tmp_path)
    assert _findings(app, tmp_path) == {}


def test_an_open_bucket_is_found(tmp_path: Path) -> None:
    app = make_app("dev", tmp_path)
    s3.Bucket(aws_cdk.Stack(app, "careless"), "Bucket")
    assert set(_findings(app, tmp_path)) == {"AwsSolutions-S1", "AwsSolutions-S10"}


def test_nothing_is_acknowledged_for_a_whole_stack(tmp_path: Path) -> None:
    app = make_app("prod", tmp_path)
    everywhere = {
        construct.node.path: construct
        for construct in app.node.find_all()
        if any(entry.type == ACKNOWLEDGED for entry in construct.node.metadata)
    }
    assert len(everywhere) > 20
    for path, construct in everywhere.items():
        assert not isinstance(construct, aws_cdk.App | aws_cdk.Stack), path
        # One resource; with it at most what belongs to it, such as a bucket's policy.
        resources = [each for each in construct.node.find_all() if isinstance(each, aws_cdk.CfnResource)]
        assert len(resources) <= 3 or path.endswith("/RestApi"), path
