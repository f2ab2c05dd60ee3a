"""Conditional requests for answers whose version is known before they are built (RFC 9110, 8.8.3 and 13.1.2).

The version is read with one query, and the rest of the answer only for a reader who does not have it. Such an answer is
for its reader alone: caches that several users share do not keep it (RFC 9111, 5.2.2.7).
"""

from http import HTTPStatus
from typing import Annotated

from pickvs.core.versions import IsKnown, Versioned
from pickvs.http.answers import JSON, Answer
from pickvs.http.caching import is_known
from pickvs.http.routes import Event, FromEvent


def _known_versions(event: Event) -> IsKnown:
    return lambda version: is_known(_tag(version), event)


KnownVersions = Annotated[IsKnown, FromEvent(_known_versions)]
"""Parameter type for endpoints that ask whether the caller has a version, by If-None-Match."""


def versioned_answer[Body](found: Versioned[Body]) -> Answer[Body]:
    """Return the response for an endpoint whose app is created with `versioned=True`: 304 without a body."""
    status, body = (HTTPStatus.NOT_MODIFIED, "") if found.body is None else (HTTPStatus.OK, found.body)
    return Answer(status, JSON, body, {"ETag": _tag(found.version)}, max_age=found.max_age)


def _tag(version: str) -> str:
    return f'"{version}"'
