"""Everything that a deployed file imports, directly or indirectly, is in the layers of its function."""

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import grimp
import pytest

from cdk.layers import Layer
from tests.infra.assembly import ROOT, Assemblies, Assembly, Resource
from tests.infra.conftest import Built

pytestmark = pytest.mark.xdist_group("packages")

FUNCTIONS = ROOT / "functions"
LAMBDA_HAS = {*sys.stdlib_module_names}
"""Modules of the runtime. Its boto3 is not included: AWS chooses that version, and the common layer has ours."""

type Wanted = Callable[[Path], set[str]]


@pytest.fixture(scope="module")
def wanted() -> Wanted:
    """Return a function that finds the external top-level names that a file imports, directly or through pickvs."""
    graph = grimp.build_graph(
        "pickvs", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )

    def of_module(name: str) -> set[str]:
        """Return the imports of a module and of its parent packages, which are imported with it."""
        parts = name.split(".")
        within = {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & graph.modules
        return within | {each for module in within for each in graph.find_upstream_modules(module)}

    def find(file: Path) -> set[str]:
        found: set[str] = set()
        for name in _imports(ast.parse(file.read_text("utf-8")), graph.modules):
            ours = name.split(".")[0] == "pickvs"
            for each in of_module(name) if ours else {name}:
                # Parent packages of the found modules count as well.
                found |= of_module(each) if each.startswith("pickvs.") else {each}
        return {each.split(".")[0] for each in found if each.split(".")[0] != "pickvs"} - LAMBDA_HAS

    return find


def _imports(tree: ast.AST, modules: set[str]) -> Iterator[str]:
    """Yield all modules imported anywhere in the code, except under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "a deployed file lies in no package"
            yield node.module
            yield from (name for each in node.names if (name := f"{node.module}.{each.name}") in modules)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imports(node, modules)


def _installed(folder: Path) -> set[str]:
    """Return the top-level names that can be imported from a folder of packages."""
    return {path.name.split(".")[0] for path in folder.iterdir() if path.is_dir() or path.suffix in {".py", ".so"}}


def _missing(wanted: Wanted, files: Sequence[Path], installed: set[str]) -> dict[str, list[str]]:
    """Return the imports of each file that are not installed. The files may import each other."""
    own = {file.stem for file in files}
    return {file.name: sorted(missing) for file in files if (missing := wanted(file) - installed - own)}


def _files(function: Resource, stage: str) -> list[Path]:
    """Return the files of a function, found by its handler and name."""
    module, _, attribute = function.properties["Handler"].rpartition(".")
    if attribute == "app":
        (file,) = (FUNCTIONS / "api").glob(f"*/{module}.py")
        return [file]
    folder = FUNCTIONS / function.properties["FunctionName"].removeprefix(f"pickvs-{stage}-")
    return sorted(folder.rglob("*.py"))


def _layers(assembly: Assembly, function: Resource) -> list[Layer]:
    """Return the layers of a function, according to its template."""
    made = [assembly.meant(function.stack, each).properties for each in function.properties["Layers"]]
    return [Layer(each["Description"].removeprefix("PickVs: ")) for each in made]


def test_every_function_finds_what_it_imports(
    assembly_of: Assemblies, furnished: Assembly, built: Built, migrate: Path, wanted: Wanted
) -> None:
    assembly = assembly_of("prod", "aurora")
    pythons = [each for each in assembly.functions() if each.properties["Runtime"].startswith("python")]
    functions = [*((assembly, each) for each in pythons), (furnished, furnished.function("note_mail_feedback"))]
    missing: dict[str, dict[str, list[str]]] = {}
    seen: set[Path] = set()
    for deployed, function in functions:
        name = function.properties["FunctionName"]
        layers = _layers(deployed, function)
        assert layers[0] is Layer.COMMON
        installed = set().union(*(_installed(built(layer) / "python") for layer in layers))
        if name.endswith("-migrate"):  # its asset has its own packages
            installed |= _installed(migrate)
        # So does that of ingest_injuries. ingest_stats shares the module of adapters with it, and reads no such report.
        if name.endswith(("-ingest_injuries", "-ingest_stats")):
            listed = (FUNCTIONS / "ingest_injuries" / "requirements.in").read_text("utf-8").splitlines()
            installed |= {line.strip() for line in listed if line.strip() and not line.startswith(("#", "-"))}
        files = _files(function, "prod")
        seen |= set(files)
        if lacking := _missing(wanted, files, installed):
            missing[name] = lacking
    assert missing == {}
    assert seen == {path for path in FUNCTIONS.rglob("*.py") if "__pycache__" not in path.parts}


def test_what_is_found_is_what_is_imported(wanted: Wanted) -> None:
    """Imports through pickvs and inside functions: an endpoint that verifies passwords, and one that reads nothing."""
    login, sports = (wanted(FUNCTIONS / "api" / each) for each in ("accounts/login.py", "sports/list_sports.py"))
    assert {"argon2", "psycopg", "pydantic", "aws_lambda_powertools", "boto3", "jwt"} <= login
    assert not {"argon2", "psycopg"} & sports
    assert {"alembic", "sqlalchemy"} <= wanted(FUNCTIONS / "migrate" / "env.py") | wanted(
        FUNCTIONS / "migrate" / "handler.py"
    )


@pytest.mark.parametrize(
    ("code", "layers", "missing"),
    [
        ("import numpy as np", [Layer.COMMON], ["numpy"]),
        ("def answer():\n    from numpy.linalg import inv", [Layer.COMMON], ["numpy"]),
        ("import numpy\nimport highspy", [Layer.COMMON, Layer.NUMERIC], None),
        ("import lightgbm\nimport scipy.stats", [Layer.COMMON, Layer.NUMERIC], ["lightgbm", "scipy"]),
        ("import lightgbm\nimport scipy.stats", [Layer.COMMON, Layer.NUMERIC, Layer.TRAINING], None),
        # Installed for the layer, but omitted from it.
        ("import dns.resolver", [Layer.COMMON], ["dns"]),
        ("import sklearn", [Layer.COMMON, Layer.NUMERIC, Layer.TRAINING], ["sklearn"]),
        ("from pickvs.core import clock\nimport json, other", [Layer.COMMON], None),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy", [Layer.COMMON], None),
    ],
)
def test_an_import_without_its_layer_is_noticed(
    code: str, layers: list[Layer], missing: list[str] | None, built: Built, wanted: Wanted, tmp_path: Path
) -> None:
    (tmp_path / "endpoint.py").write_text(code)
    (tmp_path / "other.py").touch()
    installed = set().union(*(_installed(built(layer) / "python") for layer in layers))
    files = [tmp_path / "endpoint.py", tmp_path / "other.py"]
    assert _missing(wanted, files, installed) == ({} if missing is None else {"endpoint.py": missing})
