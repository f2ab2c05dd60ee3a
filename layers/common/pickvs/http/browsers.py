"""CORS response headers (Fetch standard), which let pages of another origin read responses.

There are no cookies: a page sends its token in the Authorization header. Access-Control-Allow-Credentials is therefore
never set. The gateway answers preflight requests (`cdk/constructs/preflights.py`).
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
"""Response headers that pages may read, in addition to the CORS-safelisted ones."""


def cross_origin_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let pages of `origin` read the response. `*` allows every origin, None allows none."""
    if origin is None:
        return {}
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS),
    }
    return headers if origin == "*" else {**headers, "Vary": "Origin"}
