"""What a draft opens with: its entrants in order, and its pool."""

from pickvs.core.database import Connection
from pickvs.fantasy.drafts import queries
from pickvs.fantasy.drafts.acts import Entrant
from pickvs.fantasy.drafts.commands import Opening
from pickvs.fantasy.drafts.storing.keeping import Stored
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.events.reading import Event
from pickvs.fantasy.leagues import reading as leagues
from pickvs.fantasy.leagues.orders import Past, order_of


def opening_of(connection: Connection, stored: Stored, event: Event) -> Opening | None:
    """Return what a draft opens with. None while its event is void, or held back, so that no lock follows from it."""
    league = stored.league
    if event.is_void or event.lock_at(league.lock_by) is None or league.shown_seed is None:
        return None
    playing = {each.constructor_id: each for each in stored.seats if each.retired_at is None}
    past = Past(
        previous=queries.previous_order(connection, stored.draft),
        ranks=leagues.ranks_of(connection, league.id, playing),
    )
    order = order_of(league.order_by, league.shown_seed, event.id, list(playing), past)
    pool = events.pool_of(connection, event.id)
    return Opening(
        entrants=tuple(Entrant(each, playing[each].kept_auto, playing[each].kept_misses) for each in order),
        pool=tuple(row.contestant_id for row in pool),
        withdrawn=tuple(row.contestant_id for row in pool if row.is_withdrawn),
    )
