"""Drafts for the rooms above: who holds whom, in the caller's transaction."""

from collections.abc import Collection

from pickvs.core.database import Connection
from pickvs.fantasy.drafts import queries
from pickvs.fantasy.drafts.queries import Holding


def holdings(connection: Connection, event_id: int, leagues: Collection[int] | None = None) -> list[Holding]:
    """Return who holds whom for an event, in the drafts that were held, by league, group and slot.

    A draft counts when it is locked; a void one was not held. leagues: of these alone; None for all.
    """
    return queries.holdings(connection, event_id, leagues)


def entrants(connection: Connection, event_id: int, leagues: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Return league and constructor of all who were in a draft that was held for an event, with picks or without."""
    return queries.held_teams(connection, event_id, leagues)
