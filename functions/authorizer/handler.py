"""The Lambda authorizer: turns the bearer token of a request into an identity, or refuses the request.

API Gateway caches the answer by token, so the policy covers the whole API: one that named only the route asked for
would close every other route to the same token until the cache forgets it.
"""

import re
from collections.abc import Mapping
from typing import Any

from pickvs.accounts import tokens
from pickvs.core.config import settings
from pickvs.core.errors import Unauthenticated
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer the policy and the identity for a REST REQUEST authorizer event.

    Raises Exception("Unauthorized"), which API Gateway turns into 401, for every token that is not good; any other
    error is a fault of the deployment and becomes 500.
    """
    keys = tokens.SigningKeys.from_secret(get_secret(settings().signing_keys_secret))
    try:
        subject = tokens.verify(_bearer_token(event), keys)
    except Unauthenticated as error:
        request_id = (event.get("requestContext") or {}).get("requestId")
        logger().info("token refused", reason=error.detail, request_id=request_id)
        # API Gateway knows this very text, and no other, as the sign for 401.
        raise Exception("Unauthorized") from None  # noqa: TRY002
    return {
        "principalId": str(subject.user_id),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": _stage(event["methodArn"])}],
        },
        "context": {
            "user_id": str(subject.user_id),
            "username": subject.username,
            "role": subject.role,
            "session": str(subject.session or ""),
            "scopes": "",
        },
    }


def _bearer_token(event: Mapping[str, Any]) -> str:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    found = _BEARER.fullmatch(str(headers.get("authorization", "")).strip())
    if found is None:
        raise Unauthenticated("UNAUTHENTICATED", "no bearer token")
    return found[1]


def _stage(method_arn: str) -> str:
    """Return every route of the stage: arn:aws:execute-api:<region>:<account>:<api>/<stage>/*."""
    api, stage, _ = method_arn.split("/", 2)
    return f"{api}/{stage}/*"
