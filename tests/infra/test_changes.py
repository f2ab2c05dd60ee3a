"""What an edit deploys: one endpoint's file changes one function, and no more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cdk.errors import DeploymentError
from cdk.routes import ENDPOINTS
from tests.infra.assembly import Assembly, synthesise
from tests.support import ceilings

pytestmark = pytest.mark.xdist_group("infra")


def _changes(before: Assembly, after: Assembly) -> dict[str, set[str]]:
    """What differs: the resources by their kind, and the properties that do."""
    old = {str(each): each for each in before.resources()}
    new = {str(each): each for each in after.resources()}
    changed: dict[str, set[str]] = {}
    for name in old.keys() | new.keys():
        if name not in old or name not in new:
            changed[name] = {"(new)" if name in new else "(gone)"}
        elif old[name].body != new[name].body:
            properties = old[name].properties.keys() | new[name].properties.keys()
            changed[name] = {
                each for each in properties if old[name].properties.get(each) != new[name].properties.get(each)
            }
    return changed


def test_another_checkout_is_the_same_deployment(
    assembly_of: Callable[[str], Assembly], checkout: Path, tmp_path: Path
) -> None:
    assert synthesise("dev", tmp_path / "out", checkout).templates == assembly_of("dev").templates


def test_an_edited_endpoint_changes_its_function_alone(
    assembly_of: Callable[[str], Assembly], checkout: Path, tmp_path: Path
) -> None:
    file = checkout / "functions" / "api" / "login.py"
    file.write_text(file.read_text() + "\n# edited\n")
    after = synthesise("dev", tmp_path / "out", checkout)
    assert _changes(assembly_of("dev"), after) == {str(after.function("login")): {"Code"}}


def test_an_endpoint_s_asset_is_its_one_small_file(assembly_of: Callable[[str], Assembly]) -> None:
    assembly = assembly_of("dev")
    for endpoint in ENDPOINTS:
        key = Path(assembly.function(endpoint.name).properties["Code"]["S3Key"])
        (file,) = (assembly.folder or Path()).joinpath(f"asset.{key.stem}").iterdir()
        assert file.name == f"{endpoint.name}.py"
        assert file.stat().st_size <= ceilings.ENDPOINT_ASSET, f"{file.name}: what it carries belongs in the layer"


def test_an_edited_scheduled_function_changes_alone(
    assembly_of: Callable[[str], Assembly], checkout: Path, tmp_path: Path
) -> None:
    file = checkout / "functions" / "fetch_odds" / "handler.py"
    file.write_text(file.read_text() + "\n# edited\n")
    after = synthesise("dev", tmp_path / "out", checkout)
    assert _changes(assembly_of("dev"), after) == {str(after.function("fetch_odds")): {"Code"}}


def test_business_logic_changes_the_layers_and_runs_the_migrations_again(
    assembly_of: Callable[[str], Assembly], checkout: Path, tmp_path: Path
) -> None:
    file = checkout / "layers" / "common" / "pickvs" / "core" / "clock.py"
    file.write_text(file.read_text() + "\n# edited\n")
    after = synthesise("dev", tmp_path / "out", checkout)
    changed = _changes(assembly_of("dev"), after)
    layers = {str(each) for each in after.resources("AWS::Lambda::LayerVersion")}
    assert {name for name, what in changed.items() if what == {"Content"}} == layers
    assert {name.split("/")[0] for name in changed.keys() - layers} == {"schema"}


def test_a_new_migration_is_run_by_the_next_deployment(
    assembly_of: Callable[[str], Assembly], checkout: Path, tmp_path: Path
) -> None:
    (checkout / "functions" / "migrate" / "versions" / "0099_next.sql").write_text("SELECT 1;\n")
    after = synthesise("dev", tmp_path / "out", checkout)
    changed = _changes(assembly_of("dev"), after)
    migrate, (trigger,) = after.function("migrate"), after.resources("Custom::Trigger")
    assert changed.pop(str(migrate)) == {"Code"}
    assert changed.pop(str(trigger)) == {"HandlerArn"}
    assert sorted(what.pop() for what in changed.values()) == ["(gone)", "(new)"]  # the version
    assert {name.split("/")[0] for name in changed} == {"schema"}


@pytest.mark.parametrize("file", ["api/login.py", "authorizer/handler.py"])
def test_a_function_without_its_code_is_refused(checkout: Path, tmp_path: Path, file: str) -> None:
    (checkout / "functions" / file).unlink()
    with pytest.raises(DeploymentError, match=rf"^a function has no code: .*{file} does not exist$"):
        synthesise("dev", tmp_path / "out", checkout)


@pytest.mark.parametrize("file", ["layers/common/pickvs/http/openapi.json", "functions/authorizer/issuers.json"])
def test_the_path_that_git_writes_for_a_link_is_not_deployed(checkout: Path, tmp_path: Path, file: str) -> None:
    (checkout / file).write_text("../../../../docs/openapi.json")
    with pytest.raises(DeploymentError, match=rf"{file} is not JSON; .* core\.symlinks true") as raised:
        synthesise("dev", tmp_path / "out", checkout)
    assert "\n" not in str(raised.value)
