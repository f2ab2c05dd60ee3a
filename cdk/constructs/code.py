from collections.abc import Sequence
from pathlib import Path

from aws_cdk import IgnoreMode, SymlinkFollowMode
from aws_cdk import aws_lambda as lambda_

from cdk.errors import DeploymentError


def endpoint_code(root: Path, operation: str, files: Sequence[str] = ()) -> lambda_.Code:
    """Return the code of one endpoint: its file and no other, so that an edit changes this one function.

    files: the names of what else it reads, from the same folder; a link stands for what it leads to. Raises
    DeploymentError if a file is not there.
    """
    folder = root / "functions" / "api"
    for name in files:
        if not (folder / name).is_file():
            raise DeploymentError(f"a function lacks a file: {folder / name} does not exist")
    kept = [f"{operation}.py", *files]
    return _code(folder, kept[0], exclude=["*", *(f"!{name}" for name in kept)])


def function_code(root: Path, name: str) -> lambda_.Code:
    """Return the code of a function that has a folder of its own. Raises DeploymentError if it has no handler."""
    return _code(root / "functions" / name, "handler.py", exclude=["__pycache__", "*.pyc"])


def _code(folder: Path, handler: str, *, exclude: list[str]) -> lambda_.Code:
    if not (folder / handler).is_file():
        raise DeploymentError(f"a function has no code: {folder / handler} does not exist")
    return lambda_.Code.from_asset(
        str(folder), exclude=exclude, ignore_mode=IgnoreMode.GIT, follow_symlinks=SymlinkFollowMode.ALWAYS
    )
