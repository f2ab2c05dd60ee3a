"""Deployment from GitHub: the roles that its jobs assume if a stage names its repository."""

import json
import re

import pytest
from aws_cdk.assertions import Match, Template

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.settings.delivery import Delivery
from tests.infra.assembly import ROOT, Assemblies, Assembly, needs

pytestmark = pytest.mark.xdist_group("infra")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_job_is_trusted_for_its_environment_alone(stage: str, furnished: Assembly, furnished_dev: Assembly) -> None:
    template = Template.from_json({"dev": furnished_dev, "prod": furnished}[stage].templates["delivery"])
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


def test_the_account_s_one_provider_stays_when_the_stack_goes(furnished: Assembly) -> None:
    Template.from_json(furnished.templates["delivery"]).has_resource(
        "AWS::IAM::OIDCProvider",
        {
            "Properties": {
                "Url": "https://token.actions.githubusercontent.com",
                "ClientIdList": ["sts.amazonaws.com"],
            },
            "DeletionPolicy": "Retain",
        },
    )


def test_an_account_s_provider_is_used_again(furnished_dev: Assembly) -> None:
    template = furnished_dev.templates["delivery"]
    assert {each["Type"] for each in template["Resources"].values()} == {"AWS::IAM::Role"}
    for role in template["Resources"].values():
        assert "oidc-provider/token.actions.githubusercontent.com" in json.dumps(role)


def test_nothing_waits_for_it_and_nobody_has_it_unasked(assembly_of: Assemblies, furnished: Assembly) -> None:
    assert "delivery" not in assembly_of("prod").templates
    waits = needs(furnished)
    assert waits["delivery"] == set()
    assert not [stack for stack, stacks in waits.items() if "delivery" in stacks]


@pytest.mark.parametrize("repository", ["pickvs", "pickvs/*", "*/*", "pickvs/pickvs:environment:dev", "", "a b/c"])
def test_what_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(DeploymentError, match=r"is none; write it like owner/name$"):
        Delivery(repository=repository, provider_exists=False)


@pytest.mark.parametrize("repository", ["pickvs/pickvs", "pickvs@292269961/pick.vs_2@1332703028"])
def test_a_repository_is_called_as_its_tokens_say(repository: str) -> None:
    assert Delivery(repository=repository, provider_exists=True).repository == repository


def test_no_stage_trusts_somebody_unasked() -> None:
    assert {each.delivery for each in STAGES.values()} == {None}
