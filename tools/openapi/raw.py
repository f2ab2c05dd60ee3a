"""Reads the OpenAPI output of powertools for one endpoint and removes what is wrong or redundant in it."""

import importlib
import json
from types import ModuleType
from typing import Any

from cdk.routes import WING_OF
from cdk.routes.model import Endpoint
from pickvs.core.types import ResponseBody
from pickvs.http.app import App
from pickvs.http.body import BYTES
from tools.openapi.models import model_of, resolver_of

type Json = dict[str, Any]

OPENAPI_VERSION = "3.1.0"
_SCHEMAS = "#/components/schemas/{model}"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_POWERTOOLS_OWN = {"HTTPValidationError", "ValidationError", "ResponseValidationError"}
_BY_NAME = {"properties", "$defs", "schemas"}
"""Keywords whose members are our own names, not keywords."""
_VALUES = {"const", "default", "enum", "example", "examples"}
"""Keywords that hold values, not schemas."""


def module_of(endpoint: Endpoint) -> ModuleType:
    """Import the endpoint's module and return it."""
    return importlib.import_module(f"functions.api.{WING_OF[endpoint.name]}.{endpoint.name}")


def app_of(endpoint: Endpoint) -> App:
    """Return the app that Lambda calls for an endpoint. Raises TypeError if its module has none."""
    app = module_of(endpoint).app
    if not isinstance(app, App):
        raise TypeError(f"functions/api/{WING_OF[endpoint.name]}/{endpoint.name}.py has no app made by create_app")
    return app


def read(endpoint: Endpoint) -> tuple[Json, Json]:
    """Return the endpoint's operation and, by name, the schemas that it refers to."""
    made = resolver_of(app_of(endpoint)).get_openapi_json_schema(
        title="PickVs", version="0", openapi_version=OPENAPI_VERSION, servers=None
    )
    raw = _tidy(json.loads(made, parse_float=_number))
    operation = raw["paths"][endpoint.path][endpoint.method.lower()]
    for file in (route.file for route in app_of(endpoint).routes):
        if file is not None:  # powertools knows no such body
            kind, required = file
            operation["requestBody"] = {"required": required, "content": dict.fromkeys((kind.media_type, BYTES), _FILE)}
    schemas = {
        name: schema
        for name, schema in raw.get("components", {}).get("schemas", {}).items()
        if name not in _POWERTOOLS_OWN
    }
    return operation, schemas


def schema_of(kind: type[ResponseBody]) -> tuple[Json, dict[str, Json]]:
    """Return the schema of a response body and, by name, the schemas that it refers to."""
    made = _tidy(model_of(kind).model_json_schema(mode="serialization", ref_template=_SCHEMAS))
    named: dict[str, Json] = made.pop("$defs", {})
    return made, named


def _number(digits: str) -> int | float:
    """Return a number as the code wrote it: powertools turns 100 into 100.0."""
    number = float(digits)
    return int(number) if number.is_integer() else number


def _tidy(value: Any, *, names: bool = False) -> Any:
    """Return the value without the titles that pydantic derives from names."""
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if isinstance(value, dict):
        if value.get("type") == "number" and isinstance(value.get("default"), str):
            value = {**value, "default": _number(value["default"])}  # how pydantic writes a Decimal
        return {
            key: each if key in _VALUES and not names else _tidy(each, names=key in _BY_NAME and not names)
            for key, each in value.items()
            if names or key != "title" or not isinstance(each, str)
        }
    return value
