"""What the state of the service looks like from outside."""

from typing import Literal

from pickvs.core.types import Moment, ResponseBody


class Freshness(ResponseBody):
    """When a job last brought an answer in; nulls if it never did."""

    last_success: Moment | None
    age_seconds: int | None


class Health(ResponseBody, kw_only=True):
    """The service can serve; how old its odds and results are, a caller may judge."""

    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    schema_version: str
    odds: Freshness
    results: Freshness
