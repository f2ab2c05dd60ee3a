"""One operation of the document, from the endpoint's row and the endpoint's code."""

import inspect
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from cdk.routes import Auth, Endpoint
from tools.openapi import problems
from tools.openapi.examples import example
from tools.openapi.raw import Json, app_of, module_of

ROOMS: Mapping[str, str] = {
    "auth": "accounts",
    "users": "accounts",
    "api-keys": "accounts",
    "games": "games",
    "sports": "games",
    "picks": "picks",
    "leaderboard": "standings",
    "admin": "administration",
    "health": "service",
    "openapi.json": "service",
    "docs": "service",
}
"""The tag of an operation by the first part of its path."""

CSV = "csv"
_NO_NUL = r"^[^\x00]*$"
"""What every text in a query must be: http.app refuses a NUL, which no text in the database can hold."""
_SAYS_WHICH_TEXT = {"enum", "const", "format", "pattern"}
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that the caller has; 304 if it is still the one.",
    "schema": {"type": "string"},
}
_POWERTOOLS_SAYS = "Successful Response"
_COMMON_HEADERS = ("X-Request-Id", "X-Correlation-Id", "Cache-Control")


def operation(endpoint: Endpoint, raw: Json, schemas: Mapping[str, Json]) -> Json:
    """Return the Operation Object of an endpoint; `raw` and `schemas` are what `raw.read` returned for it."""
    codes = problems.codes_of(endpoint, raw)
    made: Json = {
        "operationId": endpoint.name,
        "tags": [ROOMS[endpoint.path.split("/")[1]]],
        "summary": _summary(endpoint),
        "description": inspect.getdoc(getattr(module_of(endpoint), endpoint.name)),
        "security": _security(endpoint),
    }
    parameters = [_parameter(each) for each in raw.get("parameters", [])]
    parameters += [] if app_of(endpoint).max_age is None else [_IF_NONE_MATCH]
    if parameters:
        made["parameters"] = parameters
    if "requestBody" in raw:
        made["requestBody"] = {
            "required": raw["requestBody"].get("required", False),
            "content": {kind: _with_example(media, schemas) for kind, media in raw["requestBody"]["content"].items()},
        }
    answers = {status: each for status, each in raw["responses"].items() if int(status) < HTTPStatus.BAD_REQUEST}
    made["responses"] = {
        **{
            status: _answer(int(status), answer, schemas, raw, _headers(endpoint))
            for status, answer in sorted(answers.items())
        },
        **({"304": _not_modified()} if app_of(endpoint).max_age is not None else {}),
        **{
            str(int(status)): {"$ref": f"#/components/responses/{problems.name_of(endpoint, status, names)}"}
            for status, names in codes.items()
        },
    }
    return made


def _summary(endpoint: Endpoint) -> str:
    """Return what the file says of itself after `METHOD /path: `, as a sentence's beginning."""
    said = (inspect.getdoc(module_of(endpoint)) or "").split("\n\n")[0].partition(": ")[2].replace("\n", " ")
    return said[:1].upper() + said[1:].removesuffix(".")


def _security(endpoint: Endpoint) -> list[Json]:
    if endpoint.auth is Auth.PUBLIC:
        return []
    roles = ["admin"] if endpoint.auth is Auth.ADMIN else []
    return [{"accessToken": roles}, *({"apiKey": [scope.value]} for scope in endpoint.scopes)]


def _parameter(raw: Json) -> Json:
    """Return a Parameter Object. What may be left out cannot be null: a query and a header have no such thing."""
    schema = {name: value for name, value in raw["schema"].items() if name != "description"}
    if "anyOf" in schema:
        kinds = [kind for kind in schema.pop("anyOf") if kind.get("type") != "null"]
        schema = {**schema, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})}
    if raw["in"] == "query" and schema.get("type") == "string" and not _SAYS_WHICH_TEXT & schema.keys():
        schema["pattern"] = _NO_NUL
    name = raw["name"].title() if raw["in"] == "header" else raw["name"]
    described = {"description": raw["description"]} if "description" in raw else {}
    return {"name": name, "in": raw["in"], "required": raw.get("required", False), **described, "schema": schema}


def _answer(status: int, raw: Json, schemas: Mapping[str, Json], operation: Json, extra: Sequence[str]) -> Json:
    """Return the Response Object of a success; `extra` are the names of its headers."""
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in extra}
    content = {} if status == HTTPStatus.NO_CONTENT else dict(raw.get("content", {}))
    if CSV in _formats(operation, schemas):
        kinds = content["application/json"]["schema"].pop("anyOf")
        content["application/json"]["schema"] = next(kind for kind in kinds if "$ref" in kind)
        content["text/csv"] = {"schema": {"type": "string"}}
        headers["X-Next-Cursor"] = {"$ref": "#/components/headers/X-Next-Cursor"}
        headers["Content-Disposition"] = {"$ref": "#/components/headers/Content-Disposition"}
    said = raw.get("description", "")
    if said in {"", _POWERTOOLS_SAYS}:
        said = _said_of(content, schemas) or HTTPStatus(status).phrase
    made: Json = {"description": said, "headers": headers}
    if content:
        made["content"] = {
            kind: _with_example(media, schemas) if kind == "application/json" else media
            for kind, media in content.items()
        }
    return made


def _headers(endpoint: Endpoint) -> list[str]:
    """Return the names of the headers that a success of the endpoint has."""
    kept = [] if app_of(endpoint).max_age is None else ["ETag"]
    counted = problems.RATE_LIMIT_HEADERS if problems.counts_tries(endpoint) else ()
    return [*_COMMON_HEADERS, *kept, *counted]


def _not_modified() -> Json:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*_COMMON_HEADERS, "ETag")}
    return {"description": "What If-None-Match names is what would be answered.", "headers": headers}


def _formats(operation: Json, schemas: Mapping[str, Json]) -> list[str]:
    """Return the formats that an operation offers in its parameter `format`."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "format":
            schema = parameter["schema"]
            kind = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            return list(kind["enum"])
    return []


def _said_of(content: Json, schemas: Mapping[str, Json]) -> str | None:
    """Return what the docstring of the answer's schema says."""
    schema = content.get("application/json", {}).get("schema", {})
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    said: str | None = named.get("description")
    return said


def _with_example(media: Json, schemas: Mapping[str, Json]) -> Json:
    schema = {name: value for name, value in media["schema"].items() if name != "default"}
    anything = schema.get("type") == "object" and "properties" not in schema
    return {"schema": schema} if anything else {"schema": schema, "example": example(schema, schemas)}
