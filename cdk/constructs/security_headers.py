"""What tells a browser to be careful with the gateway's own answers; the functions say the same.

Theirs is `pickvs.http.security`, which this folder does not import; a test holds the two lists together.
"""

SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""HTTPS only, for two years; no guessing of types; no address of ours in a foreign log; JSON runs and shows nothing."""


def security_headers() -> dict[str, str]:
    """Return the headers as the gateway's own answers state them: a text stands in single quotes, the outermost."""
    return {name: f"'{value}'" for name, value in SECURITY_HEADERS.items()}
