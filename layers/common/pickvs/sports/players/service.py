"""Finds or registers the players whom a provider names, in the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pickvs.core.database import Connection
from pickvs.sports.players import queries
from pickvs.sports.players.rules import Spell, has_moved, player_name, with_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A player as a provider names him. team_id: with whom he was seen."""

    provider_id: str
    name: str
    team_id: int
    position: str | None = None
    jersey: str | None = None


def register_players(
    connection: Connection, sport: str, provider: str, named: Sequence[Named], at: datetime
) -> dict[str, int]:
    """Return the player of each provider's id, and make those that are new.

    A player whom only another provider has named is the same if he has the same name and has played for the same team,
    and is the only one. Otherwise he is a new one: two histories can be joined later, a mixed one cannot be parted.
    """
    queries.take_turn(connection, sport)
    known = queries.aliased(connection, sport, provider, [each.provider_id for each in named])
    new = {each.provider_id: each for each in named if each.provider_id not in known}
    if new:
        found = _by_name(connection, sport, provider, list(new.values()))
        made = [each for each in new.values() if each.provider_id not in found]
        ids = queries.insert(
            connection,
            sport,
            [(each.name, player_name(each.name) or each.name, each.position, each.jersey) for each in made],
            at,
        )
        found |= {each.provider_id: player for each, player in zip(made, ids, strict=True)}
        aliases = [(provider_id, player, new[provider_id].name) for provider_id, player in found.items()]
        queries.insert_aliases(connection, sport, provider, aliases, at)
        known |= found
    queries.update(connection, [(known[each.provider_id], each.position, each.jersey) for each in named], at)
    return known


def note_moves(connection: Connection, sport: str, told: Mapping[int, tuple[int, date]], day: date) -> int:
    """Record that players have gone to other teams than those of their last games, and return how many have.

    told: by player the team that a source lists him with, and the day of that news. day: on which it became known, and
    from which he counts as one of the team.
    """
    queries.take_turn(connection, sport)
    spells = queries.spells(connection, list(told))
    moved = {player: team for player, (team, told_on) in told.items() if has_moved(spells[player], team, told_on)}
    if moved:
        note_teams(connection, sport, moved, day)
    return len(moved)


def find_players(connection: Connection, sport: str, provider: str, ids: Collection[str]) -> dict[str, int]:
    """Return the players of those of a provider's ids that are known."""
    return queries.aliased(connection, sport, provider, ids)


def note_teams(connection: Connection, sport: str, seen: Mapping[int, int], day: date) -> None:
    """Record that players were with a team on a day. seen: team by player."""
    queries.take_turn(connection, sport)
    put: list[tuple[int, Spell]] = []
    teams: dict[int, int] = {}
    for player, before in queries.spells(connection, list(seen)).items():
        after = with_seen(before, seen[player], day)
        if list(before) == after:
            continue
        starts = {each.from_day for each in after}
        for spell in before:
            if spell.from_day not in starts:  # it begins earlier now
                moved = next(each for each in after if each.from_day <= spell.from_day <= each.to_day)
                queries.move_start(connection, player, spell.from_day, moved.from_day)
        put += [(player, spell) for spell in after if spell not in before]
        teams[player] = after[-1].team_id
    queries.put_spells(connection, sport, put)
    queries.set_teams(connection, teams)


def _by_name(connection: Connection, sport: str, provider: str, named: Sequence[Named]) -> dict[str, int]:
    """Return the players whom another provider has named, where name and team leave no doubt."""
    wanted = {each.provider_id: player_name(each.name) for each in named}
    rows = queries.namesakes(connection, sport, provider, sorted(set(wanted.values())))
    found = {}
    for each in named:
        same = [row.id for row in rows if row.normal == wanted[each.provider_id] and each.team_id in row.teams]
        rivals = [
            other
            for other in named
            if other.team_id == each.team_id and wanted[other.provider_id] == wanted[each.provider_id]
        ]
        if len(same) == 1 and len(rivals) == 1:
            found[each.provider_id] = same[0]
    return found
