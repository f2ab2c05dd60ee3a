"""Responses: the state of the service."""

from typing import Literal

from pickvs.core.types import Moment, ResponseBody


class Freshness(ResponseBody):
    """Time and age of a job's last successful answer. Both are null if there was none."""

    last_success: Moment | None
    age_seconds: int | None


class Health(ResponseBody, kw_only=True):
    """The service can serve. Callers decide whether its odds and results are recent enough."""

    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    schema_version: str
    odds: Freshness
    results: Freshness
