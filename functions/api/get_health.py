"""GET /health: whether the service can serve, and how old what it serves is."""

from pickvs.http.app import create_app
from pickvs.ingestion.health import health
from pickvs.ingestion.schemas import Health

app = create_app()


@app.get("/health")
def get_health() -> Health:
    """Answer 200 with the schema's version and the age of odds and results; 503 while the database is away."""
    return health()
