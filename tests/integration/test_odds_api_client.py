"""The client of The Odds API against a server on loopback: its requests, its time limits and its kinds of error.

No failure reveals the key.
"""

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pickvs.jobs.errors import (
    BadAnswer,
    Credits,
    InvalidKey,
    OutOfCredits,
    ProviderDown,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    Refused,
)
from pickvs.markets.providers import odds_api
from pickvs.markets.providers.http_source import Patience
from pickvs.markets.providers.odds_api import OddsApi
from tests.support.odds_api import OddsApiServer, Reply, failure

KEY = "0123/secret+key&89abcdef"
QUICK = Patience(pauses=(0.01, 0.02), answer_bytes=100_000)
ODDS = odds_api.odds("basketball_nba", ("us", "uk"))
SCORES = odds_api.scores("basketball_nba", 3)


@pytest.fixture
def server() -> Iterator[OddsApiServer]:
    with OddsApiServer() as running:
        yield running
        assert running.all_given(), "the client asked less often than the test prepared for"


def client(server: OddsApiServer, patience: Patience = QUICK) -> OddsApi:
    return OddsApi(server.url, KEY, patience)


def fails(server: OddsApiServer, *replies: Reply, seconds: float = 5, patience: Patience = QUICK) -> ProviderError:
    """Ask for odds and return the error. Checks that the error does not contain the key."""
    server.answer("odds", *replies)
    with pytest.raises(ProviderError) as caught:
        client(server, patience).ask(ODDS, seconds=seconds)
    for word in (KEY, "0123%2Fsecret%2Bkey%2689abcdef", "89abcdef"):
        assert word not in "".join(traceback.format_exception(caught.value))
        assert word not in repr(caught.value.args)
    assert caught.value.__context__ is None, "the transport's own error carries the address"
    return caught.value


# --------------------------------------------------------------------------------------------------- what is asked


def test_odds_are_asked_for_as_the_guide_says(server: OddsApiServer) -> None:
    server.answer("odds", Reply([{"id": "x"}]))
    answer = client(server).ask(ODDS, seconds=5)
    (asked,) = server.asked
    assert asked.path == "/v4/sports/basketball_nba/odds"
    assert asked.query == {
        "apiKey": KEY,
        "regions": "us,uk",
        "markets": "h2h,spreads,totals",
        "oddsFormat": "american",
        "dateFormat": "iso",
    }
    assert (answer.body, answer.http_status, answer.attempts) == (b'[{"id": "x"}]', 200, 1)
    assert answer.credits == Credits(used=12, remaining=488, last=3)


def test_scores_are_asked_for_as_the_guide_says(server: OddsApiServer) -> None:
    server.answer("scores", Reply())
    client(server).ask(SCORES, seconds=5)
    (asked,) = server.asked
    assert asked.path == "/v4/sports/basketball_nba/scores"
    assert asked.query == {"apiKey": KEY, "daysFrom": "3", "dateFormat": "iso"}


def test_a_question_can_be_recorded_because_it_has_no_key() -> None:
    assert "apiKey" not in ODDS.parameters
    assert "apiKey" not in SCORES.parameters
    assert odds_api.odds("a/b?c", ("us",)).path == "/v4/sports/a%2Fb%3Fc/odds"


def test_a_packed_answer_is_unpacked(server: OddsApiServer) -> None:
    server.answer("odds", Reply([{"id": "x" * 10_000}], zipped=True))
    assert len(client(server).ask(ODDS, seconds=5).body) > 10_000
    assert server.asked[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Credits()),
        ({"x-requests-remaining": "-60", "x-requests-used": "5000060"}, Credits(5_000_060, -60, None)),
        ({"x-requests-remaining": "", "x-requests-used": "many", "x-requests-last": "3.0"}, Credits()),
        ({"X-Requests-Remaining": " 7 ", "x-requests-last": "99999999999999999999"}, Credits(None, 7, None)),
    ],
)
def test_the_credit_headers_are_optional(server: OddsApiServer, headers: dict[str, str], expected: Credits) -> None:
    server.answer("odds", Reply(headers=headers))
    assert client(server).ask(ODDS, seconds=5).credits == expected


# ------------------------------------------------------------------------------------------- failures told apart


@pytest.mark.parametrize(
    ("reply", "kind", "code", "says"),
    [
        (failure(401, "INVALID_KEY", f"bad key {KEY}"), InvalidKey, "INVALID_KEY", "401 INVALID_KEY: bad key ***"),
        (failure(401, "DEACTIVATED_KEY"), InvalidKey, "INVALID_KEY", "DEACTIVATED_KEY"),
        (failure(403, "MISSING_KEY"), InvalidKey, "INVALID_KEY", "MISSING_KEY"),
        (Reply(b"<html>nginx</html>", 401), InvalidKey, "INVALID_KEY", "401"),
        (failure(401, "OUT_OF_USAGE_CREDITS"), OutOfCredits, "OUT_OF_CREDITS", "OUT_OF_USAGE_CREDITS"),
        (failure(429, "OUT_OF_USAGE_CREDITS"), OutOfCredits, "OUT_OF_CREDITS", "OUT_OF_USAGE_CREDITS"),
        (
            failure(422, "INVALID_MARKET", "Invalid markets: x"),
            Refused,
            "REFUSED",
            "422 INVALID_MARKET: Invalid markets: x",
        ),
        (failure(404, "UNKNOWN_SPORT"), Refused, "REFUSED", "404 UNKNOWN_SPORT"),
        (Reply([1, 2], 400), Refused, "REFUSED", "400"),
        (Reply({"error_code": 5, "message": ["x"]}, 400), Refused, "REFUSED", "400"),
        (Reply(b"", 204, length=0), BadAnswer, "BAD_ANSWER", "204"),
        (Reply(b"", 302, {"Location": "http://127.0.0.1:1/elsewhere"}), BadAnswer, "BAD_ANSWER", "302"),
        (Reply([{"id": "x" * 200}], length=5_000), BadAnswer, "BAD_ANSWER", "cut short"),
        (Reply([{"id": "x" * 200}], chunked=True), BadAnswer, "BAD_ANSWER", "cut short"),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), BadAnswer, "BAD_ANSWER", "cut short"),
        (Reply(["x" * 100_001]), BadAnswer, "BAD_ANSWER", "too large"),
        (Reply([" " * 100_001], zipped=True), BadAnswer, "BAD_ANSWER", "too large"),
    ],
)
def test_what_another_try_cannot_help_is_asked_once(
    server: OddsApiServer, reply: Reply, kind: type[ProviderError], code: str, says: str
) -> None:
    error = fails(server, reply)
    assert type(error) is kind
    assert error.code == code
    assert says in str(error)
    assert error.http_status == reply.status
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "code", "status"),
    [
        (failure(429, "EXCEEDED_FREQ_LIMIT"), RateLimited, "RATE_LIMITED", 429),
        (Reply(b"slow down", 429), RateLimited, "RATE_LIMITED", 429),
        (Reply(b"<html>Internal Server Error</html>", 500), ProviderDown, "PROVIDER_DOWN", 500),
        (Reply(b"cut", 502, length=500), ProviderDown, "PROVIDER_DOWN", 502),
        (failure(503, "WHATEVER"), ProviderDown, "PROVIDER_DOWN", 503),
        (Reply(hang_up=True), ProviderDown, "PROVIDER_DOWN", None),
        (Reply(delay=30), ProviderTimeout, "PROVIDER_TIMEOUT", None),
    ],
)
def test_what_another_try_can_help_is_asked_three_times(
    server: OddsApiServer, reply: Reply, kind: type[ProviderError], code: str, status: int | None
) -> None:
    patience = replace(QUICK, read=0.2) if reply.delay else QUICK
    error = fails(server, reply, reply, reply, patience=patience)
    assert type(error) is kind
    assert (error.code, error.http_status) == (code, status)
    assert len(server.asked) == 3


def test_the_second_try_may_succeed(server: OddsApiServer) -> None:
    server.answer("odds", Reply(b"", 500), Reply(hang_up=True), Reply())
    answer = client(server).ask(ODDS, seconds=5)
    assert (answer.body, answer.attempts) == (b"[]", 3)


def test_spent_credits_keep_their_count(server: OddsApiServer) -> None:
    reply = replace(
        failure(401, "OUT_OF_USAGE_CREDITS"), headers={"x-requests-used": "500", "x-requests-remaining": "-1"}
    )
    assert fails(server, reply).credits == Credits(used=500, remaining=-1)


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        unreachable = OddsApi(f"http://127.0.0.1:{taken.getsockname()[1]}", KEY, QUICK)
        with pytest.raises(ProviderDown, match="NewConnectionError") as caught:
            unreachable.ask(ODDS, seconds=5)
    assert KEY not in "".join(traceback.format_exception(caught.value))


# ---------------------------------------------------------------------------------------------------------- time


def test_an_answer_that_trickles_in_ends_at_the_deadline(server: OddsApiServer) -> None:
    begun = time.monotonic()
    error = fails(server, Reply(["x" * 1000], trickle=0.05), seconds=0.5)
    assert type(error) is ProviderTimeout
    assert error.http_status == 200
    assert time.monotonic() - begun < 1.5


def test_no_attempt_begins_that_cannot_end_in_time(server: OddsApiServer) -> None:
    begun = time.monotonic()
    error = fails(server, Reply(b"", 500), seconds=3, patience=replace(QUICK, pauses=(5, 5)))
    assert type(error) is ProviderDown
    assert time.monotonic() - begun < 1


# -------------------------------------------------------------------------------------------------------- secrecy


def test_the_log_never_sees_the_key(server: OddsApiServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer("odds", Reply(b"", 500), failure(429, "EXCEEDED_FREQ_LIMIT", f"you, {KEY}, are too fast"), Reply())
    client(server).ask(ODDS, seconds=5)
    said = "\n".join([caplog.text, *(str(vars(record)) for record in caplog.records)])
    for word in (KEY, "89abcdef", "apiKey"):
        assert word not in said
