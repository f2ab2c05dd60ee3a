"""Builds one operation of the document from the endpoint's row and its code."""

import inspect
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from cdk.routes import WING_OF
from cdk.routes.model import Auth, Endpoint
from tools.openapi import problems
from tools.openapi.examples import example
from tools.openapi.headers import named
from tools.openapi.raw import Json, app_of, module_of
from tools.openapi.superseded import CSV, CSV_HEADERS, CSV_TYPE, formats, without_csv

OLDER_TAGS: Mapping[str, str] = {
    "games": "games",
    "sports": "games",
    "teams": "games",
    "leaderboard": "standings",
    "admin": "administration",
    "health": "service",
    "openapi.json": "service",
    "docs": "service",
}
"""Tags by the first part of the path. They are older than the wings and stay because generated clients are named after
them. The tag of every other operation is the name of its wing."""

_NO_NUL = r"^[^\x00]*$"
"""Pattern of every string in a query: http.app refuses NUL, which PostgreSQL cannot store in text."""
_SAYS_WHICH_TEXT = {"enum", "const", "format", "pattern"}
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of a response that the client has; the status is 304 if it is still current.",
    "schema": {"type": "string"},
}
_POWERTOOLS_SAYS = "Successful Response"
_KEPT_HEADERS = ("X-Request-Id", "Cache-Control")
"""Headers of a response that caches may keep. It repeats no caller's correlation id."""
_COMMON_HEADERS = ("X-Request-Id", "X-Correlation-Id", "Cache-Control")


def operation(endpoint: Endpoint, raw: Json, schemas: Mapping[str, Json]) -> Json:
    """Return the Operation Object of an endpoint. `raw` and `schemas` are the result of `raw.read` for it."""
    codes = problems.codes_of(endpoint, raw)
    made: Json = {
        "operationId": endpoint.name,
        "tags": [tag_of(endpoint)],
        "summary": _summary(endpoint),
        "description": inspect.getdoc(getattr(module_of(endpoint), endpoint.name)),
        "security": _security(endpoint),
        **({"deprecated": True} if endpoint.retired else {}),
    }
    parameters = [_parameter(each) for each in raw.get("parameters", [])]
    parameters += [_IF_NONE_MATCH] if _is_kept(endpoint) else []
    if parameters:
        made["parameters"] = parameters
    if "requestBody" in raw:
        made["requestBody"] = {
            "required": raw["requestBody"].get("required", False),
            "content": {
                kind: _with_example(media, schemas) if kind == "application/json" else media
                for kind, media in raw["requestBody"]["content"].items()
            },
        }
    answers = {status: each for status, each in raw["responses"].items() if int(status) < HTTPStatus.BAD_REQUEST}
    made["responses"] = {
        **{
            status: _answer(int(status), answer, schemas, raw, _headers(endpoint))
            for status, answer in sorted(answers.items())
        },
        **({"304": _not_modified()} if _is_kept(endpoint) else {}),
        **{
            str(int(status)): {"$ref": f"#/components/responses/{problems.name_of(endpoint, status, names)}"}
            for status, names in codes.items()
        },
    }
    return without_csv(made, raw, schemas)


def tag_of(endpoint: Endpoint) -> str:
    """Return the tag of an operation."""
    return OLDER_TAGS.get(endpoint.path.split("/")[1], WING_OF[endpoint.name])


def _summary(endpoint: Endpoint) -> str:
    """Return the first paragraph of the module's docstring after `METHOD /path: `, with an initial capital."""
    said = (inspect.getdoc(module_of(endpoint)) or "").split("\n\n")[0].partition(": ")[2].replace("\n", " ")
    return said[:1].upper() + said[1:].removesuffix(".")


def _security(endpoint: Endpoint) -> list[Json]:
    if endpoint.auth is Auth.PUBLIC:
        return []
    roles = ["admin"] if endpoint.auth is Auth.ADMIN else []
    return [{"accessToken": roles}, *({"apiKey": [scope.value]} for scope in endpoint.scopes)]


def _parameter(raw: Json) -> Json:
    """Return a Parameter Object. Its schema never allows null, which a query or a header cannot express."""
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
    """Return the Response Object of a success. `extra` are the names of its headers."""
    content = {} if status == HTTPStatus.NO_CONTENT else dict(raw.get("content", {}))
    if CSV in formats(operation, schemas):  # which without_csv describes
        kinds = content["application/json"]["schema"].pop("anyOf")
        content["application/json"]["schema"] = next(kind for kind in kinds if "$ref" in kind)
    headers = named([*extra, *(CSV_HEADERS if CSV_TYPE in content else ())])
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
    """Return the names of the headers on the endpoint's success responses."""
    own = (*_KEPT_HEADERS, "ETag") if _is_kept(endpoint) else _COMMON_HEADERS
    counted = problems.RATE_LIMIT_HEADERS if problems.counts_tries(endpoint) else ()
    return [*own, *counted]


def _is_kept(endpoint: Endpoint) -> bool:
    """Return whether responses have an ETag, and whoever has the current one gets 304."""
    app = app_of(endpoint)
    return app.versioned or app.max_age is not None


def _not_modified() -> Json:
    return {
        "description": "The version that If-None-Match names is still current.",
        "headers": named((*_KEPT_HEADERS, "ETag")),
    }


def _said_of(content: Json, schemas: Mapping[str, Json]) -> str | None:
    """Return the description of the response's schema, which is the docstring of its class."""
    schema = content.get("application/json", {}).get("schema", {})
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    said: str | None = named.get("description")
    return said


def _with_example(media: Json, schemas: Mapping[str, Json]) -> Json:
    schema = {name: value for name, value in media["schema"].items() if name != "default"}
    anything = schema.get("type") == "object" and "properties" not in schema
    return {"schema": schema} if anything else {"schema": schema, "example": example(schema, schemas)}
