"""Tells the owners of constructors what has become of a result."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards.telling import queries
from pickvs.fantasy.events.results.rules import Confirmed, Versioned
from pickvs.fantasy.events.results.service import Changed
from pickvs.notices import service as notices


def tell(connection: Connection, change: Changed, at: datetime) -> None:
    """Tell owners of a result that is new, official or amended, with points and rank before and after.

    Of a change, only those whose points or rank have changed. In a league that does not take it any more, nobody.
    """
    for act in change.acts:
        if isinstance(act, Versioned) and act.is_applied:
            kind, only_changed = f"result.{act.standing}", change.before.version > 0
        elif isinstance(act, Confirmed):
            kind, only_changed = "result.official", False
        else:
            continue
        news = queries.result(change.event_id, change.session, act.version, kind, at, only_changed=only_changed)
        notices.tell_all(connection, news, at=at)
