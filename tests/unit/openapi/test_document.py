"""docs/openapi.json is up to date, valid and complete, and breaks no client of the last release."""

import copy
import json
import re
from functools import cache
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, Registry
from openapi_spec_validator import OpenAPIV31SpecValidator

from cdk.constructs.gateway_errors import GATEWAY_ERRORS
from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth, Endpoint
from cdk.settings.fantasy import LeagueLimits
from cdk.settings.groups import GroupLimits
from cdk.settings.sign_in import SignInLimits, UserLimits
from pickvs.http.browsers import EXPOSED_HEADERS
from tools.openapi.changes import breaks
from tools.openapi.document import DOCUMENT, RELEASED, ROOT, document, text
from tools.openapi.problems import MEANINGS, RATE_LIMIT_HEADERS
from tools.openapi.raw import app_of

type Json = dict[str, Any]


@cache
def made() -> Json:
    return document()


def resolved(schema: Json) -> Json:
    kind, _, name = schema.get("$ref", "").removeprefix("#/components/").partition("/")
    return made()["components"][kind][name] if kind else schema


@cache
def components() -> Registry:
    """The document's components, prepared once for the schemas of all bodies."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return Registry([(DOCUMENT.as_uri(), {"$schema": dialect, "components": made()["components"]})])


def validator(schema: Json) -> Draft202012Validator:
    """Return the validator of a schema that refers to components."""
    elsewhere = json.loads(json.dumps(schema).replace('"#/components/', f'"{DOCUMENT.as_uri()}#/components/'))
    return Draft202012Validator(elsewhere, registry=components(), validate_formats=True)


def operation(endpoint: Endpoint) -> Json:
    return made()["paths"][endpoint.path][endpoint.method.lower()]


each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)


def test_it_is_up_to_date() -> None:
    is_current = DOCUMENT.read_text(encoding="utf-8") == text(made())
    assert is_current, "docs/openapi.json is out of date: make openapi"


def test_it_is_valid_openapi() -> None:
    assert not list(OpenAPIV31SpecValidator(made()).iter_errors())
    assert made()["openapi"] == "3.1.0"


def test_nobody_who_relies_on_the_last_release_is_broken() -> None:
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    assert breaks(released, made()) == [], "this would break clients of the last release"


def test_what_moved_odds_carry_is_promised() -> None:
    new = copy.deepcopy(made())
    problem = new["paths"]["/picks"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2]
    assert {"$ref": "#/components/schemas/OddsMovedProblem"} in new["components"]["responses"][problem]["content"][
        "application/problem+json"
    ]["schema"]["oneOf"]
    schema = new["components"]["schemas"]["OddsMovedProblem"]
    del schema["properties"]["quotes"]
    assert breaks(made(), new) == ["POST /picks: 409 body.quotes: is gone"]


def test_it_has_every_endpoint_and_no_other() -> None:
    found = {(method.upper(), path) for path, methods in made()["paths"].items() for method in methods}
    assert found == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}


@each_endpoint
def test_an_operation_says_what_it_is_and_who_may(endpoint: Endpoint) -> None:
    described = operation(endpoint)
    assert described["operationId"] == endpoint.name
    assert described["summary"]
    assert described["description"]
    ways = [name for way in described["security"] for name in way]
    assert ("accessToken" in ways) == (endpoint.auth is not Auth.PUBLIC)
    assert ways.count("apiKey") == len(endpoint.scopes)


@each_endpoint
def test_every_body_has_an_example_that_fits(endpoint: Endpoint) -> None:
    described = operation(endpoint)
    answers = [resolved(answer) for answer in described["responses"].values()]
    bodies = [described.get("requestBody", {"content": {}}), *answers]
    checked = 0
    for media in (media for body in bodies for kind, media in body.get("content", {}).items() if "json" in kind):
        examples = [resolved(each)["value"] for each in media.get("examples", {}).values()]
        examples += [media["example"]] if "example" in media else []
        assert examples or media["schema"]["type"] == "object"
        schema = validator(media["schema"])
        for example in examples:
            schema.validate(example)
            assert not schema.is_valid([example])
            checked += 1
    assert checked >= len(answers) - 2


@each_endpoint
def test_every_error_is_a_problem_and_carries_the_request_s_id(endpoint: Endpoint) -> None:
    errors = {status: resolved(each) for status, each in operation(endpoint)["responses"].items() if status >= "400"}
    assert {"400", "422", "429", "500", "503"} <= set(errors)
    assert ("401" in errors) >= (endpoint.auth is not Auth.PUBLIC)
    for error in errors.values():
        assert set(error["content"]) == {"application/problem+json"}
        assert "X-Request-Id" in error["headers"]


@each_endpoint
def test_an_error_that_may_come_of_a_counted_try_says_what_is_left(endpoint: Endpoint) -> None:
    errors = {status: resolved(each) for status, each in operation(endpoint)["responses"].items() if status >= "400"}
    saying = {status for status, error in errors.items() if set(RATE_LIMIT_HEADERS) <= set(error["headers"])}
    # Submissions of picks are counted in their own transaction, and say nothing of what is left.
    counting = {SignInLimits, UserLimits, GroupLimits, LeagueLimits}
    counts = not counting.isdisjoint(endpoint.settings) and endpoint.name != "create_picks"
    after = set(errors) if app_of(endpoint).admit else {"401", "403", "404", "409", "422", "429", "500", "503"}
    assert saying == (set(errors) & after if counts else set())
    headers = made()["components"]["headers"]
    assert not [name for name in RATE_LIMIT_HEADERS if headers[name].get("required")]


def test_the_gateway_s_own_answers_are_in_it() -> None:
    found = {
        (status, code)
        for methods in made()["paths"].values()
        for each in methods.values()
        for status, answer in each["responses"].items()
        if status >= "400"
        for code in resolved(answer)["content"]["application/problem+json"]["examples"]
    }
    assert {(str(error.status.value), error.code) for error in GATEWAY_ERRORS} <= found


def test_every_code_has_its_meaning_and_no_meaning_is_left_over() -> None:
    # No endpoint answers GONE while none is retired.
    unused = set() if any(endpoint.retired for endpoint in ENDPOINTS) else {"GONE"}
    assert set(MEANINGS) - unused == set(made()["components"]["examples"])


def test_every_header_that_a_page_may_read_is_described() -> None:
    assert set(EXPOSED_HEADERS) <= set(made()["components"]["headers"])


def test_it_says_nothing_of_the_machine_it_was_made_on() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert str(ROOT) not in written
    assert not re.search(r"127\.0\.0\.1|localhost", written)
