"""Imports the deployed files: `load("api/register")` returns the module that Lambda would import."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.support.database_roles import ROLE_OF_JOB, acting_by_name

FUNCTIONS = Path(__file__).parents[2] / "functions"


def file_of(name: str) -> Path:
    """The file of `authorizer/handler`, or of the endpoint `api/register`, whichever wing that is in."""
    if not name.startswith("api/"):
        return FUNCTIONS / f"{name}.py"
    [found] = (FUNCTIONS / "api").glob(f"*/{name.removeprefix('api/')}.py")
    return found


@cache
def load(name: str) -> ModuleType:
    """Import the file of a function by its path, once. Its handler uses the database as the function's role."""
    path = file_of(name)
    spec = importlib.util.spec_from_file_location(f"functions.{name.replace('/', '.')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    function, _, file = name.partition("/")
    if file == "handler" and function in ROLE_OF_JOB:
        module.handler = acting_by_name(function, module.handler)  # type: ignore[attr-defined]
    return module
