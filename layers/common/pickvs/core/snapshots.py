"""Imports that belong in a function's snapshot (Lambda SnapStart).

Lambda initializes such a function once, when its version is published, and restores every environment from that state.
A snapshot saves import time. Connections, secrets and random values must not be part of it, because they would be
outdated and identical in all environments; the code creates them on the first request, after the snapshot.
"""

from importlib import import_module

from pickvs.core.config import settings

_LATE = ("aws_lambda_powertools.metrics", "boto3", "pickvs.core.log_lines")
"""Modules that the core imports lazily, because not every function needs them."""


def prepare(*modules: str) -> None:
    """Import lazily imported modules now if the environment is for a snapshot. Otherwise do nothing.

    modules: the caller's lazily imported modules, in addition to the core's.
    """
    if settings().is_for_snapshot:
        for module in (*_LATE, *modules):
            import_module(module)
