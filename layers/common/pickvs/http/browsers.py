"""What a browser needs to let a page of another origin read an answer (the Fetch standard's CORS protocol).

Credentials travel in the Authorization header, which a page can send only if it has them; no cookie does, so nothing
here is ever allowed "with credentials". The preflights are the gateway's (`cdk/constructs/preflights.py`).
"""

EXPOSED_HEADERS = (
    "ETag",
    "Retry-After",
    "X-Correlation-Id",
    "X-Next-Cursor",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
)
"""The headers, beside the few that it may always read, that a page is shown."""


def cross_origin_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let the pages of `origin` read an answer: `*` is every origin, None is none."""
    if origin is None:
        return {}
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS),
    }
    return headers if origin == "*" else {**headers, "Vary": "Origin"}
