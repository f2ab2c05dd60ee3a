import json
from collections.abc import Iterable
from pathlib import Path

from aws_cdk import IgnoreMode, SymlinkFollowMode
from aws_cdk import aws_lambda as lambda_

from cdk.errors import DeploymentError
from cdk.routes.model import Endpoint


def endpoint_code(root: Path, wing: str, endpoint: Endpoint) -> lambda_.Code:
    """Return the code of one endpoint. It contains only the files in its row, so an edit changes one function.

    Raises DeploymentError if a file is missing, or if a .json file is not JSON.
    """
    folder = root / "functions" / "api" / wing
    check_json(folder / name for name in endpoint.files)
    files = (f"{endpoint.name}.py", *endpoint.files)
    return _code(folder, *files, exclude=["*", *(f"!{file}" for file in files)])


def function_code(root: Path, name: str) -> lambda_.Code:
    """Return the code of a function with its own folder.

    Raises DeploymentError if the handler is missing, or if a .json file is not JSON.
    """
    folder = root / "functions" / name
    check_json(sorted(folder.rglob("*")))
    return _code(folder, "handler.py", exclude=["__pycache__", "*.pyc"])


def check_json(paths: Iterable[Path]) -> None:
    """Reject .json files that are not JSON. Raises DeploymentError.

    Where git cannot create symbolic links, it writes a file that contains the path of the link's target.
    """
    for path in (each for each in paths if each.suffix == ".json" and each.is_file()):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            raise DeploymentError(
                f"{path} is not JSON; if it is a link in the repository, "
                "run `git config core.symlinks true` and check it out again"
            ) from error


def _code(folder: Path, *files: str, exclude: list[str]) -> lambda_.Code:
    for file in files:
        if not (folder / file).is_file():
            raise DeploymentError(f"a function has no code: {folder / file} does not exist")
    return lambda_.Code.from_asset(
        str(folder), exclude=exclude, ignore_mode=IgnoreMode.GIT, follow_symlinks=SymlinkFollowMode.ALWAYS
    )
