"""One API in several stacks: the contents of each stack for any tables, and the removal of an endpoint."""

import json
from http import HTTPStatus
from pathlib import Path

import pytest

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.routes.model import READS, Auth, Database, Endpoint
from local.api_blueprint import read_api
from local.assembly import read_assembly
from local.deployment import Deployment
from local.mock_integrations import MockIntegration
from tests.infra.assembly import Assemblies, Assembly, Resource, changes, synthesise, tables_with
from tests.infra.conftest import ORIGIN, furnish
from tests.infra.resource_rules import RESOURCE_RULES, routes_are_those_of, routes_are_those_of_the_table
from tests.infra.test_gateway_errors import is_a_problem
from tests.infra.wing_rules import WING_RULES, imported

pytestmark = pytest.mark.xdist_group("infra")


def test_the_gateway_is_the_same_whoever_builds_on_it(assembly_of: Assemblies, sources: Path, tmp_path: Path) -> None:
    """Removing a wing therefore removes no export that another wing imports. Even the last wing can be removed."""
    before, after = assembly_of("prod"), synthesise(STAGES["prod"], tmp_path, sources, wings=())
    assert after.wings() == []
    assert after.templates["gateway"] == before.templates["gateway"]
    assert [line for rule in WING_RULES for line in rule(after)] == []
    assert list(routes_are_those_of((), after)) == []


def test_wings_refer_to_the_gateway_alone(every: list[Assembly]) -> None:
    """Also to the data and alerts stacks, but never to another wing or to front."""
    for assembly in every:
        exports = assembly.exports()
        for wing in (*assembly.wings(), "gateway"):
            owners = {exports[name][0] for name in imported(assembly.templates[wing])}
            assert owners <= {"data", "alerts", "gateway"} - {wing}, f"{assembly} {wing}"


GRADUAL, NOT_GRADUAL, RETIRED = "explain_pick", "get_me", "get_pick"
"""Changed rows: one becomes gradual, one is no longer gradual, and one is retired."""


ALTERED = tables_with({GRADUAL: {"gradual": True}, NOT_GRADUAL: {"gradual": False}, RETIRED: {"retired": True}})


@pytest.fixture(scope="module")
def altered(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """`prod` with all optional settings and the altered tables."""
    return synthesise(furnish(STAGES["prod"]), tmp_path_factory.mktemp("altered"), sources, ALTERED)


def test_a_retired_endpoint_answers_410_and_its_function_stays(altered: Assembly, furnished: Assembly) -> None:
    """The deployed stage calls the function until front is updated, so the permission stays as well."""
    method = altered.methods()["GET", "/picks/{pick_id}"]
    integration = method.properties["Integration"]
    (answer,) = integration["IntegrationResponses"]
    assert integration["Type"] == "MOCK"
    assert json.loads(integration["RequestTemplates"]["application/json"]) == {"statusCode": HTTPStatus.GONE}
    assert answer["StatusCode"] == "410"
    is_a_problem(answer["ResponseTemplates"]["application/json"], HTTPStatus.GONE, "GONE")
    prefix = "method.response.header."
    headers = {name.removeprefix(prefix): value for name, value in answer["ResponseParameters"].items()}
    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["X-Request-Id"] == "context.requestId"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert headers["Strict-Transport-Security"]
    # The authorization stays too: it changes only with the row.
    assert method.properties["AuthorizationType"] == "CUSTOM"

    assert [
        line
        for rule in (*RESOURCE_RULES, *WING_RULES)
        if rule is not routes_are_those_of_the_table
        for line in rule(altered)
    ] == []
    assert list(routes_are_those_of(ALTERED, altered)) == []
    changed = changes(furnished, altered)
    assert changed[str(method)] == {"Integration", "MethodResponses"}
    assert not [each for each in changed if "GetPickCode" in each]


def test_the_laptop_answers_410_for_a_retired_endpoint(altered: Assembly) -> None:
    assert altered.folder is not None
    routes = read_api(Deployment(read_assembly(altered.folder))).routes
    (retired,) = (each for each in routes if isinstance(each.answered_by, MockIntegration) and each.method == "GET")
    answer = retired.answered_by.answer(None, {"requestId": "request-7"})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (HTTPStatus.GONE, "request-7")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["request_id"] == "request-7"
    assert (answer.json["status"], answer.json["code"]) == (HTTPStatus.GONE, "GONE")


def test_a_function_that_rolls_out_from_now_on_can_be_called_as_before(altered: Assembly, furnished: Assembly) -> None:
    """Until front is updated, the deployed API calls the function directly."""
    name = furnished.function(GRADUAL).logical_id
    for assembly in (furnished, altered):
        (direct,) = (
            each
            for each in assembly.resources("AWS::Lambda::Permission")
            if each.properties["FunctionName"] == {"Fn::GetAtt": [name, "Arn"]}
        )
        assert direct.properties["Principal"] == "apigateway.amazonaws.com"


def test_a_retired_row_is_known_to_the_rules(altered: Assembly, furnished: Assembly) -> None:
    """A retired row's function must not be called. The gateway must not answer for other rows."""
    retired = altered.methods()["GET", "/picks/{pick_id}"]
    assert list(routes_are_those_of_the_table(altered)) == [f"{retired} calls [] for GET /picks/{{pick_id}}"]
    called = furnished.methods()["GET", "/picks/{pick_id}"]
    assert list(routes_are_those_of(ALTERED, furnished)) == [
        f"{called} calls ['get_pick.app'] for GET /picks/{{pick_id}}"
    ]


def test_whether_it_rolls_out_is_the_row_s(altered: Assembly, furnished: Assembly) -> None:
    """No other function's version or alias changes."""
    parts = {"Version", "Alias", "Alarm", "DeploymentGroup"}
    changed = changes(furnished, altered)
    for name, what, assembly in ((GRADUAL, "(new)", altered), (NOT_GRADUAL, "(gone)", furnished)):
        prefix = f"{assembly.function(name)}".removesuffix(assembly.function(name).logical_id[-16:])
        mine = [each for each, how in changed.items() if how == {what} and each.startswith(prefix)]
        kinds = {_get(assembly, each).type.rsplit("::", 1)[-1] for each in mine}
        # The permission's id contains the alias or not.
        assert kinds - {"Permission"} == parts
    assert {each.split("/")[0] for each in changed} == {"api-picks", "api-accounts", "front"}
    assert not [each for each in changed if "Rollout" in each.split("Code")[0]]


def _get(assembly: Assembly, name: str) -> Resource:
    stack, _, logical_id = name.partition("/")
    return assembly.get(stack, logical_id)


def test_a_snapshot_is_of_a_version_so_it_is_gradual() -> None:
    with pytest.raises(DeploymentError, match=r"^extra starts from a snapshot, so it must be gradual too$"):
        Endpoint(
            name="extra",
            database=Database.READER,
            method="GET",
            path="/extra",
            auth=Auth.PUBLIC,
            throttle=READS,
            snap_start=True,
        )
