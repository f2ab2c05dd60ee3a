"""Forbidden migrations: those that remove what live code still uses, or block it for long."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SQUAWK = Path(sys.executable).parent / "squawk"


def squawk(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SQUAWK, "--reporter", "gcc", *files], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_every_migration_only_expands() -> None:
    files = [path.relative_to(ROOT) for path in sorted((ROOT / "functions" / "migrate" / "versions").glob("*.sql"))]
    done = squawk(*files)
    assert done.returncode == 0, done.stdout
    excluded = tomllib.loads((ROOT / ".squawk.toml").read_text(encoding="utf-8"))["excluded_paths"]
    ruled = [path for path in files if not any(path.full_match(each) for each in excluded)]
    assert [path.name[:4] for path in files if path not in ruled] == [f"{number:04}" for number in range(1, 9)]


def test_no_migration_leads_back() -> None:
    modules = sorted((ROOT / "functions" / "migrate" / "versions").glob("*.py"))
    assert modules
    assert not [path.name for path in modules if "downgrade" in path.read_text(encoding="utf-8")]


def test_what_is_not_used_any_more_may_go(tmp_path: Path) -> None:
    file = tmp_path / "0010_contracts.sql"
    file.write_text("-- squawk-ignore ban-drop-column\nALTER TABLE users DROP COLUMN country;\n", encoding="utf-8")
    done = squawk(file)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("DROP TABLE quotes", "ban-drop-table"),
        ("ALTER TABLE picks DROP COLUMN price", "ban-drop-column"),
        ("ALTER TABLE picks RENAME COLUMN price TO odds", "renaming-column"),
        ("ALTER TABLE users RENAME TO people", "renaming-table"),
        ("ALTER TABLE users ALTER COLUMN email TYPE varchar(50)", "changing-column-type"),
        ("ALTER TABLE users ALTER COLUMN email DROP NOT NULL", "ban-drop-not-null"),
        ("ALTER TABLE users ALTER COLUMN country SET NOT NULL", "adding-not-nullable-field"),
        ("ALTER TABLE users ADD COLUMN country text NOT NULL", "adding-required-field"),
        ("ALTER TABLE picks DROP CONSTRAINT positive", "ban-drop-constraint"),
        ("ALTER TABLE picks ADD CONSTRAINT positive CHECK (stake_units > 0)", "constraint-missing-not-valid"),
    ],
)
def test_a_migration_that_breaks_what_is_live_is_refused(tmp_path: Path, statement: str, rule: str) -> None:
    file = tmp_path / "0010_breaks.sql"
    file.write_text(f"{statement};\n", encoding="utf-8")
    done = squawk(file)
    assert done.returncode == 1
    assert f" {rule} " in done.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE clubs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)",
        "ALTER TABLE users ADD COLUMN country text",
        "ALTER TABLE picks ADD CONSTRAINT positive CHECK (stake_units > 0) NOT VALID",
        "CREATE INDEX picks_by_country ON picks (country)",
    ],
)
def test_a_migration_that_only_adds_is_let_through(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "0010_adds.sql"
    file.write_text(f"{statement};\n", encoding="utf-8")
    done = squawk(file)
    assert done.returncode == 0, done.stdout
