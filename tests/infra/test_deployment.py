"""The API is redeployed when any of its parts changes, in any stack, and only then.

API Gateway serves a snapshot, the latest deployment. The CDK creates new deployments only for an API within one stack.
Here the deployment's id is therefore a hash of all its parts (`cdk.constructs.deployment_hash`).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import aws_apigateway as apigateway

from cdk.config import StageConfig, stage_config
from cdk.constructs import deployment_hash, gateway_errors, preflights, rest_api, token_authorizer
from cdk.platform import add_api
from cdk.routes import WINGS
from cdk.routes.model import Auth, Throttle, Wing
from cdk.stacks import front
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.data import DataStack
from tests.infra.assembly import CONTEXT, ROOT, Assembly, read, tables_with
from tests.infra.conftest import DOMAIN, ORIGIN

pytestmark = pytest.mark.xdist_group("infra")

type Hashed = dict[str, str]

PLAIN = stage_config("prod")
PROD = replace(PLAIN, edge=replace(PLAIN.edge, web_origin=ORIGIN))
"""The stage with preflights and gradual functions."""


def _deployed(config: StageConfig, folder: Path, wings: tuple[Wing, ...] | None = None) -> tuple[aws_cdk.App, str]:
    """Return an app with the stacks of the API alone, and the logical id of its deployment."""
    app = aws_cdk.App(outdir=str(folder), context={**CONTEXT, "aws:cdk:bundling-stacks": []})
    alerts, data = AlertsStack(app, config=config), DataStack(app, config=config)
    few = FEW if wings is None else wings
    stack = add_api(app, config=config, root=ROOT, data=data, alerts=alerts, wings=few).front
    deployment = stack.node.find_child("ApiStage").node.find_child("Deployment")
    assert isinstance(deployment, apigateway.Deployment)
    resource = deployment.node.default_child
    assert isinstance(resource, apigateway.CfnDeployment)
    return app, str(aws_cdk.Stack.of(deployment).resolve(resource.logical_id))


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Hashed:
    """The input of the deployment's hash, filled when an app is created."""
    found: Hashed = {}

    def noted(stacks: Any) -> dict[str, str]:
        found.update(deployment_hash.deployed_by(stacks))
        return found

    monkeypatch.setattr(front, "deployed_by", noted)
    return found


def _not_as_hashed(assembly: Assembly, hashed: Hashed) -> list[str]:
    """Return the API's resources outside front whose properties differ from the hashed ones, ignoring tags."""
    exports = {name: value for name, (_, value) in assembly.exports().items()}
    prefix = f"pickvs-{assembly.stage}-"
    written = {
        f"{prefix}{each}": _alike({name: value for name, value in each.properties.items() if name != "Tags"}, exports)
        for each in assembly.resources()
        if each.type.startswith("AWS::ApiGateway::") and each.stack != "front"
    }
    stated = {name: _alike(json.loads(text), {}) for name, text in hashed.items()}
    return sorted(name for name in written.keys() | stated.keys() if written.get(name) != stated.get(name))


def _alike(value: Any, exports: Mapping[str, Any]) -> Any:
    """Normalise a value: lower-case names, because the CDK and CloudFormation differ, and resolved imports."""
    match value:
        case {"Fn::ImportValue": name}:
            return _alike(exports[name], exports)
        case dict():
            return {name.lower(): _alike(each, exports) for name, each in value.items()}
        case list():
            return [_alike(each, exports) for each in value]
    return value


@pytest.mark.parametrize(("stage", "database"), [("dev", "neon"), ("prod", "aurora")])
def test_all_that_is_deployed_is_hashed_as_it_is_written(
    stage: str, database: str, tmp_path: Path, hashed: Hashed
) -> None:
    """No override, and no addition after the hash is computed: neither would cause a new deployment."""
    config = stage_config(stage, database=database)
    if database == "aurora":
        config = replace(config, edge=replace(config.edge, web_origin=ORIGIN, domain=DOMAIN))
    _deployed(config, tmp_path, tables_with({"get_pick": {"retired": True}}))[0].synth()
    assembly = read(stage, tmp_path, database)
    assert len(hashed) > 100
    assert _not_as_hashed(assembly, hashed) == []

    # Overridden, added and removed resources are found.
    damaged = assembly.to_damage("gateway", "api-picks")
    response = damaged.named("gateway", "Throttled")
    response.properties["ResponseParameters"]["gatewayresponse.header.Retry-After"] = "'2'"
    preflight = damaged.methods()["OPTIONS", "/picks/me"]
    del preflight.properties["MethodResponses"]
    added = damaged.templates["api-picks"]["Resources"]
    added["Extra"] = {"Type": "AWS::ApiGateway::Model", "Properties": {}}
    assert _not_as_hashed(damaged, hashed) == sorted(
        f"pickvs-{stage}-{each}" for each in (response, preflight, "api-picks/Extra")
    )


def test_what_is_overridden_would_be_served_by_no_deployment(tmp_path: Path, hashed: Hashed) -> None:
    app, before = _deployed(PROD, tmp_path)
    authorizer = next(
        each
        for each in app.node.find_child("pickvs-prod-gateway").node.find_all()
        if isinstance(each, apigateway.CfnAuthorizer)
    )
    authorizer.add_property_override("AuthorizerResultTtlInSeconds", 0)
    app.synth()
    written = read("prod", tmp_path)
    assert before == next(written.resources("AWS::ApiGateway::Deployment")).logical_id
    assert _not_as_hashed(written, hashed) == [f"pickvs-prod-{written.named('gateway', 'Authorizer')}"]


FEW = tuple(
    replace(wing, endpoints=wing.endpoints[:2]) for wing in WINGS if wing.name in {"accounts", "sports", "picks"}
)
"""A small table, for speed. `sports` has a shared path."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _deployed(PROD, tmp_path_factory.mktemp("before"))[1]


def _row(name: str, /, **columns: Any) -> tuple[Wing, ...]:
    changed = {wing.name: wing for wing in tables_with({name: columns})}
    return tuple(replace(wing, endpoints=changed[wing.name].endpoints[: len(wing.endpoints)]) for wing in FEW)


def _edge(**settings: Any) -> StageConfig:
    return replace(PROD, edge=replace(PROD.edge, **settings))


FEWER = tuple(replace(wing, endpoints=wing.endpoints[:1]) for wing in FEW)
CHANGES: dict[str, tuple[StageConfig, tuple[Wing, ...]]] = {
    "who may call": (PROD, _row("login", auth=Auth.USER)),
    "a part of a path": (PROD, _row("login", path="/auth/sign-in")),
    "a path below a shared one": (PROD, _row("list_upcoming_games", path="/games/soon")),
    "a method": (PROD, _row("login", method="PUT")),
    "an operation's name": (PROD, _row("login", name="get_me")),
    "an integration's function": (PROD, _row("create_picks", gradual=False)),
    "a retired row": (PROD, _row("login", retired=True)),
    "a row that is gone": (PROD, FEWER),
    "a wing that is gone": (PROD, FEW[:-1]),
    "how long the authorizer's answers are kept": (_edge(authorizer_cache_seconds=60), FEW),
    "a preflight's origin": (_edge(web_origin="https://other.example"), FEW),
    "a setting of the API": (_edge(domain=DOMAIN), FEW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_the_api_is_deployed(change: str, before: str, tmp_path: Path) -> None:
    config, wings = CHANGES[change]
    assert _deployed(config, tmp_path, wings)[1] != before


def _errors() -> tuple[gateway_errors.GatewayError, ...]:
    first, *others = gateway_errors.GATEWAY_ERRORS
    return (replace(first, detail="Otherwise."), *others)


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (gateway_errors, "GATEWAY_ERRORS", _errors()),
        (gateway_errors, "GATEWAY_ERRORS", gateway_errors.GATEWAY_ERRORS[1:]),
        (preflights, "REMEMBERED_SECONDS", 60),
        (preflights, "ALLOWED_HEADERS", ("Authorization",)),
        (rest_api, "TLS_POLICY", apigateway.SecurityPolicy.TLS13_1_3_2025_09),
    ],
    ids=["a text of the gateway", "one answer less", "a preflight's header", "allowed headers", "TLS"],
)
def test_each_change_of_what_the_gateway_says_is_deployed(
    module: object, name: str, value: object, before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, value)
    assert _deployed(PROD, tmp_path)[1] != before


def test_another_authorizer_is_deployed(before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new authorizer has another id, to which the methods then refer."""
    plain = apigateway.CfnAuthorizer
    monkeypatch.setattr(
        token_authorizer.apigateway, "CfnAuthorizer", lambda scope, _id, **props: plain(scope, "Other", **props)
    )
    assert _deployed(PROD, tmp_path)[1] != before


def test_the_same_again_is_not_deployed_and_neither_is_what_the_api_does_not_consist_of(
    before: str, tmp_path: Path
) -> None:
    """Memory, secrets and timeouts belong to the functions. Throttles belong to the stage, which is updated itself."""
    assert _deployed(PROD, tmp_path / "again")[1] == before
    other = _row(
        "login", memory_mb=512, timeout_seconds=20, secrets=(), settings=(), throttle=Throttle(rate=1, burst=1)
    )
    assert (
        _deployed(replace(PROD, pick_rules=replace(PROD.pick_rules, max_odds_age_hours=1)), tmp_path, other)[1]
        == before
    )
