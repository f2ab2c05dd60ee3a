"""Each house rule for an API in several stacks detects its violation. The tables give each path one owner."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cdk.routes import WINGS
from cdk.routes.model import READS, Auth, Database, Endpoint, Wing
from cdk.routes.shared_paths import SHARED_PATHS, misplaced, shared_part
from tests.infra import wing_rules as rules
from tests.infra.assembly import Assemblies, Assembly

pytestmark = pytest.mark.xdist_group("infra")


def _row(path: str, name: str = "extra") -> Endpoint:
    return Endpoint(name=name, database=Database.READER, method="GET", path=path, auth=Auth.PUBLIC, throttle=READS)


def _wing(*paths: str, segments: tuple[str, ...] = ("extra",)) -> Wing:
    return Wing(name="extra", segments=segments, endpoints=tuple(map(_row, paths)))


def test_each_path_of_the_tables_is_where_it_belongs() -> None:
    assert misplaced(WINGS) == []


@pytest.mark.parametrize(
    ("wing", "said"),
    [
        (_wing("/other/things"), ["extra: /other is not a first segment of extra"]),
        (_wing(segments=("extra", "users")), ["extra claims /users, which is shared"]),
        (_wing("/picks/extra", segments=("picks",)), ["extra: /picks belongs to picks, not to extra"]),
        (
            _wing("/picks/extra"),
            ["extra: /picks is not a first segment of extra", "extra: /picks belongs to picks, not to extra"],
        ),
        (_wing("/users/{user_id}/extra"), ["/users/{user_id}/extra: {user_id} is called {username} below /users"]),
        (_wing("/extra/{a}", "/extra/{b}/c"), ["/extra/{b}/c: {b} is called {a} below /extra"]),
        # Below a shared path, each next segment has one owner.
        (_wing("/users/me/extra"), ["extra: /users/me belongs to accounts, not to extra"]),
        (_wing("/games/{game_id}/odds/extra"), ["extra: /games/{game_id}/odds belongs to sports, not to extra"]),
        (_wing("/admin/games"), ["extra: /admin/games belongs to operations, not to extra"]),
        # A wing may use a shared path itself, and segments of its own below it.
        (_wing("/extra", "/games", "/games/{game_id}/extra", "/users/{username}/extra", "/teams/{team_id}"), []),
    ],
)
def test_what_is_misplaced_is_said(wing: Wing, said: list[str]) -> None:
    assert misplaced((*WINGS, wing)) == said


def test_a_shared_path_ends_with_a_segment() -> None:
    assert shared_part("/games/{game_id}/odds") == "/games/{game_id}"
    assert shared_part("/games/upcoming") == shared_part("/games") == "/games"
    assert shared_part("/gamesmanship") == shared_part("/picks/games") == ""
    # The parent of a shared path is shared too, so both are in the same stack.
    for path in SHARED_PATHS:
        assert path.rpartition("/")[0] in {"", *SHARED_PATHS}


type Damage = Callable[[Assembly], object]


def _add(stack: str, kind: str, **properties: Any) -> Damage:
    return lambda assembly: assembly.templates[stack]["Resources"].update(
        {"Extra": {"Type": kind, "Properties": properties}}
    )


def _root(assembly: Assembly, stack: str) -> dict[str, Any]:
    """Return a stack's reference to the API's root."""
    (api,) = assembly.resources("AWS::ApiGateway::RestApi")
    root = {"Fn::GetAtt": [api.logical_id, "RootResourceId"]}
    (name,) = (name for name, (_, value) in assembly.exports().items() if value == root)
    return root if stack == "gateway" else {"Fn::ImportValue": name}


def _add_path(stack: str, part: str) -> Damage:
    return lambda assembly: _add(stack, rules.PATH, ParentId=_root(assembly, stack), PathPart=part)(assembly)


def _export_another_for(of: str) -> Damage:
    def damage(assembly: Assembly) -> None:
        outputs = assembly.templates["gateway"]["Outputs"]
        (name,) = (name for name in outputs if of in name)
        outputs[name]["Value"] = {"Ref": "Other"}

    return damage


def _export(stack: str) -> Damage:
    return lambda assembly: (
        assembly.templates[stack]
        .setdefault("Outputs", {})
        .update({"Extra": {"Value": {"Ref": "Extra"}, "Export": {"Name": f"pickvs-prod-{stack}:Extra"}}})
    )


DAMAGES: list[tuple[rules.Rule, str, Damage]] = [
    (
        rules.shared_paths_are_the_gateway_s,
        "gateway lacks /teams/{team_id}",
        lambda assembly: assembly.named("gateway", "SharedPathsImportedApiteamsteamid").properties.update(
            PathPart="{id}"
        ),
    ),
    (rules.shared_paths_are_the_gateway_s, "gateway has /picks, which is not shared", _add_path("gateway", "picks")),
    (
        rules.shared_paths_are_the_gateway_s,
        "api-sports/Extra is the gateway's /games",
        _add_path("api-sports", "games"),
    ),
    (
        rules.each_path_has_one_owner,
        "/sports is made by api-picks/Extra, api-sports/",
        _add_path("api-picks", "sports"),
    ),
    (rules.each_path_has_one_owner, "/sports is shared by api-picks, api-sports", _add_path("api-picks", "sports")),
    (
        rules.the_gateway_exports_what_wings_build_on,
        "gateway does not export /players",
        _export_another_for("ApiplayersC"),
    ),
    (
        rules.the_gateway_exports_what_wings_build_on,
        "gateway does not export its root",
        _export_another_for("RootResource"),
    ),
    (
        rules.the_gateway_exports_what_wings_build_on,
        "gateway does not export the authorizer",
        _export_another_for("Authoriz"),
    ),
    (rules.the_gateway_exports_what_wings_build_on, "gateway exports {'Ref': 'Extra'}", _export("gateway")),
    (rules.wings_and_front_export_nothing, "api-picks exports pickvs-prod-api-picks:Extra", _export("api-picks")),
    (rules.wings_and_front_export_nothing, "front exports pickvs-prod-front:Extra", _export("front")),
    (
        rules.front_comes_after_all_wings_and_takes_nothing_of_them,
        "front takes pickvs-prod-data:Extra",
        _add("front", "AWS::SSM::Parameter", Value={"Fn::ImportValue": "pickvs-prod-data:Extra"}),
    ),
    (
        rules.front_comes_after_all_wings_and_takes_nothing_of_them,
        "front refers to api-picks",
        _add("front", "AWS::SSM::Parameter", Value={"Fn::ImportValue": "pickvs-prod-api-picks:Extra"}),
    ),
    (
        rules.front_comes_after_all_wings_and_takes_nothing_of_them,
        "front does not wait for api-later",
        lambda assembly: assembly.templates.update({"api-later": {"Resources": {}}}),
    ),
    (
        rules.what_is_served_stands_in_front,
        "AWS::ApiGateway::Deployment is in ['api-picks', 'front']",
        _add("api-picks", "AWS::ApiGateway::Deployment"),
    ),
    (
        rules.what_is_served_stands_in_front,
        "AWS::ApiGateway::Stage is in ['front', 'front']",
        _add("front", "AWS::ApiGateway::Stage"),
    ),
    (
        rules.names_are_given_once,
        'AWS::Lambda::Function "pickvs-prod-measure" is made by api-picks/Extra, observability/',
        _add("api-picks", "AWS::Lambda::Function", FunctionName="pickvs-prod-measure"),
    ),
]


@pytest.mark.parametrize(
    ("rule", "said", "damage"), DAMAGES, ids=[f"{rule.__name__}-{said}" for rule, said, _ in DAMAGES]
)
def test_bites(assembly_of: Assemblies, rule: rules.Rule, said: str, damage: Damage) -> None:
    damaged = assembly_of("prod").to_damage("gateway", "front", "api-picks", "api-sports")
    damaged = replace(damaged, templates=dict(damaged.templates))
    damage(damaged)
    assert [line for line in rule(damaged) if line.startswith(said)]


def test_each_rule_is_shown_to_bite() -> None:
    assert {rule for rule, *_ in DAMAGES} == set(rules.WING_RULES)
