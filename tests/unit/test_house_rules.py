"""The house rules that can be checked by reading the source."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cdk.routes import ENDPOINTS

ROOT = Path(__file__).parents[2]
CODE = ("layers/common/pickvs", "functions", "cdk", "local", "bench", "tools", "tests")
LONGEST = 450
ENDPOINT_LINES = 45
LAYER = ROOT / "layers/common"
ROOMS = "layers/common/pickvs"
NUMERIC = {"predictions": frozenset({"numpy"}), "dfs": frozenset({"numpy"})}
"""Rooms whose rules may compute with a library, and the libraries allowed."""


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_rooms(path: Path) -> str:
    return path.relative_to(ROOT / ROOMS).as_posix()


def attributes(path: Path) -> Iterator[str]:
    """Return every dotted name in a file: `os.environ`, `datetime.now`, `connection.execute`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_file_outgrows_its_room() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*CODE)}
    assert {path: count for path, count in lines.items() if count > LONGEST} == {}


def test_environment_time_sql_and_aws_stay_in_their_rooms() -> None:
    assert {room: found for path in sources(ROOMS) if (found := strays(room := in_rooms(path), path))} == {}


def strays(room: str, path: Path) -> set[str]:
    """Return the names in the file at `path` that belong into another room."""
    mentioned = set(attributes(path))
    found: set[str] = set()
    if room != "core/config.py":
        found |= mentioned & {"os.environ", "os.getenv"}
    if room != "core/clock.py":
        found |= mentioned & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    if path.name != "queries.py" and room != "core/database.py":
        found |= {word for word in mentioned if word.endswith(".execute")}
        # A room may publish SQL fragments from which other rooms build queries for its rows.
        if room != "picks/columns.py":
            found |= {word for word in mentioned if word.startswith("psycopg.sql")}
    if room not in {"core/alarm_clock.py", "core/mail.py", "core/secrets.py", "core/storage.py"}:
        found |= {word for word in mentioned if word.split(".")[0] in {"boto3", "botocore"}}
    return found


def test_sql_gets_its_moments_from_the_clock() -> None:
    moments = ("now()", "current_timestamp", "current_date", "clock_timestamp")
    texts = {
        name(path): path.read_text(encoding="utf-8").lower()
        for path in sources(ROOMS)
        if path.name in {"queries.py", "columns.py"}
    }
    assert len(texts) > 1
    assert {path for path, text in texts.items() if any(word in text for word in moments)} == set()


def imports(path: Path) -> set[str]:
    """Return every module that a file imports or imports from, and of ours names that may be one: `pickvs.core.clock`.

    Imports inside functions count as well.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names if node.module.startswith("pickvs"))
    return found


@cache
def foreign_libraries(path: Path) -> frozenset[str]:
    """Return the modules that a module loads, also through ours, that are neither ours nor in the standard library."""
    found: set[str] = set()
    for module in imports(path):
        root = module.partition(".")[0]
        own = LAYER / f"{module.replace('.', '/')}.py"
        if root != "pickvs" and root not in sys.stdlib_module_names:
            found.add(root)
        elif root == "pickvs" and own.is_file():
            found |= foreign_libraries(own)
    return frozenset(found)


def test_rules_are_the_standard_library_and_arithmetic() -> None:
    rules = [path for path in sources(ROOMS) if path.name == "rules.py"]
    allowed = {path: NUMERIC.get(path.relative_to(ROOT / ROOMS).parts[0], frozenset()) for path in rules}
    assert {name(path): more for path in rules if (more := foreign_libraries(path) - allowed[path])} == {}


def test_the_sql_of_every_room_is_its_own() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    protected = {
        (importer, module)
        for contract in contracts
        if contract["type"] == "protected"
        for importer in contract["allowed_importers"]
        for module in contract["protected_modules"]
        if module.endswith(".queries")
    }
    expected = set()
    for path in sources(ROOMS):
        if path.name == "queries.py":
            room, *between, _ = path.relative_to(ROOT / ROOMS).parts
            expected.add((f"pickvs.{room}", f"pickvs.{room}.**.queries" if between else f"pickvs.{room}.queries"))
    assert protected == expected


def test_an_endpoint_says_its_address_and_makes_one_call() -> None:
    for path in sources("functions/api"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        assert len(text.splitlines()) <= ENDPOINT_LINES, path
        assert (ast.get_docstring(tree) or "").split(" ")[0] in {"GET", "POST", "PUT", "PATCH", "DELETE"}, path
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)], path
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert [function.name for function in functions] == [path.stem], path


def test_no_address_in_a_lock_file() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("*/**/requirements.txt"), ROOT / "local/runtime.txt"]
    locks += [ROOT / "package-lock.json", ROOT / "tests/clients/package-lock.json"]
    locks = [lock for lock in locks if "node_modules" not in lock.parts]
    assert len(locks) >= 6
    for lock in locks:
        if ".venv" not in lock.parts and "cdk.out" not in lock.parts:
            assert "://" not in lock.read_text(encoding="utf-8"), lock


def test_the_document_for_people_names_every_endpoint() -> None:
    document = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    table = document.split("## Operations")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    named = {(row.split()[0], path) for row in rows for path in row.split("`")[1::2]}
    assert named == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
