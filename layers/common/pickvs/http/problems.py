"""RFC 9457 problem documents: every error of the API has this one shape, and is given its status here."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pickvs.core import errors
from pickvs.http.answers import Answer
from pickvs.http.body import UnsupportedMediaType

CONTENT_TYPE = "application/problem+json"

_STATUS: dict[type[errors.RequestError], HTTPStatus] = {
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.BadRequest: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
}

_MOST_ERRORS = 50  # a body may be wrong in as many places as it has room for
_LONGEST_FIELD = 200  # and a field's name is the caller's own text

RETRY_AFTER_SECONDS = 5
"""What a caller is told to wait when the database is away: about as long as a sleeping one takes to wake."""


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    request_id: str,
    fields: Sequence[errors.FieldError] = (),
    extra: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Answer[Any]:
    """Return the problem document for `code`, with the members that api.md promises and those in `extra`."""
    members = {
        **(extra or {}),
        "type": f"urn:pickvs:problem:{code.lower().replace('_', '-')}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "request_id": request_id,
        "errors": [
            {"field": error.field[:_LONGEST_FIELD], "message": error.message} for error in fields[:_MOST_ERRORS]
        ],
    }
    return Answer(status, CONTENT_TYPE, members, headers)


def from_request_error(error: errors.RequestError, request_id: str) -> Answer[Any]:
    """Return the problem for an error that a feature raised."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooManyRequests) else None
    return problem(
        next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS),
        error.code,
        error.detail,
        request_id=request_id,
        fields=error.errors,
        extra=error.extra,
        headers=headers,
    )


def unavailable(request_id: str) -> Answer[Any]:
    """Return the problem for a database that cannot be reached."""
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "The service cannot reach its database at the moment; try again shortly.",
        request_id=request_id,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def internal(request_id: str) -> Answer[Any]:
    """Return the problem for an error of ours: nothing of the inside, only the id to find it by."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "INTERNAL_ERROR",
        "Something went wrong on our side. Tell us the request_id if it goes on.",
        request_id=request_id,
    )


def unknown_path(request_id: str) -> Answer[Any]:
    """Return the problem for a path or method that no endpoint has."""
    detail = "There is nothing at this address."
    return problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", detail, request_id=request_id)
