"""The benchmark of the lineups fails for each bar that is missed, and only then."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bench.lineups import made, slates_of
from bench.lineups.comparing import judge, lines_of, render
from bench.lineups.ours import Built
from bench.lineups.peer import Rival
from bench.lineups.settings import Setting
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.rules import LineupRules

POOL = made.slate(players=40, games=2)
BEST = best_lineups(POOL, LineupRules(), 30)
SETTING = Setting(count=3, seconds=2.0, times_less=30, gap=0.1, same=True)
TOTAL = sum((lineup.points for lineup in BEST[:3]), Decimal())
BUILT = Built(lineups=tuple(BEST[:3]), points=TOTAL, bound=TOTAL, cpu=1.0, mb=60.0)
RIVAL = Rival(lineups=tuple(lineup.players for lineup in BEST[:3]), cpu=31.0, error="")


def missed(setting: Setting = SETTING, ours: Built = BUILT, rival: Rival | None = RIVAL) -> list[str]:
    result = judge("night", POOL, setting, ours, rival)
    assert setting.name in render("night", [result])
    return [line.what.removeprefix(f"night, {setting.name}") for line in lines_of(result) if not line.kept]


def test_all_bars_are_kept() -> None:
    assert missed() == []
    assert missed(rival=None) == []
    assert missed(rival=Rival(lineups=(), cpu=0.0, error="it crashed")) == []
    assert missed(rival=replace(RIVAL, lineups=RIVAL.lineups[:1], error="infeasible")) == []
    assert missed(rival=replace(RIVAL, lineups=(*RIVAL.lineups[:2], RIVAL.lineups[0]))) == []


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        (lambda: missed(ours=replace(BUILT, cpu=2.5)), [", against 2.0 s", ": pydfs' processor time against it"]),
        (lambda: missed(ours=replace(BUILT, bound=TOTAL * 2)), [": gap to the proven bound, in %"]),
        (lambda: missed(ours=replace(BUILT, bound=TOTAL - 1)), [": bound against pydfs' points"]),
        (lambda: missed(rival=replace(RIVAL, cpu=29.0)), [": pydfs' processor time against it"]),
        (lambda: missed(ours=replace(BUILT, lineups=(BEST[0], BEST[1], BEST[1]))), [": rules broken"]),
        (lambda: missed(rival=replace(RIVAL, lineups=(*RIVAL.lineups[:2], BEST[29].players))), [": points apart"]),
        (
            lambda: missed(
                replace(SETTING, same=False),
                replace(BUILT, lineups=(*BEST[:2], BEST[29]), points=TOTAL - BEST[2].points + BEST[29].points),
            ),
            [": gap to the proven bound", ": points against pydfs"],
        ),
    ],
    ids=["slow", "gap", "bound", "rival", "twice", "apart", "less"],
)
def test_a_bar_that_is_missed_is_named(change: Callable[[], list[str]], bar: list[str]) -> None:
    found = change()
    assert len(found) == len(bar), found
    assert all(each.startswith(start) for each, start in zip(found, bar, strict=True)), found


def test_slates_that_cannot_be_read_are_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = {
        "no_projections": {"DKSalaries.csv": "Position,Name\n"},
        "no_players": {"Projections.csv": "Name,Fpts\n"},
        "damaged": {"DKSalaries.csv": "nothing\n", "Projections.csv": "Name,Fpts\n"},
        "empty_folder": {},
    }
    for folder, files in held.items():
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    with pytest.raises(SystemExit, match="has no slate"):
        slates_of(tmp_path)
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "no_players is no slate",
        "no_projections is no slate",
        "damaged is left out",
    ]
    assert "DKSalaries*.csv" in said[0]
    assert "Projections*.csv" in said[1]
    with pytest.raises(SystemExit, match="is no folder"):
        slates_of(tmp_path / "missing")
