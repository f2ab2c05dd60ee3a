from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.blueprint import read_blueprint
from local.environments import Launcher
from local.function_logs import LogFile
from local.functions import MAX_IDLE, Functions
from local.watchdog import Watchdog
from tests.local.assemblies import AssemblyWriter
from tests.local.gateways import Running, serving, write_api

type StartFunctions = Callable[..., Functions]


@pytest.fixture(scope="session")
def watchdog() -> Iterator[Watchdog]:
    dog = Watchdog()
    yield dog
    dog.stop()


@pytest.fixture
def assembly(tmp_path: Path) -> AssemblyWriter:
    return AssemblyWriter(tmp_path / "assembly")


@pytest.fixture(scope="module")
def module_assembly(tmp_path_factory: pytest.TempPathFactory) -> AssemblyWriter:
    return AssemblyWriter(tmp_path_factory.mktemp("module") / "assembly")


@pytest.fixture(scope="module")
def start_functions(watchdog: Watchdog) -> Iterator[StartFunctions]:
    """Return a factory for the functions of an assembly. Their processes end with the test module."""
    with ExitStack() as stack:

        def start(
            written: AssemblyWriter,
            *,
            endpoint_url: str = "http://127.0.0.1:9",
            credentials: Mapping[str, str] | None = None,
            overrides: Mapping[str, str] | None = None,
            max_idle: int = MAX_IDLE,
        ) -> Functions:
            scratch = written.folder.parent / "tmp"
            scratch.mkdir(exist_ok=True)
            launchers = [
                Launcher(
                    function=spec,
                    credentials=credentials or {},
                    endpoint_url=endpoint_url,
                    overrides=overrides or {},
                    scratch=scratch,
                    log=LogFile(written.folder.parent / f"{spec.name}.log"),
                    watchdog=watchdog,
                )
                for spec in read_blueprint(written.deployment()).functions
            ]
            functions = Functions(launchers, max_idle=max_idle)
            stack.callback(functions.stop)
            return functions

        yield start


@pytest.fixture(scope="module")
def api(module_assembly: AssemblyWriter, start_functions: StartFunctions) -> Iterator[Running]:
    write_api(module_assembly)
    with serving(module_assembly, start_functions(module_assembly)) as running:
        yield running
