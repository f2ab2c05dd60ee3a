"""SQL of finding public leagues."""

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import row_of
from pickvs.fantasy.leagues.queries import LEAGUES, LeagueRow

_LISTED = """
      league.visibility = 'public' AND league.state <> 'cancelled' AND league.id < %(before)s
      AND (%(season)s::bigint IS NULL OR league.season = %(season)s)
      AND (NOT %(open)s OR (league.state IN ('forming', 'running') AND league.max_constructors >
           (SELECT count(*) FROM constructors WHERE league_id = league.id AND retired_at IS NULL)))
"""
# The expression is that of an index. `names.SEPARATORS` says the same of what is sought. The names come first: the
# planner takes rare beginnings for common ones, and would read league after league until it has found enough.
_NAMED = r"""
      AND league.id = ANY(ARRAY(
        SELECT id FROM leagues
        WHERE visibility = 'public' AND state <> 'cancelled'
          AND array_to_tsvector(array_remove(
                regexp_split_to_array(lower(name COLLATE "pg_c_utf8"), '[ !-/:-@[-`{-~]+'), ''))
              @@ lower(%(words)s::text COLLATE "pg_c_utf8")::tsquery))
"""
_PUBLIC = LEAGUES.format(which=SQL(_LISTED)).as_bytes()
_PUBLIC_NAMED = LEAGUES.format(which=SQL(_LISTED + _NAMED)).as_bytes()


def public_leagues(
    connection: Connection, *, words: str | None, season: int | None, open_only: bool, before: int, limit: int
) -> list[LeagueRow]:
    """Return up to `limit` public leagues with ids below `before`, the newest first.

    words: how words of the name begin, as names.beginnings writes them. open_only: those with room for another
    constructor.
    """
    values = {"words": words, "season": season, "open": open_only, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(LeagueRow)) as cursor:
        return cursor.execute(_PUBLIC if words is None else _PUBLIC_NAMED, values).fetchall()
