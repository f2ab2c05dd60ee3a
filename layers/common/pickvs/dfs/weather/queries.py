"""The SQL of venues and their weather."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.weather.rules import Reading
from pickvs.dfs.weather.venues import Venue

_KEEP_VENUES = SQL("""
    INSERT INTO venues AS known (key, name, latitude, longitude, roof, timezone)
    SELECT * FROM unnest(%(keys)s::text[], %(names)s::text[], %(latitudes)s::numeric[], %(longitudes)s::numeric[],
                         %(roofs)s::text[], %(timezones)s::text[])
    ON CONFLICT (key) DO UPDATE
    SET name = excluded.name, latitude = excluded.latitude, longitude = excluded.longitude, roof = excluded.roof,
        timezone = excluded.timezone
""")

_IDS = SQL("SELECT key, id FROM venues WHERE key = ANY(%s)")

_LATEST = SQL("""
    SELECT DISTINCT ON (venue_id, source, valid_at)
      venue_id, source, valid_at, made_at, temperature_c, wind_kph, gust_kph, wind_from_degrees, precipitation_mm,
      precipitation_chance, humidity
    FROM weather_readings
    WHERE venue_id = ANY(%(venues)s) AND valid_at >= %(since)s AND valid_at < %(until)s
    ORDER BY venue_id, source, valid_at, made_at DESC
""")

_INSERT = SQL("""
    INSERT INTO weather_readings
      (venue_id, valid_at, source, made_at, temperature_c, wind_kph, gust_kph, wind_from_degrees, precipitation_mm,
       precipitation_chance, humidity, run_id)
    SELECT %(venue)s, said.valid_at, %(source)s, %(at)s, said.temperature_c, said.wind_kph, said.gust_kph,
           said.wind_from_degrees, said.precipitation_mm, said.precipitation_chance, said.humidity, %(run)s
    FROM jsonb_to_recordset(%(readings)s) AS said (
      valid_at timestamptz, temperature_c numeric, wind_kph numeric, gust_kph numeric, wind_from_degrees bigint,
      precipitation_mm numeric, precipitation_chance numeric, humidity numeric)
    ON CONFLICT DO NOTHING
""")


class ReadingRow(TableRow, frozen=True):
    """The latest word of a source on an hour at a venue. made_at: when the platform heard it."""

    venue_id: int
    source: str
    valid_at: datetime
    made_at: datetime
    temperature_c: Decimal | None
    wind_kph: Decimal | None
    gust_kph: Decimal | None
    wind_from_degrees: int | None
    precipitation_mm: Decimal | None
    precipitation_chance: Decimal | None
    humidity: Decimal | None

    def reading(self) -> Reading:
        """Return the values without source and time of hearing."""
        return Reading(
            valid_at=self.valid_at,
            temperature_c=self.temperature_c,
            wind_kph=self.wind_kph,
            gust_kph=self.gust_kph,
            wind_from_degrees=self.wind_from_degrees,
            precipitation_mm=self.precipitation_mm,
            precipitation_chance=self.precipitation_chance,
            humidity=self.humidity,
        )


def keep_venues(connection: Connection, venues: Collection[Venue]) -> None:
    """Store venues, or what has changed of them."""
    rows = sorted(venues, key=lambda venue: venue.key)
    connection.execute(
        _KEEP_VENUES,
        {
            "keys": [row.key for row in rows],
            "names": [row.name for row in rows],
            "latitudes": [row.latitude for row in rows],
            "longitudes": [row.longitude for row in rows],
            "roofs": [row.roof for row in rows],
            "timezones": [row.timezone for row in rows],
        },
    )


def ids(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """Return the ids of venues by their keys."""
    return {row["key"]: row["id"] for row in connection.execute(_IDS, (sorted(keys),))}


def latest(connection: Connection, venue_ids: Collection[int], since: datetime, until: datetime) -> list[ReadingRow]:
    """Return the latest word of each source on each hour at venues, from `since` to before `until`, in order."""
    with connection.cursor(row_factory=row_of(ReadingRow)) as cursor:
        values = {"venues": sorted(venue_ids), "since": since, "until": until}
        return cursor.execute(_LATEST, values).fetchall()


def insert(
    connection: Connection, venue_id: int, source: str, readings: Sequence[Reading], *, at: datetime, run_id: int | None
) -> None:
    """Insert what a source says of hours at a venue."""
    values = [
        {
            "valid_at": each.valid_at.isoformat(),
            **{
                name: None if getattr(each, name) is None else str(getattr(each, name))
                for name in Reading.__dataclass_fields__
                if name != "valid_at"
            },
        }
        for each in readings
    ]
    connection.execute(
        _INSERT, {"venue": venue_id, "source": source, "at": at, "run": run_id, "readings": Jsonb(values)}
    )
