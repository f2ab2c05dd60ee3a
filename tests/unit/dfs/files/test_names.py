import pytest

from pickvs.dfs.files.names import Found, Known, Missing, Names, same_team

SLATE = [
    Known(("1",), "Alexandre Sarr", "WAS", 5_000),
    Known(("2",), "Jaren Jackson Jr.", "MEM", 8_000),
    Known(("3", "103"), "Luka Dončić", "DAL", 11_000),
    Known(("4",), "Jalen Williams", "OKC", 8_500),
    Known(("5",), "Jaylin Williams", "OKC", 4_000),
    Known(("6",), "Marcus Morris", "PHI", 3_000),
    Known(("7",), "Marcus Morris", "CLE", 3_100),
    Known(("8",), "Bronny James", "LAL", 3_000),
    Known(("9",), "LeBron James", "LAL", 9_800),
    Known(("10",), "Stephen Curry", "GS", 9_000),
]
NAMES = Names(SLATE, {("Alex Sarr", "WAS"): 0})


@pytest.mark.parametrize(
    ("name", "team", "site_id", "expected"),
    [
        ("whoever", "", "3", Found(2, "id")),
        ("Luka Doncic", "DAL", "103", Found(2, "id")),
        ("Jalen Williams", "OKC", "", Found(3, "name")),
        ("luka doncic", "DAL", "", Found(2, "normalised")),
        ("Jaren Jackson", "MEM", "", Found(1, "normalised")),
        ("Jaren Jackson, Jr", "", "999", Found(1, "normalised")),
        ("Alex Sarr", "WSH", "", Found(0, "alias")),
        ("Stephen Curry", "GSW", "", Found(9, "name")),
        ("Marcus Morris", "CLE", "", Found(6, "name")),
    ],
)
def test_joins(name: str, team: str, site_id: str, expected: Found) -> None:
    assert NAMES.find(name, team, site_id) == expected


@pytest.mark.parametrize(
    ("name", "team", "site_id", "code", "suggestions"),
    [
        ("Marcus Morris", "", "", "AMBIGUOUS_PLAYER", ("Marcus Morris (PHI)", "Marcus Morris (CLE)")),
        ("Jalen Williams", "", "5", "AMBIGUOUS_PLAYER", ("Jaylin Williams (OKC)", "Jalen Williams (OKC)")),
        ("Luka Doncic", "LAL", "", "TEAM_MISMATCH", ("Luka Dončić (DAL)",)),
        ("Jalin Williams", "OKC", "", "UNKNOWN_PLAYER", ("Jaylin Williams (OKC)", "Jalen Williams (OKC)")),
        ("Alex Sarr", "MEM", "", "UNKNOWN_PLAYER", ()),
        ("Lebron Jones", "", "", "UNKNOWN_PLAYER", ()),
        ("Lebron Jones", "DAL", "", "UNKNOWN_PLAYER", ()),
        ("...", "DAL", "", "UNKNOWN_PLAYER", ()),
    ],
)
def test_misses(name: str, team: str, site_id: str, code: str, suggestions: tuple[str, ...]) -> None:
    found = NAMES.find(name, team, site_id)
    assert isinstance(found, Missing)
    assert found.code == code
    assert set(found.suggestions) == set(suggestions)


def test_teams_of_one_sport_are_not_mixed() -> None:
    assert same_team("gs", "GSW")
    assert same_team("LA", "LAK")
    assert not same_team("LAK", "LAR")
    assert not same_team("LAL", "LAC")
