"""GET /dfs/calibration: get how right one's simulations were."""

from pickvs.dfs.contests.judging import showing
from pickvs.dfs.contests.schemas import DfsCalibration
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(scopes=["dfs:read"])


@app.get("/dfs/calibration")
def get_calibration(caller: Caller) -> DfsCalibration:
    """Return what simulations said beside what happened, over all finished contests, and the trust that follows."""
    return showing.get_calibration(caller.user_id)
