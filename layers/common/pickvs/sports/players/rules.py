"""When two spellings name the same player, and for whom a player plays when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pickvs.sports.teams.rules import normalised

_SUFFIXES = ("jr", "sr", "ii", "iii", "iv", "v")
_DAY = timedelta(days=1)


def player_name(name: str) -> str:
    """Return a player's name as names are compared: without accents, case, punctuation, and a suffix such as Jr."""
    parts = name.replace(",", " ").split()
    if len(parts) > len(("first", "last")) and parts[-1].rstrip(".").lower() in _SUFFIXES:
        parts = parts[:-1]
    return normalised("".join(parts))


@dataclass(frozen=True, slots=True)
class Spell:
    """A time with a team, both days included. to_day: None while it lasts."""

    team_id: int
    from_day: date
    to_day: date | None


def with_seen(spells: Sequence[Spell], team_id: int, day: date) -> list[Spell]:
    """Return a player's times with teams, in order, after he was seen with a team on a day.

    spells: in order, without overlaps. A time lasts until the player is seen with another team. Days may be seen in any
    order; the same day seen again changes nothing.
    """
    known = list(spells)
    place = next((place for place, each in enumerate(known) if each.to_day is None or day <= each.to_day), None)
    if place is None:
        return _after(known, team_id, day)
    there = known[place]
    if day < there.from_day:
        if there.team_id == team_id:
            known[place] = replace(there, from_day=day)
        else:
            known.insert(place, Spell(team_id, day, there.from_day - _DAY))
    elif there.team_id != team_id:
        known[place : place + 1] = [
            *([replace(there, to_day=day - _DAY)] if there.from_day < day else []),
            Spell(team_id, day, there.to_day),
        ]
    return known


def _after(known: list[Spell], team_id: int, day: date) -> list[Spell]:
    if known and known[-1].team_id == team_id:
        return [*known[:-1], replace(known[-1], to_day=None)]
    return [*known, Spell(team_id, day, None)]
