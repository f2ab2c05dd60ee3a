"""POST /admin/anomalies/{anomaly_id}/resolution: say that a finding is right as it is, or has been corrected."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.statistics import service
from pickvs.operations.administration.statistics.requests import ResolutionOrder

app = create_app(role="admin", problems={404: ["ANOMALY_NOT_FOUND"]})


@app.post("/admin/anomalies/<anomaly_id>/resolution", status_code=204)
def resolve_anomaly(anomaly_id: Identifier, order: ResolutionOrder, caller: Caller) -> None:
    """Resolve a finding. One that is resolved already stays as it is. A box score in review stays in review."""
    service.resolve(caller.user_id, caller.session, anomaly_id, order)
