"""SQL of what users are told of leagues and drafts: a query whose rows are notices, for `notices.service.tell_all`."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.notices.news import News

_NEWS = """
    SELECT reader.id AS user_id, said.kind, said.cause,
           jsonb_build_object('league_id', league.id, 'league', league.name) || said.data AS data
    FROM leagues league
    CROSS JOIN ROWS FROM (
      jsonb_to_recordset(%(messages)s) AS (kind text, cause text, data jsonb, readers bigint[])
    ) WITH ORDINALITY said (kind, cause, data, readers, place)
    JOIN users reader ON reader.id = ANY(said.readers) AND reader.erased_at IS NULL
    WHERE league.id = %(league)s
    ORDER BY said.place, reader.id
"""


def news(league_id: int, messages: Sequence[dict[str, Any]]) -> News:
    """Return what users are told of a league. messages: each with kind, cause, data and readers, ids of users."""
    return News(_NEWS, {"league": league_id, "messages": Jsonb(list(messages))})
