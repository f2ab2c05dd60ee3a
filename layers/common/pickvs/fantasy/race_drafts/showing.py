"""Drafts as the API shows them, in the words of motor racing. `drafts.showing` says who sees what, and its errors."""

from collections import defaultdict

from pickvs.core.database import transaction
from pickvs.core.versions import IsKnown, Versioned
from pickvs.fantasy.drafts.schemas import DraftAct, DraftedEvent, DraftedPick, DraftRoom, DraftSlot, DraftSummary
from pickvs.fantasy.drafts.showing import service as drafts
from pickvs.fantasy.race_drafts import queries
from pickvs.fantasy.race_drafts.queries import LastResultRow, WorthRow
from pickvs.fantasy.race_drafts.rules import renamed
from pickvs.fantasy.race_drafts.schemas import (
    DraftDriver,
    DraftDrivers,
    DraftedDriver,
    DraftedRace,
    DraftedRaces,
    DriverSlot,
    LastResult,
    RaceDraft,
    RaceDraftRoom,
    RaceDrafts,
)

LAST_RESULTS = 5
"""Maximum number of a driver's latest results that are shown."""


def show_room(user_id: int, draft_id: int, *, since: int | None, known: IsKnown) -> Versioned[RaceDraftRoom]:
    """Return a draft as it is now, with the acts after `since`, unless the user has this version."""
    found = drafts.show_room(user_id, draft_id, since=since, known=known)
    return Versioned(found.version, found.max_age, None if found.body is None else _room(found.body))


def list_drafts(user_id: int, league_id: int) -> RaceDrafts:
    """Return the drafts of a league, in the order of their locks."""
    return RaceDrafts(drafts=[_draft(each) for each in drafts.list_drafts(user_id, league_id).drafts])


def show_drivers(user_id: int, draft_id: int) -> DraftDrivers:
    """Return the drivers of a draft with their latest results, the best ranked first, and who has picked them."""
    pool = drafts.show_pool(user_id, draft_id)
    ids = [entry.contestant_id for entry in pool.contestants]
    latest: defaultdict[int, list[LastResultRow]] = defaultdict(list)
    with transaction(snapshot=True) as connection:
        for row in queries.last_results(connection, pool.event_id, ids, LAST_RESULTS):
            latest[row.driver_id].append(row)
    return DraftDrivers(
        draft_id=draft_id,
        is_open=pool.is_open,
        drivers=[
            DraftDriver.of(
                entry,
                driver_id=entry.contestant_id,
                last_results=[LastResult.of(row) for row in latest[entry.contestant_id]],
            )
            for entry in pool.contestants
        ],
    )


def list_drafted(user_id: int, constructor_id: int) -> DraftedRaces:
    """Return what a constructor has drafted and what that was worth, by race, the latest first."""
    drafted = drafts.list_drafted(user_id, constructor_id).events
    with transaction(snapshot=True) as connection:
        rows = queries.worth(connection, constructor_id, [event.event_id for event in drafted])
    worth = {row.race_id: row for row in rows}
    return DraftedRaces(
        constructor_id=constructor_id, races=[_drafted(event, worth[event.event_id]) for event in drafted]
    )


def _room(room: DraftRoom) -> RaceDraftRoom:
    return RaceDraftRoom.of(
        room,
        draft=_draft(room.draft),
        slots=[_slot(slot) for slot in room.slots],
        acts=[_act(act) for act in room.acts],
    )


def _draft(draft: DraftSummary) -> RaceDraft:
    return RaceDraft.of(draft, race_id=draft.event_id, race=draft.event)


def _slot(slot: DraftSlot) -> DriverSlot:
    return DriverSlot.of(slot, driver_id=slot.contestant_id, driver=slot.contestant)


def _act(act: DraftAct) -> DraftAct:
    return DraftAct.of(act, details=renamed(act.details))


def _drafted(event: DraftedEvent, worth: WorthRow) -> DraftedRace:
    return DraftedRace.of(
        event,
        race_id=event.event_id,
        race=event.event,
        day=worth.day,
        points=worth.points,
        rank=worth.rank,
        picks=[_pick(pick) for pick in event.picks],
    )


def _pick(pick: DraftedPick) -> DraftedDriver:
    return DraftedDriver.of(pick, driver_id=pick.contestant_id, driver=pick.contestant)
