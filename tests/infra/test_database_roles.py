"""Roles of the database: what rows and stacks state, and what the templates let each function log in as."""

import json
from dataclasses import replace

import pytest

from cdk.errors import DeploymentError
from cdk.routes import ENDPOINTS
from cdk.routes.model import Database
from cdk.secret_names import ROLE_SECRETS, SecretName
from pickvs.operations.database_roles.rules import ROLES
from tests.infra import database_role_rules as rules
from tests.infra.assembly import Assemblies, Assembly
from tests.infra.house_rules import Rule, as_list, statements
from tests.support.database_roles import ROLE_OF_JOB

pytestmark = pytest.mark.xdist_group("infra")

READ = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "get_profile")
WRITE = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "create_picks")


def test_a_get_is_a_reader_or_says_why_not() -> None:
    assert {each.name for each in ENDPOINTS if each.method == "GET" and each.database is Database.WRITER} == {
        "export_me",
        "export_my_picks_csv",
    }
    with pytest.raises(DeploymentError, match="get_profile: a GET uses the database as READER"):
        replace(READ, database=Database.WRITER)
    assert replace(READ, database=Database.WRITER, writes_because="it counts its callers").all_secrets == (
        SecretName.DATABASE_WRITER,
    )
    with pytest.raises(DeploymentError, match="nothing else states it"):
        replace(WRITE, writes_because="it writes")


@pytest.mark.parametrize("secret", sorted({*rules.DATABASE_SECRETS}))
def test_no_row_names_a_secret_of_the_database(secret: SecretName) -> None:
    with pytest.raises(DeploymentError, match="its field `database` states the role"):
        replace(READ, secrets=(secret,))


def test_the_deployment_knows_the_roles_that_are_made() -> None:
    assert tuple(ROLE_SECRETS) == ROLES


def test_each_job_logs_in_as_its_role(assembly: Assembly) -> None:
    """The tests run each function as this role too."""
    owner = {"neon": {"database/direct"}, "aurora": {"database"}}[assembly.database]
    here = {str(each.properties.get("FunctionName")).rpartition("-")[2] for each in assembly.functions()}
    assert set(ROLE_OF_JOB) - here <= {"note_mail_feedback"}, "which only a stage with mail has"
    for name, role in ROLE_OF_JOB.items():
        if name == rules.SETTLES_ALL or name not in here:
            continue
        expected = owner if role == "owner" else set[str]() if role == "none" else {ROLE_SECRETS[role].value}
        assert rules.logins(assembly, assembly.function(name)) == expected, name


def test_each_role_has_a_password_of_its_own_for_its_stage(assembly: Assembly) -> None:
    for role, name in ROLE_SECRETS.items():
        (secret,) = (
            each
            for each in assembly.resources("AWS::SecretsManager::Secret")
            if each.properties["Name"] == f"pickvs/{assembly.stage}/{name.value}"
        )
        generator = secret.properties["GenerateSecretString"]
        assert json.loads(generator["SecretStringTemplate"]) == {"username": f"pickvs_{assembly.stage}_{role}"}
        assert (generator["GenerateStringKey"], generator["PasswordLength"]) == ("password", 40)
        assert generator["ExcludePunctuation"] is True


def test_migrate_reads_all_logins_and_writes_those_of_the_roles(assembly: Assembly) -> None:
    function = assembly.function("migrate")
    variables = function.properties["Environment"]["Variables"]
    roles = {variables[f"DATABASE_{role.upper()}_SECRET_ARN"]["Fn::ImportValue"] for role in ROLES}
    owner = {variables[f"DATABASE_{each}SECRET_ARN"]["Fn::ImportValue"] for each in ("", "POOLED_")}
    assert (len(roles), len(owner)) == (len(ROLES), {"neon": 2, "aurora": 1}[assembly.database])
    may: dict[str, set[str]] = {}
    for statement in statements(assembly.role_of(function)):
        for action in as_list(statement["Action"]):
            if action.startswith("secretsmanager:"):
                named = {each["Fn::ImportValue"] for each in as_list(statement["Resource"])}
                may[action] = may.get(action, set()) | named
    assert may == {"secretsmanager:GetSecretValue": owner | roles, "secretsmanager:PutSecretValue": roles}


DAMAGES: list[tuple[Rule, str, str, SecretName]] = [
    (rules.reads_cannot_write, "api-accounts", "get_me", SecretName.DATABASE_WRITER),
    (rules.reads_cannot_write, "api-picks", "get_leaderboard", SecretName.DATABASE_DIRECT),
    (rules.only_migrations_and_restores_own_the_tables, "recovery", "back_up", SecretName.DATABASE_DIRECT),
    (rules.only_migrations_and_restores_own_the_tables, "api-picks", "create_picks", SecretName.DATABASE),
    (rules.each_function_has_one_login, "ingestion", "fetch_odds", SecretName.DATABASE_READER),
]


@pytest.mark.parametrize(("rule", "stack", "name", "secret"), DAMAGES)
def test_bites(assembly_of: Assemblies, rule: Rule, stack: str, name: str, secret: SecretName) -> None:
    damaged = assembly_of("dev").to_damage(stack)
    arns = {
        resource.properties["Name"]: {"Ref": resource.logical_id}
        for resource in damaged.resources("AWS::SecretsManager::Secret")
    }
    (export,) = (name for name, (_, value) in damaged.exports().items() if value == arns[f"pickvs/dev/{secret.value}"])
    (policy,) = (
        each
        for each in damaged.role_of(damaged.function(name)).properties["Policies"]
        if each["PolicyName"] == "secrets"
    )
    (statement,) = policy["PolicyDocument"]["Statement"]
    statement["Resource"] = [*as_list(statement["Resource"]), {"Fn::ImportValue": export}]
    assert [line for line in rule(damaged) if str(damaged.function(name)) in line]


def test_each_rule_is_shown_to_bite() -> None:
    assert {rule for rule, *_ in DAMAGES} == set(rules.DATABASE_ROLE_RULES)
