"""The document has only forms whose types survive in generated clients. test_generated_clients.py generates them."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tools.openapi.client_types import kept_by_generators
from tools.openapi.document import document

type Json = dict[str, Any]

VALUES = {"example", "examples", "default", "x-default", "const", "enum", "not"}


@cache
def made() -> Json:
    return document()


def objects(value: Any, at: str = "") -> Iterator[tuple[str, Json]]:
    """Return all objects of the document with their places, except those inside values and superseded parts."""
    if isinstance(value, dict):
        yield at, value
        for key, each in value.items():
            if key not in {*VALUES, "x-superseded"}:
                yield from objects(each, f"{at}/{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from objects(each, f"{at}/{number}")


def schemas() -> Iterator[tuple[str, Json]]:
    """Yield the schemas and where they are. What a schema says of its members by their names is none itself."""
    found = objects(made()["components"]["schemas"])
    return ((at, each) for at, each in found if not at.endswith("/properties"))


def asked_with() -> set[str]:
    """Return the names of the schemas that requests consist of."""
    named = {name: str(schema) for name, schema in made()["components"]["schemas"].items()}
    bodies = [str(each.get("requestBody")) for path in made()["paths"].values() for each in path.values()]
    found: set[str] = set()
    while new := {name for name in named if any(f"schemas/{name}'" in each for each in bodies)} - found:
        found |= new
        bodies = [named[name] for name in new]
    return found


def test_nothing_stands_beside_a_reference() -> None:
    assert [at for at, each in objects(made()) if "$ref" in each and len(each) > 1] == []


def test_no_property_of_a_request_has_a_default() -> None:
    requests = [made()["components"]["schemas"][name] for name in asked_with()]
    assert len(requests) > 10
    assert [at for at, each in objects(requests) if "default" in each] == []


def test_a_default_is_said_in_words_and_for_programs() -> None:
    stake = made()["components"]["schemas"]["WantedPick"]["properties"]["stake_units"]
    assert stake["x-default"] == 1
    assert stake["description"].endswith("Default: 1.")


def test_an_answer_has_all_its_fields() -> None:
    asked = asked_with()
    answers = {name: schema for name, schema in made()["components"]["schemas"].items() if name not in asked}
    lacking = {
        name: set(schema["properties"]) - set(schema["required"])
        for name, schema in answers.items()
        if "properties" in schema and set(schema["properties"]) - set(schema["required"])
    }
    assert lacking == {f"{each}Problem": {"quotes"} for each in ("DuplicatePick", "GameLocked", "OddsStale")}


def test_no_alternatives_stand_beside_properties() -> None:
    assert [at for at, each in schemas() if "properties" in each and {"anyOf", "oneOf"} & each.keys()] == []


def test_every_schema_says_its_type() -> None:
    saying = {"type", "$ref", "anyOf", "oneOf", "allOf"}
    keywords = {"properties", "required", "const", "enum", "items", "pattern", "format"}
    assert [at for at, each in schemas() if keywords & each.keys() and not saying & each.keys()] == []


def test_an_object_has_properties_or_says_what_else_it_has() -> None:
    open_ones = [each for at, each in objects(made()) if each.get("type") == "object" and "properties" not in each]
    assert len(open_ones) > 5
    assert all("additionalProperties" in each for each in open_ones)


def test_no_schema_is_called_like_one_of_its_lists() -> None:
    def words(name: str) -> str:
        return name.replace("_", "").lower()

    for name, schema in made()["components"]["schemas"].items():
        lists = [each for each, inner in schema.get("properties", {}).items() if inner.get("type") == "array"]
        assert words(name) not in map(words, lists)


def test_each_answer_has_one_media_type() -> None:
    answers = [(at, each["content"]) for at, each in objects(made()) if isinstance(each.get("content"), dict)]
    assert len(answers) > 50
    several = [at for at, content in answers if len(content) != 1]
    # A body may be sent as several types, of which a generator takes one that it knows.
    assert [at for at in several if not at.endswith("/requestBody")] == []


def test_a_header_that_may_be_absent_is_no_reference() -> None:
    required = {name for name, each in made()["components"]["headers"].items() if each.get("required")}
    answers = [each for path in made()["paths"].values() for one in path.values() for each in one["responses"].values()]
    answers += made()["components"]["responses"].values()
    for headers in (answer.get("headers", {}) for answer in answers):
        assert {name for name, header in headers.items() if "$ref" in header} <= required
        assert not [name for name, header in headers.items() if "$ref" not in header and header.get("required")]


def test_each_code_has_a_problem_of_its_own() -> None:
    named = made()["components"]["schemas"]
    by_code = {
        each["properties"]["code"]["const"]: each
        for name, each in named.items()
        if name.endswith("Problem") and name != "Problem"
    }
    assert by_code.keys() == made()["components"]["examples"].keys()
    for code, problem in by_code.items():
        assert problem["properties"]["type"]["const"] == f"urn:pickvs:problem:{code.lower().replace('_', '-')}"
        assert set(named["Problem"]["required"]) <= set(problem["required"])


def with_schemas(**named: Json) -> Json:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}}
    return {"paths": {"/x": {"post": {"requestBody": body}}}, "components": {"schemas": named}}


REFINED: Json = {
    "type": "object",
    "description": "An order.",
    "additionalProperties": False,
    "properties": {
        "is_dry": {"type": "boolean", "default": False},
        "reason": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
    },
    "anyOf": [
        {"required": ["reason"], "properties": {"reason": {"type": "string"}}},
        {"required": ["is_dry"], "properties": {"is_dry": {"const": True}}},
    ],
}


def test_alternatives_beside_properties_become_whole_schemas() -> None:
    kept = kept_by_generators(with_schemas(Asked=copy.deepcopy(REFINED)))["components"]["schemas"]
    assert kept["Asked"] == {
        "anyOf": [{"$ref": f"#/components/schemas/AskedWith{each}"} for each in ("Reason", "IsDry")],
        "description": "An order.",
    }
    assert kept["AskedWithReason"]["required"] == ["reason"]
    assert kept["AskedWithReason"]["properties"] == {
        "is_dry": {"type": "boolean", "description": "Default: false.", "x-default": False},
        "reason": {"type": "string", "maxLength": 9},
    }
    assert kept["AskedWithIsDry"]["properties"]["is_dry"] == {"type": "boolean", "const": True}
    assert kept["AskedWithIsDry"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("name", "properties", "other"),
    [
        ("Games", ("games", "next_cursor"), "GamesPage"),
        ("ApiKeys", ("api_keys",), "ApiKeysList"),
        ("Games", ("game",), "Games"),
    ],
)
def test_a_schema_called_like_its_list_gets_another_name(name: str, properties: list[str], other: str) -> None:
    schema: Json = {"type": "object", "properties": {each: {"type": "array"} for each in properties}}
    asked = {"type": "object", "properties": {"x": {"$ref": f"#/components/schemas/{name}", "description": "An x."}}}
    kept = kept_by_generators(with_schemas(**{name: schema, "Asked": asked}))["components"]["schemas"]
    assert kept[other] == schema
    assert kept["Asked"]["properties"]["x"] == {
        "allOf": [{"$ref": f"#/components/schemas/{other}"}],
        "description": "An x.",
    }
