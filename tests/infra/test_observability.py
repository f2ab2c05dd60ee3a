"""The functions that measure and probe the platform: their schedules, networks and permissions."""

import pytest

from tests.infra.assembly import Assemblies, Assembly
from tests.infra.conftest import DOMAIN
from tests.infra.house_rules import as_list, readable_secrets, statements

pytestmark = pytest.mark.xdist_group("infra")

STACK = "observability"


def _schedules(assembly: Assembly) -> dict[str, str]:
    prefix = f"pickvs-{assembly.stage}-"
    return {
        each.properties["Name"].removeprefix(prefix): each.properties["ScheduleExpression"]
        for each in assembly.resources("AWS::Events::Rule", stack=STACK)
    }


def test_it_is_measured_often_where_users_are_and_rarely_where_a_database_may_sleep(assembly_of: Assemblies) -> None:
    assert _schedules(assembly_of("prod")) == {"measure": "rate(5 minutes)"}
    assert _schedules(assembly_of("dev")) == {
        "canary": "cron(0 3,9,15,21 * * ? *)",
        # Right after the canary, so that the database wakes only once for both.
        "measure": "cron(10 3,9,15,21 * * ? *)",
    }
    assert "canary" not in _schedules(assembly_of("local"))


def test_the_canary_knows_an_address_and_nothing_else(assembly: Assembly) -> None:
    canary = assembly.function("canary")
    variables = canary.properties["Environment"]["Variables"]
    assert set(variables) == {"API_BASE_URL", "PICKVS_STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
    assert readable_secrets(assembly, canary) == set()
    assert "VpcConfig" not in canary.properties
    allowed = {action for each in statements(assembly.role_of(canary)) for action in as_list(each["Action"])}
    assert {action.partition(":")[0] for action in allowed} <= {"logs", "xray", "sqs"}
    address = "".join(
        part if isinstance(part, str) else "<api>" if "Fn::ImportValue" in part else f"<{part['Ref']}>"
        for part in variables["API_BASE_URL"]["Fn::Join"][1]
    )
    assert address == "https://<api>.execute-api.<AWS::Region>.<AWS::URLSuffix>/api"


def test_the_canary_calls_the_name_that_the_api_has(furnished_dev: Assembly) -> None:
    variables = furnished_dev.function("canary").properties["Environment"]["Variables"]
    assert variables["API_BASE_URL"] == f"https://{DOMAIN.name}/api"


def test_what_is_measured_is_read_from_the_database(assembly: Assembly) -> None:
    measure = assembly.function("measure")
    assert len(readable_secrets(assembly, measure)) == 1
    assert ("VpcConfig" in measure.properties) == (assembly.database == "aurora")
    assert measure.properties["ReservedConcurrentExecutions"] == 1
