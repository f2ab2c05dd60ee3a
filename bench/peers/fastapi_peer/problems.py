"""Errors as problem documents (RFC 9457)."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


class Problem(Exception):
    """An error that the client can correct."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: list[dict[str, str]] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.extra, self.headers = errors or [], extra or {}, headers


def add_problems(app: FastAPI) -> None:
    """Return every error of the application as a problem document."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return _document(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"][1:]), "message": one["msg"]} for one in error.errors()
        ]
        return _document(request, Problem(422, "INVALID_VALUE", "Some values are not valid; see errors.", errors))


def _document(request: Request, error: Problem) -> JSONResponse:
    return JSONResponse(
        {
            **error.extra,
            "type": f"urn:pickvs:problem:{error.code.lower().replace('_', '-')}",
            "title": HTTPStatus(error.status).phrase,
            "status": error.status,
            "detail": error.detail,
            "code": error.code,
            "request_id": request.scope.get("request_id", ""),
            "errors": error.errors,
        },
        error.status,
        headers=error.headers,
        media_type="application/problem+json",
    )
