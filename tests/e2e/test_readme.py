"""Runs the README's tour as printed, in a shell next to a `make run` with the bundled stand-in provider."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.client import Client
from tests.support.laptop import ROOT, Laptop

pytestmark = pytest.mark.xdist_group("readme")

PRINTED_ADDRESS = "http://127.0.0.1:8000/api"
WAITS_SECONDS = 420


def tour() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("## A tour")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 4
    return "".join(blocks)


def test_the_tour_leads_to_a_graded_pick_and_a_row_on_the_board(
    assembly: Path, pooled: dict[str, str], tmp_path: Path
) -> None:
    with Laptop(assembly, tmp_path / "state", pooled) as laptop:
        script = tour()
        assert PRINTED_ADDRESS in script
        done = subprocess.run(
            ["sh", "-eu", "-c", script.replace(PRINTED_ADDRESS, laptop.base_url)],
            cwd=ROOT,
            env={**os.environ, "PICKVS_STATE": str(laptop.state), "MAKEFLAGS": ""},
            check=False,
            capture_output=True,
            text=True,
            timeout=WAITS_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        [row] = Client(laptop.base_url).get("/leaderboard").body["leaderboard"]
        assert row["username"].startswith("newcomer-")
        assert row["picks"] == 1
        assert '"picks_created": 1' in done.stdout.replace('"picks_created":1', '"picks_created": 1')
        # The last thing printed is the board.
        assert json.loads(done.stdout[done.stdout.rindex('{\n    "leaderboard"') :])["leaderboard"] == [row]
