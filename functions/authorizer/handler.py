"""Lambda authorizer. Verifies a request's access token or API key, and returns the caller's identity.

Access tokens are verified by their signature, API keys in the database. API Gateway caches the response by credentials.
This has three consequences:

- The policy allows the whole API. A policy for the requested route only would deny the same token every other route
  until the cache entry expires.
- The functions receive the expiry time of the credentials and check it themselves (pickvs.http.identity).
- A revoked API key is accepted until the cache entry expires.
"""

import re
from collections.abc import Mapping
from typing import Any

from pickvs.accounts import tokens
from pickvs.accounts.config import signing_keys_secret
from pickvs.accounts.keys.rules import is_meant_as_key
from pickvs.core import invocations, snapshots
from pickvs.core.errors import DatabaseUnavailable, Unauthenticated
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret
from pickvs.http.correlation import sent_correlation_id

snapshots.prepare("pickvs.accounts.keys.service")

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Return the policy and the identity for an authorizer event (REST API, type REQUEST).

    Raises Exception("Unauthorized"), which API Gateway turns into 401, if the token or key is invalid. Any other
    exception means that the database is unavailable or the deployment is faulty, and becomes 503 (AUTHORIZER_FAILURE).
    """
    request_id = (event.get("requestContext") or {}).get("requestId") or ""
    invocations.begin(context, request_id=request_id, correlation_id=sent_correlation_id(event))
    try:
        identity = _identify(_credentials(event))
    except Unauthenticated as error:
        logger().info("token refused", reason=error.detail)
        # API Gateway responds with 401 to this exact message only.
        raise Exception("Unauthorized") from None  # noqa: TRY002
    except DatabaseUnavailable:
        logger().exception("database unavailable")
        raise
    return {
        "principalId": identity["user_id"],
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": _stage(event["methodArn"])}],
        },
        "context": identity,
    }


def _credentials(event: Mapping[str, Any]) -> str | None:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    found = _BEARER.fullmatch(str(headers.get("authorization", "")).strip())
    return None if found is None else found[1]


def _identify(credentials: str | None) -> dict[str, str]:
    """Return the caller's identity for the functions. Raises Unauthenticated with the reason, for the log.

    Its `expires_at` is the expiry time of the credentials in seconds since 1970, or empty for a key that does not
    expire.
    """
    if credentials is not None and is_meant_as_key(credentials):
        return _key_holder(credentials)
    keys = tokens.SigningKeys.from_secret(get_secret(signing_keys_secret()))
    if credentials is None:
        raise Unauthenticated("UNAUTHENTICATED", "no bearer token")
    verified = tokens.verify(credentials, keys)
    subject = verified.subject
    return {
        "user_id": str(subject.user_id),
        "username": subject.username,
        "role": subject.role,
        "session": str(subject.session or ""),
        "scopes": "",
        "api_key_id": "",
        "expires_at": str(verified.expires_at),
    }


def _key_holder(key: str) -> dict[str, str]:
    # The database driver is slow to import, and access tokens do not need it.
    from pickvs.accounts.keys import service

    holder = service.identify(key)
    return {
        "user_id": str(holder.user_id),
        "username": holder.username,
        "role": "user",  # even if the owner is an admin: keys are for picks only
        "session": "",
        "scopes": " ".join(holder.scopes),
        "api_key_id": str(holder.key_id),
        "expires_at": "" if holder.expires_at is None else str(holder.expires_at.timestamp()),
    }


def _stage(method_arn: str) -> str:
    """Return the ARN of all routes of the stage: arn:aws:execute-api:<region>:<account>:<api>/<stage>/*."""
    api, stage, _ = method_arn.split("/", 2)
    return f"{api}/{stage}/*"
