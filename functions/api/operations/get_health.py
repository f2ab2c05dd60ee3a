"""GET /health: get the health of the service and the age of its data."""

from pickvs.http.app import create_app
from pickvs.ingestion.health import health
from pickvs.ingestion.schemas import Health

app = create_app()


@app.get("/health")
def get_health() -> Health:
    """Return the schema version and the age of usable odds and results. 503 while the database is unavailable."""
    return health()
