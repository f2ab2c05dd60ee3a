"""The effect of an edit on the deployment: one endpoint's file changes only one function."""

from dataclasses import replace
from pathlib import Path

import pytest

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.layers import Layer, layer_recipe
from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth
from cdk.settings.fantasy import LeagueLimits
from cdk.settings.groups import GroupLimits
from cdk.settings.odds_api import OddsApi
from cdk.settings.pick_rules import PickRules
from cdk.settings.rates import Rate
from cdk.settings.sign_in import SignInLimits, UserLimits
from tests.infra.assembly import Assemblies, Assembly, Resource, changes, synthesise, tables_with
from tests.support import ceilings

pytestmark = pytest.mark.xdist_group("infra")

PROD = STAGES["prod"]
"""The stage whose versions and aliases show changes besides the functions."""


def _add_line(file: Path) -> None:
    file.write_text(file.read_text() + "\n# edited\n")


def test_edited_functions_and_a_new_migration_change_alone(
    assembly_of: Assemblies, checkout: Path, tmp_path: Path
) -> None:
    """A gradual endpoint, another endpoint, a scheduled function, the function with the API document, and a migration.

    No other function gets a new version, the next deployment runs the migration, and the API is not redeployed.
    """
    functions = checkout / "functions"
    for file in ("api/accounts/login.py", "api/picks/get_pick.py", "fetch_odds/handler.py"):
        _add_line(functions / file)
    document = checkout / "docs" / "openapi.json"
    document.write_text(document.read_text() + "\n")
    (functions / "migrate" / "versions" / "0099_next.sql").write_text("SELECT 1;\n")
    after = synthesise(PROD, tmp_path / "out", checkout)
    changed = changes(assembly_of("prod"), after)
    for name in ("login", "get_pick", "fetch_odds", "get_openapi", "migrate"):
        assert changed.pop(str(after.function(name))) == {"Code"}
    (trigger,) = after.resources("Custom::Trigger")
    assert changed.pop(str(trigger)) == {"HandlerArn"}
    assert changed.pop(str(after.named("api-accounts", "LoginCodeLive"))) == {"FunctionVersion"}
    # Versions of login and of migrate.
    assert sorted(what.pop() for what in changed.values()) == ["(gone)", "(gone)", "(new)", "(new)"]
    login = {name for name in changed if name.startswith("api-accounts/LoginCodeFunctionCurrentVersion")}
    assert len(login) == 2
    assert {name.split("/")[0] for name in changed.keys() - login} == {"schema"}


def test_the_document_is_in_no_layer(sources: Path) -> None:
    """In a layer, one changed byte of it would replace every function's version."""
    for layer in Layer:
        files = [name for name, _ in layer_recipe(layer, wheel_platform=None, root=sources).files()]
        assert not [name for name in files if name.endswith("openapi.json")]
        assert bool(files) == (layer is Layer.COMMON)
    assert (sources / "functions" / "api" / "operations" / "openapi.json").is_symlink()


def test_an_endpoint_s_asset_is_what_its_row_names(assembly_of: Assemblies) -> None:
    assembly = assembly_of("dev")
    assert assembly.folder is not None
    for endpoint in ENDPOINTS:
        key = Path(assembly.function(endpoint.name).properties["Code"]["S3Key"])
        files = {each.name: each for each in (assembly.folder / f"asset.{key.stem}").iterdir()}
        assert set(files) == {f"{endpoint.name}.py", *endpoint.files}
        own = files[f"{endpoint.name}.py"]
        assert own.stat().st_size <= ceilings.ENDPOINT_ASSET, f"{own.name}: what it carries belongs in the layer"
        assert not [each for each in files.values() if each.is_symlink()]


def test_edited_rows_change_their_wings_and_front(assembly_of: Assemblies, sources: Path, tmp_path: Path) -> None:
    rows: dict[str, dict[str, object]] = {
        "list_public_picks": {"path": "/picks/all", "auth": Auth.USER},
        # Below a shared path, which is in another stack than the function.
        "get_line_history": {"path": "/games/{game_id}/lines", "method": "POST"},
    }
    before, after = assembly_of("prod"), synthesise(PROD, tmp_path, sources, tables_with(rows))
    changed = changes(before, after)
    assert {each.split("/")[0] for each in changed} == {"api-picks", "api-sports", "front"}
    kinds = {(after if what != {"(gone)"} else before).get(*each.split("/")).type for each, what in changed.items()}
    assert kinds == {
        *("AWS::ApiGateway::Resource", "AWS::ApiGateway::Method", "AWS::Lambda::Permission"),
        *("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"),
    }
    assert changed["front/" + after.named("front", "ApiStage").logical_id] == {"DeploymentId", "MethodSettings"}


def test_business_logic_is_a_new_version_of_everything_and_runs_the_migrations_again(
    assembly_of: Assemblies, checkout: Path, tmp_path: Path
) -> None:
    _add_line(checkout / "layers" / "common" / "pickvs" / "core" / "clock.py")
    after = synthesise(PROD, tmp_path / "out", checkout)
    changed = changes(assembly_of("prod"), after)
    # The layers of libraries stay as they are.
    layers = {str(each) for each in after.resources("AWS::Lambda::LayerVersion") if "Common" in each.logical_id}
    assert layers
    assert {name for name, what in changed.items() if what == {"Content"}} == layers
    aliases = {str(each) for each in after.resources("AWS::Lambda::Alias")}
    assert {name for name, what in changed.items() if what == {"FunctionVersion"}} == aliases
    (trigger,) = after.resources("Custom::Trigger")
    assert changed[str(trigger)] == {"HandlerArn"}
    others = {name: what for name, what in changed.items() if name not in {*layers, *aliases, str(trigger)}}
    assert all("CodeFunctionCurrentVersion" in name and what <= {"(new)", "(gone)"} for name, what in others.items())
    assert len(others) == 2 * (len(aliases) + 1)


def test_an_edited_group_of_settings_changes_the_functions_whose_row_states_it(
    assembly_of: Assemblies, sources: Path, tmp_path: Path
) -> None:
    """An edit in one place changes the environment of exactly those functions. No setting is copied by hand."""
    edited = replace(
        PROD,
        sign_in=replace(PROD.sign_in, logins_per_address=Rate(31, 600)),
        groups=replace(PROD.groups, joins_per_user=Rate(31, 3600)),
        leagues=replace(PROD.leagues, tables_per_user=Rate(21, 86_400)),
        user_limits=replace(PROD.user_limits, keys_per_user=Rate(21, 86_400)),
        pick_rules=replace(PROD.pick_rules, lock_margin_seconds=121),
        odds_api=replace(PROD.odds_api, regions=("us", "eu")),
    )
    before, after = assembly_of("prod"), synthesise(edited, tmp_path, sources)
    variable = {
        SignInLimits: "LOGINS_PER_ADDRESS",
        GroupLimits: "GROUP_JOINS_PER_USER",
        LeagueLimits: "SCORING_TABLES_PER_USER",
        UserLimits: "KEYS_PER_USER",
        PickRules: "LOCK_MARGIN_SECONDS",
        OddsApi: "ODDS_API_REGIONS",
    }
    groups = {endpoint.name: endpoint.settings for endpoint in ENDPOINTS}
    wanted = (
        groups | dict.fromkeys(("fetch_odds", "process_results", "measure"), (OddsApi,)) | {"predict": (PickRules,)}
    )
    differing = {name: _differing(before.function(name), after.function(name)) for name in _names(after)}
    assert differing == {
        name: {variable[group] for group in wanted.get(name, ()) if group in variable} for name in _names(after)
    }
    assert set(variable.values()) == set().union(*differing.values())
    # Only functions, versions and aliases of the gradual ones, and their monitoring are deployed.
    changed = changes(before, after)
    assert not [each for each in changed if "Code" not in each and not each.startswith("observability/Alarms")]


def _names(assembly: Assembly) -> list[str]:
    names = (str(each.properties.get("FunctionName", "")) for each in assembly.functions())
    return [name.removeprefix("pickvs-prod-") for name in names if name]


def _differing(before: Resource, after: Resource) -> set[str]:
    old, new = (each.properties["Environment"]["Variables"] for each in (before, after))
    return {name for name in old | new if old.get(name) != new.get(name)}


@pytest.mark.parametrize("file", ["api/accounts/login.py", "authorizer/handler.py"])
def test_a_function_without_its_code_is_refused(checkout: Path, tmp_path: Path, file: str) -> None:
    (checkout / "functions" / file).unlink()
    with pytest.raises(DeploymentError, match=rf"^a function has no code: .*{file} does not exist$"):
        synthesise(PROD, tmp_path / "out", checkout)


@pytest.mark.parametrize("file", ["functions/api/operations/openapi.json", "functions/authorizer/issuers.json"])
def test_the_path_that_git_writes_for_a_link_is_not_deployed(checkout: Path, tmp_path: Path, file: str) -> None:
    (checkout / file).unlink(missing_ok=True)
    (checkout / file).write_text("../../../docs/openapi.json")
    with pytest.raises(DeploymentError, match=rf"{file} is not JSON; .* core\.symlinks true") as raised:
        synthesise(PROD, tmp_path / "out", checkout)
    assert "\n" not in str(raised.value)
