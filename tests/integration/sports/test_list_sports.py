"""GET /sports through the deployed file."""

from tests.support.gateway import call


def test_the_sports_that_are_covered() -> None:
    answer = call("list_sports", "GET", "/sports")
    assert answer.status == 200
    assert answer.body == {"sports": [{"key": "basketball_nba", "title": "NBA", "time_zone": "America/New_York"}]}
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_there_is_nothing_to_ask_for() -> None:
    answer = call("list_sports", "GET", "/sports", query={"sport": "basketball_nba"})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"sport"}
