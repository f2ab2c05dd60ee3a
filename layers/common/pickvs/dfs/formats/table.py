"""The formats that lineups are built for, by id.

Sources: the sites' published rules and recorded answers of DraftKings' rules endpoint (slots, cap, least games);
salaries, captain prices and slot lists in recorded salary files; the settings of pydfs-lineup-optimizer 3.6.1 agree
where it has the format. DraftKings NHL counts teams over skaters. DraftKings MLB limits the hitters of a team to five,
FanDuel MLB to four. DraftKings Formula 1 takes at most two of a team, the constructor counted.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from pickvs.dfs.formats.rules import Format, Slot

CAPTAIN = Decimal("1.5")
"""What the salary and the points of a captain are multiplied by."""

SPORTS: Mapping[str, str] = MappingProxyType(
    {
        "nba": "basketball_nba",
        "nfl": "americanfootball_nfl",
        "mlb": "baseball_mlb",
        "nhl": "icehockey_nhl",
        "f1": "formula_one",
    }
)
"""The platform's keys of sports, by those of formats."""


def _slots(text: str, positions: dict[str, str] | None = None) -> tuple[Slot, ...]:
    """Return slots from their names. positions: of slots that are not named after their only position."""
    return tuple(
        Slot(
            name=name,
            positions=frozenset((positions or {}).get(name, name).split("/")),
            factor=CAPTAIN if name == "CPT" else Decimal(1),
        )
        for name in text.split()
    )


def _by_id(formats: Iterable[Format]) -> dict[str, Format]:
    found: dict[str, Format] = {}
    for each in formats:
        if each.id in found:
            raise ValueError(f"two formats have the id {each.id}")
        found[each.id] = each
    return found


_NBA = "PG/SG/SF/PF/C"
_HITTERS = "C/1B/2B/3B/SS/OF"
_WINGS = "W/LW/RW"
_SKATERS = f"C/{_WINGS}/D"

FORMATS = _by_id(
    (
        Format(
            id="dk_nba_classic",
            site="draftkings",
            sport="nba",
            style="classic",
            slots=_slots("PG SG SF PF C G F UTIL", {"G": "PG/SG", "F": "SF/PF", "UTIL": _NBA}),
            cap=50_000,
            min_games=2,
            min_teams=2,
        ),
        Format(
            id="dk_nba_showdown",
            site="draftkings",
            sport="nba",
            style="showdown",
            slots=_slots("CPT UTIL UTIL UTIL UTIL UTIL", {"CPT": _NBA, "UTIL": _NBA}),
            cap=50_000,
            min_teams=2,
        ),
        Format(
            id="fd_nba_classic",
            site="fanduel",
            sport="nba",
            style="classic",
            slots=_slots("PG PG SG SG SF SF PF PF C"),
            cap=60_000,
            min_teams=3,
            max_per_team=4,
        ),
        Format(
            id="dk_f1_classic",
            site="draftkings",
            sport="f1",
            style="classic",
            slots=_slots("CPT D D D D CNSTR", {"CPT": "D"}),
            cap=50_000,
            grid=50,  # half of a salary of hundreds: a captain costs 1.5 times as much
            max_per_team=2,
        ),
        Format(
            id="dk_nfl_classic",
            site="draftkings",
            sport="nfl",
            style="classic",
            slots=_slots("QB RB RB WR WR WR TE FLEX DST", {"FLEX": "RB/WR/TE"}),
            cap=50_000,
            min_games=2,
            min_teams=2,
        ),
        Format(
            id="fd_nfl_classic",
            site="fanduel",
            sport="nfl",
            style="classic",
            slots=_slots("QB RB RB WR WR WR TE FLEX DEF", {"FLEX": "RB/WR/TE", "DEF": "D/DEF"}),
            cap=60_000,
            min_teams=3,
            max_per_team=4,
        ),
        Format(
            id="dk_mlb_classic",
            site="draftkings",
            sport="mlb",
            style="classic",
            slots=_slots("P P C 1B 2B 3B SS OF OF OF", {"P": "P/SP/RP"}),
            cap=50_000,
            min_games=2,
            min_teams=2,
            max_per_team=5,
            max_per_team_except=frozenset({"P", "SP", "RP"}),
        ),
        Format(
            id="fd_mlb_classic",
            site="fanduel",
            sport="mlb",
            style="classic",
            slots=_slots("P C/1B 2B 3B SS OF OF OF UTIL", {"UTIL": _HITTERS}),
            cap=35_000,
            min_teams=3,
            max_per_team=4,
            max_per_team_except=frozenset({"P"}),
        ),
        Format(
            id="dk_nhl_classic",
            site="draftkings",
            sport="nhl",
            style="classic",
            slots=_slots("C C W W W D D G UTIL", {"W": _WINGS, "UTIL": _SKATERS}),
            cap=50_000,
            min_games=2,
            min_teams=3,
            min_teams_except=frozenset({"G"}),
        ),
        Format(
            id="fd_nhl_classic",
            site="fanduel",
            sport="nhl",
            style="classic",
            slots=_slots("C C W W D D UTIL UTIL G", {"W": _WINGS, "UTIL": _SKATERS}),
            cap=55_000,
            min_teams=3,
            max_per_team=4,
        ),
    )
)
"""Every format by its id."""
