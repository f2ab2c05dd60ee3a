"""Observability: finding a request in the logs by the client's correlation id, and the platform's metrics."""

import json
from typing import Any

import pytest

from pickvs.core.platform import platform
from tests.e2e.client import Client
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("e2e")


def lines(laptop: Laptop, function: str) -> list[dict[str, Any]]:
    """Return the log lines of the function itself, without the platform's lines."""
    texts = (line[line.index("{") :] for line in laptop.logs(function).splitlines() if line.endswith("}"))
    return [json.loads(text) for text in texts]


def test_a_caller_s_own_id_leads_to_the_log_lines_of_the_request(laptop: Laptop, api: Client) -> None:
    stranger = Client(api.base, "no.such.token")
    refused = stranger.send("GET", "/picks/me", headers={"X-Correlation-Id": "saturday-7"})
    problem = refused.problem(401, "UNAUTHENTICATED")
    assert "x-correlation-id" not in refused.headers, "the gateway's own answer"
    [line] = [each for each in lines(laptop, "authorizer") if each.get("correlation_id") == "saturday-7"]
    expected = {"stage": "local", "service": "authorizer", "level": "INFO", "request_id": problem["request_id"]}
    assert {name: line[name] for name in expected} == expected

    for sent, returned in (("saturday-7", "saturday-7"), ("x" * 65, None), (None, None)):
        answer = api.send("GET", "/health", headers={"X-Correlation-Id": sent} if sent else None)
        assert answer.headers["x-correlation-id"] == (returned or answer.headers["x-request-id"])


def test_a_page_may_send_one_and_is_shown_it(api: Client) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "X-Correlation-Id"}
    preflight = api.send("OPTIONS", "/sports", headers={"Origin": "https://client.example"} | asked)
    assert "X-Correlation-Id" in preflight.headers["access-control-allow-headers"].split(",")
    answer = api.send("GET", "/health", headers={"Origin": "https://client.example"})
    assert "X-Correlation-Id" in answer.headers["access-control-expose-headers"].split(", ")


def test_the_platform_says_how_it_is(laptop: Laptop) -> None:
    answer = laptop.invoke("measure")
    assert answer["DatabaseReachable"] == 1
    assert {name.partition("/")[0] for name in answer} <= platform().metrics.keys()
    emitted = [each for each in lines(laptop, "measure") if "_aws" in each]
    assert {each["stage"] for each in emitted} == {"local"}
    for name, value in answer.items():
        metric, *dimensions = name.split("/")
        assert value is None or any(
            each.get(metric) == [value] and set(dimensions) <= {each.get("sport"), each.get("market")}
            for each in emitted
        )
