"""The effect of an edit on the deployment: one endpoint's file changes only one function."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cdk.config import STAGES
from cdk.constructs.code import endpoint_code, function_code
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
from tests.infra.conftest import copy_sources
from tests.support import ceilings

pytestmark = pytest.mark.xdist_group("infra")

PROD = STAGES["prod"]
"""The stage whose versions and aliases show changes besides the functions."""


def _add_line(file: Path) -> None:
    file.write_text(file.read_text() + "\n# edited\n")


EDITED_FILES = {
    "login": "functions/api/accounts/login.py",
    "get_pick": "functions/api/picks/get_pick.py",
    "fetch_odds": "functions/fetch_odds/handler.py",
    "get_openapi": "docs/openapi.json",
    "migrate": "functions/migrate/versions/0099_next.sql",
}
"""Edited files by function: a gradual endpoint, another one, a job, the API's document, and a new migration."""

EDITED_ROWS: dict[str, dict[str, object]] = {
    "list_public_picks": {"path": "/picks/all", "auth": Auth.USER},
    # Below a shared path, which is in another stack than the function.
    "get_line_history": {"path": "/games/{game_id}/lines", "method": "POST"},
}

EDITED_SETTINGS = replace(
    PROD,
    sign_in=replace(PROD.sign_in, logins_per_address=Rate(31, 600)),
    groups=replace(PROD.groups, joins_per_user=Rate(31, 3600)),
    leagues=replace(PROD.leagues, tables_per_user=Rate(21, 86_400)),
    user_limits=replace(PROD.user_limits, keys_per_user=Rate(21, 86_400)),
    pick_rules=replace(PROD.pick_rules, lock_margin_seconds=121),
    odds_api=replace(PROD.odds_api, regions=("us", "eu")),
)
VARIABLES = {
    SignInLimits: "LOGINS_PER_ADDRESS",
    GroupLimits: "GROUP_JOINS_PER_USER",
    LeagueLimits: "SCORING_TABLES_PER_USER",
    UserLimits: "KEYS_PER_USER",
    PickRules: "LOCK_MARGIN_SECONDS",
    OddsApi: "ODDS_API_REGIONS",
}
"""The environment variable of each edited setting, by its group."""

API = (
    *("AWS::ApiGateway::Resource", "AWS::ApiGateway::Method", "AWS::Lambda::Permission"),
    *("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"),
)


@dataclass(frozen=True)
class Edit:
    """`prod` before and after all edits: their effects are apart, so that one synthesis shows them."""

    before: Assembly
    after: Assembly
    changed: dict[str, set[str]]

    def of(self, *types: str) -> dict[str, set[str]]:
        """Return the changes of resources of these types."""
        return {name: what for name, what in self.changed.items() if self._type(name, what) in types}

    def _type(self, name: str, what: set[str]) -> str:
        return (self.before if what == {"(gone)"} else self.after).get(*name.split("/")).type


@pytest.fixture(scope="module")
def edit(assembly_of: Assemblies, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Edit:
    folder = tmp_path_factory.mktemp("edited")
    checkout = copy_sources(sources, folder / "checkout")
    for file in EDITED_FILES.values():
        path = checkout / file
        path.write_text(f"{path.read_text() if path.exists() else 'SELECT 1;'}\n")
    before = assembly_of("prod")
    after = synthesise(EDITED_SETTINGS, folder / "out", checkout, tables_with(EDITED_ROWS))
    return Edit(before, after, changes(before, after))


def test_an_edited_file_changes_its_function_alone(edit: Edit) -> None:
    """The next deployment runs a new migration."""
    functions = edit.of("AWS::Lambda::Function")
    assert {name for name, what in functions.items() if "Code" in what} == {
        str(edit.after.function(name)) for name in EDITED_FILES
    }
    assert not edit.of("AWS::Lambda::LayerVersion")
    (trigger,) = edit.after.resources("Custom::Trigger")
    assert edit.changed[str(trigger)] == {"HandlerArn"}


def test_who_has_not_changed_gets_no_new_version(edit: Edit) -> None:
    """The gradual functions whose code or settings were edited get one. So does `migrate`, for the trigger."""
    functions = edit.of("AWS::Lambda::Function")
    gradual = {
        str(each): str(edit.after.meant(each.stack, each.properties["FunctionName"]))
        for each in edit.after.resources("AWS::Lambda::Alias")
    }
    aliases = edit.of("AWS::Lambda::Alias")
    assert aliases.keys() == {name for name, function in gradual.items() if function in functions}
    assert all(what == {"FunctionVersion"} for what in aliases.values())
    versions = list(edit.of("AWS::Lambda::Version").values())
    assert versions.count({"(new)"}) == versions.count({"(gone)"}) == len(aliases) + 1


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


def test_edited_rows_change_their_wings_and_front(edit: Edit) -> None:
    changed = edit.of(*API)
    assert {each.split("/")[0] for each in changed} == {"api-picks", "api-sports", "front"}
    assert {kind for kind in API if edit.of(kind)} == set(API)
    stage = edit.after.named("front", "ApiStage")
    assert changed[str(stage)] == {"DeploymentId", "MethodSettings"}


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


def test_an_edited_group_of_settings_changes_the_functions_whose_row_states_it(edit: Edit) -> None:
    """An edit in one place changes the environment of exactly those functions. No setting is copied by hand."""
    groups = {endpoint.name: endpoint.settings for endpoint in ENDPOINTS}
    wanted = (
        groups | dict.fromkeys(("fetch_odds", "process_results", "measure"), (OddsApi,)) | {"predict": (PickRules,)}
    )
    differing = {name: _differing(edit.before.function(name), edit.after.function(name)) for name in _names(edit.after)}
    assert differing == {
        name: {VARIABLES[group] for group in wanted.get(name, ()) if group in VARIABLES} for name in _names(edit.after)
    }
    assert set(VARIABLES.values()) == set().union(*differing.values())


def test_nothing_else_is_deployed(edit: Edit) -> None:
    """Beside functions, versions and aliases of the gradual ones, and the API: their monitoring, and the migration."""
    expected = edit.of(*API, *(f"AWS::Lambda::{each}" for each in ("Function", "Version", "Alias")), "Custom::Trigger")
    others = edit.changed.keys() - expected.keys()
    assert [each for each in others if not each.startswith("observability/Alarms")] == []


def _names(assembly: Assembly) -> list[str]:
    names = (str(each.properties.get("FunctionName", "")) for each in assembly.functions())
    return [name.removeprefix("pickvs-prod-") for name in names if name]


def _differing(before: Resource, after: Resource) -> set[str]:
    old, new = (each.properties["Environment"]["Variables"] for each in (before, after))
    return {name for name in old | new if old.get(name) != new.get(name)}


def _code(name: str, root: Path) -> object:
    """Return the code of an endpoint, as if of the wing `wing`, or else of the authorizer."""
    found = {f"{each.name}.py": each for each in ENDPOINTS}.get(name)
    return function_code(root, "authorizer") if found is None else endpoint_code(root, "wing", found)


@pytest.mark.parametrize("file", ["login.py", "handler.py"])
def test_a_function_without_its_code_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(DeploymentError, match=rf"^a function has no code: .*{file} does not exist$"):
        _code(file, tmp_path)


@pytest.mark.parametrize(("file", "link"), [("get_openapi.py", "openapi.json"), ("handler.py", "issuers.json")])
def test_the_path_that_git_writes_for_a_link_is_not_deployed(tmp_path: Path, file: str, link: str) -> None:
    for folder in ("api/wing", "authorizer"):
        (tmp_path / "functions" / folder).mkdir(parents=True)
        (tmp_path / "functions" / folder / link).write_text("../../../docs/openapi.json")
    with pytest.raises(DeploymentError, match=rf"{link} is not JSON; .* core\.symlinks true") as raised:
        _code(file, tmp_path)
    assert "\n" not in str(raised.value)
