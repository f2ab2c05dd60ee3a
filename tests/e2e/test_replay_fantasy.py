"""A race of tables through results, drafts and boards, as `make replay-fantasy` plays it."""

import json
from pathlib import Path

import pytest

from tests.e2e.test_replay import replay
from tests.support.race_tables import YEAR, write_race_tables

pytestmark = pytest.mark.xdist_group("replay")


def test_a_race_of_tables_ends_as_they_say(assembly: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    write_race_tables(tables, 1)

    done = replay(assembly, tmp_path, str(tables), str(YEAR), "--crashes", "1", command="replay-fantasy")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    found = json.loads(done.stdout)
    assert found["disagreements"] == []
    assert found["comparisons"] > 4 * 20
    assert (found["slots"]["all"], found["slots"]["empty"], found["drafts"]) == (4 * 20, 0, {"locked": 4})
    # In three leagues nobody picks; in the fourth there are owners of all habits.
    made_by = found["slots"]["by_maker"]
    assert made_by["auto"] >= 3 * 20
    assert {"owner", "queue", "auto"} <= made_by.keys()
    assert found["picks_by_hand"]["picked"] == made_by["owner"]
    assert sum(found["crashes"].values()) == 1
    for table in ("weekend@1", "midfield@1", "standard@1"):
        points = found["points"][table]
        assert len(points) == 22
        # Of 22 drivers all but the last two are drafted.
        drafted = sum(found["autopick"][table].values())
        assert set(found["autopick"][table]) == {f"C{number}" for number in range(1, 11)}
        assert drafted <= sum(sorted(points.values())[2:])
    report = tmp_path / "replays" / f"fantasy_{YEAR}" / "report.json"
    assert json.loads(report.read_text(encoding="utf-8")) == found


def test_a_folder_without_races_is_refused(assembly: Path, tmp_path: Path) -> None:
    done = replay(assembly, tmp_path, str(tmp_path), str(YEAR), command="replay-fantasy")
    assert done.returncode == 2
    assert "no races.csv" in done.stderr
