"""Tells users what happens in their league and its drafts. One statement for any number of users and messages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.encoding import as_plain
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.telling.queries import news
from pickvs.notices import service as notices


@dataclass(frozen=True, slots=True)
class Message:
    """What users are told. The same cause tells nobody twice.

    kind: one of notices.rules.KINDS. data: facts as JSON, to which the league's id and name are added. readers: ids of
    users; None for all members of the league. but: ids of those who are not told, such as who did it.
    """

    kind: str
    cause: str
    data: Mapping[str, Any]
    readers: Collection[int] | None = None
    but: Collection[int] = ()


def tell(connection: Connection, league_id: int, messages: Iterable[Message], *, at: datetime) -> None:
    """Tell users something of a league, in the caller's transaction. After the commit, has it delivered."""
    said = list(messages)
    if any(each.readers is None for each in said):
        everybody = [member.user_id for member in members.members_of(connection, league_id)]
        said = [each if each.readers is not None else replace(each, readers=everybody) for each in said]
    rows = [
        {"kind": each.kind, "cause": each.cause, "data": as_plain(dict(each.data)), "readers": readers}
        for each in said
        if (readers := sorted(set(each.readers or ()) - set(each.but)))
    ]
    if rows:
        notices.tell_all(connection, news(league_id, rows), at=at)
