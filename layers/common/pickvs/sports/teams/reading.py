"""Teams by their names and ids, for other rooms, in their transaction.

Each function executes a constant number of statements.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pickvs.core.database import Connection
from pickvs.sports.rules import SPORTS
from pickvs.sports.teams import queries
from pickvs.sports.teams.queries import TeamRow
from pickvs.sports.teams.rules import Team, normalised


def teams_named(connection: Connection, sport: str, provider: str, names: Collection[str]) -> dict[str, Team]:
    """Return the teams of `sport` that `provider` means by `names`, by the names as given. Leaves out unknown names.

    Canonical names win over the provider's own, and those over the names of any provider.
    """
    spelled = {name: normalised(name) for name in names}
    rows = queries.teams_spelled(connection, sport, provider, sorted({normal for normal in spelled.values() if normal}))
    teams = {normal: _team(row) for normal, row in rows.items()}
    return {name: teams[normal] for name, normal in spelled.items() if normal in teams}


def teams_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Team]:
    """Return teams by their ids. Leaves out unknown ids."""
    return {row.id: _team(row) for row in queries.teams_by_id(connection, sorted(set(ids)))}


def register_teams(
    connection: Connection, sport: str, provider: str, names: Collection[str], at: datetime, *, recorded: bool = False
) -> dict[str, Team]:
    """Make a team of each unknown name, which becomes its canonical name, and return the teams of all `names`.

    Only a sport with an open roster gets new teams, unless the names are `recorded`: those of games that exist already.
    Other unknown names, and names without letters and digits, are left out. Safe beside others that register the same
    names. Raises KeyError if the sport is not covered.
    """
    found = teams_named(connection, sport, provider, names)
    unknown = _by_spelling(name for name in names if name not in found)
    if not unknown or (SPORTS[sport].roster == "closed" and not recorded):
        return found
    queries.register(connection, sport, provider, unknown, at)
    # Read anew: of two transactions that register a name at once, the second finds the team of the first.
    return teams_named(connection, sport, provider, names)


def _by_spelling(names: Iterable[str]) -> dict[str, str]:
    """Return one name for each spelling, in order, so that two transactions cannot wait for each other."""
    found = {normalised(name): name for name in sorted(names, reverse=True)}
    return {normal: found[normal] for normal in sorted(found) if normal}


def _team(row: TeamRow) -> Team:
    zone = ZoneInfo(row.time_zone) if row.time_zone is not None else SPORTS[row.sport].time_zone
    return Team(row.id, row.sport, row.name, zone)
