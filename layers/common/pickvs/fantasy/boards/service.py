"""Brings boards up to date, in the transaction that changes a result, an entry or a draft.

A board says what follows from the results in force, the replacements and the picks of drafts that were held. `bring_up`
makes it so, whatever has changed; where nothing has, it changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards import queries
from pickvs.fantasy.boards.queries import ChangeRow
from pickvs.fantasy.boards.telling.service import tell
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Changed
from pickvs.fantasy.leagues.season import queries as season
from pickvs.fantasy.scoring import service as scoring

MOST_CHANGES = 1_000
"""Maximum number of changed rows that are listed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What has become of boards. leagues: how many have another version. changes: rows, up to MOST_CHANGES."""

    leagues: int
    changes: tuple[ChangeRow, ...]


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction changes facts of events or boards.

    Whoever tells or decides facts calls this first: results, questions and leagues are locked in several orders.
    """
    queries.take_turn(connection)


def bring_up(connection: Connection, events: Collection[int], at: datetime, changes: Sequence[Changed] = ()) -> Applied:
    """Bring the boards of events up to date, and tell the owners of constructors.

    changes: what has happened to results, as the owners are told it. What a board says of the state of a result is new
    with each of them, though no points move.
    """
    queries.take_turn(connection)
    queries.hold_leagues(connection, {*events, *(change.event_id for change in changes)})
    touched = {league for change in changes for league in queries.leagues_of(connection, change.event_id)}
    for event_id in sorted(events):
        touched |= _brought_up(connection, event_id, at)
    if touched:
        season.bump(connection, touched)
    for change in changes:
        tell(connection, change, at)
    return Applied(len(touched), tuple(queries.changes(connection, events, touched, at, MOST_CHANGES)))


def events_lacking(connection: Connection, sport: str, season: int) -> list[int]:
    """Return the events with a result that does not count yet in a league that has held a draft of them.

    A draft may be locked by its tick after the result has come.
    """
    return queries.lacking(connection, sport, season)


def rebuild(connection: Connection, leagues: Collection[int], at: datetime) -> int:
    """Make the boards of leagues again from picks, replacements and points. Returns how many rows differ from before.

    None should. Which versions count in a league stays as it was recorded. Who is not on the board, because an earlier
    release has put newcomers there with the next result, comes there first, and is no difference.
    """
    queries.take_turn(connection)
    queries.hold(connection, leagues)
    joined = season.enrol(connection, leagues)
    season.rank(connection, joined)
    before = queries.kept(connection, leagues)
    queries.forget(connection, leagues)
    season.enrol(connection, leagues)
    for event_id in queries.scored_events(connection, leagues):
        queries.score(connection, event_id, leagues, at)
    differing = len(before ^ queries.kept(connection, leagues))
    if differing or joined:
        season.bump(connection, leagues)
    return differing


def _brought_up(connection: Connection, event_id: int, at: datetime) -> set[int]:
    versions = results.versions_in_force(connection, event_id)
    scoring.score_versions(
        connection,
        [(event_id, session, version) for session, version in versions.items()],
        queries.tables(connection, event_id),
        at,
    )
    counted = queries.count(connection, event_id, versions, at)
    queries.drop(connection, event_id, [league for league, is_gone in counted.items() if is_gone])
    leagues = {*counted, *queries.leagues_of(connection, event_id)}
    joined = season.enrol(connection, leagues)
    return {*counted, *joined, *queries.score(connection, event_id, leagues, at)}
