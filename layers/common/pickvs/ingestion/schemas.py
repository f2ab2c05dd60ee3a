"""Responses: the state of the service."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.markets.values import Market


class Freshness(ResponseBody):
    """Time and age of the last usable data. Both are null if there was none."""

    last_success: Moment | None
    age_seconds: int | None


class MarketFreshness(ResponseBody):
    """Time and age of the last usable odds on a market. Both are null if there were none."""

    market: Market
    last_good: Moment | None
    age_seconds: int | None


class SportFreshness(ResponseBody):
    """Freshness of a sport's data."""

    sport: str
    results: Freshness
    markets: list[MarketFreshness]


class FeedFreshness(ResponseBody):
    """Time and age of what a source last brought that was usable. Both are null if it never brought any."""

    feed: Literal["slates", "injuries", "weather"]
    source: str
    sport: Annotated[str | None, doc("Of injuries: the sport. Null for the other feeds.")]
    last_good: Moment | None
    age_seconds: int | None


class Health(ResponseBody, kw_only=True):
    """The service can serve. Callers decide whether its odds and results are recent enough.

    odds and results are those of the sport and market with the latest usable data.
    """

    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    schema_version: str
    odds: Freshness
    results: Freshness
    sports: Annotated[list[SportFreshness], doc("The sports whose data is fetched, each with its own freshness.")]
    feeds: Annotated[
        list[FeedFreshness],
        doc("The sources of slates, injuries and weather, each with its own freshness. Few stages ask all."),
    ]
