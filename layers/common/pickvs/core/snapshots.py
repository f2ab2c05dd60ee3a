"""What is in a function's memory when Lambda takes a snapshot of it (SnapStart).

Lambda imports such a function once, when its version is published, and every environment begins with what was in memory
then. What a snapshot can save is imports. Connections, secrets and anything drawn by chance would be the same in all
environments, and old: they are made when a request needs them, and so after the snapshot.
"""

from importlib import import_module

from pickvs.core.config import settings

_LATE = ("aws_lambda_powertools.metrics", "boto3", "pickvs.core.log_lines")
"""What the core imports at the first request, because not every function comes to need it."""


def prepare(*modules: str) -> None:
    """Import now what is otherwise imported late, if this is for a snapshot; do nothing otherwise.

    modules: what the caller imports late, beside what the core does.
    """
    if settings().is_for_snapshot:
        for module in (*_LATE, *modules):
            import_module(module)
