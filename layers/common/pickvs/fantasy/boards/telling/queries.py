"""SQL of what owners are told of results: queries whose rows are notices."""

from datetime import datetime

from pickvs.notices.news import News

# One notice for each league: a user may have a constructor in several. Whoever has retired is told nothing any more.
_RESULT = """
    SELECT constructor.user_id, %(kind)s::text AS kind,
           concat_ws(':', 'result', board.event_id, %(session)s::text, %(version)s::bigint, %(kind)s::text,
                     board.constructor_id) AS cause,
           jsonb_build_object(
             'league_id', league.id, 'league', league.name, 'constructor_id', constructor.id,
             'event_id', event.id, 'event', event.name, 'season', event.season, 'session', %(session)s::text,
             'version', %(version)s::bigint, 'points', board.points::float8, 'rank', board.rank
           ) || CASE WHEN board.changed_at = %(at)s AND board.points_before IS NOT NULL THEN jsonb_build_object(
             'points_before', board.points_before::float8, 'rank_before', board.rank_before
           ) ELSE '{}' END AS data
    FROM league_results counted
    JOIN leagues league ON league.id = counted.league_id
    JOIN events event ON event.id = counted.event_id
    JOIN board_rows board ON board.league_id = counted.league_id AND board.event_id = counted.event_id
    JOIN constructors constructor ON constructor.id = board.constructor_id AND constructor.retired_at IS NULL
    JOIN users owner ON owner.id = constructor.user_id AND owner.erased_at IS NULL
    WHERE counted.event_id = %(event)s AND counted.session = %(session)s AND counted.version = %(version)s
      AND (NOT %(only_changed)s OR (board.changed_at = %(at)s
           AND (board.points, board.rank) IS DISTINCT FROM (board.points_before, board.rank_before)))
"""


def result(event_id: int, session: str, version: int, kind: str, at: datetime, *, only_changed: bool) -> News:
    """Return what owners are told of a version of a result.

    only_changed: only those whose points or rank of the event have changed at `at`.
    """
    values = {"event": event_id, "session": session, "version": version, "kind": kind, "at": at}
    return News(_RESULT, values | {"only_changed": only_changed})
