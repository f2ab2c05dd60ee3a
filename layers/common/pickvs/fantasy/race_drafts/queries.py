"""SQL of what the door shows beside a draft: how drivers did lately, and what a constructor's races were worth."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_LAST_RESULTS = """
    SELECT * FROM (
      SELECT fact.contestant_id AS driver_id, race.id AS race_id, race.name AS race, fact.status, fact.position,
             row_number() OVER (PARTITION BY fact.contestant_id ORDER BY race.day DESC, race.id DESC) AS place
      FROM events coming
      JOIN events race ON race.sport = coming.sport AND race.season IN (coming.season, coming.season - 1)
                      AND race.day < coming.day
      JOIN session_results result ON result.event_id = race.id AND result.session = 'race' AND NOT result.is_void
      JOIN result_facts fact
        ON fact.event_id = race.id AND fact.session = result.session AND fact.version = result.version
      WHERE coming.id = %(race)s AND fact.contestant_id = ANY(%(drivers)s)
    ) known
    WHERE known.place <= %(most)s
    ORDER BY known.driver_id, known.place
"""

_WORTH = """
    SELECT event.id AS race_id, event.day, own.points, own.rank
    FROM events event
    LEFT JOIN board_rows own ON own.event_id = event.id AND own.constructor_id = %(constructor)s
    WHERE event.id = ANY(%(races)s)
"""


class LastResultRow(TableRow, frozen=True):
    """What a driver did in a race. place: 1 for the latest one."""

    driver_id: int
    race_id: int
    race: str
    status: str
    position: int | None
    place: int


class WorthRow(TableRow, frozen=True):
    """A race and what it was worth to a constructor. points, rank: None before a session is scored."""

    race_id: int
    day: date
    points: Decimal | None
    rank: int | None


def last_results(connection: Connection, race_id: int, drivers: Collection[int], most: int) -> list[LastResultRow]:
    """Return the latest results of drivers before a race, in this season and the one before, the latest first."""
    values = {"race": race_id, "drivers": list(drivers), "most": most}
    with connection.cursor(row_factory=row_of(LastResultRow)) as cursor:
        return cursor.execute(_LAST_RESULTS, values).fetchall()


def worth(connection: Connection, constructor_id: int, races: Collection[int]) -> list[WorthRow]:
    """Return races with what each was worth to a constructor, in any order."""
    with connection.cursor(row_factory=row_of(WorthRow)) as cursor:
        return cursor.execute(_WORTH, {"constructor": constructor_id, "races": list(races)}).fetchall()
