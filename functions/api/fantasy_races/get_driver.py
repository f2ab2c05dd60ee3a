"""GET /drivers/{driver_id}: get a driver and what he or she did in a season."""

from typing import Annotated

from pickvs.fantasy.races import drivers
from pickvs.fantasy.races.schemas import DriverDetails
from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier, Query

app = create_app(problems={404: ["DRIVER_NOT_FOUND"]}, max_age=30)


@app.get("/drivers/<driver_id>")
def get_driver(
    driver_id: Identifier,
    season: Annotated[int | None, Query(ge=1900, le=2200, description="By default the driver's last one.")] = None,
) -> DriverDetails:
    """Return a driver with a result for each session of the season, by the versions in force."""
    return drivers.show_driver(driver_id, season=season)
