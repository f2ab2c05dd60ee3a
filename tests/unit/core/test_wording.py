"""No message of pydantic's reaches anybody: each error that a request can cause has a sentence of ours."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core._pydantic_core import list_all_errors

import pickvs
from cdk.routes import ENDPOINTS
from pickvs.core.errors import RequestError
from pickvs.core.requests import RequestBody
from pickvs.core.rotation import RotationStep
from pickvs.core.wording import OTHERWISE, SENTENCES, field_errors, sentence
from pickvs.http.parameters import Parameter
from pickvs.http.routes import Route
from pickvs.operations.administration.operator_commands.refusals import CommandRefused
from pickvs.operations.administration.operator_commands.requests import Command
from pickvs.operations.administration.operator_commands.service import carry_out
from tests.support.functions import load

for _module in pkgutil.walk_packages(pickvs.__path__, "pickvs."):
    if _module.name.rpartition(".")[2] in {"requests", "schemas"}:
        importlib.import_module(_module.name)


def bodies(kind: type[BaseModel] = RequestBody) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("pickvs."):
            yield each
        yield from bodies(each)


KINDS: dict[str, TypeAdapter[Any]] = {
    **{each.__qualname__: TypeAdapter(each) for each in (*bodies(), RotationStep)},
    "Command": TypeAdapter(Command),
}
PYDANTICS = {each["type"]: each for each in list_all_errors()}

_LIMITS = {
    "gt": "greater_than",
    "ge": "greater_than_equal",
    "lt": "less_than",
    "le": "less_than_equal",
    "multiple_of": "multiple_of",
}
_INT = {"int_type", "int_parsing", "int_from_float", "int_parsing_size", "finite_number"}
_CAUSES: dict[str, set[str]] = {
    "str": {"string_type", "string_unicode"},
    "int": _INT,
    "bool": {"bool_type", "bool_parsing"},
    "list": {"list_type"},
    "tuple": {"tuple_type"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "decimal": {"decimal_type", "decimal_parsing", "finite_number"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "dict": {"dict_type"},
    "datetime": {"datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"},
    "literal": {"literal_error"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "model_attributes_type", "invalid_key"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found", "model_attributes_type"},
    "function-after": {"value_error"},
    "function-before": {"value_error"},
    "function-wrap": {"value_error"},
    **{kind: set() for kind in ("any", "model-field", "nullable", "default", "definitions", "definition-ref")},
}
"""Errors that each kind of pydantic's core schemas can cause by itself. A kind that is new here must be added."""

_CONSTRAINTS = {
    "str": {"min_length": "string_too_short", "max_length": "string_too_long", "pattern": "string_pattern_mismatch"},
    **{kind: {"min_length": "too_short", "max_length": "too_long"} for kind in ("list", "tuple", "dict")},
    "int": _LIMITS,
    "float": _LIMITS,
    "decimal": {**_LIMITS, "decimal_places": "decimal_max_places"},
    "datetime": {"tz_constraint": "timezone_aware"},
    "model-fields": {"extra_behavior": "extra_forbidden"},
}


def causes(schema: Any) -> Iterator[str]:
    """Yield the types of errors that a core schema and those within it can cause."""
    if isinstance(schema, list | tuple):
        for each in schema:
            yield from causes(each)
    elif isinstance(schema, dict):
        kind = schema.get("type")
        if isinstance(kind, str):
            assert kind in _CAUSES, f"which errors can {kind} cause?"
            yield from _CAUSES[kind]
            yield from (error for name, error in _CONSTRAINTS.get(kind, {}).items() if schema.get(name) is not None)
        for name, each in schema.items():
            if name not in {"metadata", "config", "expected", "function", "serialization"}:
                yield from causes(each)


@pytest.mark.parametrize("name", KINDS)
def test_every_error_that_a_schema_can_cause_has_a_sentence(name: str) -> None:
    found = set(causes(KINDS[name].core_schema)) - {"value_error"}
    assert len(found) > 2
    assert found - set(SENTENCES) == set()


def test_no_sentence_is_pydantic_s_or_names_a_limit_that_pydantic_does_not_give() -> None:
    assert len(KINDS) > 14
    assert set(SENTENCES) <= set(PYDANTICS)
    for kind in SENTENCES:
        context = {"min_length": 2, "max_length": 2, **(PYDANTICS[kind]["example_context"] or {})}
        said = sentence(kind, context)
        assert said not in {OTHERWISE, PYDANTICS[kind]["example_message_python"]}
        assert not said.startswith(("Input", "Field", "Value", "String", "List", "Extra"))


@pytest.mark.parametrize("name", KINDS)
def test_every_pattern_is_said_in_words(name: str) -> None:
    """A regular expression tells people nothing: the field of each pattern has words of its own."""
    assert not list(_bare_patterns(KINDS[name].core_schema, worded=False))


def _bare_patterns(schema: Any, *, worded: bool) -> Iterator[str]:
    if isinstance(schema, list | tuple):
        for each in schema:
            yield from _bare_patterns(each, worded=worded)
    elif isinstance(schema, dict):
        if schema.get("type") == "str" and schema.get("pattern") and not worded:
            yield schema["pattern"]
        inside = schema.get("type") == "function-wrap"
        for name, each in schema.items():
            if name != "metadata":
                yield from _bare_patterns(each, worded=inside)


def test_every_pattern_of_a_parameter_is_said_in_words() -> None:
    checked = 0
    for endpoint in ENDPOINTS:
        for route in load(f"api/{endpoint.name}").app.routes:
            for each in _parameters(route):
                assert (each.pattern is None) == (each.words is None), f"{endpoint.name}: {each.pattern}"
                checked += each.pattern is not None
    assert checked > 3


def _parameters(route: Route) -> Iterator[Parameter]:
    for argument in inspect.signature(route.function).parameters.values():
        yield from (each for each in getattr(argument.annotation, "__metadata__", ()) if isinstance(each, Parameter))


SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=40)
    | st.sampled_from(["a" * 600, "2026-13-45T00:00:00Z", "2026-01-01", "0001-01-01T00:00:00+14:00", "\ud800", "\0"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner), max_leaves=4
)


def names_in(schema: Any) -> set[str]:
    """Return all names of members in a JSON schema."""
    if isinstance(schema, list):
        return {name for each in schema for name in names_in(each)}
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})) | {name for each in schema.values() for name in names_in(each)}


def objects(adapter: TypeAdapter[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of objects with the members of a request, of good and of bad values, at any depth."""
    schema = adapter.json_schema()
    names = st.sampled_from(sorted(names_in(schema)))
    good = st.sampled_from(
        ["grant_role", "rebuild_standings", "moneyline", "picks:read", "ada", "createSecret", 1, 2.5]
    )
    members = st.recursive(
        VALUES | good, lambda inner: st.dictionaries(names, inner) | st.lists(inner, max_size=3), max_leaves=8
    )
    return st.dictionaries(names | st.text(max_size=3), members)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_bad_value_is_answered_in_pydantic_s_words(name: str, data: st.DataObject) -> None:
    adapter = KINDS[name]
    value = data.draw(objects(adapter) | VALUES)
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        theirs = error.errors(include_url=False)
        ours = field_errors(error)
        assert len(ours) == len(theirs)
        for our, their in zip(ours, theirs, strict=True):
            assert our.message not in {OTHERWISE, their["msg"]}
            assert "Input should" not in our.message
            assert our.field


@settings(max_examples=20)
@given(objects(KINDS["Command"]) | VALUES)
def test_the_operator_is_answered_in_our_words(event: Any) -> None:
    with pytest.raises(CommandRefused) as refused:
        carry_out(event)
    assert not any(word in str(refused.value) for word in ("Input", "Field required", "Value error", OTHERWISE))


CASES = [
    ("Registration", {"username": "a b", "email": "ada@example.com", "password": "seven.7"},
     {"username": "must have only the letters A to Z and a to z, digits, _ and -",
      "password": "must have at least 8 characters"}),
    ("Registration", {"username": "admin", "email": "ada", "password": "p" * 129, "role": "admin"},
     {"username": "is reserved; choose another", "email": "must be an e-mail address, such as ada@example.com",
      "password": "must have at most 128 characters", "role": "is unknown; leave it out"}),
    ("Submission", {"picks": []}, {"picks": "must not be empty"}),
    ("Submission", {"picks": [{"game_id": 0, "market": "h2h", "selection": 1, "quote_id": 2**63, "stake_units": "1"}]},
     {"picks[0].game_id": "must be greater than 0", "picks[0].market": "must be one of: moneyline, spread, total",
      "picks[0].selection": "must be one of: home, away, draw, over, under",
      "picks[0].quote_id": "must be less than 9223372036854775808", "picks[0].stake_units": "must be a number"}),
    ("WantedKey", {"name": "x ", "scopes": ["picks:read", "picks:read"], "expires_at": "2026-02-30T00:00:00Z"},
     {"name": "must be one line without control characters, and have no space at either end",
      "scopes": "must be unique; name each scope once",
      "expires_at": "must be a date and time with a time zone in RFC 3339 format, such as 2026-03-14T23:10:00Z"}),
    ("ResultOrder", {"reason": "it was so", "home_score": -1, "away_score": True, "dry_run": "no"},
     {"home_score": "must be 0 or more", "away_score": "must be a whole number", "dry_run": "must be true or false"}),
    ("Command", {"command": "drop"},
     {"command": "must be one of: grant_role, rebuild_standings, record_past_games, replay_draft"}),
    ("ByPositionBody", {"id": "race", "session": "race", "kind": "by_position", "points": {}, "beyond": 0.125},
     {"points": "must be a list", "beyond": "must have at most 2 decimal places"}),
    ("WantedInvitation", {"email": "ada"}, {"email": "must be an e-mail address, such as ada@example.com"}),
    ("Command", {}, {"command": "is missing"}),
    ("Renewal", [], {"body": "must be an object"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_the_sentences_say_what_to_send(name: str, value: Any, said: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[name].validate_python(value)
    assert {each.field: each.message for each in field_errors(caught.value)} == said


def test_a_secret_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS["Command"].validate_python({"command": "my secret", "password": "my secret"})
    assert "my secret" not in json.dumps([each.message for each in field_errors(caught.value)])


def test_the_errors_of_requests_stay_ours() -> None:
    """A validator may raise ValueError only: another error of ours would pass through pydantic as it is."""
    assert not issubclass(RequestError, ValueError)
