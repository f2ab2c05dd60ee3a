"""AWS Signature Version 4, which authenticates a request and protects its integrity.

Specification: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from pickvs.core.config import Credentials

_ALGORITHM = "AWS4-HMAC-SHA256"
_END_OF_SCOPE = "aws4_request"


def signed(
    headers: Mapping[str, str], body: bytes, credentials: Credentials, *, region: str, service: str, at: datetime
) -> dict[str, str]:
    """Return the headers of a POST to `/`, with the signature headers added. The signature covers all headers.

    headers: must include `Host`, and no two names that differ only in case. region, service: AWS's names in lower case.
    at: the time of sending, timezone-aware. AWS accepts the signature for five minutes.
    """
    moment = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    token = {} if credentials.session_token is None else {"X-Amz-Security-Token": credentials.session_token}
    complete = {**headers, "X-Amz-Date": moment, **token}
    # Canonical values are trimmed, and consecutive spaces are collapsed.
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in complete.items())
    names = ";".join(name for name, _ in canonical)
    lines = [f"{name}:{value}" for name, value in canonical]
    request = "\n".join(("POST", "/", "", *lines, "", names, sha256(body).hexdigest()))

    scope = (moment[:8], region, service, _END_OF_SCOPE)
    text = "\n".join((_ALGORITHM, moment, "/".join(scope), sha256(request.encode()).hexdigest()))
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope:
        key = _digest(key, part)
    credential = "/".join((credentials.access_key_id, *scope))
    signature = _digest(key, text).hex()
    return {
        **complete,
        "Authorization": f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }


def _digest(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
