"""Provider failures. The run's row says what happened, no data is lost, and the API key appears nowhere."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pickvs.core import clock, database
from pickvs.core.errors import ConfigurationError
from pickvs.jobs import runs
from pickvs.jobs.runs import IngestionFailed
from pickvs.markets.providers import odds_api
from pickvs.markets.providers.http_source import Patience
from tests.support.functions import load
from tests.support.ingestion import KEY, QUICK, Surroundings, scheduled
from tests.support.odds_api import CREDITS, OddsApiServer, Reply, event, failure, h2h, score, spreads, totals

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
TEAMS = ("Denver Nuggets", "Los Angeles Lakers")
BOTH = {name: [h2h(-140, 120), spreads(-2.5), totals(220.5)] for name in ("draftkings", "fanduel")}
FUNCTIONS = {"fetch_odds": "odds", "process_results": "scores"}


@dataclass(frozen=True)
class Bad:
    """A failure, and what the run's row must say about it."""

    reply: Reply
    code: str
    says: str
    http_status: int | None
    times: int = 1
    """How many times the client sends the request."""
    retried: bool = True
    """Whether the event must be redelivered."""
    kept: Any = None
    """What the bucket must contain of the answer."""
    patience: Patience = QUICK


HTML = b"<html><body>We'll be right back</body></html>"
WAYS = {
    "401 invalid key": Bad(
        failure(401, "INVALID_KEY", f"The key {KEY} is not known"), "INVALID_KEY", "401 INVALID_KEY", 401, retried=False
    ),
    "401 out of credits": Bad(
        failure(401, "OUT_OF_USAGE_CREDITS", "Usage quota has been reached"),
        "OUT_OF_CREDITS",
        "Usage quota has been reached",
        401,
        retried=False,
    ),
    "422": Bad(
        failure(422, "MISSING_REGION", "Missing regions"),
        "REFUSED",
        "MISSING_REGION: Missing regions",
        422,
        retried=False,
    ),
    "404": Bad(failure(404, "UNKNOWN_SPORT"), "REFUSED", "404 UNKNOWN_SPORT", 404, retried=False),
    "429": Bad(failure(429, "EXCEEDED_FREQ_LIMIT"), "RATE_LIMITED", "EXCEEDED_FREQ_LIMIT", 429, times=3),
    "500": Bad(Reply(HTML, 500), "PROVIDER_DOWN", "500", 500, times=3),
    "a time-out": Bad(Reply(delay=30), "PROVIDER_TIMEOUT", "in time", None, times=3, patience=replace(QUICK, read=0.2)),
    "a broken connection": Bad(Reply(hang_up=True), "PROVIDER_DOWN", "cannot be reached", None, times=3),
    "HTML instead of JSON": Bad(Reply(HTML), "BAD_ANSWER", "HTML", 200, kept=HTML),
    "an object instead of a list": Bad(
        Reply(b'{"message": "hi"}'), "BAD_ANSWER", "not a list", 200, kept=b'{"message": "hi"}'
    ),
    "a truncated answer": Bad(Reply(b'[{"id": "ab', length=4000), "BAD_ANSWER", "cut short", 200),
    "a truncated text": Bad(Reply(b'[{"id": "ab'), "BAD_ANSWER", "not complete JSON", 200, kept=b'[{"id": "ab'),
}


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.held_at(LATER):
        yield


@pytest.fixture
def stocked(around: Surroundings) -> dict[str, list[dict[str, Any]]]:
    """Two games with quotes, one of them with a final score. Returns all rows."""
    games = [event(1, *TEAMS, books=BOTH), event(2, "Utah Jazz", "Miami Heat", "2024-01-10T13:00:00Z", books=BOTH)]
    around.server.answer("odds", Reply(games))
    around.server.answer("scores", Reply([score(2, "Utah Jazz", "Miami Heat", 99, 98, tip_off="2024-01-10T13:00:00Z")]))
    with clock.held_at(NOON):
        load("fetch_odds/handler").handler(scheduled("first"), None)
    with clock.held_at(LATER - timedelta(minutes=5)):
        load("process_results/handler").handler(scheduled("first"), None)
    facts = around.facts()
    assert len(facts["games"]) == 2
    assert len(facts["game_results"]) == 1
    assert facts["quotes"]
    return facts


def assert_no_key(around: Surroundings, caplog: pytest.LogCaptureFixture, *said: object) -> None:
    logged = [caplog.text, *(str(vars(record)) for record in caplog.records)]
    everything = json.dumps([around.runs(), around.kept(), [str(one) for one in said], logged], default=str)
    for word in (KEY, "4f1c0ffee"):
        assert word not in everything


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("way", WAYS)
def test_a_failure_is_told_and_loses_nothing(
    around: Surroundings,
    stocked: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    way: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = WAYS[way]
    monkeypatch.setattr(odds_api, "PATIENCE", bad.patience)
    kept_before = around.kept()
    around.server.asked.clear()
    around.server.answer(FUNCTIONS[function], *[bad.reply] * bad.times)

    said: list[object] = []
    if bad.retried:
        with pytest.raises(IngestionFailed, match=f"basketball_nba: {bad.code}") as caught:
            load(f"{function}/handler").handler(scheduled("second"), None)
        said += [caught.value, caught.value.__context__]
    else:
        report = load(f"{function}/handler").handler(scheduled("second"), None)
        assert report["runs"][0]["error_code"] == bad.code
        said.append(report)

    row = around.runs()[-1]
    assert (row["job"], row["sport"], row["trigger_id"]) == (function, "basketball_nba", "second")
    assert (row["status"], row["error_code"], row["http_status"]) == ("failed", bad.code, bad.http_status)
    assert bad.says in row["error"]
    assert (row["started_at"], row["finished_at"], row["counts"]) == (LATER, LATER, {})
    assert row["request"]["path"] == f"/v4/sports/basketball_nba/{FUNCTIONS[function]}"
    if bad.http_status is not None:
        assert (row["credits_used"], row["credits_remaining"], row["credits_last"]) == (12, 488, 3)

    assert around.facts() == stocked
    new = {key: value for key, value in around.kept().items() if key not in kept_before}
    expected_key = f"odds_api/basketball_nba/{FUNCTIONS[function]}/2024/01/10/{row['id']}.json.gz"
    assert new == ({} if bad.kept is None else {expected_key: bad.kept})
    assert row["raw_object"] == (None if bad.kept is None else expected_key)
    assert len(around.server.asked) == bad.times
    assert around.server.all_given()
    assert_no_key(around, caplog, *said)


def test_credits_below_zero_and_missing_headers_are_recorded_as_they_are(around: Surroundings) -> None:
    spent = {"x-requests-used": "5000060", "x-requests-remaining": "-60"}
    around.server.answer("odds", replace(failure(401, "OUT_OF_USAGE_CREDITS"), headers=spent), Reply(headers={}))
    load("fetch_odds/handler").handler({}, None)
    load("fetch_odds/handler").handler({}, None)
    columns = ("status", "credits_used", "credits_remaining", "credits_last")
    assert [tuple(row[name] for name in columns) for row in around.runs()] == [
        ("failed", 5_000_060, -60, None),
        ("succeeded", None, None, None),
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_empty_list_is_a_success_with_nothing_in_it(
    around: Surroundings, stocked: dict[str, Any], caplog: pytest.LogCaptureFixture, function: str
) -> None:
    around.server.answer(FUNCTIONS[function], Reply([]))
    report = load(f"{function}/handler").handler(scheduled("second"), None)
    row = around.runs()[-1]
    assert (row["status"], row["skipped"], row["error_code"]) == ("succeeded", [], None)
    assert {value for name, value in row["counts"].items() if name != "overdue"} == {0}
    assert (row["credits_used"], row["credits_remaining"], row["credits_last"]) == tuple(map(int, CREDITS.values()))
    assert around.kept()[row["raw_object"]] == []
    assert report["runs"][0]["counts"] == row["counts"]
    assert around.facts() == stocked
    assert_no_key(around, caplog, report)


BROKEN: list[Any] = [
    None,
    {**event(500, *TEAMS), "commence_time": None},
    {**event(500, *TEAMS), "home_team": "with a \0 in it"},
    {**event(500, *TEAMS), "bookmakers": "none"},
    {"id": f"{500:032x}"},
]


@pytest.mark.usefixtures("open_roster")
@pytest.mark.parametrize("broken", BROKEN)
def test_one_broken_event_among_fifty_loses_only_itself(around: Surroundings, broken: Any) -> None:
    events = [event(number, f"Home {number}", f"Away {number}", books=BOTH) for number in range(100, 149)]
    around.server.answer("odds", Reply([*events[:20], broken, *events[20:]]))
    with clock.held_at(NOON):
        report = load("fetch_odds/handler").handler(scheduled(), None)
    (row,) = around.runs()
    assert (row["status"], row["counts"]["games"], row["counts"]["skipped"]) == ("partial", 49, 1)
    (skipped,) = row["skipped"]
    assert skipped["reason"]
    assert skipped.get("provider_id") == (None if broken is None else f"{500:032x}")
    assert report["runs"][0]["skipped"] == row["skipped"]
    facts = around.facts()
    assert {game["home_team"] for game in facts["games"]} == {f"Home {number}" for number in range(100, 149)}
    assert len(facts["quotes"]) == 49 * 6
    assert len(around.kept()[row["raw_object"]]) == 50


def test_one_broken_bookmaker_loses_only_itself(around: Surroundings) -> None:
    made = event(1, *TEAMS, books={**BOTH, "betmgm": [h2h(-150, 125)], "betrivers": [h2h(-1, 1)]})
    made["bookmakers"].insert(1, {"key": "caesars", "markets": "closed"})
    around.server.answer("odds", Reply([made]))
    with clock.held_at(NOON):
        load("fetch_odds/handler").handler(scheduled(), None)
    (row,) = around.runs()
    assert row["status"] == "partial"
    assert {(part["bookmaker"], part.get("market")) for part in row["skipped"]} == {
        ("caesars", None),
        ("betrivers", "moneyline"),
    }
    facts = around.facts()
    assert {odds["bookmaker"] for odds in facts["bookmaker_odds"]} == {"draftkings", "fanduel", "betmgm"}
    assert {quote["books"] for quote in facts["quotes"] if quote["market"] == "moneyline"} == {3}


def test_a_row_lists_so_many_skipped_parts_and_counts_them_all(around: Surroundings) -> None:
    around.server.answer("odds", Reply([*[None] * 1000, event(1, *TEAMS, books=BOTH)]))
    with clock.held_at(NOON):
        load("fetch_odds/handler").handler(scheduled(), None)
    (row,) = around.runs()
    assert (len(row["skipped"]), row["counts"]["skipped"]) == (200, 1000)


def test_odds_are_stored_even_if_the_answer_cannot_be_kept(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RAW_ANSWERS_BUCKET", "no-such-bucket")
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    with clock.held_at(NOON):
        load("fetch_odds/handler").handler(scheduled(), None)
    (row,) = around.runs()
    assert (row["status"], row["raw_object"]) == ("partial", None)
    assert [part["reason"] for part in row["skipped"]] == ["the raw answer could not be kept"]
    assert len(around.facts()["quotes"]) == 6
    assert_no_key(around, caplog)


@pytest.mark.parametrize("secret", [{}, {"api_key": ""}, {"api_key": " \n"}])
def test_without_a_key_nobody_is_asked(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, secret: dict[str, str]
) -> None:
    monkeypatch.setattr("pickvs.markets.providers.odds_api.get_secret", lambda _: secret)
    with pytest.raises(IngestionFailed, match="CONFIGURATION"):
        load("fetch_odds/handler").handler(scheduled(), None)
    (row,) = around.runs()
    assert (row["status"], row["error_code"]) == ("failed", "CONFIGURATION")
    assert "api_key" in row["error"]
    assert around.server.asked == []


def test_a_sport_that_fails_does_not_stop_the_next(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", "quidditch,basketball_nba")
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    with clock.held_at(NOON), pytest.raises(IngestionFailed, match=r"for quidditch: CONFIGURATION$"):
        load("fetch_odds/handler").handler(scheduled(), None)
    assert [(row["sport"], row["status"]) for row in around.runs()] == [
        ("quidditch", "failed"),
        ("basketball_nba", "succeeded"),
    ]
    assert len(around.facts()["games"]) == 1


def test_a_row_that_cannot_be_closed_does_not_stop_the_next_sport(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count(1)

    def transaction(**options: Any) -> Any:
        # The first would insert the row; the second would complete it.
        if next(numbers) == 2:
            raise ConfigurationError("the secret cannot be read")
        return database.transaction(**options)

    monkeypatch.setattr(runs, "transaction", transaction)
    monkeypatch.setenv("ODDS_API_SPORTS", "quidditch,basketball_nba")
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    with clock.held_at(NOON), pytest.raises(IngestionFailed, match=r"for quidditch: CONFIGURATION$"):
        load("fetch_odds/handler").handler(scheduled(), None)
    assert [(row["sport"], row["status"]) for row in around.runs()] == [
        ("quidditch", "running"),
        ("basketball_nba", "succeeded"),
    ]


def test_a_question_nobody_prepared_for_fails_the_test_loudly() -> None:
    def careless() -> None:
        with OddsApiServer() as server:
            import urllib3

            assert urllib3.request("GET", f"{server.url}/v4/sports/x/odds?apiKey=1", retries=False).status == 418

    with pytest.raises(AssertionError, match="nobody configured"):
        careless()
