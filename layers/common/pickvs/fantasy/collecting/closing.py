"""What happens by itself when time has passed: an event without a result is cancelled, and a season is closed."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards.ending import finish_leagues
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.reading import season_of
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.fantasy.leagues.rules import finished_at


def cancel_lapsed(connection: Connection, season: int, at: datetime) -> list[int]:
    """Cancel the events whose date passed 48 hours ago without a result in any source. Returns their ids.

    To be called when every source has answered.
    """
    lapsed = schedules.lapsed(connection, SPORT, season, at)
    for event_id in lapsed:
        decided = decisions.cancel(connection, event_id, None, at)
        follow_facts(connection, decided.changes, decided.events, at)
    return lapsed


def close_season(connection: Connection, season: int, at: datetime) -> bool:
    """Freeze the results of a season that is over, and finish its leagues. Returns whether it is over.

    It is over seven days after every result has become official. A question that is open, or a result that waits for
    its second opinion, keeps it open.
    """
    events = [event for event in season_of(connection, SPORT, season) if not event.is_void]
    if not events:
        return False
    settled = results.settled_at(connection, [event.id for event in events])
    if settled is None or finished_at(settled) > at:
        return False
    for event_id, session in results.unfrozen(connection, [event.id for event in events]):
        results.freeze(connection, event_id, session, at)
    finish_leagues(connection, SPORT, season, at)
    return True
