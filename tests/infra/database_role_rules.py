"""House rules for the database's roles: who may log in as which."""

import json
from collections.abc import Iterator

from cdk.routes import ENDPOINTS
from cdk.secret_names import DATABASE_SECRETS, ROLE_SECRETS, SecretName
from tests.infra.assembly import Assembly, Resource
from tests.infra.house_rules import Rule, functions_named, readable_secrets

OWNERS = frozenset({"migrate", "restore", "rotate_database_password"})
"""Functions that log in as the owner of the tables."""
SETTLES_ALL = "migrate"
"""The function that makes the roles, and reads the secrets of all."""


def logins(assembly: Assembly, function: Resource) -> set[str]:
    """Return the database secrets that a function may read, by the ends of their names."""
    prefix = f"pickvs/{assembly.stage}/"
    known = {name.value for name in DATABASE_SECRETS} | {"database"}
    named = {
        str(assembly.meant(function.stack, json.loads(each)).properties["Name"]).removeprefix(prefix)
        for each in readable_secrets(assembly, function)
    }
    return named & known


def reads_cannot_write(assembly: Assembly) -> Iterator[str]:
    """A GET logs in as the reader or not at all, unless its row says why."""
    excused = {endpoint.name for endpoint in ENDPOINTS if endpoint.writes_because}
    for method in assembly.resources("AWS::ApiGateway::Method"):
        if method.properties["HttpMethod"] == "GET":
            for function in functions_named(assembly, method.stack, method.properties.get("Integration", {})):
                name = function.properties["FunctionName"].removeprefix(f"pickvs-{assembly.stage}-")
                if name not in excused and not logins(assembly, function) <= {SecretName.DATABASE_READER}:
                    yield f"{function} answers a GET and logs in as {sorted(logins(assembly, function))}"


def only_migrations_and_restores_own_the_tables(assembly: Assembly) -> Iterator[str]:
    roles = {name.value for name in ROLE_SECRETS.values()}
    for function in assembly.functions():
        name = str(function.properties.get("FunctionName", "")).removeprefix(f"pickvs-{assembly.stage}-")
        if name not in OWNERS and (found := logins(assembly, function) - roles):
            yield f"{function} logs in as the owner, by {sorted(found)}"


def each_function_has_one_login(assembly: Assembly) -> Iterator[str]:
    for function in assembly.functions():
        name = str(function.properties.get("FunctionName", "")).removeprefix(f"pickvs-{assembly.stage}-")
        if name != SETTLES_ALL and len(found := logins(assembly, function)) > 1:
            yield f"{function} may log in as any of {sorted(found)}"


DATABASE_ROLE_RULES: tuple[Rule, ...] = (
    reads_cannot_write,
    only_migrations_and_restores_own_the_tables,
    each_function_has_one_login,
)
