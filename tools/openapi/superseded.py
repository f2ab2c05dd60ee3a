"""What an operation still takes and answers although another operation has superseded it.

Generated clients can have one type for the answer of an operation. So an operation that also answered CSV when asked
with `format=csv` has its JSON described as usual, and its CSV below `x-superseded`, which generators do not read. It
remains promised: it is compared with the last release, and tests hold answers to it.
"""

from collections.abc import Mapping

from cdk.routes import ENDPOINTS
from tools.openapi.headers import named
from tools.openapi.raw import Json

KEYWORD = "x-superseded"
CSV = "csv"
CSV_TYPE = "text/csv"
CSV_HEADERS = ("Content-Disposition", "X-Next-Cursor")

_OF_ITS_OWN: Mapping[str, str] = {"list_public_picks": "list_public_picks_csv", "export_me": "export_my_picks_csv"}
"""Operation that answers CSV only, by the operation that also answers it with `format=csv`."""


def without_csv(operation: Json, raw: Json, schemas: Mapping[str, Json]) -> Json:
    """Return the operation with its parameter `format` and its CSV, if it has them, as superseded.

    Raises LookupError if it answers CSV and no operation of its own supersedes that.
    """
    if CSV not in formats(raw, schemas):
        return operation
    name = operation["operationId"]
    if name not in _OF_ITS_OWN:
        raise LookupError(f"{name} answers JSON and CSV: make an operation of its own for the CSV")
    [path] = [each.path for each in ENDPOINTS if each.name == _OF_ITS_OWN[name]]
    answer = {"headers": named((), may_lack=CSV_HEADERS), "content": {CSV_TYPE: {"schema": {"type": "string"}}}}
    return {
        **operation,
        "description": f"{operation['description']}\n\nWith `format=csv` it still answers CSV, as `GET {path}` does.",
        "parameters": [each for each in operation["parameters"] if each["name"] != "format"],
        KEYWORD: {
            "by": path,
            "parameters": [each for each in operation["parameters"] if each["name"] == "format"],
            "responses": {"200": answer},
        },
    }


def whole(operation: Json) -> Json:
    """Return the operation with what has been superseded among its parameters and responses."""
    older = operation.get(KEYWORD, {"parameters": [], "responses": {}})
    responses = dict(operation["responses"])
    for status, more in older["responses"].items():
        responses[status] = {
            **responses[status],
            **{part: {**responses[status].get(part, {}), **more[part]} for part in ("headers", "content")},
        }
    return {
        **operation,
        "parameters": [*operation.get("parameters", []), *older["parameters"]],
        "responses": responses,
    }


def formats(raw: Json, schemas: Mapping[str, Json]) -> list[str]:
    """Return the formats that an operation offers in its parameter `format`. `raw` is the result of `raw.read`."""
    for parameter in raw.get("parameters", []):
        if parameter["name"] == "format":
            schema = parameter["schema"]
            kind = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            return list(kind["enum"])
    return []
