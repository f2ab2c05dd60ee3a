"""Which changes to the document break clients, and which are compatible additions."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tools.openapi import changes
from tools.openapi.changes import breaks

type Json = dict[str, Any]

PROBLEM = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}, "status": {"type": "integer"}},
}
NOTE = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "integer"},
        "kind": {"enum": ["plain", "bold"], "type": "string"},
        "ratio": {"type": "number"},
        "parent": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
}
DRAFT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "maxLength": 100},
        "kind": {"type": "string", "enum": ["plain", "bold"], "default": "plain"},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}},
    },
}
OLD: Json = {
    "servers": [{"url": "/api"}],
    "paths": {
        "/notes": {
            "get": {
                "security": [],
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "required": False,
                        "schema": {"type": "integer", "maximum": 100, "default": 50},
                    },
                    {"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "headers": {
                            "ETag": {"$ref": "#/components/headers/ETag"},
                            "Age": {"schema": {"type": "integer"}},
                        },
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}}
                            },
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    }
                },
            },
            "post": {
                "security": [{"accessToken": []}, {"apiKey": ["write"]}],
                "requestBody": {
                    "required": False,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Draft"}}},
                },
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
                    "409": {
                        "content": {
                            "application/problem+json": {
                                "schema": {
                                    "$ref": "#/components/schemas/Problem",
                                    "properties": {"status": {"const": 409}, "code": {"enum": ["TAKEN"]}},
                                }
                            }
                        }
                    },
                },
            },
        }
    },
    "components": {
        "schemas": {"Note": NOTE, "Draft": DRAFT, "Problem": PROBLEM},
        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
        "securitySchemes": {
            "accessToken": {"type": "http", "scheme": "bearer"},
            "apiKey": {"type": "http", "scheme": "bearer"},
        },
    },
}


def error(create: Json) -> Json:
    """Return the properties of the create operation's 409 answer."""
    properties: Json = create["responses"]["409"]["content"]["application/problem+json"]["schema"]["properties"]
    return properties


def changed(change: Callable[[Json, Json, Json, Json], object]) -> list[str]:
    """Return the breaks after `change` to the list operation, the create operation, the answer and the request."""
    new = copy.deepcopy(OLD)
    schemas = new["components"]["schemas"]
    change(new["paths"]["/notes"]["get"], new["paths"]["/notes"]["post"], schemas["Note"], schemas["Draft"])
    return breaks(OLD, new)


def test_the_same_document_breaks_nothing() -> None:
    assert breaks(OLD, copy.deepcopy(OLD)) == []


BREAKS: dict[str, Callable[[Json, Json, Json, Json], object]] = {
    "an answer's field is gone": lambda _l, _c, note, _d: note["properties"].pop("ratio"),
    "an answer's field is not always there": lambda _l, _c, note, _d: note["required"].remove("id"),
    "an answer's field has another type": lambda _l, _c, note, _d: note["properties"]["id"].update(type="string"),
    "an answer's integer has become any number": lambda _l, _c, note, _d: note["properties"]["id"].update(
        type="number"
    ),
    "an answer's list of values has grown": lambda _l, _c, note, _d: note["properties"]["kind"]["enum"].append("huge"),
    "an answer's value may be null": lambda _l, _c, note, _d: note["properties"].update(
        id={"anyOf": [{"type": "integer"}, {"type": "null"}]}
    ),
    "a good status is gone": lambda _l, create, _n, _d: create["responses"].update(
        {"200": create["responses"].pop("201")}
    ),
    "a content type is gone": lambda listing, _c, _n, _d: listing["responses"]["200"]["content"].pop("text/csv"),
    "a header is gone": lambda listing, _c, _n, _d: listing["responses"]["200"]["headers"].pop("Age"),
    "a header has another type": lambda listing, _c, _n, _d: listing["responses"]["200"]["headers"]["Age"].update(
        schema={"type": "string"}
    ),
    "the list is an object now": lambda listing, _c, _n, _d: listing["responses"]["200"]["content"].update(
        {"application/json": {"schema": {"type": "object", "properties": {}}}}
    ),
    "a request needs a new field": lambda _l, _c, _n, draft: draft["required"].append("kind"),
    "a request's field is refused": lambda _l, _c, _n, draft: draft["properties"].pop("kind"),
    "a request's list of values has shrunk": lambda _l, _c, _n, draft: draft["properties"]["kind"].update(
        enum=["plain"]
    ),
    "a request's field has a list of values": lambda _l, _c, _n, draft: draft["properties"]["text"].update(enum=["a"]),
    "a request's text must be shorter": lambda _l, _c, _n, draft: draft["properties"]["text"].update(maxLength=99),
    "a request's text must be longer": lambda _l, _c, _n, draft: draft["properties"]["text"].update(minLength=1),
    "a request's items have another pattern": lambda _l, _c, _n, draft: draft["properties"]["tags"]["items"].update(
        pattern="^[a-f]+$"
    ),
    "a body must be sent": lambda _l, create, _n, _d: create["requestBody"].update(required=True),
    "a body is not read": lambda _l, create, _n, _d: create.pop("requestBody"),
    "a parameter is refused": lambda listing, _c, _n, _d: listing["parameters"].pop(1),
    "a parameter that is left out means something else": lambda listing, _c, _n, _d: listing["parameters"][0][
        "schema"
    ].update(default=10),
    "a parameter that is left out means what is not said": lambda listing, _c, _n, _d: listing["parameters"][0][
        "schema"
    ].pop("default"),
    "a field that is left out means something else": lambda _l, _c, _n, draft: draft["properties"]["kind"].update(
        default="bold"
    ),
    "a parameter is required": lambda listing, _c, _n, _d: listing["parameters"][0].update(required=True),
    "a parameter's bound is lower": lambda listing, _c, _n, _d: listing["parameters"][0]["schema"].update(maximum=50),
    "a new parameter is required": lambda listing, _c, _n, _d: listing["parameters"].append(
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    ),
    "credentials are needed": lambda listing, _c, _n, _d: listing.update(security=[{"accessToken": []}]),
    "API keys are refused": lambda _l, create, _n, _d: create.update(security=[{"accessToken": []}]),
    "a role is needed": lambda _l, create, _n, _d: create["security"][0].update(accessToken=["admin"]),
    "another scope is needed": lambda _l, create, _n, _d: create["security"][1].update(apiKey=["all"]),
    "an error is gone": lambda _l, create, _n, _d: create["responses"].pop("409"),
    "an error has another status": lambda _l, create, _n, _d: create["responses"].update(
        {"410": create["responses"].pop("409")}
    ),
    "an error has another code": lambda _l, create, _n, _d: error(create)["code"].update(enum=["IN_USE"]),
    "an error's codes are not said": lambda _l, create, _n, _d: error(create).pop("code"),
    "an error's code is no text": lambda _l, create, _n, _d: error(create)["code"].update(type="integer"),
}


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
def test_it_breaks(change: Callable[[Json, Json, Json, Json], object]) -> None:
    assert changed(change)


GROWTH: dict[str, Callable[[Json, Json, Json, Json], object]] = {
    "an answer has a new field": lambda _l, _c, note, _d: note["properties"].update(new={"type": "string"}),
    "an answer's field is always there": lambda _l, _c, note, _d: note["required"].append("ratio"),
    "an answer's number is an integer": lambda _l, _c, note, _d: note["properties"]["ratio"].update(type="integer"),
    "an answer's list of values has shrunk": lambda _l, _c, note, _d: note["properties"]["kind"].update(enum=["plain"]),
    "an answer's value is never null": lambda _l, _c, note, _d: note["properties"].update(parent={"type": "integer"}),
    "a request may have a new field": lambda _l, _c, _n, draft: draft["properties"].update(new={"type": "string"}),
    "a request's field may be left out": lambda _l, _c, _n, draft: draft["required"].clear(),
    "a request's list of values has grown": lambda _l, _c, _n, draft: draft["properties"]["kind"]["enum"].append(
        "huge"
    ),
    "a request's text may be longer": lambda _l, _c, _n, draft: draft["properties"]["text"].update(maxLength=200),
    "a parameter is new": lambda listing, _c, _n, _d: listing["parameters"].append(
        {"name": "q", "in": "query", "required": False, "schema": {"type": "string"}}
    ),
    "an error has a new code": lambda _l, create, _n, _d: error(create)["code"]["enum"].append("FULL"),
    "an error has a new member": lambda _l, create, _n, _d: error(create).update(new={"type": "string"}),
    "an error is new": lambda listing, _c, _n, _d: listing["responses"].update({"404": {"description": "gone"}}),
    "a header is new": lambda listing, _c, _n, _d: listing["responses"]["200"]["headers"].update(
        New={"required": True, "schema": {"type": "string"}}
    ),
    "a header is always there": lambda listing, _c, _n, _d: listing["responses"]["200"]["headers"]["Age"].update(
        required=True
    ),
    "what may be left out now has a default": lambda listing, _c, _n, draft: (
        listing["parameters"][1].update(required=False, schema={"type": "string", "default": "plain"}),
        draft["required"].clear(),
        draft["properties"]["text"].update(default=""),
    ),
    "an answer's default changes": lambda _l, _c, note, _d: note["properties"]["ratio"].update(default=1),
    "no credentials are needed": lambda _l, create, _n, _d: create.update(security=[]),
    "descriptions and examples change": lambda listing, _c, note, _d: (
        listing.update(description="new"),
        note["properties"]["id"].update(description="new", examples=[1]),
    ),
}


@pytest.mark.parametrize("change", GROWTH.values(), ids=GROWTH)
def test_it_is_growth(change: Callable[[Json, Json, Json, Json], object]) -> None:
    assert changed(change) == []


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [(["/notes"], "GET /notes: is gone"), (["/notes", "post"], "POST /notes: is gone")],
)
def test_an_operation_cannot_go(gone: list[str], sentence: str) -> None:
    new = copy.deepcopy(OLD)
    place = new["paths"]
    for step in gone[:-1]:
        place = place[step]
    del place[gone[-1]]
    assert sentence in breaks(OLD, new)


def test_the_shape_of_errors_is_promised_too() -> None:
    new = copy.deepcopy(OLD)
    del new["components"]["schemas"]["Problem"]["properties"]["detail"]
    assert breaks(OLD, new) == ["POST /notes: 409 body.detail: is gone"]


def test_the_base_address_is_promised() -> None:
    assert breaks(OLD, {**OLD, "servers": [{"url": "/v2"}]}) == ["servers: the base address has changed"]


def shared(change: Callable[[Json], object]) -> list[str]:
    """Return the breaks when `change` is applied to the shared components."""
    new = copy.deepcopy(OLD)
    change(new["components"])
    return breaks(OLD, new)


def test_a_header_that_is_not_always_there_any_more_is_a_break() -> None:
    assert shared(lambda components: components["headers"]["ETag"].update(required=False)) == [
        "GET /notes: 200: header ETag: not always there any more"
    ]


def test_a_code_is_told_where_it_has_gone() -> None:
    new = copy.deepcopy(OLD)
    answers = new["paths"]["/notes"]["post"]["responses"]
    answers["410"] = answers.pop("409")
    assert breaks(OLD, new) == ["POST /notes: 409: the code TAKEN is a 410 now"]


@pytest.mark.parametrize("change", [{"scheme": "basic"}, {"type": "apiKey", "in": "header", "name": "X-Token"}])
def test_how_credentials_are_sent_is_promised(change: Json) -> None:
    assert shared(lambda components: components["securitySchemes"]["apiKey"].update(change)) == [
        "security scheme apiKey: has changed"
    ]


def test_a_new_way_to_send_credentials_and_another_description_are_growth() -> None:
    def change(components: Json) -> None:
        components["securitySchemes"]["apiKey"]["description"] = "A key."
        components["securitySchemes"]["cookie"] = {"type": "apiKey", "in": "cookie", "name": "session"}

    assert shared(change) == []


def test_a_break_is_told_once() -> None:
    assert shared(lambda components: components["schemas"]["Note"]["properties"].pop("ratio")) == [
        "GET /notes: 200 body[].ratio: is gone",
        "POST /notes: 201 body.ratio: is gone",
    ]


def with_own_problems(*codes: str) -> Json:
    """Return the document with a schema for the problem of each code, instead of one for all."""
    new = copy.deepcopy(OLD)
    for code in codes:
        own = {"code": {"type": "string", "const": code}, "status": {"type": "integer", "const": 409}}
        problem = {**PROBLEM, "properties": {**PROBLEM["properties"], **own}}
        new["components"]["schemas"][f"{code}_PROBLEM"] = problem
    media = new["paths"]["/notes"]["post"]["responses"]["409"]["content"]["application/problem+json"]
    media["schema"] = {"oneOf": [{"$ref": f"#/components/schemas/{code}_PROBLEM"} for code in codes]}
    return new


def test_problems_may_get_schemas_of_their_own_and_codes_may_be_added_to_them() -> None:
    assert breaks(OLD, with_own_problems("TAKEN")) == []
    assert breaks(OLD, with_own_problems("FULL", "TAKEN")) == []
    assert breaks(with_own_problems("TAKEN"), with_own_problems("FULL", "TAKEN")) == []


def test_a_code_among_schemas_of_their_own_is_promised_and_so_is_its_shape() -> None:
    both = with_own_problems("FULL", "TAKEN")
    assert breaks(both, with_own_problems("TAKEN")) == ["POST /notes: 409: the code FULL is gone"]
    assert breaks(OLD, with_own_problems("FULL")) == ["POST /notes: 409: the code TAKEN is gone"]
    other = copy.deepcopy(both)
    del other["components"]["schemas"]["FULL_PROBLEM"]["properties"]["detail"]
    assert breaks(both, other) == ["POST /notes: 409 body.detail: is gone"]
    assert breaks(OLD, other) == ["POST /notes: 409 body.detail: is gone"], "a new code's problem is one all the same"


def superseding(change: Callable[[Json], object] = lambda _: None) -> list[str]:
    """Return the breaks when the list's CSV is superseded, after `change` to what remains promised of it."""
    new = copy.deepcopy(OLD)
    listing = new["paths"]["/notes"]["get"]
    older = {
        "by": "/notes.csv",
        "parameters": [listing["parameters"].pop(1)],
        "responses": {"200": {"headers": {}, "content": {"text/csv": {"schema": {"type": "string"}}}}},
    }
    del listing["responses"]["200"]["content"]["text/csv"]
    change(older)
    listing["x-superseded"] = older
    return breaks(OLD, new)


def test_what_another_operation_supersedes_is_still_promised() -> None:
    assert superseding() == []
    assert superseding(lambda older: older["parameters"].clear()) == [
        "GET /notes: query parameter kind: is refused now"
    ]
    assert superseding(lambda older: older["responses"].clear()) == [
        "GET /notes: 200: text/csv is not answered any more"
    ]


def codes_of(document: Json) -> list[str]:
    """Return the codes of the document's only error, to be changed."""
    content = document["paths"]["/notes"]["post"]["responses"]["409"]["content"]["application/problem+json"]
    found: list[str] = content["schema"]["properties"]["code"]["enum"]
    return found


def test_a_code_merges_into_one_that_its_clients_expect_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MERGED_CODES", {"TAKEN": "BUSY"})
    old, new = copy.deepcopy(OLD), copy.deepcopy(OLD)
    codes_of(new)[:] = ["BUSY"]
    assert breaks(old, new) == ["POST /notes: 409: the code TAKEN is gone"]
    codes_of(old).append("BUSY")
    assert breaks(old, new) == []
    codes_of(new)[:] = ["OTHER"]
    assert "POST /notes: 409: the code TAKEN is gone" in breaks(old, new)
