"""`make endpoint` writes a new endpoint's files and says what is left to do. The endpoint is in the environment."""

import os
import sys
from pathlib import Path

from tools.scaffold.endpoint import NewEndpoint, ScaffoldError, write

ROOT = Path(__file__).resolve().parents[2]
_VARIABLES = ("WING", "NAME", "METHOD", "ROUTE")

_NEXT = """Next: fill the file and its test; state in the row who may call it, its throttle, secrets and settings; then
  make format openapi test WING={wing}
docs/contributing.md has the whole checklist."""


def main() -> int:
    """Write the endpoint that the environment describes; return the exit code."""
    wing, name, method, path = (os.environ.get(variable, "") for variable in _VARIABLES)
    if not all((wing, name, method, path)):
        sys.stderr.write("usage: make endpoint WING=picks NAME=list_likes METHOD=GET PATH=/picks/likes\n")
        return 2
    try:
        files = write(NewEndpoint(wing, name, method.upper(), path), ROOT)
    except ScaffoldError as error:
        sys.stderr.write(f"pickvs: {error}\n")
        return 1
    for file in files:
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
    sys.stdout.write(f"{_NEXT.format(wing=wing)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
