"""How spellings of a name are compared, and which spellings the reference data give. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

ANY = "any"
"""The provider of spellings that hold for every provider."""

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not split into a plain letter and an accent."""

type Spelling = tuple[str, str, str]
"""Sport, provider and normalised name."""


@dataclass(frozen=True, slots=True)
class ListedTeam:
    """A team of the reference data. key: the league's own code, given once. city: None if the team has none.

    listed: whether it plays now. Former teams are there for the games of their time.
    """

    sport: str
    key: str
    name: str
    short_name: str
    abbreviation: str
    city: str | None
    time_zone: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class ListedName:
    """A spelling in the reference data. key: the team's."""

    sport: str
    key: str
    provider: str
    name: str

    @property
    def spelling(self) -> Spelling:
        """The spelling as it is compared. Unique among the names of all teams."""
        return self.sport, self.provider, normalised(self.name)


@dataclass(frozen=True, slots=True)
class Team:
    """A team. name: canonical. time_zone: the one of its home venue, or the league's."""

    id: int
    sport: str
    name: str
    time_zone: ZoneInfo


class ReferenceDataError(ValueError):
    """The reference data contradict themselves; the message says where."""


def normalised(name: str) -> str:
    """Return the name as names are compared: letters and digits only, without accents and case.

    Empty for a name without letters and digits, which therefore names no team.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(_PLAIN)
    return "".join(letter for letter in folded if letter.isalnum())


def spellings(teams: Iterable[ListedTeam], aliases: Iterable[ListedName]) -> list[ListedName]:
    """Return every spelling of the teams, each once: the aliases, and for any provider the names in the teams' rows.

    Of the latter, one that several teams share, or that is an alias of another team, is left out. Raises
    ReferenceDataError if an alias has no letters, names no team, names two teams, or is the name of another team.
    """
    known = list(teams)
    keys = {(team.sport, team.key) for team in known}
    canonical = {(team.sport, normalised(team.name)): team.key for team in known}
    if len(keys) < len(known) or len(canonical) < len(known) or any(not normal for _, normal in canonical):
        raise ReferenceDataError("two teams of a sport have the same key or name, or one has no name")
    found: dict[Spelling, ListedName] = {}
    for alias in aliases:
        sport, _, normal = alias.spelling
        if (sport, alias.key) not in keys or not normal:
            raise ReferenceDataError(f"the alias {alias.name!r} of {sport} names no team {alias.key!r}")
        other = found.setdefault(alias.spelling, alias).key
        if alias.key != other or canonical.get((sport, normal), other) != other:
            raise ReferenceDataError(f"the alias {alias.name!r} of {sport} names {alias.key!r} and another team")
    for spelling, names in _given(known).items():
        if len({name.key for name in names}) == 1:
            found.setdefault(spelling, names[0])
    return list(found.values())


def _given(teams: Iterable[ListedTeam]) -> Mapping[Spelling, list[ListedName]]:
    """Return the spellings in the teams' own rows, each with the teams that have it."""
    found: dict[Spelling, list[ListedName]] = {}
    for team in teams:
        full = [f"{team.city} {team.short_name}"] if team.city else []
        for name in (team.name, team.short_name, team.abbreviation, *full):
            given = ListedName(team.sport, team.key, ANY, name)
            found.setdefault(given.spelling, []).append(given)
    return found
