"""Reading drafts: the room of one, its pool, and the drafts of a league or a constructor."""

from collections.abc import Mapping

from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.core.versions import IsKnown, Versioned
from pickvs.fantasy.drafts import queries
from pickvs.fantasy.drafts.errors import unknown_draft
from pickvs.fantasy.drafts.queries import DraftRow
from pickvs.fantasy.drafts.schemas import (
    DraftAct,
    DraftedEvent,
    DraftedEvents,
    DraftedPick,
    DraftRoom,
    Drafts,
    DraftSlot,
    DraftSummary,
    DraftTeam,
    Pool,
    PoolEntry,
)
from pickvs.fantasy.drafts.showing.queries import find_head, picks_of_constructor, shown_acts
from pickvs.fantasy.drafts.storing import keeping
from pickvs.fantasy.drafts.storing import queries as storing
from pickvs.fantasy.drafts.storing.keeping import Stored
from pickvs.fantasy.drafts.turns import turn_of
from pickvs.fantasy.drafts.works import due_key
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.leagues import reading as leagues
from pickvs.fantasy.leagues.access import look, look_at_constructor
from pickvs.fantasy.leagues.waking import TICK_DRAFTS

POLL_ON_THE_CLOCK = 2
"""Seconds between two looks at a draft in which somebody's clock runs."""
POLL_OTHERWISE = 30


def show_room(user_id: int | None, draft_id: int, *, since: int | None, known: IsKnown) -> Versioned[DraftRoom]:
    """Return a draft as it is now, with the acts after `since`; none without it. Its version is read with one query.

    A draft in which something is due wakes the function that does it, so that a clock of a minute does not depend on
    alarms that are precise to a minute. One that is held back is due at its net, and wakes nobody meanwhile.

    Raises NotFound (DRAFT_NOT_FOUND).
    """
    with transaction(snapshot=True) as connection:
        head = find_head(connection, draft_id, user_id, function=TICK_DRAFTS, key=due_key(draft_id), at=clock.now())
        if head is None:
            raise unknown_draft()
        if head.is_due:
            agenda.wake(connection, TICK_DRAFTS)
        # The league's own version is part of it, because its constructors' names are shown.
        version = f"{head.version}.{head.league_version}"
        return Versioned(version, 0, None if known(version) else _room(connection, draft_id, since))


def list_drafts(user_id: int | None, league_id: int) -> Drafts:
    """Return the drafts of a league, in the order of their locks. Raises NotFound (LEAGUE_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        look(connection, user_id, league_id)
        rows = queries.drafts_of_league(connection, league_id)
        names = _event_names(connection, rows)
        return Drafts(drafts=[_shown(row, names) for row in rows])


def show_pool(user_id: int | None, draft_id: int) -> Pool:
    """Return the contestants of a draft, the best ranked first, and who has picked them.

    Before the draft opens they are those whom it would open with now. Raises NotFound (DRAFT_NOT_FOUND).
    """
    with transaction(snapshot=True) as connection:
        draft = _seen(connection, user_id, draft_id)
        rows = storing.pool_of(connection, draft_id)
        is_open = draft.phase != "waiting"
        if not is_open:
            rows = [(row.contestant_id, row.is_withdrawn) for row in events.pool_of(connection, draft.event_id)]
        taken = {row.contestant_id: row.constructor_id for row in storing.slots_of(connection, draft_id)}
        known = events.contestants_of(connection, [contestant for contestant, _ in rows])
        entries = [
            PoolEntry.of(
                known[contestant],
                contestant_id=contestant,
                rank=rank,
                is_withdrawn=is_withdrawn,
                taken_by=taken.get(contestant),
            )
            for rank, (contestant, is_withdrawn) in enumerate(rows, 1)
        ]
        return Pool(draft_id=draft_id, event_id=draft.event_id, is_open=is_open, contestants=entries)


def list_drafted(user_id: int | None, constructor_id: int) -> DraftedEvents:
    """Return what a constructor has drafted, by event, the latest first. Raises NotFound (CONSTRUCTOR_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        look_at_constructor(connection, user_id, constructor_id)
        rows = picks_of_constructor(connection, constructor_id)
        known = events.contestants_of(connection, [row.contestant_id for row in rows if row.contestant_id is not None])
        drafted: dict[int, DraftedEvent] = {}
        for row in rows:
            event = drafted.setdefault(
                row.draft_id,
                DraftedEvent(draft_id=row.draft_id, event_id=row.event_id, event=row.event, phase=row.phase, picks=[]),
            )
            if row.pick_id is not None and row.contestant_id is not None and row.made_by is not None:
                event.picks.append(
                    DraftedPick(
                        pick_id=row.pick_id,
                        slot=row.slot_no,
                        round=row.round,
                        contestant_id=row.contestant_id,
                        contestant=known[row.contestant_id].name,
                        made_by=row.made_by,
                    )
                )
        return DraftedEvents(constructor_id=constructor_id, events=list(drafted.values()))


def _room(connection: Connection, draft_id: int, since: int | None) -> DraftRoom:
    stored = keeping.look(connection, draft_id)
    if stored is None:
        raise unknown_draft()
    acts = [] if since is None else shown_acts(connection, draft_id, since)
    return DraftRoom(
        draft=_summary(connection, stored.draft),
        clock_seconds=stored.state.clock_seconds,
        is_complete=stored.state.complete,
        turn=turn_of(stored.state),
        slots=_slots(connection, draft_id),
        teams=_teams(connection, stored),
        acts=[DraftAct.of(row, details=row.payload) for row in acts],
        server_time=clock.now(),
        poll_after_seconds=POLL_ON_THE_CLOCK if stored.draft.expires_at is not None else POLL_OTHERWISE,
    )


def _seen(connection: Connection, user_id: int | None, draft_id: int) -> DraftRow:
    draft = queries.find_draft(connection, draft_id)
    if draft is None:
        raise unknown_draft()
    try:
        look(connection, user_id, draft.league_id)
    except NotFound:
        raise unknown_draft() from None
    return draft


def _summary(connection: Connection, draft: DraftRow) -> DraftSummary:
    return _shown(draft, _event_names(connection, [draft]))


def _event_names(connection: Connection, drafts: list[DraftRow]) -> Mapping[int, str]:
    return {event.id: event.name for event in events.events_of(connection, {each.event_id for each in drafts})}


def _shown(draft: DraftRow, names: Mapping[int, str]) -> DraftSummary:
    return DraftSummary.of(draft, event=names.get(draft.event_id, ""), group=draft.group_no)


def _slots(connection: Connection, draft_id: int) -> list[DraftSlot]:
    rows = storing.slots_of(connection, draft_id)
    known = events.contestants_of(connection, [row.contestant_id for row in rows if row.contestant_id is not None])
    names = {number: contestant.name for number, contestant in known.items()}
    return [
        DraftSlot.of(row, slot=row.slot_no, contestant=None if row.contestant_id is None else names[row.contestant_id])
        for row in rows
    ]


def _teams(connection: Connection, stored: Stored) -> list[DraftTeam]:
    names = {each.id: each.team_name for each in leagues.constructors_of(connection, stored.league.id)}
    return [
        DraftTeam(
            constructor_id=number,
            team_name=names[number],
            auto=team.auto,
            misses=team.misses,
            is_retired=team.retired,
        )
        for number, team in stored.state.teams.items()
    ]
