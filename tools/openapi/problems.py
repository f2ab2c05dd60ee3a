"""The errors of an operation: which codes it can answer with, under which status, and what each means."""

from collections.abc import Mapping
from http import HTTPStatus

from cdk.routes import Auth, Endpoint
from pickvs.core.types import ResponseBody
from pickvs.picks.schemas import MovedQuote
from tools.openapi import examples
from tools.openapi.raw import Json, app_of, schema_of

CONTENT_TYPE = "application/problem+json"

MEANINGS: Mapping[str, str] = {
    # of the gateway and of every endpoint
    "BAD_REQUEST": "The request cannot be processed.",
    "FORBIDDEN": "These credentials do not allow this.",
    "INTERNAL_ERROR": "Something went wrong on our side. Tell us the request_id if it goes on.",
    "INVALID_CURSOR": "The cursor is not valid.",
    "INVALID_VALUE": "Some values are not valid; see errors.",
    "MALFORMED_JSON": "The body is not valid JSON.",
    "NOT_FOUND": "There is nothing here.",
    "PAYLOAD_TOO_LARGE": "The body is too large.",
    "TOO_MANY_REQUESTS": "Too many requests. Try again soon.",
    "UNAUTHENTICATED": "A valid bearer token is needed for this.",
    "UNAVAILABLE": "The service did not answer in time. Try again soon.",
    "UNSUPPORTED_MEDIA_TYPE": "The body must be application/json.",
    # of credentials
    "API_KEY_NOT_ACCEPTED": "This needs an access token: log in. API keys are not accepted.",
    "ROLE_REQUIRED": "Only users with the role admin may do this.",
    "SCOPE_REQUIRED": "This API key was not made for this; it needs another scope.",
    # of accounts
    "EMAIL_TAKEN": "This e-mail address has an account already; log in instead.",
    "INVALID_CREDENTIALS": "The e-mail address or the password is not right.",
    "RATE_LIMITED": "Too many attempts. Wait as long as Retry-After says.",
    "API_KEY_NOT_FOUND": "You have no such key.",
    "INVALID_REFRESH_TOKEN": "The refresh token is not valid (any more); log in again.",
    "SESSION_UNKNOWN": "This token does not say which session it is of. Refresh it first, or end all sessions.",
    "TOO_MANY_KEYS": "You have as many keys as can be had; revoke one first.",
    "USERNAME_TAKEN": "This username is in use; choose another.",
    "USER_NOT_FOUND": "There is no user of this name.",
    "WRONG_PASSWORD": "This is not the password of your account.",
    # of games and picks
    "DUPLICATE_PICK": "A market can be picked once a game; see errors. No pick was made.",
    "GAME_NOT_STARTED": "The game has not tipped off: it cannot have a score yet.",
    "GAME_LOCKED": "A game takes no more picks; see errors. No pick was made.",
    "GAME_NOT_FOUND": "There is no such game.",
    "IDEMPOTENCY_KEY_REUSED": "This key came with another body before.",
    "NO_RESULT": "The game has no result that could be taken back or graded by.",
    "ODDS_MOVED": "Odds have moved; quotes has what is offered now. No pick was made.",
    "ODDS_STALE": "Odds are withdrawn or too old; see errors. No pick was made.",
    "PICK_NOT_FOUND": "There is no such pick, or its game has not locked yet.",
    "RESULT_UNCHANGED": "This is how the game stands already; to book its picks anew, regrade it.",
}
"""What each code says, as a reader of the document sees it. A declared code that is not here fails a test."""

_ERRORS: Mapping[str, list[Json]] = {
    "DUPLICATE_PICK": [{"field": "picks[0].market", "message": "picked already"}],
    "EMAIL_TAKEN": [{"field": "email", "message": "in use, without regard to case"}],
    "GAME_LOCKED": [{"field": "picks[0].game_id", "message": "the game has locked"}],
    "IDEMPOTENCY_KEY_REUSED": [
        {"field": "Idempotency-Key", "message": "stands for another request of yours; take a new key"}
    ],
    "INVALID_CURSOR": [{"field": "cursor", "message": "not a cursor of this list"}],
    "INVALID_VALUE": [{"field": "limit", "message": "a whole number from 1 to 100"}],
    "MALFORMED_JSON": [{"field": "body", "message": "Expecting value, at character 1"}],
    "ODDS_MOVED": [{"field": "picks[0].quote_id", "message": "no longer what is offered"}],
    "ODDS_STALE": [{"field": "picks[0].quote_id", "message": "withdrawn"}],
    "UNSUPPORTED_MEDIA_TYPE": [{"field": "Content-Type", "message": "only application/json is read here"}],
    "USERNAME_TAKEN": [{"field": "username", "message": "in use, without regard to case"}],
}

MEMBERS: Mapping[str, tuple[str, type[ResponseBody]]] = {"ODDS_MOVED": ("quotes", MovedQuote)}
"""What the problem document of a code has beside the members that all have: a list of these, by its name."""

RATE_LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_AFTER_A_TRY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What may become of a try that was counted; the answer then says how many are left. The others come before it."""
_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

PROBLEM: Json = {
    "type": "object",
    "description": "What every error looks like (RFC 9457), the gateway's own included.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:pickvs:problem:[a-z0-9-]+$", "description": "The code as a URN."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, and what to do. For people; it may change."},
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "description": "For programs; it never changes."},
        "request_id": {"type": "string", "description": "X-Request-Id, to ask about this answer."},
        "errors": {
            "type": "array",
            "description": "The values at fault, where they can be named.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "A path into the request, such as picks[2].quote_id."},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def codes_of(endpoint: Endpoint, operation: Json) -> dict[HTTPStatus, list[str]]:
    """Return the codes of an operation by status: those that follow from what it is, and those that it declares."""
    parameters = operation.get("parameters", [])
    found: dict[int, set[str]] = {
        400: {"BAD_REQUEST"},
        422: {"INVALID_VALUE"},
        429: {"TOO_MANY_REQUESTS"},
        500: {"INTERNAL_ERROR"},
        503: {"UNAVAILABLE"},
    }
    if "requestBody" in operation:
        found[400].add("MALFORMED_JSON")
        found[413] = {"PAYLOAD_TOO_LARGE"}
        found[415] = {"UNSUPPORTED_MEDIA_TYPE"}
    if any(each["in"] == "path" for each in parameters):
        found[404] = {"NOT_FOUND"}
    if any(each["name"] == "cursor" for each in parameters):
        found[422].add("INVALID_CURSOR")
    if endpoint.auth is not Auth.PUBLIC:
        found[401] = {"UNAUTHENTICATED"}
        found[403] = {"FORBIDDEN", "SCOPE_REQUIRED" if endpoint.scopes else "API_KEY_NOT_ACCEPTED"}
        found[403] |= {"ROLE_REQUIRED"} if endpoint.auth is Auth.ADMIN else set()
    for status, codes in app_of(endpoint).problems.items():
        found.setdefault(status, set()).update(codes)
    return {HTTPStatus(status): sorted(codes) for status, codes in sorted(found.items())}


def meaning(code: str) -> str:
    """Return what a code says; the code itself in words while MEANINGS does not know it."""
    return MEANINGS.get(code, f"{code.replace('_', ' ').capitalize()}.")


def counts_tries(endpoint: Endpoint) -> bool:
    """Tell whether an operation counts the tries of its callers, and answers what is left of them."""
    return "RATE_LIMITED" in app_of(endpoint).problems.get(HTTPStatus.TOO_MANY_REQUESTS, ())


def name_of(endpoint: Endpoint, status: HTTPStatus, codes: list[str]) -> str:
    """Return the name under which operations share the Response Object of these codes."""
    counted = ["counted"] if counts_tries(endpoint) and status in _AFTER_A_TRY else []
    return ".".join([str(int(status)), *codes, *counted])


def response(endpoint: Endpoint, status: HTTPStatus, codes: list[str]) -> Json:
    """Return the Response Object for the errors of one status."""
    counted = RATE_LIMIT_HEADERS if counts_tries(endpoint) and status in _AFTER_A_TRY else ()
    headers = {
        name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "X-Correlation-Id", *counted)
    }
    if status in _RETRY_AFTER:
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    properties: Json = {"status": {"const": int(status)}, "code": {"enum": codes}}
    for name, model in (MEMBERS[code] for code in codes if code in MEMBERS):
        properties[name] = {"type": "array", "items": {"$ref": f"#/components/schemas/{model.__name__}"}}
    return {
        "description": "\n".join(f"- `{code}`: {meaning(code)}" for code in codes),
        "headers": headers,
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem", "properties": properties},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }


def example(status: HTTPStatus, code: str) -> Json:
    """Return the Example Object of a code."""
    members: Json = {}
    if code in MEMBERS:
        name, model = MEMBERS[code]
        members[name] = [examples.example(*schema_of(model), owner=model.__name__)]
    return {
        "value": {
            "type": f"urn:pickvs:problem:{code.lower().replace('_', '-')}",
            "title": status.phrase,
            "status": int(status),
            "detail": meaning(code),
            "code": code,
            "request_id": "7f4a1c1e-5b0c-4d0e-9a57-2f6f6f0d8a11",
            "errors": _ERRORS.get(code, []),
            **members,
        }
    }
