"""RFC 9457 problem details. Every error of the API has this format, and gets its status here."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pickvs.core import errors
from pickvs.http.answers import Answer
from pickvs.http.body import PayloadTooLarge, UnsupportedMediaType

CONTENT_TYPE = "application/problem+json"

_STATUS: dict[type[errors.RequestError], HTTPStatus] = {
    PayloadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.BadRequest: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
}

_MOST_ERRORS = 50  # a large body can have any number of invalid values
_LONGEST_FIELD = 200  # the caller chooses the names of unknown fields

RETRY_AFTER_SECONDS = 5
"""Retry-After value in seconds while the database is unavailable: about the time that a paused one takes to resume."""


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
    """Return the problem document for `code`, with the members of `extra` added."""
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
    """Return the problem document for an error that a feature raised."""
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
    """Return the problem document for an unavailable database."""
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "The service cannot reach its database at the moment. Try again shortly.",
        request_id=request_id,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def internal(request_id: str) -> Answer[Any]:
    """Return the problem document for an unexpected exception. It reveals nothing except the request id."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "INTERNAL_ERROR",
        "Something went wrong on our side. If it persists, report the request_id.",
        request_id=request_id,
    )


def unknown_path(request_id: str) -> Answer[Any]:
    """Return the problem document for a path and method without an endpoint."""
    detail = "No endpoint has this path and method."
    return problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", detail, request_id=request_id)
