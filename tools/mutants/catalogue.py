"""The list of mutations, in one TOML file for each area of `catalogue/`.

    [[mutant]]
    name = "burst"                       # unique within its area
    guard = "a burst is no longer than the limit says"
    file = "layers/common/pickvs/accounts/limits/rules.py"
    old = "return self.interval * (self.tries - 1)"
    new = "return self.interval * self.tries"
    killed_by = ["tests/unit/accounts/test_limit_rules.py::test_a_burst_and_no_more"]

`old` occurs exactly once in the file. Each test of `killed_by` must fail when `new` is in its place; of a parametrized
one, some case.
"""

import ast
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "catalogue"


class CatalogueError(Exception):
    """The list of mutations is not as it must be. The message has a line for each fault."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation of one guard."""

    name: str
    """Area and name: `accounts/burst`."""
    guard: str
    """What the code holds people to, in words."""
    file: str
    old: str
    new: str
    killed_by: tuple[str, ...]
    """Node ids of tests. Without parameters, any case will do."""


def read(folder: Path = FOLDER) -> list[Mutant]:
    """Return all mutations, ordered by area. Raises CatalogueError for an entry that is incomplete or ambiguous."""
    found: list[Mutant] = []
    wrong: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("mutant", []):
            name = f"{file.stem}/{entry.get('name', '?')}"
            missing = {"name", "guard", "file", "old", "new", "killed_by"} ^ entry.keys()
            if missing:
                wrong.append(f"{name}: lacks, or does not know, {', '.join(sorted(missing))}")
                continue
            mutant = Mutant(name, entry["guard"], entry["file"], entry["old"], entry["new"], tuple(entry["killed_by"]))
            if not mutant.killed_by or mutant.old == mutant.new:
                wrong.append(f"{name}: changes nothing, or no test is named")
            if name in {each.name for each in found}:
                wrong.append(f"{name}: the name is there twice")
            found.append(mutant)
    if wrong:
        raise CatalogueError("\n".join(wrong))
    return found


def faults(mutants: Sequence[Mutant], root: Path) -> Iterator[str]:
    """Yield a line for each mutation that no longer fits the tree at `root`: its text or its test is gone."""
    tests: dict[str, set[str]] = {}
    for mutant in mutants:
        file = root / mutant.file
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if text.count(mutant.old) != 1:
            yield f"{mutant.name}: stale: its old text occurs {text.count(mutant.old)} times in {mutant.file}"
        for test in mutant.killed_by:
            where, _, name = test.partition("::")
            if where not in tests:
                tests[where] = set(_tests_of(root / where))
            if name.partition("[")[0] not in tests[where]:
                yield f"{mutant.name}: stale: there is no test {test}"


def _tests_of(file: Path) -> Iterator[str]:
    """Yield the names of a file's tests, as pytest writes them: `test_it`, or `TestThis::test_it`."""
    if not file.is_file():
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for each in tree.body:
        prefix = f"{each.name}::" if isinstance(each, ast.ClassDef) else ""
        for test in each.body if isinstance(each, ast.ClassDef) else [each]:
            if isinstance(test, ast.FunctionDef):
                yield f"{prefix}{test.name}"
