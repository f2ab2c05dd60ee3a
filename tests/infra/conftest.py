import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.infra.assembly import DEPLOYED, ROOT, Assemblies, Assembly, synthesise


def copy_sources(source: Path, target: Path) -> Path:
    """Copy what is deployed, and what deploys it, without what a run left behind."""
    for name in ("cdk", "functions", "layers"):
        shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "cdk.json"):
        shutil.copyfile(source / name, target / name)
    return target


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that stays as it is while the tests run, even if somebody edits this one."""
    return copy_sources(ROOT, tmp_path_factory.mktemp("sources"))


@pytest.fixture
def checkout(sources: Path, tmp_path: Path) -> Path:
    """Another checkout of the same, to be edited."""
    return copy_sources(sources, tmp_path / "deeper" / "checkout")


@pytest.fixture(scope="session")
def assembly_of(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    """Writes the templates of a stage, in a database mode if it is not neon, once."""

    @cache
    def make(stage: str, database: str = "neon") -> Assembly:
        return synthesise(stage, tmp_path_factory.mktemp(f"{stage}-{database}"), sources, database)

    return make


@pytest.fixture(params=DEPLOYED, ids="-".join)
def assembly(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    """The templates of each stage that is deployed, in each database mode."""
    return assembly_of(*request.param)
