"""Rotation of secrets: the schedules in Secrets Manager, and the permissions of the rotation functions."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from aws_cdk.assertions import Match, Template

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.secret_names import ROLE_SECRETS
from tests.infra.assembly import Assembly
from tests.infra.database_role_rules import logins
from tests.infra.house_rules import READ_SECRET, statements

pytestmark = pytest.mark.xdist_group("infra")

SECRETS_MANAGER = "secretsmanager:"


_IN_EACH = {
    "rotate_signing_keys": "SIGNING_KEYS_SECRET_ARN",
    **{f"rotate_{role}_password": "DATABASE_SECRET_ARN" for role in ROLE_SECRETS},
}
ROTATED = {"neon": _IN_EACH, "aurora": {**_IN_EACH, "rotate_database_password": "DATABASE_SECRET_ARN"}}
"""Rotation functions by database mode, with the variable that names their secret."""


@pytest.mark.parametrize("name", ROTATED["aurora"])
def test_what_is_made_here_is_rotated_every_thirty_days(assembly: Assembly, name: str) -> None:
    if name not in ROTATED[assembly.database]:
        assert f"pickvs-{assembly.stage}-{name}" not in {
            each.properties.get("FunctionName") for each in assembly.functions()
        }
        return
    function = assembly.function(name)
    arn = {"Fn::GetAtt": [function.logical_id, "Arn"]}
    template = Template.from_json(assembly.templates["rotation"])
    template.has_resource(
        "AWS::SecretsManager::RotationSchedule",
        {
            "Properties": {
                "SecretId": function.properties["Environment"]["Variables"][ROTATED[assembly.database][name]],
                "RotationLambdaARN": arn,
                "RotationRules": {"AutomaticallyAfterDays": 30},
                "RotateImmediatelyOnUpdate": Match.absent(),
            },
            # The first rotation starts when the schedule is created, so the permission must exist by then.
            "DependsOn": Match.array_with([Match.string_like_regexp("SecretsManagerMayInvoke")]),
        },
    )
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": arn,
            "Principal": "secretsmanager.amazonaws.com",
            "SourceAccount": {"Ref": "AWS::AccountId"},
        },
    )
    template.resource_count_is("AWS::Lambda::Permission", len(ROTATED[assembly.database]))


def test_a_password_is_changed_by_the_function_of_its_own_role(assembly: Assembly) -> None:
    secrets = {f"rotate_{role}_password": {name.value} for role, name in ROLE_SECRETS.items()}
    if assembly.database == "aurora":
        secrets["rotate_database_password"] = {"database"}
    assert {name: logins(assembly, assembly.function(name)) for name in secrets} == secrets


def test_nobody_else_may_change_a_secret(assembly: Assembly) -> None:
    """Except `migrate`, whose own test says what it may do."""
    may: dict[str, set[tuple[str, str]]] = {}
    migrate = assembly.role_of(assembly.function("migrate"))
    for role in assembly.resources("AWS::IAM::Role"):
        if role == migrate:
            continue
        for statement in statements(role):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            for action in actions:
                if action.startswith(SECRETS_MANAGER) and action != READ_SECRET:
                    may.setdefault(role.logical_id, set()).add((action, json.dumps(statement["Resource"])))
    assert may == {
        assembly.role_of(function).logical_id: {
            (f"{SECRETS_MANAGER}{action}", json.dumps(function.properties["Environment"]["Variables"][variable]))
            for action in ("DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage")
        }
        for function, variable in (
            (assembly.function(name), variable) for name, variable in ROTATED[assembly.database].items()
        )
    }


@pytest.mark.parametrize(
    ("stage", "cache", "delay"), [("local", "2", "20"), ("dev", "300", "3600"), ("prod", "300", "3600")]
)
def test_a_new_key_is_known_long_before_it_signs(
    assembly_of: Callable[[str], Assembly], stage: str, cache: str, delay: str
) -> None:
    assembly = assembly_of(stage)
    for name in ("authorizer", "register", "login", "refresh", "rotate_signing_keys"):
        assert assembly.function(name).properties["Environment"]["Variables"]["SECRETS_CACHE_SECONDS"] == cache
    variables = assembly.function("rotate_signing_keys").properties["Environment"]["Variables"]
    assert variables["SIGNING_KEYS_DELAY_SECONDS"] == delay


def test_a_stage_in_which_a_new_key_signs_too_early_is_refused() -> None:
    keys = STAGES["dev"].signing_keys
    assert replace(STAGES["dev"], signing_keys=replace(keys, delay_seconds=1200))
    with pytest.raises(DeploymentError, match="at least four times"):
        replace(STAGES["dev"], signing_keys=replace(keys, delay_seconds=1199))
