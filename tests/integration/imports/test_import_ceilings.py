"""Upper bounds on the modules that each function imports before its first request, a measure of cold-start time.

Modules are counted as deployed: AWS's Runtime Interface Client with the layer, and nothing else from this machine.
Modules that the client itself imports do not count.
"""

import subprocess
import tomllib
from pathlib import Path

import pytest

from cdk.config import STAGES
from cdk.layers import Layer, layer_recipe
from cdk.packages import find_uv
from local.settings import RUNTIME_PYTHON

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ROOT / "functions"
CEILINGS: dict[str, int] = tomllib.loads(Path(__file__).with_name("ceilings.toml").read_text("utf-8"))["modules"]
ROOM = 20
"""Modules by which a function may stay below its ceiling. Beyond that, lower the ceiling, so that the gain is kept."""

_OF_ITS_OWN = {"migrate"}
"""Functions with an asset of their own that run when a stage is deployed. No request waits for them."""

_COUNT = """
import importlib, sys
import awslambdaric.bootstrap
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(len(sys.modules.keys() - before))
"""

pytestmark = pytest.mark.xdist_group("import-ceilings")


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for bytecode, so that each module is compiled once and not once for each function."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The common layer, as functions on this machine receive it."""
    asset = tmp_path_factory.mktemp("layer") / "asset"
    layer_recipe(Layer.COMMON, wheel_platform=STAGES["local"].runtime.wheel_platform, root=ROOT).build(
        asset, find_uv(ROOT)
    )
    return asset / "python"


def _modules(function: Path, layer: Path, bytecode: Path) -> int:
    """Count the modules that importing the file `function` loads."""
    done = subprocess.run(
        [str(RUNTIME_PYTHON), "-c", _COUNT, function.stem],
        cwd=function.parent,
        env={"PYTHONPATH": str(layer), "PYTHONPYCACHEPREFIX": str(bytecode), "POWERTOOLS_SERVICE_NAME": "test"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def _files() -> dict[str, Path]:
    endpoints = {path.stem: path for path in (FUNCTIONS / "api").glob("*/*.py")}
    others = {path.parent.name: path for path in FUNCTIONS.glob("*/handler.py")}
    return {name: path for name, path in {**endpoints, **others}.items() if name not in _OF_ITS_OWN}


def test_every_function_has_a_ceiling() -> None:
    assert CEILINGS.keys() == _files().keys()


@pytest.mark.parametrize("name", sorted(CEILINGS))
def test_a_function_loads_no_more_than_its_ceiling(name: str, layer: Path, bytecode: Path) -> None:
    loaded = _modules(_files()[name], layer, bytecode)
    assert loaded <= CEILINGS[name], (
        f"{name} loads {loaded} modules before its first request; import what few requests need where it is used, "
        "or raise the ceiling and say why"
    )
    assert loaded > CEILINGS[name] - ROOM, f"{name} loads only {loaded} modules now: lower its ceiling"


@pytest.mark.parametrize("name", ["get_health", "create_picks"])
def test_an_sdk_at_the_top_of_an_endpoint_is_too_much(name: str, layer: Path, bytecode: Path, tmp_path: Path) -> None:
    careless = tmp_path / f"{name}.py"
    careless.write_text("import boto3\n" + _files()[name].read_text("utf-8"), "utf-8")
    assert _modules(careless, layer, bytecode) > CEILINGS[name] + 100
