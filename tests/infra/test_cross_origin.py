"""The origins whose pages may call the API from a browser. No origin may send credentials."""

from collections import defaultdict
from dataclasses import fields, replace

import pytest

from cdk.config import STAGES
from cdk.constructs import preflights
from cdk.errors import DeploymentError
from cdk.routes import ENDPOINTS
from cdk.settings.sign_in import SignInLimits
from pickvs.http import browsers
from tests.infra.assembly import Assemblies, Assembly, Resource
from tests.infra.conftest import ORIGIN

pytestmark = pytest.mark.xdist_group("infra")


def _preflights(assembly: Assembly) -> dict[str, Resource]:
    return {path: method for (verb, path), method in assembly.methods().items() if verb == "OPTIONS"}


def _headers(preflight: Resource) -> dict[str, str]:
    (answer,) = preflight.properties["Integration"]["IntegrationResponses"]
    prefix = "method.response.header."
    return {name.removeprefix(prefix): value.strip("'") for name, value in answer["ResponseParameters"].items()}


def _gateway_headers(assembly: Assembly) -> list[dict[str, str]]:
    prefix = "gatewayresponse.header."
    return [
        {name.removeprefix(prefix): value.strip("'") for name, value in each.properties["ResponseParameters"].items()}
        for each in assembly.resources("AWS::ApiGateway::GatewayResponse")
    ]


def test_every_path_says_its_methods_to_every_page_of_dev(assembly_of: Assemblies) -> None:
    methods: dict[str, set[str]] = defaultdict(set)
    for endpoint in ENDPOINTS:
        methods[endpoint.path].add(endpoint.method)
    found = _preflights(assembly_of("dev"))
    assert set(found) == set(methods)
    for path, preflight in found.items():
        headers = _headers(preflight)
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert set(headers["Access-Control-Allow-Methods"].split(",")) == methods[path]
        allowed = set(headers["Access-Control-Allow-Headers"].split(","))
        assert allowed == {"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Correlation-Id"}
        assert headers["Access-Control-Max-Age"] == "7200"
        assert "Vary" not in headers
        assert preflight.properties["Integration"]["Type"] == "MOCK"
        assert preflight.properties["AuthorizationType"] == "NONE"


def test_a_preflight_has_the_stage_s_throttle(assembly_of: Assemblies) -> None:
    assembly = assembly_of("dev")
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    settings = {(each["ResourcePath"], each["HttpMethod"]): each for each in stage.properties["MethodSettings"]}
    assert not [key for key in settings if key[1] == "OPTIONS"]
    assert settings["/*", "*"]["ThrottlingRateLimit"] == STAGES["dev"].edge.throttle_rate


def test_the_gateway_s_own_errors_can_be_read_too(assembly_of: Assemblies, furnished: Assembly) -> None:
    for assembly, origin, vary in ((assembly_of("local"), "*", None), (furnished, ORIGIN, "Origin")):
        answers = _gateway_headers(assembly)
        assert len(answers) > 15
        for headers in answers:
            assert headers["Access-Control-Allow-Origin"] == origin
            assert headers.get("Vary") == vary
            exposed = set(headers["Access-Control-Expose-Headers"].split(", "))
            assert exposed == set(browsers.EXPOSED_HEADERS) == set(preflights.EXPOSED_HEADERS)


def test_one_origin_is_named_everywhere_and_answers_vary_by_it(furnished: Assembly) -> None:
    found = _preflights(furnished)
    assert set(found) == {endpoint.path for endpoint in ENDPOINTS}
    for preflight in found.values():
        headers = _headers(preflight)
        assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (ORIGIN, "Origin")
    for endpoint in ENDPOINTS:
        variables = furnished.function(endpoint.name).properties["Environment"]["Variables"]
        assert variables["WEB_ORIGIN"] == ORIGIN


def test_prod_names_no_page_until_somebody_does(assembly_of: Assemblies) -> None:
    assembly = assembly_of("prod")
    assert not _preflights(assembly)
    assert "Access-Control" not in str(assembly.templates)
    assert not [each for each in assembly.functions() if "WEB_ORIGIN" in str(each.properties.get("Environment"))]


@pytest.mark.parametrize(
    "origin",
    ["", "pickvs.example", "https://pickvs.example/", "https://Pickvs.example", "null", "https://a, https://b"],
)
def test_what_no_browser_would_send_is_no_origin(origin: str) -> None:
    with pytest.raises(DeploymentError, match=r"is no origin; write it like https://pickvs\.example"):
        replace(STAGES["prod"].edge, web_origin=origin)


def test_nobody_s_pages_may_call_with_credentials(assembly_of: Assemblies, furnished: Assembly) -> None:
    for assembly in (*(assembly_of(stage) for stage in STAGES), furnished):
        assert "allow-credentials" not in str(assembly.templates).lower()


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_whoever_issues_tokens_is_careful(assembly_of: Assemblies, stage: str) -> None:
    limited = [endpoint.name for endpoint in ENDPOINTS if SignInLimits in endpoint.settings]
    assert {"register", "login", "refresh"} <= set(limited)
    for name in limited:
        variables = assembly_of(stage).function(name).properties["Environment"]["Variables"]
        assert variables["REGISTRATIONS_PER_ADDRESS"] == "10/3600"
        assert variables["LOGINS_PER_ADDRESS"] == "30/600"
        assert variables["TRIES_PER_ACCOUNT_AND_ADDRESS"] == "10/900"
        assert variables["DAILY_TRIES_PER_ACCOUNT_AND_ADDRESS"] == "40/86400"
        assert variables["TRIES_PER_ACCOUNT"] == "200/86400"
        assert variables["REFRESHES_PER_ADDRESS"] == "300/600"


def test_the_laptop_does_not_stop_newcomers() -> None:
    local = STAGES["local"].sign_in
    rates = [getattr(local, field.name) for field in fields(local)]
    assert min(rate.times / rate.seconds for rate in rates) >= 10
