"""Runs pytest in a copy of the checkout, forked from a process that has imported the libraries already.

Most tests of a mutation run for less time than the imports of pytest, the driver and the validation take. None of the
checkout's own modules is imported before the fork.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path

_LIBRARIES = (
    "_hypothesis_pytestplugin",
    "alembic.command",
    "argon2",
    "aws_lambda_powertools.logging",
    "boto3",
    "botocore.stub",
    "email_validator",
    "hypothesis",
    "jwt",
    "moto.core.models",
    "msgspec",
    "psycopg",
    "pydantic",
    "pytest",
    "sqlalchemy",
    "werkzeug",
    "xdist.plugin",
)
_PATIENCE_SECONDS = 20
"""Time in which tests that are interrupted stop the servers they have started."""


def context() -> ForkServerContext:
    """Return the context in which processes start with the libraries."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(_LIBRARIES))
    return made


def run(tree: Path, arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> int | None:
    """Run pytest with these arguments in the copy `tree`, and return its exit code. None if it did not end in time."""
    process = context().Process(target=_run, args=(tree, list(arguments), dict(environment)))
    process.start()
    process.join(seconds)
    if process.exitcode is not None:
        return process.exitcode
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGINT)
    process.join(_PATIENCE_SECONDS)
    process.kill()
    process.join()
    return None


def _run(tree: Path, arguments: list[str], environment: dict[str, str]) -> None:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(tree)
    os.environ.update(environment)
    for name in list(_ours()):
        del sys.modules[name]
    here = {str(Path(path or ".").resolve()) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    paths = [str(tree / "layers" / "common"), str(tree)]
    sys.path[:] = [*paths, *(path for path in sys.path if path and str(Path(path).resolve()) not in here)]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)  # for what the tests start

    import pytest

    # What the tests leave running must not keep the process.
    os._exit(int(pytest.main(arguments)))


def _ours() -> Iterator[str]:
    """Yield the modules of the checkout that are imported: this one is."""
    for name in sys.modules:
        if name.partition(".")[0] in {"tools", "tests", "pickvs", "cdk", "local", "functions", "app"}:
            yield name
