"""Security headers of responses.

The gateway sends the same headers with its own errors and preflight responses; the deployment reads the same file.
"""

from collections.abc import Mapping

from pickvs.core.platform import platform

SECURITY_HEADERS: Mapping[str, str] = platform().security_headers
"""Headers: HTTPS only for two years (RFC 6797), no MIME sniffing, no referrer, and a policy under which a response runs
no scripts and cannot be framed. HTML pages set their own policy."""
