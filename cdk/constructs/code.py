import json
from collections.abc import Iterable
from pathlib import Path

from aws_cdk import IgnoreMode, SymlinkFollowMode
from aws_cdk import aws_lambda as lambda_

from cdk.errors import DeploymentError


def endpoint_code(root: Path, operation: str) -> lambda_.Code:
    """Return the code of one endpoint: its file and no other, so that an edit changes this one function.

    Raises DeploymentError if there is no such file.
    """
    file = f"{operation}.py"
    return _code(root / "functions" / "api", file, exclude=["*", f"!{file}"])


def function_code(root: Path, name: str) -> lambda_.Code:
    """Return the code of a function that has a folder of its own.

    Raises DeploymentError if it has no handler, and if a file in it that is called .json is not JSON.
    """
    folder = root / "functions" / name
    check_json(sorted(folder.rglob("*")))
    return _code(folder, "handler.py", exclude=["__pycache__", "*.pyc"])


def check_json(paths: Iterable[Path]) -> None:
    """Refuse what git writes for a link where it may make none: a file that holds the path of the other one.

    Raises DeploymentError for a file that is called .json and is not JSON.
    """
    for path in (each for each in paths if each.suffix == ".json" and each.is_file()):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            raise DeploymentError(
                f"{path} is not JSON; if it is a link in the repository, "
                "run `git config core.symlinks true` and check it out again"
            ) from error


def _code(folder: Path, handler: str, *, exclude: list[str]) -> lambda_.Code:
    if not (folder / handler).is_file():
        raise DeploymentError(f"a function has no code: {folder / handler} does not exist")
    return lambda_.Code.from_asset(
        str(folder), exclude=exclude, ignore_mode=IgnoreMode.GIT, follow_symlinks=SymlinkFollowMode.ALWAYS
    )
