"""The deployed files themselves: `load("api/register")` is the module that Lambda would import."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

FUNCTIONS = Path(__file__).parents[2] / "functions"


@cache
def load(name: str) -> ModuleType:
    """Import functions/<name>.py by its path, once."""
    path = FUNCTIONS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"functions.{name.replace('/', '.')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
