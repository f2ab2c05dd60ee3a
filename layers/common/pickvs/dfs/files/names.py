"""Which player of a slate a row of another file means.

A row is joined by the site's id, else by name and team, else by the name without accents, case, punctuation and
suffix, else by a spelling that the user saved. A near miss is suggested, and never applied: over a whole league the
nearest name is mostly another person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations
from typing import Literal

from pickvs.dfs.files.report import Code
from pickvs.sports.players.rules import player_name

SUGGESTED = 3
_NEAR = 0.6
"""difflib's ratio from which a name is suggested."""
_LONGEST, _MOST_MATES = 40, 100
"""Length of a name, in characters, and size of a team up to which near names are looked for: it takes the longer, the
more of both. No site has a longer name that is near another, or a larger team."""

_SPELLINGS = """
GS GSW, NO NOP NOR, NY NYK, SA SAS, PHO PHX PHE, UTA UTAH UTH, BKN BRK BK, CHA CHO, WAS WSH WSN,
JAX JAC, LA LAR, LA LAK, LV LVR OAK, GB GBP, KC KAN KCC KCR, NE NEP, TB TBB TBL TBR TAM, SF SFO SFG, SD SDP,
ARI ARZ AZ, CLE CLV, HOU HST, BAL BLT, CWS CHW CHS, MTL MON, CBJ CLS CLB, NSH NAS, VGK VEG VGS, ANA ANH, SJ SJS,
NJ NJD, ATH OAK, WPG WIN, CGY CAL
"""
_SAME_TEAM: frozenset[frozenset[str]] = frozenset(
    frozenset(pair) for group in _SPELLINGS.split(",") for pair in combinations(group.split(), 2)
)
"""Pairs of abbreviations that sites and providers use for one team."""

How = Literal["id", "name", "normalised", "alias"]


@dataclass(frozen=True, slots=True)
class Known:
    """A player of the slate. site_ids: his ids in the site's files, also as a captain. salary: whole dollars."""

    site_ids: tuple[str, ...]
    name: str
    team: str
    salary: int

    @property
    def label(self) -> str:
        """What is shown as a suggestion."""
        return f"{self.name} ({self.team})" if self.team else self.name


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that names no player of the slate, or not one alone."""

    code: Code
    message: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The place of the player in the list that was given, and by what he was found."""

    place: int
    how: How


class Names:
    """The players of one slate, to be looked up. aliases: the user's (spelling, team) to a place in the list."""

    def __init__(self, players: Sequence[Known], aliases: Mapping[tuple[str, str], int] | None = None) -> None:
        self._players = players
        self._ids = {site_id: place for place, player in enumerate(players) for site_id in player.site_ids}
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._plain: dict[str, list[int]] = defaultdict(list)
        self._of_team: dict[str, list[int]] = defaultdict(list)
        for place, player in enumerate(players):
            self._exact[player.name].append(place)
            self._plain[player_name(player.name)].append(place)
            self._of_team[player.team.upper()].append(place)
        self._aliases: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (alias, team), place in (aliases or {}).items():
            self._aliases[player_name(alias)].append((team, place))

    def knows_id(self, site_id: str) -> bool:
        """Return whether the slate has a player with this id."""
        return site_id in self._ids

    def find(self, name: str, team: str, site_id: str = "", *, suggest: bool = True) -> Found | Missing:
        """Return whom a row means. team, site_id: empty if the row has none. suggest: whether near names are shown."""
        plain = player_name(name)
        if site_id in self._ids:
            return self._by_id(self._ids[site_id], name, plain, site_id)
        if not plain:
            return Missing("UNKNOWN_PLAYER", "The row names no player.")
        ways: tuple[tuple[How, list[int]], ...] = (
            ("name", self._playing(self._exact.get(name, ()), team)),
            ("normalised", self._playing(self._plain.get(plain, ()), team)),
            ("alias", [place for saved, place in self._aliases.get(plain, ()) if not team or same_team(saved, team)]),
        )
        for how, places in ways:
            if len(set(places)) == 1:
                return Found(places[0], how)
            if places:
                labels = tuple(self._players[place].label for place in places)
                return Missing("AMBIGUOUS_PLAYER", "Several players of the slate have this name.", labels)
        elsewhere = self._plain.get(plain, ())
        if elsewhere:
            labels = tuple(self._players[place].label for place in elsewhere)
            return Missing("TEAM_MISMATCH", "The slate has a player of this name in another team only.", labels)
        return Missing(
            "UNKNOWN_PLAYER", "The slate has no player of this name.", self._near(plain, team) if suggest else ()
        )

    def _by_id(self, place: int, name: str, plain: str, site_id: str) -> Found | Missing:
        own = player_name(self._players[place].name)
        others = self._plain.get(plain, ())
        if plain and plain != own and others:
            labels = tuple(self._players[other].label for other in (place, *others))
            message = f"The row names {name}, but {site_id} is {self._players[place].name}."
            return Missing("AMBIGUOUS_PLAYER", message, labels)
        return Found(place, "id")

    def _playing(self, places: Iterable[int], team: str) -> list[int]:
        return [place for place in places if not team or same_team(self._players[place].team, team)]

    def _near(self, plain: str, team: str) -> tuple[str, ...]:
        mates = [
            place for other, places in self._of_team.items() if team and same_team(other, team) for place in places
        ]
        if len(plain) > _LONGEST or len(mates) > _MOST_MATES:
            return ()
        names = {near: place for place in mates if len(near := player_name(self._players[place].name)) <= _LONGEST}
        return tuple(self._players[names[near]].label for near in get_close_matches(plain, names, SUGGESTED, _NEAR))


def same_team(one: str, other: str) -> bool:
    """Return whether two abbreviations can mean the same team, such as GS and GSW."""
    one, other = one.strip().upper(), other.strip().upper()
    return one == other or frozenset((one, other)) in _SAME_TEAM
