"""What every test may ask for: an embedded PostgreSQL for the session, a fresh migrated database for the test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from local.postgres import Postgres
from pickvs.core.logging import logger
from tests.support.databases import Databases
from tests.support.examples import EXAMPLES
from tests.support.folders import folder_in_memory

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile(
    "house",
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

LONGEST = ("readme", "e2e", "infra", "contract", "local command line", "game clock", "siege", "replay")
"""Groups of tests, in the order in which they begin. The tours of the readme wait for a game to end."""

# A logger keeps the output of the moment in which it is made. Of a test that captures its own, that would be closed.
logger()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without looking for garbage: almost all that is made stays, and looking took most of the time.

    What has been made is not looked at later either.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Keep bytecode for this run, where it is forbidden: else hundreds of processes compile all that they import."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        folder = tempfile.mkdtemp(prefix="pickvs-bytecode-")
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest chains of tests, so that nobody waits for one that began last."""
    chains = {name: place for place, name in enumerate(LONGEST)}

    def place(item: pytest.Item) -> int:
        group = item.get_closest_marker("xdist_group")
        return len(chains) + 1 if group is None else chains.get(group.args[0], len(chains))

    items.sort(key=place)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for each test process."""
    with folder_in_memory(tmp_path_factory) as folder, Postgres(folder, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> Iterator[Databases]:
    """Makes migrated databases, each a copy of one template."""
    with closing(Databases(postgres, cheap_logins=True)) as databases:
        yield databases


@pytest.fixture
def database(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The connection string of an empty, migrated database, which `pickvs.core.database` uses during the test."""
    with databases.fresh() as url, databases.use(url, monkeypatch):
        yield url


SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings beside the checkout; the test skips where there is none."""
    if not SHARED.is_dir():
        pytest.skip("no recordings beside this checkout")
    return SHARED
