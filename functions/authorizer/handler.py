"""The Lambda authorizer: turns the access token or API key of a request into an identity, or refuses the request.

An access token proves itself; an API key is looked up in the database. API Gateway caches the answer by what was sent,
so the policy covers the whole API: one that named only the route asked for would close every other route to the same
token until the cache forgets it. For the same reason the functions are told when the credentials expire, and hold to it
(pickvs.http.identity). A key that is revoked, which nobody knew before, is let in until the cache forgets.
"""

import re
from collections.abc import Mapping
from typing import Any

from pickvs.accounts import tokens
from pickvs.accounts.keys.rules import is_meant_as_key
from pickvs.core import invocations, snapshots
from pickvs.core.config import settings
from pickvs.core.errors import DatabaseUnavailable, Unauthenticated
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret
from pickvs.http.correlation import sent_correlation_id

snapshots.prepare("pickvs.accounts.keys.service")

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer the policy and the identity for a REST REQUEST authorizer event.

    Raises Exception("Unauthorized"), which API Gateway turns into 401, for every token and key that is not good; any
    other error is a database out of reach, or a fault of the deployment, and becomes 503 (AUTHORIZER_FAILURE).
    """
    request_id = (event.get("requestContext") or {}).get("requestId") or ""
    invocations.begin(context, request_id=request_id, correlation_id=sent_correlation_id(event))
    try:
        identity = _identify(_credentials(event))
    except Unauthenticated as error:
        logger().info("token refused", reason=error.detail)
        # API Gateway knows this very text, and no other, as the sign for 401.
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
    """Return what the functions learn of the caller. Raises Unauthenticated with the reason, for the log.

    expires_at: when the credentials end, in seconds since 1970; empty for a key without an end.
    """
    if credentials is not None and is_meant_as_key(credentials):
        return _key_holder(credentials)
    keys = tokens.SigningKeys.from_secret(get_secret(settings().signing_keys_secret))
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
    # The driver is slow to import, and an access token needs none.
    from pickvs.accounts.keys import service

    holder = service.identify(key)
    return {
        "user_id": str(holder.user_id),
        "username": holder.username,
        "role": "user",  # whatever its holder may do: a key is for picks
        "session": "",
        "scopes": " ".join(holder.scopes),
        "api_key_id": str(holder.key_id),
        "expires_at": "" if holder.expires_at is None else str(holder.expires_at.timestamp()),
    }


def _stage(method_arn: str) -> str:
    """Return every route of the stage: arn:aws:execute-api:<region>:<account>:<api>/<stage>/*."""
    api, stage, _ = method_arn.split("/", 2)
    return f"{api}/{stage}/*"
