"""A small season on fast-forward, as `make replay` plays it: every pick equals the oracle."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from local.replay.generated import RENAMED, GeneratedSeason
from tests.support.laptop import ROOT

pytestmark = pytest.mark.xdist_group("replay")

SMALL = {"seed": 1, "days": 5, "most_games": 3}
BOTS = 7


def replay(assembly: Path, state: Path, *arguments: str, command: str = "replay") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PICKVS_", "ODDS_API_"))}
    return subprocess.run(
        [sys.executable, "-m", "local", command, str(assembly), *arguments],
        check=False,
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "PICKVS_STATE": str(state)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_a_generated_season_ends_as_the_oracle_says(assembly: Path, tmp_path: Path) -> None:
    season = GeneratedSeason(**SMALL)
    options = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]

    done = replay(assembly, tmp_path, "generated", *options)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "everything agrees" in done.stdout
    # Each bot picks each game, and once more the one that was moved to another date: there its pick is void. The close
    # itself comes too late for that one: the closing capture of the evening has shown that the game is off.
    games = len(season.fixtures)
    picks = BOTS * (games + 1) - 1
    assert f"picks: {picks}, of these graded {picks}" in done.stdout
    assert "picks not taken: {'GAME_LOCKED': 1}" in done.stdout
    assert "with a close 0\n" not in done.stdout, "a game begins soon after the daily rule for odds"
    assert f"void picks: {BOTS - 1}\n" in done.stdout
    assert f"names added for teams: {RENAMED[1]}\n" in done.stdout
    assert f"{games} of {games} games over" in done.stderr
    folder = tmp_path / "replays" / season.name
    assert (folder / "report.txt").read_text(encoding="utf-8") in done.stdout
    picture = ET.fromstring((folder / "units.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}polyline"))) == BOTS


def test_a_season_that_is_not_there_is_refused(assembly: Path, tmp_path: Path) -> None:
    done = replay(assembly, tmp_path, str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "must name one season" in done.stderr
