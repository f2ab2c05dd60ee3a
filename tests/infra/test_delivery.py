"""Who deploys, beside an engineer: the roles that GitHub's jobs take, once a stage names its repository."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk.assertions import Match, Template

from cdk import config
from cdk.delivery import Delivery
from cdk.errors import DeploymentError
from tests.infra.assembly import ROOT, Assemblies, make_app, read
from tests.infra.test_cfn_lint import lint
from tests.infra.test_nag import _findings

pytestmark = pytest.mark.xdist_group("infra")

type AppOf = Callable[[str, Delivery], aws_cdk.App]


@pytest.fixture
def app_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppOf:
    """Makes the app of a stage that a repository deploys."""

    def make(stage: str, delivery: Delivery) -> aws_cdk.App:
        monkeypatch.setitem(config.STAGES, stage, replace(config.STAGES[stage], delivery=delivery))
        return make_app(stage, tmp_path)

    return make


OURS = Delivery(repository="pickvs/pickvs", provider_exists=False)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_job_is_trusted_for_its_environment_alone(stage: str, app_of: AppOf, tmp_path: Path) -> None:
    app_of(stage, OURS).synth()
    template = Template.from_json(read(stage, tmp_path).templates["delivery"])
    issuer = "token.actions.githubusercontent.com"
    for subject, actions in (
        (f"repo:pickvs/pickvs:environment:{stage}", "sts:AssumeRole"),
        ("repo:pickvs/pickvs:pull_request", ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"]),
    ):
        claims = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}
        template.has_resource_properties(
            "AWS::IAM::Role",
            {
                "AssumeRolePolicyDocument": Match.object_like(
                    {"Statement": [Match.object_like({"Condition": {"StringEquals": claims}})]}
                ),
                "Policies": [
                    Match.object_like(
                        {"PolicyDocument": Match.object_like({"Statement": [Match.object_like({"Action": actions})]})}
                    )
                ],
            },
        )
    (deploys,) = template.find_resources(
        "AWS::IAM::Role", {"Properties": Match.object_like({"MaxSessionDuration": Match.any_value()})}
    ).values()
    assert ":environment:" in json.dumps(deploys)
    workflow = (ROOT / ".github" / "workflows" / "deploy-stage.yml").read_text(encoding="utf-8")
    (minutes,), (seconds,) = (
        map(int, re.findall(rf"{setting}: (\d+)", workflow)) for setting in ("timeout-minutes", "role-duration-seconds")
    )
    assert minutes * 60 < seconds <= deploys["Properties"]["MaxSessionDuration"]
    template.has_resource(
        "AWS::IAM::OIDCProvider",
        {"Properties": {"Url": f"https://{issuer}", "ClientIdList": ["sts.amazonaws.com"]}, "DeletionPolicy": "Retain"},
    )


def test_an_account_s_provider_is_used_again(app_of: AppOf, tmp_path: Path) -> None:
    app_of("dev", replace(OURS, provider_exists=True)).synth()
    template = read("dev", tmp_path).templates["delivery"]
    assert {each["Type"] for each in template["Resources"].values()} == {"AWS::IAM::Role"}
    for role in template["Resources"].values():
        assert "oidc-provider/token.actions.githubusercontent.com" in json.dumps(role)


def test_nothing_waits_for_it_and_nobody_has_it_unasked(assembly_of: Assemblies, app_of: AppOf, tmp_path: Path) -> None:
    assert "delivery" not in assembly_of("prod").templates
    app_of("prod", OURS).synth()
    artifacts = json.loads((tmp_path / "manifest.json").read_text())["artifacts"]
    named = "pickvs-prod-delivery"
    assert set(artifacts[named]["dependencies"]) == {f"{named}.assets"}
    assert not [name for name, each in artifacts.items() if named in each.get("dependencies", [])]


def test_nothing_is_found(app_of: AppOf, tmp_path: Path) -> None:
    assert _findings(app_of("prod", OURS), tmp_path) == {}


def test_cloudformation_would_take_it(app_of: AppOf, tmp_path: Path) -> None:
    app_of("prod", OURS).synth()
    answer = lint(tmp_path / "pickvs-prod-delivery.template.json")
    assert (answer.returncode, answer.stdout) == (0, "")


@pytest.mark.parametrize("repository", ["pickvs", "pickvs/*", "*/*", "pickvs/pickvs:environment:dev", "", "a b/c"])
def test_what_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(DeploymentError, match=r"is none; write it like owner/name$"):
        Delivery(repository=repository, provider_exists=False)


@pytest.mark.parametrize("repository", ["pickvs/pickvs", "pickvs@292269961/pick.vs_2@1332703028"])
def test_a_repository_is_called_as_its_tokens_say(repository: str) -> None:
    assert Delivery(repository=repository, provider_exists=True).repository == repository


def test_no_stage_trusts_somebody_unasked() -> None:
    assert {each.delivery for each in config.STAGES.values()} == {None}
