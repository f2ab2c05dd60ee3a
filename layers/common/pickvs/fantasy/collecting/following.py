"""What follows from changed facts: entries, replacements, standings, drafts and boards, in the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.service import Applied
from pickvs.fantasy.drafts.following import follow
from pickvs.fantasy.events import reading
from pickvs.fantasy.events.formula_one.ranking import rank_events
from pickvs.fantasy.events.formula_one.seating import seat
from pickvs.fantasy.events.results.service import Changed

_NOTHING = Applied(leagues=0, changes=())


def follow_facts(connection: Connection, changes: Sequence[Changed], events: Collection[int], at: datetime) -> Applied:
    """Let everything follow from changed results, and from events whose schedule, entries or life have changed.

    Most answers say what was known: then nothing follows.
    """
    if not changes and not events:
        return _NOTHING
    moved = {change.event_id for change in changes if change.moves_points}
    concerned = {*events, *moved}.union(*(seat(connection, event_id, at) for event_id in sorted(moved)))
    for season in sorted({event.season for event in reading.events_of(connection, moved)}):
        rank_events(connection, season)
    applied = boards.bring_up(connection, concerned, at, changes)
    # After the boards, which lock leagues: whoever changes a league locks it first, and then the agenda.
    follow(connection, sorted(concerned), at)
    return applied
