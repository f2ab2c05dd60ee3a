"""Runs the tours of the README and of docs as printed, next to a `make run`."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cdk.config import STAGES
from local.servers import free_port
from tests.e2e.client import Client
from tests.e2e.conftest import set_variables
from tests.support.laptop import ROOT, Laptop

pytestmark = pytest.mark.xdist_group("readme")

PRINTED_HOST = "http://127.0.0.1:8000"
PRINTED_PORT = "8801"
WAITS_SECONDS = 900

type Toured = tuple[dict[str, str], list[dict[str, Any]]]
"""What each tour printed, and the board after them."""


def blocks(text: str, number: int) -> str:
    """Return all that a reader types, which must be in `number` blocks."""
    found = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(found) == number
    return "".join(found)


def begin(script: str, laptop: Laptop, folder: Path) -> "subprocess.Popen[str]":
    """Start a tour. Its output goes to a file, which nobody has to read while it runs."""
    assert PRINTED_HOST in script
    here = script.replace(PRINTED_HOST, laptop.base_url.removesuffix("/api"))
    here = here.replace("told.log", str(folder / "told.log"))
    with (folder / "output").open("w") as output:
        return subprocess.Popen(
            ["sh", "-eu", "-c", here],
            cwd=ROOT,
            env={**os.environ, "PICKVS_STATE": str(laptop.state), "MAKEFLAGS": ""},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def toured(assembly: Path, pooled: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Toured:
    """What the tours printed, at the same time on one laptop cloud, and the board after them."""
    folder = tmp_path_factory.mktemp("tours")
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split("## A tour")[1].split("\n## ")[0]
    port = str(free_port())
    scripts = {
        "picks": blocks(readme, 4),
        "account": blocks((ROOT / "docs" / "tour.md").read_text(encoding="utf-8"), 6).replace(PRINTED_PORT, port),
        "races": blocks((ROOT / "docs" / "race_weekend.md").read_text(encoding="utf-8"), 6),
        "lineups": blocks((ROOT / "docs" / "lineups.md").read_text(encoding="utf-8"), 6),
    }
    said = {}
    clockwork = shutil.copytree(assembly, folder / "assembly")
    set_variables(clockwork, **STAGES["local"].game_clock.environment())  # of `make run`: games settle themselves
    with Laptop(clockwork, folder / "state", pooled) as laptop:
        running = {}
        for name, script in scripts.items():
            (folder / name).mkdir()
            running[name] = begin(script, laptop, folder / name)
        for name, tour in running.items():
            status = tour.wait(WAITS_SECONDS)
            said[name] = (folder / name / "output").read_text(encoding="utf-8")
            assert status == 0, said[name]
        return said, Client(laptop.base_url).get("/leaderboard").body["leaderboard"]


# Several tests: a worker that has fewer left takes the next group already, which would then wait for the game to end.


def test_the_tours_lead_to_a_row_on_the_board(toured: Toured) -> None:
    _, rows = toured
    assert sorted(row["username"].split("-")[0] for row in rows) == ["newcomer", "walker"]
    assert [row["picks"] for row in rows] == [1, 1]


def test_the_tour_of_the_readme_prints_the_pick_and_the_board(toured: Toured) -> None:
    said, _ = toured
    assert '"picks_created": 1' in said["picks"].replace('"picks_created":1', '"picks_created": 1')
    # The last thing printed is the board.
    board = json.loads(said["picks"][said["picks"].rindex('{\n    "leaderboard"') :])["leaderboard"]
    assert "newcomer" in {row["username"].split("-")[0] for row in board}


def test_the_tour_of_an_account_prints_its_notices_its_forecasts_and_what_the_receiver_was_told(toured: Toured) -> None:
    said, _ = toured
    for contestant in ("no-market", "past-lines", "with-line", "elo", "market"):
        assert f"\n{contestant} home wins: 0." in said["account"]
        assert f"\n{contestant} games: " in said["account"]
    assert "\nbox score: final\n" in said["account"]
    # The last thing printed is the feed, newest first; before it, what the receiver was told of the pick.
    feed = json.loads(said["account"][said["account"].rindex('{\n    "') :])
    assert feed["notices"][0]["kind"].startswith("pick.")
    assert f'"type": "{feed["notices"][0]["kind"]}"' in said["account"]
    assert "account.password_changed" in {notice["kind"] for notice in feed["notices"]}


def test_the_tour_of_a_race_weekend_prints_a_board_that_a_disqualification_has_moved(toured: Toured) -> None:
    said, _ = toured
    printed = said["races"]
    assert printed.count(" owner\n") >= 4, "whoever picks in time has picked by hand"
    boards = re.findall(r"^(provisional|official|amended|review)\n((?:[1-4] .+\n){4})", printed, re.MULTILINE)
    assert len(boards) == 2
    assert boards[0][1] != boards[1][1]
    # Whoever is picked may retire.
    assert re.search(r"race (position P|out )", printed)
    assert " before: " in printed


def test_the_tour_of_lineups_prints_a_bound_a_conflict_and_a_late_swap(toured: Toured) -> None:
    said, _ = toured
    printed = said["lineups"]
    [(points, bound, gap)] = re.findall(r"^done 150 of 150 points (\S+) bound (\S+) gap (\S+)$", printed, re.MULTILINE)
    assert 0 <= float(gap) < 0.01
    assert float(points) <= float(bound)
    assert re.search(r"^\['lock .+\] way out: \['.+'\]$", printed, re.MULTILINE)
    assert '"condition":"if the projections are right"' in printed
    first, second = (part.split("\n")[1:3] for part in printed.split("Entry ID,Contest Name")[1:])
    assert [row.split(",")[:4] for row in first] == [row.split(",")[:4] for row in second]
    assert printed.rstrip().endswith("swapped 20 entries: done None")
