"""What tells a browser to be careful with an answer.

The gateway says the same with its own errors and preflights (`cdk/constructs/security_headers.py`).
"""

SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""HTTPS only, for two years (RFC 6797); no guessing of types; no address of ours in a foreign log; JSON runs and shows
nothing. An answer that is a page states a policy of its own."""
