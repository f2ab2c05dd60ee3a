"""The formats agree with what the sites publish about them."""

from decimal import Decimal

import pytest

from pickvs.dfs.formats.table import FORMATS

# Slots in upload order, cap, least games, least teams, most of a team: written by hand from the sites' rules.
PUBLISHED = {
    "dk_nba_classic": ("PG SG SF PF C G F UTIL", 50_000, 2, 2, None),
    "dk_nba_showdown": ("CPT UTIL UTIL UTIL UTIL UTIL", 50_000, 1, 2, None),
    "fd_nba_classic": ("PG PG SG SG SF SF PF PF C", 60_000, 1, 3, 4),
    "dk_f1_classic": ("CPT D D D D CNSTR", 50_000, 1, 1, 2),
    "dk_nfl_classic": ("QB RB RB WR WR WR TE FLEX DST", 50_000, 2, 2, None),
    "fd_nfl_classic": ("QB RB RB WR WR WR TE FLEX DEF", 60_000, 1, 3, 4),
    "dk_mlb_classic": ("P P C 1B 2B 3B SS OF OF OF", 50_000, 2, 2, 5),
    "fd_mlb_classic": ("P C/1B 2B 3B SS OF OF OF UTIL", 35_000, 1, 3, 4),
    "dk_nhl_classic": ("C C W W W D D G UTIL", 50_000, 2, 3, None),
    "fd_nhl_classic": ("C C W W D D UTIL UTIL G", 55_000, 1, 3, 4),
}


def test_every_format_is_as_published() -> None:
    assert {
        name: (" ".join(slot.name for slot in each.slots), each.cap, each.min_games, each.min_teams, each.max_per_team)
        for name, each in FORMATS.items()
    } == PUBLISHED


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_is_consistent(name: str) -> None:
    each = FORMATS[name]
    assert each.id == name == f"{({'draftkings': 'dk', 'fanduel': 'fd'})[each.site]}_{each.sport}_{each.style}"
    assert each.cap % each.grid == 0
    assert all(slot.factor == (Decimal("1.5") if slot.name == "CPT" else 1) for slot in each.slots)
    positions = frozenset().union(*(slot.positions for slot in each.slots))
    assert each.max_per_team_except <= positions
    assert each.min_teams_except <= positions
    # Slots of one name are alike: a player's slots are told by their names.
    assert len({(slot.name, slot.positions, slot.factor) for slot in each.slots}) == len({s.name for s in each.slots})


@pytest.mark.parametrize(
    ("name", "positions", "slots"),
    [
        ("dk_nba_classic", {"PG", "SG"}, "PG SG G UTIL"),
        ("dk_nba_classic", {"PF", "C"}, "PF C F UTIL"),
        ("dk_nba_showdown", {"C"}, "CPT UTIL"),
        ("fd_nba_classic", {"SF", "PF"}, "SF PF"),
        ("dk_f1_classic", {"D"}, "CPT D"),
        ("dk_f1_classic", {"CNSTR"}, "CNSTR"),
        ("dk_nfl_classic", {"TE"}, "TE FLEX"),
        ("fd_nfl_classic", {"D"}, "DEF"),
        ("dk_mlb_classic", {"SP"}, "P"),
        ("fd_mlb_classic", {"1B", "OF"}, "C/1B OF UTIL"),
        ("dk_nhl_classic", {"LW"}, "W UTIL"),
        ("fd_nhl_classic", {"G"}, "G"),
    ],
)
def test_positions_open_slots(name: str, positions: set[str], slots: str) -> None:
    assert FORMATS[name].slots_for(frozenset(positions)) == frozenset(slots.split())
