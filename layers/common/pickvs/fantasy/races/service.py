"""Shows races: the schedule of a season, one race with its entries, and its results in all their versions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.fantasy.events import reading
from pickvs.fantasy.events.queries import PoolRow, SessionRow
from pickvs.fantasy.events.reading import Event
from pickvs.fantasy.races import queries
from pickvs.fantasy.races.queries import StateRow
from pickvs.fantasy.races.rules import LOCKS, SPORT, RaceState, ResultState, fresh_seconds, race_state, session_state
from pickvs.fantasy.races.schemas import (
    Race,
    RaceDetails,
    RaceEntry,
    RaceLocks,
    RaceResults,
    Races,
    RaceSession,
    ResultRow,
    ResultVersion,
    SessionResult,
)


@dataclass(frozen=True, slots=True)
class Fresh[Body]:
    """An answer, and the seconds for which it stays fresh."""

    body: Body
    seconds: int


@dataclass(frozen=True, slots=True)
class Weekend:
    """A race with the states of its sessions' results, by session."""

    event: Event
    states: Mapping[str, StateRow]

    @property
    def state(self) -> RaceState:
        """The state of the race."""
        scoring = [self.state_of(each.session) for each in self.event.sessions if each.scores]
        return race_state(scoring, is_void=self.event.is_void)

    def state_of(self, session: str) -> ResultState:
        """Return the state of a session's result."""
        row = self.states[session]
        return session_state(row.standing, is_void=row.is_void, is_frozen=row.is_frozen, is_in_review=row.is_in_review)

    @property
    def in_force(self) -> dict[str, int]:
        """The versions that count, by session."""
        found = {name: row.version for name, row in self.states.items() if not row.is_void}
        return {name: version for name, version in found.items() if version is not None and not self.event.is_void}


def list_races(*, season: int | None, limit: int, cursor: str | None) -> Fresh[Races]:
    """Return a page of a season's races, by day. season: None for the last one that is known.

    Raises Invalid if the cursor belongs to another list.
    """
    after = _place(cursor) if cursor is not None else None
    with transaction() as connection:
        chosen = season if season is not None else last_season(connection)
        events = reading.season_of(connection, SPORT, chosen) if chosen is not None else []
        rest = [each for each in events if after is None or (each.day, each.id) > after]
        page = _weekends(connection, rest[:limit])
    last = page[-1].event if len(rest) > limit else None
    body = Races(
        season=chosen,
        races=[_race(each) for each in page],
        next_cursor=write_cursor(last.day.isoformat(), last.id) if last else None,
    )
    return Fresh(body, fresh_seconds(each.state for each in page))


def show_race(race_id: int) -> Fresh[RaceDetails]:
    """Return a race with its entries. Raises NotFound (RACE_NOT_FOUND)."""
    with transaction() as connection:
        weekend = weekend_of(connection, race_id)
        pool = reading.pool_of(connection, race_id)
    race = _race(weekend)
    body = RaceDetails(
        **{name: getattr(race, name) for name in Race.__struct_fields__}, entries=[_entry(row) for row in pool]
    )
    return Fresh(body, fresh_seconds([weekend.state]))


def show_results(race_id: int, *, session: str | None, version: int | None) -> Fresh[RaceResults]:
    """Return the results of a race's sessions, or of one; version: of its versions, one that need not be in force.

    Raises NotFound (RACE_NOT_FOUND, RACE_SESSION_NOT_FOUND, RESULT_VERSION_NOT_FOUND), and Invalid for a version
    without a session.
    """
    if version is not None and session is None:
        problem = FieldError("version", "needs session: versions are counted for each session")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))
    with transaction() as connection:
        weekend = weekend_of(connection, race_id)
        scoring = [each.session for each in weekend.event.sessions if each.scores]
        if session is not None and session not in scoring:
            raise NotFound("RACE_SESSION_NOT_FOUND", "The race has no such session that scores.")
        versions: defaultdict[str, list[ResultVersion]] = defaultdict(list)
        for row in queries.versions(connection, race_id):
            versions[row.session].append(ResultVersion.of(row))
        shown = {name: row.version for name, row in weekend.states.items() if row.version is not None}
        if session is not None and version is not None:
            if version not in {each.version for each in versions[session]}:
                raise NotFound("RESULT_VERSION_NOT_FOUND", "The result has no such version.")
            shown[session] = version
        rows: defaultdict[str, list[ResultRow]] = defaultdict(list)
        for fact in queries.rows(connection, race_id, shown):
            rows[fact.session].append(ResultRow.of(fact, driver_id=fact.contestant_id))
    body = RaceResults(
        race_id=race_id,
        name=weekend.event.name,
        season=weekend.event.season,
        state=weekend.state,
        sessions=[
            SessionResult(
                session=each,
                state=weekend.state_of(each),
                official_at=weekend.states[each].official_at,
                shown_version=shown.get(each),
                rows=rows[each],
                versions=versions[each],
            )
            for each in scoring
            if session in {None, each}
        ],
    )
    return Fresh(body, fresh_seconds([weekend.state]))


def weekend_of(connection: Connection, race_id: int) -> Weekend:
    """Return a race. Raises NotFound (RACE_NOT_FOUND)."""
    event = reading.event_of(connection, race_id)
    if event is None or event.sport != SPORT:
        raise NotFound("RACE_NOT_FOUND", "There is no such race.")
    return _weekends(connection, [event])[0]


def last_season(connection: Connection) -> int | None:
    """Return the last season that has races. None if none is known."""
    return next(reversed(reading.seasons(connection, SPORT)), None)


def season_weekends(connection: Connection, season: int) -> list[Weekend]:
    """Return the races of a season, by day."""
    return _weekends(connection, reading.season_of(connection, SPORT, season))


def _weekends(connection: Connection, events: Sequence[Event]) -> list[Weekend]:
    states: dict[int, dict[str, StateRow]] = {event.id: {} for event in events}
    for row in queries.states(connection, list(states)):
        states[row.event_id][row.session] = row
    return [Weekend(event, states[event.id]) for event in events]


def _race(weekend: Weekend) -> Race:
    event = weekend.event
    return Race(
        id=event.id,
        season=event.season,
        name=event.name,
        day=event.day,
        state=weekend.state,
        is_held=event.is_held,
        locks=RaceLocks(**{lock: event.lock_at(lock) for lock in LOCKS}),
        sessions=[_session(each, weekend) for each in event.sessions],
    )


def _session(session: SessionRow, weekend: Weekend) -> RaceSession:
    return RaceSession(
        session=session.session,
        starts_at=session.starts_at,
        scores=session.scores,
        state=weekend.state_of(session.session) if session.scores else None,
        version=weekend.states[session.session].version,
    )


def _entry(row: PoolRow) -> RaceEntry:
    return RaceEntry.of(row, driver_id=row.contestant_id)


def _place(cursor: str) -> tuple[date, int]:
    day, race_id = read_cursor(cursor, str, int)
    try:
        return date.fromisoformat(day), race_id
    except ValueError:
        raise invalid_cursor() from None
