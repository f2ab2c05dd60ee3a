"""What an artefact depends on beside its rows: the code that makes features and models, and the packages under it."""

import platform
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import lightgbm
import numpy
from scipy.version import version as scipy_version

_PREDICTIONS = Path(__file__).parents[2]
_ROOMS = ("distributions", "facts", "games", "leagues", "players", "ratings", "training", "trees")
"""Rooms whose code changes what is trained."""


@cache
def code_sha256() -> str:
    """Return the SHA-256, in hexadecimal, of the code and tables that make features and models, by path."""
    digest = sha256()
    for room in _ROOMS:
        for path in sorted((_PREDICTIONS / room).rglob("*")):
            if path.suffix in {".py", ".json"}:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(_PREDICTIONS).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def packages() -> dict[str, str]:
    """Return the versions of Python and of the packages that train, and the processor's architecture.

    Two architectures may differ in the last bit of an artefact.
    """
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "numpy": numpy.__version__,
        "scipy": scipy_version,
        "lightgbm": lightgbm.__version__,
        "machine": platform.machine(),
    }
