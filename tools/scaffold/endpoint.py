"""What a new endpoint consists of: a row, a file, a test and a line in the document for people."""

import keyword
import re
from dataclasses import dataclass, replace
from pathlib import Path

from cdk.routes import ENDPOINTS, WINGS
from cdk.routes.model import READS, Auth, Database, Endpoint
from cdk.routes.shared_paths import misplaced

_WINGS = {wing.name: wing for wing in WINGS}
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PATH = re.compile(r"(/([a-z0-9][a-z0-9.-]*|\{[a-z][a-z_]*\}))+")
_FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
_TAKEN_WORDS = frozenset({"app", "caller", "create_app"})
_LONGEST_NAME = 52
"""Lambda allows 64 letters, and the name follows `pickvs-local-` or another stage's."""
_END_OF_TABLE = "    ),\n)\n"
_END_OF_OPERATIONS = "\n\n## Tokens"


class ScaffoldError(Exception):
    """An endpoint that cannot be made; the text says what to change."""


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint that does not exist yet. `check` raises ScaffoldError if it cannot be made."""

    wing: str
    name: str
    method: str
    path: str

    def check(self) -> None:
        """Refuse an endpoint that the project does not allow. Raises ScaffoldError."""
        self._check_words()
        self._check_neighbours()
        wing = _WINGS[self.wing]
        row = Endpoint(
            name=self.name,
            method=self.method,
            path=self.path,
            auth=Auth.USER,
            throttle=READS,
            database=self.database,
        )
        extended = replace(wing, endpoints=(*wing.endpoints, row))
        wrong = misplaced(tuple(extended if each is wing else each for each in WINGS))
        if wrong:
            raise ScaffoldError(f"{wrong[0]}; see cdk/routes/shared_paths.py and the wing's segments")

    def _check_words(self) -> None:
        """Refuse a wing, name, method or path that is not well-formed."""
        problems = {
            f"WING={self.wing} is not a wing; use one of {', '.join(_WINGS)}": self.wing not in _WINGS,
            f"NAME={self.name} is not a name; write it like list_my_picks": not _NAME.fullmatch(self.name),
            f"METHOD={self.method} is not a method; use one of {', '.join(_METHODS)}": self.method not in _METHODS,
            f"PATH={self.path} is not a path; write it like /picks/{{pick_id}}/likes": not _PATH.fullmatch(self.path),
            f"PATH={self.path} has two parameters of one name": len(set(self.parameters)) < len(self.parameters),
            f"NAME={self.name} is longer than {_LONGEST_NAME} letters": len(self.name) > _LONGEST_NAME,
            **{
                f"{word} has another meaning in the file; choose another name": keyword.iskeyword(word)
                or word in _TAKEN_WORDS
                for word in (self.name, *self.parameters)
            },
        }
        for problem, is_so in problems.items():
            if is_so:
                raise ScaffoldError(problem)

    def _check_neighbours(self) -> None:
        """Refuse what another endpoint or function already is or names otherwise."""
        if self.name in _other_functions():
            raise ScaffoldError(f"there is a function {self.name} already, which is not an endpoint")
        for each in ENDPOINTS:
            if each.name == self.name:
                raise ScaffoldError(f"there is an endpoint {self.name} already")
            if (each.method, each.path) == (self.method, self.path):
                raise ScaffoldError(f"{self.method} {self.path} is {each.name} already")

    @property
    def parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def database(self) -> Database:
        """The role as which it uses the database."""
        return Database.READER if self.method == "GET" else Database.WRITER

    def row(self) -> str:
        """Return the row for the wing's table."""
        return (
            "        Endpoint(\n"
            f'            name="{self.name}",\n'
            f'            method="{self.method}",\n'
            f'            path="{self.path}",\n'
            "            auth=Auth.USER,\n"
            "            throttle=READS,\n"
            f"            database=Database.{self.database.name},\n"
            "        ),\n"
        )

    def function(self) -> str:
        """Return the text of the endpoint's file."""
        route = re.sub(r"\{(\w+)\}", r"<\1>", self.path)
        arguments = ", ".join([*(f"{name}: str" for name in self.parameters), "caller: Caller"])
        return (
            f'"""{self.method} {self.path}: say in one line what a client gets."""\n\n'
            "from pickvs.http.app import create_app\n"
            "from pickvs.http.identity import Caller\n\n"
            "app = create_app()\n\n\n"
            f'@app.{self.method.lower()}("{route}", status_code=204)\n'
            f"def {self.name}({arguments}) -> None:\n"
            '    """Say what it does and which errors it answers, then call one service of the wing."""\n'
            f'    raise NotImplementedError("{self.name}")\n'
        )

    def test(self) -> str:
        """Return the text of its test, which fails until the endpoint does something."""
        path = re.sub(r"\{\w+\}", "1", self.path)
        return (
            f'"""{self.method} {self.path} against the real database."""\n\n'
            "from tests.support.gateway import call\n\n\n"
            f"def test_{self.name}_answers(database):\n"
            f'    assert call("{self.name}", "{self.method}", "{path}", user_id=1).status == 204\n'
        )


def write(new: NewEndpoint, root: Path) -> list[Path]:
    """Write the endpoint's files and rows below `root` and return the files that are new or changed.

    Raises ScaffoldError, before anything is written, if it cannot be made or a file of it exists.
    """
    new.check()
    table = root / "cdk" / "routes" / f"{new.wing}.py"
    function = root / "functions" / "api" / new.wing / f"{new.name}.py"
    test = root / "tests" / "integration" / new.wing / f"test_{new.name}.py"
    document = root / "docs" / "api.md"
    for file in (function, test):
        if file.exists():
            raise ScaffoldError(f"{file.relative_to(root)} exists already")
    changed = {
        table: _insert_before(table, _END_OF_TABLE, new.row()),
        document: _insert_before(document, _END_OF_OPERATIONS, f"\n| {new.method} `{new.path}` | user | |"),
        function: new.function(),
        test: new.test(),
    }
    for file, text in changed.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return list(changed)


def _other_functions() -> set[str]:
    """Return the names of the functions that are not endpoints."""
    return {folder.name for folder in _FUNCTIONS.iterdir() if folder.is_dir() and folder.name != "api"}


def _insert_before(file: Path, mark: str, text: str) -> str:
    whole = file.read_text("utf-8")
    if mark not in whole:
        raise ScaffoldError(f"{file.name} does not end its table as the others do")
    before, after = whole.rsplit(mark, 1)
    return before + text + mark + after
