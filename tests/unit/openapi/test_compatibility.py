"""Whether every value of one schema is valid under another: unions, recursive schemas, and unknown keywords."""

from typing import Any

import pytest

from tools.openapi.compatibility import Fit, Schema, Side

type Json = dict[str, Any]

SCHEMAS = "#/components/schemas/"
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def ref(name: str) -> Json:
    return {"$ref": SCHEMAS + name}


def record(**fields: Schema) -> Json:
    return {"type": "object", "properties": fields}


def request(old: Schema, new: Schema, before: Json | None = None, after: Json | None = None) -> list[str]:
    """Return why `new` may refuse a request that `old` allows. `before` and `after` are the named schemas."""
    return Fit(_side(before), _side(after), is_answer=False).misfits(old, new, "it")


def answer(old: Schema, new: Schema, before: Json | None = None, after: Json | None = None) -> list[str]:
    """Return which answers `new` allows that `old` does not promise."""
    return Fit(_side(after), _side(before), is_answer=True).misfits(new, old, "it")


def _side(named: Json | None) -> Side:
    return Side({"components": {"schemas": named or {}}})


def alternatives(inner: Json) -> Json:
    """Return two alternatives that both contain the same named schema."""
    return {
        "Inner": record(x=inner),
        "A": {**record(f=ref("Inner"), kind={"type": "string", "const": "a"}), "required": ["f", "kind"]},
        "B": {**record(f=ref("Inner"), kind={"type": "string", "const": "b"}), "required": ["f", "kind"]},
        "C": record(f=ref("Inner")),
        "D": {**record(f=ref("Inner")), "required": ["f"]},
    }


@pytest.mark.parametrize(("one", "other"), [("A", "B"), ("C", "D"), ("A", "D")])
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_change_that_all_alternatives_share_is_found(keyword: str, one: str, other: str) -> None:
    union = {keyword: [ref(one), ref(other)]}
    before, after = alternatives(TEXT), alternatives(NUMBER)
    assert set(request(union, union, before, after)) == {"it.f.x: the type is string, not integer"}
    assert set(answer(union, union, before, after)) == {"it.f.x: the type is integer, not string"}
    assert request(union, union, before, before) == []


def test_a_schema_is_compared_wherever_it_stands() -> None:
    """One place also accepts any value. At another place the same schema must still be compared."""
    old = record(a={"anyOf": [ref("Inner"), {"type": "object"}]}, b=ref("Inner"))
    assert request(old, old, alternatives(TEXT), alternatives(NUMBER)) == ["it.b.x: the type is string, not integer"]


def test_members_beside_a_reference_are_part_of_the_schema() -> None:
    named = {"Problem": {**record(code=TEXT), "required": ["code"]}}
    old = {**ref("Problem"), "properties": {"quotes": {"type": "array"}, "code": {"const": "MOVED"}}}
    new = {**ref("Problem"), "properties": {"code": {"const": "MOVED"}}}
    # The same two names were compared before, without the keywords beside them.
    assert answer(record(a=ref("Problem"), b=old), record(a=ref("Problem"), b=new), named, named) == [
        "it.b.quotes: is gone"
    ]
    assert answer(old, {**old, "required": ["quotes"]}, named, named) == []
    number = {"Problem": {**record(code=NUMBER), "required": ["code"]}}
    assert answer(old, old, named, number) == ["it.code: the type is integer, not string"]


def test_a_schema_that_holds_itself_is_compared_to_its_end() -> None:
    def tree(leaf: Json) -> Json:
        return {"Tree": record(leaf=leaf, left=ref("Tree"), right={"anyOf": [ref("Tree"), {"type": "null"}]})}

    assert request(ref("Tree"), ref("Tree"), tree(TEXT), tree(TEXT)) == []
    assert "it.leaf: the type is string, not integer" in request(ref("Tree"), ref("Tree"), tree(TEXT), tree(NUMBER))


@pytest.mark.parametrize(
    "beside", [{"minLength": 3}, {"enum": ["a"]}, {"not": {"const": "a"}}, {"allOf": [{"minLength": 3}]}]
)
def test_what_stands_beside_alternatives_counts(beside: Json) -> None:
    either: Json = {"anyOf": [TEXT, {"type": "null"}]}
    assert request(either, {**either, **beside})
    assert answer({**either, **beside}, either)
    assert request({**either, **beside}, {**either, **beside}) == []


def test_the_alternative_that_is_meant_is_the_one_of_its_type() -> None:
    named = {"A": record(x=TEXT, y=TEXT)}
    old, new = {"anyOf": [ref("A"), {"type": "null"}]}, {"anyOf": [record(x=NUMBER, y=NUMBER), {"type": "null"}]}
    assert request(old, new, named) == [
        "it.x: the type is string, not integer",
        "it.y: the type is string, not integer",
    ]


FREE: Json = {"type": "object"}
CLOSED: Json = {"type": "object", "additionalProperties": False}
TEXTS: Json = {"type": "object", "additionalProperties": TEXT}
NUMBERS: Json = {"type": "object", "additionalProperties": NUMBER}
SAID_TO_BE_FREE: Json = {"type": "object", "additionalProperties": True}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (TEXTS, FREE, ["it.*: the type is any, not string"]),
        (TEXTS, SAID_TO_BE_FREE, ["it.*: the type is any, not string"]),
        (TEXTS, NUMBERS, ["it.*: the type is integer, not string"]),
        (CLOSED, FREE, ["it.*: additional fields may be present now"]),
        (CLOSED, {**CLOSED, "properties": {"x": TEXT}}, ["it.x: is one more than there can be"]),
        (TEXTS, {**TEXTS, "properties": {"x": NUMBER}}, ["it.x: the type is integer, not string"]),
        (TEXTS, {**TEXTS, "properties": {"x": TEXT}}, []),
        (TEXTS, CLOSED, []),
        (FREE, TEXTS, []),
        (SAID_TO_BE_FREE, FREE, []),
        (FREE, record(x={"type": "string", "not": {"const": ""}}), []),
    ],
)
def test_other_fields_of_an_answer(old: Json, new: Json, said: list[str]) -> None:
    assert answer(old, new) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FREE, CLOSED, ["it.*: is refused now"]),
        (TEXTS, CLOSED, ["it.*: is refused now"]),
        (FREE, TEXTS, ["it.*: the type is any, not string"]),
        (SAID_TO_BE_FREE, TEXTS, ["it.*: the type is any, not string"]),
        (TEXTS, NUMBERS, ["it.*: the type is string, not integer"]),
        (TEXTS, {**TEXTS, "properties": {"x": NUMBER}}, ["it.x: the type is string, not integer"]),
        ({**TEXTS, "properties": {"x": NUMBER}}, TEXTS, ["it.x: the type is integer, not string"]),
        (TEXTS, FREE, []),
        (CLOSED, FREE, []),
        (CLOSED, TEXTS, []),
        (CLOSED, {**CLOSED, "properties": {"x": TEXT}}, []),
        (FREE, SAID_TO_BE_FREE, []),
    ],
)
def test_other_fields_of_a_request(old: Json, new: Json, said: list[str]) -> None:
    assert request(old, new) == said


@pytest.mark.parametrize(
    ("keyword", "value", "other"),
    [
        ("not", {"pattern": "^x"}, {"pattern": "^y"}),
        ("allOf", [{"minLength": 1}], [{"minLength": 2}]),
        ("if", {"minLength": 1}, {"minLength": 2}),
        ("contains", TEXT, NUMBER),
        ("prefixItems", [TEXT], [NUMBER]),
        ("patternProperties", {"^x": TEXT}, {"^x": NUMBER}),
        ("propertyNames", {"maxLength": 3}, {"maxLength": 2}),
        ("dependentRequired", {"a": ["b"]}, {"a": ["c"]}),
        ("a-keyword-to-come", 1, 2),
    ],
)
@pytest.mark.parametrize("compare", [request, answer])
def test_a_keyword_that_is_not_understood_may_not_change(compare: Any, keyword: str, value: Any, other: Any) -> None:
    said = [f"it: {keyword} has changed"]
    assert compare({keyword: value}, {keyword: other}) == said
    assert compare({}, {keyword: value}) == said
    assert compare({keyword: value}, {}) == said
    assert compare({keyword: value}, {keyword: value}) == []


@pytest.mark.parametrize("keyword", ["title", "description", "example", "examples", "deprecated", "discriminator"])
def test_an_annotation_may_change(keyword: str) -> None:
    for compare in (request, answer):
        assert compare({**TEXT, keyword: "a"}, {**TEXT, keyword: "b"}) == []
        assert compare(TEXT, {**TEXT, keyword: "b"}) == []


def test_what_a_keyword_that_is_not_understood_refers_to_may_not_change() -> None:
    old = {"allOf": [ref("A"), {}]}
    assert request(old, old, {"A": record(x=TEXT, a=ref("A"))}, {"A": record(x=NUMBER, a=ref("A"))}) == [
        "it: allOf has changed"
    ]
    assert request(old, old, {"A": record(x=TEXT, a=ref("A"))}, {"A": record(x=TEXT, a=ref("A"))}) == []
    assert request(old, {"allOf": [record(x=TEXT), {}]}, {"A": record(x=TEXT)}) == []


@pytest.mark.parametrize("compare", [request, answer])
def test_a_reference_in_all_of_is_one_with_what_stands_beside_it(compare: Any) -> None:
    named = {"A": {**TEXT, "maxLength": 9}}
    alone, beside = {"allOf": [ref("A")], "minLength": 2}, {**ref("A"), "minLength": 2}
    for old, new in ((alone, beside), (beside, alone), (alone, {**TEXT, "minLength": 2, "maxLength": 9})):
        assert compare(old, new, named, named) == []
    assert compare(alone, {"allOf": [ref("A")], "minLength": 2}, named, {"A": NUMBER})


def test_a_field_that_one_alternative_of_an_answer_lacks_is_not_gone() -> None:
    old = record(kind=TEXT, more=TEXT)
    either = {"oneOf": [record(kind=TEXT), record(kind=TEXT, more=TEXT)]}
    assert answer(old, either) == []
    assert set(answer(old, {"oneOf": [record(kind=TEXT), record(kind=TEXT)]})) == {"it.more: is gone"}
    assert answer({**old, "required": ["more"]}, either) == ["it.more: not always there any more"] * 2


@pytest.mark.parametrize(
    ("limits", "fits", "does_not"),
    [
        ({"type": "string", "pattern": "^[A-Z]+$"}, "ABC", "abc"),
        ({"type": "string", "maxLength": 2}, "ab", "abc"),
        ({"type": "integer", "minimum": 400, "maximum": 599}, 404, 200),
    ],
)
def test_a_value_that_is_named_keeps_the_limits_or_does_not(limits: Json, fits: object, does_not: object) -> None:
    kind = limits["type"]
    for compare in (lambda old, new: request(new, old), answer):
        assert compare(limits, {"type": kind, "const": fits}) == []
        assert compare(limits, {"type": kind, "enum": [fits, does_not]}) == [f"it: {does_not} is refused now"]


def test_an_alternative_that_no_value_can_match_is_left_out() -> None:
    text_or_nothing = {"anyOf": [TEXT, {"type": "null"}]}
    assert request({**text_or_nothing, "type": "string"}, TEXT) == []
    assert request(text_or_nothing, TEXT) == ["it: the type is null, not string"]


def test_schemas_without_a_type_are_compared_too() -> None:
    assert request({"items": TEXT}, {"items": NUMBER}) == ["it[]: the type is string, not integer"]
    assert request({}, {"properties": {"x": NUMBER}}) == ["it.x: the type is any, not integer"]
    assert request({"type": "array"}, {"type": "array", "items": TEXT}) == ["it[]: the type is any, not string"]
    assert request(True, {}) == request({}, True) == []
    assert request(record(x=TEXT), record(x=False)) == ["it.x: not has changed"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({**NUMBER, "default": 50}, {**NUMBER, "default": 10}),
        ({**NUMBER, "default": 50}, NUMBER),
        (NUMBER, {**NUMBER, "default": 50}),
        ({"anyOf": [NUMBER, {"type": "null"}], "default": 50}, {"anyOf": [NUMBER, {"type": "null"}], "default": 10}),
        ({**ref("Amount"), "default": 50}, {**ref("Amount"), "default": 10}),
        ({**ref("Amount"), "default": 50}, ref("Amount")),
        ({"allOf": [ref("Amount")], "default": 50}, {"allOf": [ref("Amount")], "default": 10}),
    ],
)
def test_what_a_field_means_when_it_is_left_out_may_not_change(before: Json, now: Json) -> None:
    named = {"Amount": NUMBER}
    (said,) = request(record(x=before), record(x=now), named, named)
    assert said == f"it.x: the default is {now.get('default')}, not {before.get('default')}"
    assert answer(record(x=before), record(x=now), named, named) == []
    always = {"required": ["x"]}
    assert request({**record(x=before), **always}, record(x=now), named, named) == []


def test_a_default_under_either_keyword_is_the_same() -> None:
    old, new = record(x={**NUMBER, "default": 50}), record(x={**NUMBER, "x-default": 50})
    assert request(old, new) == request(new, old) == []
    assert request(old, record(x={**NUMBER, "x-default": 10})) == ["it.x: the default is 10, not 50"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ({"enum": ["a", "b", "c"]}, []),
        ({"enum": ["c"]}, []),
        ({"type": "string"}, ["it: any value, not one of ['a', 'b']"]),
        ({"enum": ["a"], "type": "integer"}, ["it: the type is integer, not string"]),
    ],
)
def test_an_open_enumeration_may_grow_and_stays_one(new: Schema, said: list[str]) -> None:
    old: Schema = {"type": "string", "enum": ["a", "b"]}
    new = {"type": "string", **new} if isinstance(new, dict) else new
    sides = _side(None), _side(None)
    assert Fit(*sides, is_answer=True, open_values=frozenset({"it"})).misfits(new, old, "it") == said
    assert Fit(*sides, is_answer=True, open_values=frozenset({"other"})).misfits(new, old, "it")
