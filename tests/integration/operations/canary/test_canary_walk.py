"""The canary against a small API on loopback, whose failures the tests control."""

import json
import logging
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pickvs.operations.canary import client, service
from pickvs.operations.canary.client import ApiClient, NoAnswer
from pickvs.operations.canary.rules import WAY

OPERATIONS = {(step.method, step.path): step for step in WAY}
_SIMULATED = re.compile(r"success\+(.*)@simulator\.amazonses\.com")
GAME = {"id": 5, "markets": [{"market": "moneyline", "quotes": [{"quote_id": 9, "selection": "home"}]}]}
TOKENS = ("token-of-registering", "token-of-logging-in")


class Api:
    """The server's state and behaviour. broken: the wrong answers that each operation gives, in order."""

    def __init__(self) -> None:
        self.accounts: dict[str, str] = {}
        self.broken: dict[str, list[tuple[int, Any] | str]] = {}
        self.asked: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.games: list[Any] = [GAME]
        self.ids: set[str] = set()
        self.url = ""

    def answer(self, name: str, body: Any, token: str) -> tuple[int, Any]:
        wanted = next(step.status for step in WAY if step.name == name)
        if name == "register":
            self.accounts[body["email"]] = body["password"]
        if name == "login" and self.accounts.get(body["email"]) != body["password"]:
            return 401, {"code": "INVALID_CREDENTIALS"}
        if name == "delete_me":
            if token not in TOKENS or body["password"] not in self.accounts.values():
                return 401, {"code": "UNAUTHENTICATED"}
            self.accounts.clear()
        (username,) = {_SIMULATED.sub(r"\1", address) for address in self.accounts} or {""}
        return wanted, {
            "get_health": {"status": "ok"},
            "register": {"token": TOKENS[0]},
            "login": {"token": TOKENS[1]},
            "get_me": {"username": username},
            "list_upcoming_games": {"games": self.games},
            "create_picks": {"picks": [{"id": 31}]},
            "list_my_picks": {"picks": [{"id": 31}] if self.games else []},
            "get_leaderboard": {"leaderboard": []},
            "delete_me": None,
        }[name]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    known = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            name = OPERATIONS[self.command, self.path.partition("?")[0].removeprefix("/api")].name
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
            known.asked.append(name)
            known.sent.append(body)
            known.ids.add(self.headers["X-Correlation-Id"])
            answer = known.answer(name, body, str(self.headers.get("Authorization")).removeprefix("Bearer "))
            wrong = known.broken.get(name)
            broken = wrong.pop(0) if wrong else None
            if broken == "cut":
                self.close_connection = True
                self.connection.close()
                return
            status, said = answer if broken is None or isinstance(broken, str) else broken
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Request-Id", f"request-{len(known.asked)}")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}/api"
    monkeypatch.setenv("API_BASE_URL", f"{known.url}/")
    monkeypatch.setattr(service, "ERASE_PAUSE_SECONDS", 0)
    monkeypatch.setattr(client, "_ATTEMPTS", client._ATTEMPTS.new(backoff_factor=0))
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def emitted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, float]]:
    values: list[dict[str, float]] = []
    monkeypatch.setattr(
        service.metrics,
        "emit",
        lambda given, **_: values.append({metric.name: value for metric, value in given.items()}),
    )
    return values


def test_it_walks_to_the_leaderboard_and_erases_itself(api: Api, emitted: list[dict[str, float]]) -> None:
    report = service.walk()
    assert report["passed"] is True
    assert api.asked == [step.name for step in WAY]
    assert api.accounts == {}
    assert api.ids == {report["walk"]}
    assert emitted == [{"CanaryFailures": 0, "CanarySteps": len(WAY)}]
    assert [step["request_id"] for step in report["steps"]] == [f"request-{at + 1}" for at in range(len(WAY))]


def test_a_quiet_day_has_no_game_and_is_no_failure(api: Api, emitted: list[dict[str, float]]) -> None:
    api.games = []
    report = service.walk()
    assert (report["passed"], report["notes"]) == (True, ["no game accepts picks, so none was made"])
    assert "create_picks" not in api.asked
    assert emitted == [{"CanaryFailures": 0, "CanarySteps": len(WAY) - 1}]


@pytest.mark.parametrize("step", [each.name for each in WAY if each.name not in {"register", "delete_me"}])
def test_the_first_step_that_is_wrong_is_named_and_nobody_is_left(
    api: Api, emitted: list[dict[str, float]], step: str
) -> None:
    api.broken[step] = [(500, {"code": "INTERNAL_ERROR", "detail": "a secret"})]
    report = service.walk()
    wanted = next(each.status for each in WAY if each.name == step)
    assert report["failed"] == {"step": step, "why": f"answered 500 INTERNAL_ERROR, and the contract says {wanted}"}
    assert (report["passed"], report["account_left"], api.accounts) == (False, None, {})
    assert emitted[0]["CanaryFailures"] == 1
    assert emitted[0]["CanarySteps"] < len(WAY)
    assert "a secret" not in json.dumps(report)


@pytest.mark.parametrize(
    ("step", "said", "why"),
    [
        ("get_health", {"status": "tired"}, "the service does not report the status ok"),
        ("get_health", ["ok"], "the service does not report the status ok"),
        ("login", {"token": ""}, "there is no token in the answer"),
        ("get_me", {"username": "somebody"}, "the profile is of another user"),
        ("list_upcoming_games", {"games": [{"id": 1}]}, "a game violates the contract: KeyError"),
        ("list_upcoming_games", {"games": ["none"]}, "a game violates the contract: TypeError"),
        ("list_upcoming_games", {}, "there is no list called games in the answer"),
        ("create_picks", {"picks": []}, "one pick was sent, but a different number was made"),
        ("list_my_picks", {"picks": []}, "the picks are not the ones that were made"),
        ("get_leaderboard", None, "there is no list called leaderboard in the answer"),
    ],
)
def test_an_answer_that_only_looks_good_is_found_out(
    api: Api, emitted: list[dict[str, float]], step: str, said: Any, why: str
) -> None:
    api.broken[step] = [(next(each.status for each in WAY if each.name == step), said)]
    report = service.walk()
    assert report["failed"] == {"step": step, "why": why}
    assert (report["account_left"], api.accounts) == (None, {})


@pytest.mark.parametrize("broken", ["cut", (503, {"code": "UNAVAILABLE"}), (201, {})])
def test_an_account_whose_registration_was_not_heard_of_is_erased(api: Api, broken: Any) -> None:
    """The account exists, but the answer is lost, wrong or lacks a token. The password gives access to it."""
    api.broken["register"] = [broken]
    report = service.walk()
    assert report["failed"]["step"] == "register"
    assert api.asked == ["get_health", "register", "login", "delete_me"]
    assert (report["account_left"], api.accounts) == (None, {})


def test_where_there_is_no_account_there_is_nothing_to_erase(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "answer", lambda name, *_: (200, {"status": "ok"}) if name == "get_health" else (401, {}))
    report = service.walk()
    assert report["failed"] == {"step": "register", "why": "answered 401, and the contract says 201"}
    assert (report["account_left"], api.asked) == (None, ["get_health", "register", "login"])


def test_erasing_is_tried_again(api: Api) -> None:
    api.broken["delete_me"] = [(503, None)]
    api.accounts.clear()
    report = service.walk()
    # The first attempt succeeded, but its answer was lost: login finds no account.
    assert (report["passed"], report["account_left"]) == (True, None)
    assert api.asked[-2:] == ["delete_me", "login"]


def test_an_account_that_stays_is_named(
    api: Api, emitted: list[dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api.answer
    monkeypatch.setattr(api, "answer", lambda name, *rest: (500, None) if name == "delete_me" else answer(name, *rest))
    report = service.walk()
    assert report["failed"] == {"step": "delete_me", "why": "answered 500, and the contract says 204"}
    assert report["account_left"] == report["walk"]
    assert api.asked.count("delete_me") == service.ERASE_ATTEMPTS
    assert emitted[0]["CanaryFailures"] == 1


def test_a_way_that_takes_too_long_is_given_up_and_the_account_erased(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(0, 100_000, 13))
    monkeypatch.setattr(service.time, "monotonic", lambda: next(moments))
    report = service.walk()
    assert report["failed"]["why"] == "not started: the walk took longer than 75 s"
    assert api.asked[-1] == "delete_me"
    assert (report["account_left"], api.accounts) == (None, {})


def test_a_fault_of_its_own_leaves_nobody_either(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_pick", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        service.walk()
    assert api.asked[-1] == "delete_me"
    assert api.accounts == {}


def test_nothing_secret_is_said(api: Api, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    api.broken["create_picks"] = [(422, {"code": "VALIDATION_ERROR", "errors": [TOKENS[1]]})]
    report = service.walk()
    (password,) = {each["password"] for each in api.sent if each and "password" in each}
    said = json.dumps(report) + caplog.text + "".join(capsys.readouterr())
    assert report["walk"] in said
    assert not [each for each in (*TOKENS, password) if each in said]


# ----------------------------------------------------------------------------------------------------------- the client


def test_questions_are_repeated_and_commands_are_not(api: Api) -> None:
    own = ApiClient(api.url, correlation_id="one")
    api.broken["get_health"] = [(503, None), (502, None), "cut"]
    answer = own.send("GET", "/health")
    assert (answer.status, answer.attempts) == (200, 4)
    api.broken["create_picks"] = [(503, {"code": "UNAVAILABLE"})]
    refused = own.send("POST", "/picks", body={"picks": []}, token="t")
    assert (refused.status, refused.attempts, refused.body) == (503, 1, {"code": "UNAVAILABLE"})
    assert api.asked == ["get_health"] * 4 + ["create_picks"]


def test_what_stays_away_is_the_answer_in_the_end(api: Api) -> None:
    api.broken["get_health"] = [(503, {"code": "UNAVAILABLE"})] * 9
    answer = ApiClient(api.url, correlation_id="one").send("GET", "/health")
    assert (answer.status, answer.attempts, len(api.asked)) == (503, 4, 4)


def test_no_answer_says_how_and_not_where(api: Api) -> None:
    api.broken["create_picks"] = ["cut"]
    with pytest.raises(NoAnswer) as caught:
        ApiClient(api.url, correlation_id="one").send("POST", "/picks", body={"password": "geheim"})
    assert caught.value.__context__ is None
    assert str(caught.value).startswith("no answer: ")
    assert not [each for each in ("127.0.0.1", "geheim") if each in str(caught.value)]


def test_an_api_that_is_not_there_is_no_answer(api: Api) -> None:
    with pytest.raises(NoAnswer, match=r"^no answer: \w+$") as caught:
        ApiClient("http://127.0.0.1:9/api", correlation_id="one").send("POST", "/picks", body={})
    assert caught.value.__context__ is None


def test_an_answer_without_end_is_none(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MOST_BYTES", 10)
    with pytest.raises(NoAnswer, match="the answer is too long"):
        ApiClient(api.url, correlation_id="one").send("GET", "/health")
