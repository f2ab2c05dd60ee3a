"""Shows drivers: those of a season, and one with what he or she did in a season."""

from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.fantasy.events import reading
from pickvs.fantasy.races import queries
from pickvs.fantasy.races.rules import SPORT
from pickvs.fantasy.races.schemas import Driver, DriverDetails, DriverResult, Drivers
from pickvs.fantasy.races.service import last_season


def list_drivers(*, season: int | None, limit: int, cursor: str | None) -> Drivers:
    """Return a page of the drivers who are entered in a season. season: None for the last one that is known.

    Raises Invalid if the cursor belongs to another list.
    """
    after: tuple[str, int] | None = None
    if cursor is not None:
        name, driver_id = read_cursor(cursor, str, int)
        after = (name, driver_id)
    with transaction() as connection:
        chosen = season if season is not None else last_season(connection)
        rows = [] if chosen is None else queries.drivers(connection, SPORT, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    return Drivers(
        season=chosen,
        drivers=[Driver.of(row) for row in page],
        next_cursor=write_cursor(page[-1].short_name, page[-1].id) if len(rows) > limit else None,
    )


def show_driver(driver_id: int, *, season: int | None) -> DriverDetails:
    """Return a driver with the results of a season. season: None for the driver's last one.

    Raises NotFound (DRIVER_NOT_FOUND).
    """
    with transaction() as connection:
        driver = reading.contestants_of(connection, [driver_id]).get(driver_id)
        seasons = queries.seasons_of(connection, driver_id)
        if driver is None or driver.sport != SPORT or not seasons:
            raise NotFound("DRIVER_NOT_FOUND", "There is no such driver.")
        chosen = season if season is not None else seasons[-1]
        rows = queries.results_of(connection, driver_id, chosen)
    return DriverDetails(
        id=driver.id,
        name=driver.name,
        code=driver.code,
        seasons=seasons,
        season=chosen,
        results=[DriverResult.of(row, race_id=row.event_id, race=row.event) for row in rows],
    )
