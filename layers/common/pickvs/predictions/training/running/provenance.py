"""What an artefact depends on beside its rows: the code that makes features and models, and the packages under it."""

import platform
import sys

import lightgbm
import numpy
from scipy.version import version as scipy_version

from pickvs.predictions.facts import provenance

_ROOMS = ("distributions", "facts", "games", "leagues", "players", "ratings", "training", "trees")
"""Rooms whose code changes what is trained."""


def code_sha256() -> str:
    """Return the SHA-256, in hexadecimal, of the code and tables that make features and models, by path."""
    return provenance.code_sha256(_ROOMS)


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
