"""GET /health."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

from datetime import UTC, datetime

from fastapi import APIRouter

from .database import transaction
from .schemas import Freshness, Health

router = APIRouter()

_STATE = """
    SELECT (SELECT version_num FROM alembic_version) AS version, job.name,
           (SELECT finished_at FROM ingestion_runs AS run
            WHERE run.job = job.name AND run.status IN ('succeeded', 'partial')
            ORDER BY started_at DESC LIMIT 1) AS at
    FROM unnest(ARRAY['fetch_odds', 'process_results']) AS job (name)
"""


@router.get("/health")
async def get_health() -> Health:
    now = datetime.now(UTC)
    async with transaction() as connection:
        rows = await connection.fetch(_STATE)
    last = {row["name"]: row["at"] for row in rows}
    return Health(
        schema_version=rows[0]["version"],
        odds=_freshness(last["fetch_odds"], now),
        results=_freshness(last["process_results"], now),
    )


def _freshness(last: datetime | None, now: datetime) -> Freshness:
    age = None if last is None else max(0, int((now - last).total_seconds()))
    return Freshness(last_success=last, age_seconds=age)
