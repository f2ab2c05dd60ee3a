"""Settings of a league: their ranges, what is frozen when, and its life."""

from dataclasses import fields, replace
from datetime import time
from typing import Any

import pytest

from pickvs.fantasy.leagues.names import BadName, name_key, team_name
from pickvs.fantasy.leagues.rules import NEXT, QuietHours, Settings, WeeklyTime, faults, frozen_changes

KNOWN = Settings(name="Pit Wall")


def test_the_defaults_are_the_designs() -> None:
    assert not faults(KNOWN)
    assert (KNOWN.clock_seconds, KNOWN.method, KNOWN.order, KNOWN.table) == (7200, "snake", "rotation", "weekend@1")


@pytest.mark.parametrize(
    ("setting", "allowed", "refused"),
    [
        ("name", ["abc", "x" * 60], ["ab", "x" * 61, "   "]),
        ("max_constructors", [2, 50], [1, 51]),
        ("rounds", [1, 3], [0, 4]),
        ("order", ["manual", "reverse_standings"], ["alphabetical"]),
        ("method", ["sequential"], ["spiral"]),
        ("timezone", ["Europe/Paris", "UTC"], ["America", "Mars/Base", "../etc/passwd", ""]),
        ("opens", [WeeklyTime(6, time(23, 59))], [WeeklyTime(7, time(8)), WeeklyTime(-1, time(8))]),
        ("clock_seconds", [None, 60, 86_400], [0, 59, 86_401]),
        (
            "quiet",
            [None, QuietHours(time(0), time(23)), QuietHours(time(9), time(8))],
            [QuietHours(time(8), time(8)), QuietHours(time(9), time(8, 1))],
        ),
        ("auto_after_misses", [None, 1, 5], [0, 6]),
        ("free_swaps", [0, 2], [-1, 3]),
    ],
)
def test_ranges(setting: str, allowed: list[Any], refused: list[Any]) -> None:
    for value in allowed:
        assert not faults(replace(KNOWN, **{setting: value})), value
    for value in refused:
        assert list(faults(replace(KNOWN, **{setting: value}))) == [setting], value


def test_the_start_freezes_all_but_what_a_league_is_called_and_who_finds_it() -> None:
    changes: dict[str, Any] = {
        each.name: "other" if isinstance(getattr(KNOWN, each.name), str) else object() for each in fields(Settings)
    }
    wanted = replace(KNOWN, **changes)
    every = [each.name for each in fields(Settings)]
    assert frozen_changes(KNOWN, wanted, "forming") == []
    assert frozen_changes(KNOWN, wanted, "running") == [
        name for name in every if name not in {"name", "description", "visibility"}
    ]
    assert frozen_changes(KNOWN, wanted, "finished") == every
    assert frozen_changes(KNOWN, KNOWN, "archived") == []


def test_only_a_forming_league_is_cancelled_and_none_comes_back() -> None:
    assert [state for state, following in NEXT.items() if "cancelled" in following] == ["forming"]
    assert not NEXT["archived"] | NEXT["cancelled"]
    assert not any("forming" in following for following in NEXT.values())


@pytest.mark.parametrize("text", ["ab", "x" * 41, "x" * 10_000, "a\u202eb c", "a\u200bbc", "abc\n", "a\x00bc", "   "])
def test_names_that_hide_something_are_refused(text: str) -> None:
    with pytest.raises(BadName):
        team_name(text)


def test_names_are_the_same_without_regard_to_case_width_and_spaces() -> None:
    assert team_name("  Team\u00a0 Ｐｉｔ ") == "Team Pit"
    assert {name_key(team_name(each)) for each in ("Team Pit", "TEAMPIT", "team\u2003pit")} == {"teampit"}
    assert name_key("Straße") == name_key("STRASSE")
