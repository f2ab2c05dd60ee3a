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
    """A time with a team: from the first to the last day on which the player was seen with it."""

    team_id: int
    from_day: date
    to_day: date


def has_moved(spells: Sequence[Spell], team_id: int, told_on: date) -> bool:
    """Return whether news of a day, by which a player is with a team, says that he has left the one of his last game.

    spells: in order. News that is no later than that game says nothing: a list may be slower than a box score.
    """
    return bool(spells) and spells[-1].team_id != team_id and spells[-1].to_day < told_on


def with_seen(spells: Sequence[Spell], team_id: int, day: date) -> list[Spell]:
    """Return a player's times with teams, in order, after he was seen with a team on a day.

    spells: in order, without overlaps. Days may be seen in any order, each with one team; the same again changes
    nothing.
    """
    before = [each for each in spells if each.to_day < day]
    after = [each for each in spells if each.from_day > day]
    there = next((each for each in spells if each.from_day <= day <= each.to_day), None)
    if there is not None:
        if there.team_id == team_id:
            return list(spells)
        halves = [
            [replace(there, to_day=day - _DAY)] if there.from_day < day else [],
            [replace(there, from_day=day + _DAY)] if there.to_day > day else [],
        ]
        return [*before, *halves[0], Spell(team_id, day, day), *halves[1], *after]
    if before and before[-1].team_id == team_id:
        return [*before[:-1], replace(before[-1], to_day=day), *after]
    if after and after[0].team_id == team_id:
        return [*before, replace(after[0], from_day=day), *after[1:]]
    return [*before, Spell(team_id, day, day), *after]
