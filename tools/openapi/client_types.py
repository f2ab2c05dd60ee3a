"""Rewrites the document into the forms whose types survive in generated clients.

The meaning stays. What is rewritten is what openapi-typescript or openapi-python-client drop or misread, with their
default settings:

- Beside a `$ref` they read nothing; they do read what stands beside `allOf`.
- openapi-typescript makes a property with a `default` required, also in a request.
- openapi-python-client drops the properties that stand beside `anyOf`.
- openapi-python-client makes code that does not type-check of a model with a list or model in a property of the
  model's own name.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tools.openapi.raw import Json

DEFAULT = "x-default"
"""Keyword for the default of a request's property. `default` would make the property required in TypeScript."""

_SCHEMAS = "#/components/schemas/"
_PLAIN = {"boolean", "integer", "number", "string"}


def kept_by_generators(document: Json) -> Json:
    """Return the document with the same meaning, in forms that generated clients keep."""
    schemas = document["components"]["schemas"]
    for name in [each for each, schema in schemas.items() if {"anyOf", "properties"} <= schema.keys()]:
        schemas.update(_spelled_out(name, schemas[name]))
    for name in _asked_with(document):
        schemas[name] = _without_defaults(schemas[name])
    names = {name: _other_name(schema, name) for name, schema in schemas.items()}
    renamed = dict(sorted((names[name], schema) for name, schema in schemas.items()))
    document = {**document, "components": {**document["components"], "schemas": renamed}}
    rewritten: Json = _with_lone_references(_renamed(document, names))
    return rewritten


def _asked_with(document: Json) -> set[str]:
    """Return the names of the schemas that request bodies consist of."""
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    found: set[str] = set()
    new = set(_references([each.get("requestBody") for each in operations]))
    while new:
        found |= new
        new = {inner for name in new for inner in _references(document["components"]["schemas"][name])} - found
    return found


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference.removeprefix(_SCHEMAS)
        case dict():
            for each in value.values():
                yield from _references(each)
        case list():
            for each in value:
                yield from _references(each)


def _without_defaults(schema: Json) -> Json:
    """Return a request's schema with the defaults of its properties in words, and under another keyword."""
    properties = {}
    for name, each in schema.get("properties", {}).items():
        kept = {keyword: value for keyword, value in each.items() if keyword != "default"}
        if "default" in each:
            said = f"Default: {json.dumps(each['default'])}."
            kept |= {"description": f"{each.get('description', '')} {said}".strip(), DEFAULT: each["default"]}
        properties[name] = kept
    return {**schema, "properties": properties} if properties else schema


def _spelled_out(name: str, schema: Json) -> dict[str, Json]:
    """Return by name the schema as a plain union, and its alternatives with all their properties."""
    found: dict[str, Json] = {}
    for alternative in schema["anyOf"]:
        narrowed = alternative.get("properties", {})
        required = alternative.get("required", [])
        properties = {
            each: _narrowed(inner, narrowed.get(each, {}), is_required=each in required)
            for each, inner in schema["properties"].items()
        }
        own = "".join(part.capitalize() for each in required for part in each.split("_"))
        found[f"{name}With{own}"] = {
            **{keyword: value for keyword, value in schema.items() if keyword not in {"anyOf", "examples"}},
            "properties": properties,
            "required": sorted({*schema.get("required", []), *required}),
        }
    about: Json = {keyword: schema[keyword] for keyword in ("description", "examples") if keyword in schema}
    return {**found, name: {"anyOf": [{"$ref": _SCHEMAS + each} for each in found], **about}}


def _narrowed(schema: Json, narrower: Json, *, is_required: bool) -> Json:
    """Return a schema for values that match both. A required property has no default."""
    made = {key: value for key, value in schema.items() if not (is_required and key == "default")}
    if "type" in narrower and "anyOf" in made:
        [fitting] = [each for each in made.pop("anyOf") if each.get("type") == narrower["type"]]
        made = {**fitting, **made}
    return {**made, **narrower}


def _other_name(schema: Json, name: str) -> str:
    """Return the name of a schema, another one if one of its properties has the same and is a list or a model."""
    properties = schema.get("properties", {})
    namesake = properties.get(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())
    if namesake is None or namesake.get("type") in _PLAIN:
        return name
    return f"{name}Page" if "next_cursor" in properties else f"{name}List"


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Return the value with all references to these schemas renamed."""
    match value:
        case dict():
            return {key: _renamed(each, names) for key, each in value.items()}
        case list():
            return [_renamed(each, names) for each in value]
        case str() if value.startswith(_SCHEMAS):
            return _SCHEMAS + names[value.removeprefix(_SCHEMAS)]
    return value


def _with_lone_references(value: Any) -> Any:
    """Return the value with each reference that has keywords beside it moved into `allOf`."""
    match value:
        case {"$ref": str(reference), **others} if others:
            return {"allOf": [{"$ref": reference}], **_with_lone_references(others)}
        case dict():
            return {key: _with_lone_references(each) for key, each in value.items()}
        case list():
            return [_with_lone_references(each) for each in value]
    return value
