"""`make endpoint` writes an endpoint that follows the house rules, and refuses invalid input."""

import ast
import shutil
from pathlib import Path

import pytest

from tools.scaffold.endpoint import NewEndpoint, ScaffoldError, write

ROOT = Path(__file__).parents[3]
LIKES = NewEndpoint("picks", "list_likes", "GET", "/picks/{pick_id}/likes")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "cdk" / "routes", tmp_path / "cdk" / "routes")
    (tmp_path / "docs").mkdir()
    shutil.copyfile(ROOT / "docs" / "api.md", tmp_path / "docs" / "api.md")
    return tmp_path


def test_the_row_the_file_the_test_and_the_document_agree(checkout: Path) -> None:
    files = {file.relative_to(checkout).as_posix(): file.read_text() for file in write(LIKES, checkout)}
    assert files.keys() == {
        "cdk/routes/picks.py",
        "docs/api.md",
        "functions/api/picks/list_likes.py",
        "tests/integration/picks/test_list_likes.py",
    }
    table = ast.parse(files["cdk/routes/picks.py"])
    (wing,) = (node.value for node in table.body if isinstance(node, ast.Assign))
    assert isinstance(wing, ast.Call)
    (rows,) = (keyword.value for keyword in wing.keywords if keyword.arg == "endpoints")
    assert isinstance(rows, ast.Tuple)
    row = ast.unparse(rows.elts[-1])
    assert row.startswith("Endpoint(name='list_likes', method='GET', path='/picks/{pick_id}/likes'")
    assert '@app.get("/picks/<pick_id>/likes"' in files["functions/api/picks/list_likes.py"]
    assert "def list_likes(pick_id: str, caller: Caller) -> None:" in files["functions/api/picks/list_likes.py"]
    assert 'call("list_likes", "GET", "/picks/1/likes"' in files["tests/integration/picks/test_list_likes.py"]
    assert "| GET `/picks/{pick_id}/likes` | user | |\n\n## Tokens" in files["docs/api.md"]


@pytest.mark.parametrize(
    ("wing", "name", "method", "path", "reason"),
    [
        ("likes", "list_likes", "GET", "/picks/likes", "not a wing"),
        ("picks", "List-Likes", "GET", "/picks/likes", "not a name"),
        ("picks", "../x", "GET", "/picks/likes", "not a name"),
        ("picks", "list_likes", "TRACE", "/picks/likes", "not a method"),
        ("picks", "list_likes", "GET", "picks/likes", "not a path"),
        ("picks", "list_likes", "GET", "/picks/likes/", "not a path"),
        ("picks", "get_pick", "GET", "/picks/likes", "already"),
        ("picks", "list_likes", "GET", "/leaderboard", "get_leaderboard already"),
        ("picks", "import", "GET", "/picks/likes", "has another meaning in the file"),
        ("picks", "list_likes", "GET", "/picks/{class}/likes", "has another meaning in the file"),
        ("picks", "list_likes", "GET", "/picks/{pick_id}/{pick_id}", "two parameters of one name"),
        ("picks", "app", "GET", "/picks/likes", "has another meaning in the file"),
        ("picks", "list_likes", "GET", "/leaderboard/{caller}", "has another meaning in the file"),
        ("sports", "list_likes", "GET", "/teams/{id}/likes", r"is called {team_id} below /teams"),
        ("picks", "list_" + "s" * 48, "GET", "/picks/likes", "longer than 52"),
        ("picks", "list_likes", "GET", "/picks/..", "not a path"),
        ("picks", "fetch_odds", "GET", "/picks/likes", "which is not an endpoint"),
        ("picks", "list_likes", "GET", "/picks/{id}/likes", r"is called {pick_id} below /picks"),
        ("picks", "list_likes", "GET", "/likes", "not a first segment of picks"),
        ("picks", "list_likes", "GET", "/users/me/likes", "belongs to accounts"),
    ],
)
def test_what_is_no_endpoint_is_refused_and_nothing_written(
    checkout: Path, wing: str, name: str, method: str, path: str, reason: str
) -> None:
    before = {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()}
    with pytest.raises(ScaffoldError, match=reason):
        write(NewEndpoint(wing, name, method, path), checkout)
    assert {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()} == before


def test_a_file_that_is_there_is_kept(checkout: Path) -> None:
    file = checkout / "functions" / "api" / "picks" / "list_likes.py"
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(ScaffoldError, match="exists already"):
        write(LIKES, checkout)
    assert file.read_text() == "mine"
