"""Upper bounds on the modules that each function imports before its first request, a measure of cold-start time.

Modules are counted as deployed: AWS's Runtime Interface Client with the layer, and nothing else from this machine.
Modules that the client itself imports do not count.
"""

import json
import subprocess
import tomllib
from collections.abc import Sequence
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

_RUNGS = (("pickvs.http.app", "pickvs.core.database"), ("pickvs.core.database",), ())
"""What most functions import, what most of the others do, and nothing. What these import is most of what is loaded."""

_COUNT = """
import importlib, json, os, sys
import awslambdaric.bootstrap

before = set(sys.modules)
common, files = json.load(sys.stdin)
for module in common:
    importlib.import_module(module)
for module in common:
    package, _, last = module.rpartition(".")
    # What it imports stays. Whoever asks for it imports it again.
    delattr(sys.modules[package], last)
    del sys.modules[module]

def count(folder, name):
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(folder)
            importlib.import_module(name)
            known = all(module in sys.modules for module in common)
            os.write(writes, str(len(sys.modules.keys() - before) if known else 0).encode())
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    os.close(writes)
    with os.fdopen(reads) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, f"{folder}/{name} cannot be imported"
    return int(said)

print(json.dumps([count(*file) for file in files]))
"""
"""Counts the modules that each file loads, in its own process, forked from one that has imported only the client.

If common modules are named, from one that has imported also what these import. A file that imports all of them too has
the same count as without. Any other file has none: 0.
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


def _modules(files: Sequence[Path], layer: Path, bytecode: Path) -> list[int]:
    """Count the modules that importing each file loads."""
    counts: dict[Path, int] = {}
    for common in _RUNGS:
        rest = [file for file in files if file not in counts]
        loaded = zip(rest, _counted(rest, layer, bytecode, common=common), strict=True)
        counts |= {file: number for file, number in loaded if number}
    return [counts[file] for file in files]


def _counted(files: Sequence[Path], layer: Path, bytecode: Path, *, common: Sequence[str]) -> list[int]:
    done = subprocess.run(
        [str(RUNTIME_PYTHON), "-c", _COUNT],
        env={"PYTHONPATH": str(layer), "PYTHONPYCACHEPREFIX": str(bytecode), "POWERTOOLS_SERVICE_NAME": "test"},
        input=json.dumps([common, [(str(file.parent), file.stem) for file in files]]),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts: list[int] = json.loads(done.stdout)
    return counts


def _files() -> dict[str, Path]:
    endpoints = {path.stem: path for path in (FUNCTIONS / "api").glob("*/*.py")}
    others = {path.parent.name: path for path in FUNCTIONS.glob("*/handler.py")}
    return {name: path for name, path in {**endpoints, **others}.items() if name not in _OF_ITS_OWN}


def test_every_function_has_a_ceiling() -> None:
    assert CEILINGS.keys() == _files().keys()


def test_a_function_loads_no_more_than_its_ceiling(layer: Path, bytecode: Path) -> None:
    files = _files()
    counts = dict(zip(files, _modules(list(files.values()), layer, bytecode), strict=True))
    assert [
        f"{name} loads {loaded} modules before its first request, and its ceiling is {CEILINGS[name]}"
        for name, loaded in counts.items()
        if loaded > CEILINGS[name]
    ] == [], "import what few requests need where it is used, or raise the ceiling and say why"
    assert [
        f"{name} loads only {loaded} modules now: lower its ceiling of {CEILINGS[name]}"
        for name, loaded in counts.items()
        if loaded <= CEILINGS[name] - ROOM
    ] == []


def test_a_count_is_that_of_a_process_that_has_imported_nothing_else(layer: Path, bytecode: Path) -> None:
    files = [_files()[name] for name in ("list_sports", "create_picks", "authorizer", "process_results")]
    assert _modules(files, layer, bytecode) == _counted(files, layer, bytecode, common=())


def test_an_sdk_at_the_top_of_an_endpoint_is_too_much(layer: Path, bytecode: Path, tmp_path: Path) -> None:
    names = ["get_health", "create_picks"]
    careless = [tmp_path / f"{name}.py" for name in names]
    for name, file in zip(names, careless, strict=True):
        file.write_text("import boto3\n" + _files()[name].read_text("utf-8"), "utf-8")
    counts = _modules(careless, layer, bytecode)
    assert [name for name, loaded in zip(names, counts, strict=True) if loaded <= CEILINGS[name] + 100] == []
