"""Walks from registering to the leaderboard, and takes back what it left, however far it came."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pickvs.canary import rules
from pickvs.canary.client import Answer, ApiClient, NoAnswer
from pickvs.canary.rules import Step
from pickvs.core import metrics
from pickvs.core.config import settings
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric

WALK_SECONDS = 75
"""When no step is begun any more: an account must be erased before the function is ended, after 7 minutes."""
ERASE_ATTEMPTS = 3
ERASE_PAUSE_SECONDS = 2.0

_UNAUTHORIZED = 401


class StepFailed(Exception):
    """A step did not do what the contract says; the text says why, and nothing that is secret."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(why)
        self.step = step


@dataclass(slots=True)
class _Walk:
    """One walk: an account of its own, of which only this knows the password, and what came of the steps."""

    api: ApiClient
    username: str
    password: str
    ends: float
    token: str | None = None
    registering: bool = False
    """Whether there may be an account by now."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, step: Step, body: object = None, *, token: str | None = None) -> Any:
        """Take a step and return the answer's body. Raises StepFailed."""
        if time.monotonic() > self.ends:
            raise StepFailed(step, f"not begun: the way took longer than {WALK_SECONDS} s")
        return self.ask(step, body, token=token).body

    def ask(self, step: Step, body: object = None, *, token: str | None = None) -> Answer:
        """Take a step, whatever the time, and return the answer. Raises StepFailed."""
        begun = time.monotonic()
        taken: dict[str, Any] = {"step": step.name}
        self.steps.append(taken)
        try:
            answer = self.api.send(step.method, step.path + step.query, body=body, token=token)
        except NoAnswer as error:
            raise StepFailed(step, str(error)) from None
        finally:
            taken["seconds"] = round(time.monotonic() - begun, 3)
        taken |= {"status": answer.status, "request_id": answer.request_id}
        if answer.attempts > 1:
            taken["attempts"] = answer.attempts
        if answer.status != step.status:
            raise StepFailed(step, rules.said(answer.status, answer.body, step.status))
        taken["passed"] = True
        return answer


def walk() -> dict[str, Any]:
    """Walk from registering to the leaderboard with a new account, erase that, and say how it went.

    Emits CanaryFailures and CanarySteps. The report has the steps in their order, each with its seconds and, where
    there was an answer, its status and request id; `failed` is the first step that was not as the contract says, and
    why; `account_left` the name of an account that could not be erased.
    """
    name = rules.USERNAME_PREFIX + secrets.token_hex(6)
    current = _Walk(
        ApiClient(settings().api_base_url, correlation_id=name),
        username=name,
        password=secrets.token_urlsafe(24),
        ends=time.monotonic() + WALK_SECONDS,
    )
    failure: StepFailed | None = None
    try:
        _go(current)
    except StepFailed as error:
        failure = error
    finally:
        # Even after a fault of this code: an account that nobody can open any more would be left.
        left = _erase(current) if current.registering else None
    failure = failure or left
    passed = {step["step"] for step in current.steps if step.get("passed")}
    report = {
        "walk": name,
        "passed": failure is None,
        "failed": None if failure is None else {"step": failure.step.name, "why": str(failure)},
        "steps": current.steps,
        "notes": current.notes,
        "account_left": None if left is None else name,
    }
    metrics.emit({Metric.CANARY_FAILURES: int(failure is not None), Metric.CANARY_STEPS: len(passed)})
    (logger().info if failure is None else logger().error)("canary walked", extra={"report": report})
    return report


def _go(current: _Walk) -> None:
    """Go the way, up to the leaderboard. Raises StepFailed."""
    health = current.take(rules.HEALTH)
    _hold(rules.HEALTH, _field(health, "status") == "ok", "the service does not call itself ok")
    account = {"username": current.username, "email": f"{current.username}@example.com", "password": current.password}
    current.registering = True
    current.token = _token(rules.REGISTER, current.take(rules.REGISTER, account))
    login = {"email": account["email"], "password": account["password"]}
    current.token = _token(rules.LOGIN, current.take(rules.LOGIN, login))
    me = current.take(rules.ME, token=current.token)
    _hold(rules.ME, _field(me, "username") == current.username, "it is somebody else's profile")
    picks = _pick(current)
    shown = _list(rules.MY_PICKS, current.take(rules.MY_PICKS, token=current.token), "picks")
    _hold(rules.MY_PICKS, {_field(pick, "id") for pick in shown} == picks, "these are not the picks that were made")
    _list(rules.LEADERBOARD, current.take(rules.LEADERBOARD), "leaderboard")


def _pick(current: _Walk) -> set[Any]:
    """Make a pick if a game takes one, and return the ids of what was made. Raises StepFailed."""
    games = _list(rules.UPCOMING, current.take(rules.UPCOMING, token=current.token), "games")
    try:
        wanted = rules.wanted_pick(games)
    except (KeyError, TypeError) as error:
        raise StepFailed(rules.UPCOMING, f"a game is not as the contract has it: {type(error).__name__}") from None
    if wanted is None:
        current.notes.append("no game takes picks: none was made")
        return set()
    made = current.take(rules.PICK, {"picks": [wanted]}, token=current.token)
    ids = {_field(pick, "id") for pick in _list(rules.PICK, made, "picks")}
    _hold(rules.PICK, len(ids) == 1, "one pick was sent, and another number made")
    return ids


def _erase(current: _Walk) -> StepFailed | None:
    """Erase the account, and return why not if that is not possible.

    A registration that failed, or whose answer got lost, may have made it all the same: then logging in tells.
    """
    failure: StepFailed | None = None
    for attempt in range(ERASE_ATTEMPTS):
        if attempt:
            time.sleep(ERASE_PAUSE_SECONDS)
        try:
            if current.token is None and not _log_in_again(current):
                return None
            current.ask(rules.ERASE, {"password": current.password}, token=current.token)
        except StepFailed as error:
            failure = error
            # The answer to an attempt that did erase it may have been lost; and a token may be what is amiss.
            current.token = None
        else:
            return None
    return failure


def _log_in_again(current: _Walk) -> bool:
    """Log in to erase, and tell whether there is an account. Raises StepFailed if that cannot be known."""
    body = {"email": f"{current.username}@example.com", "password": current.password}
    try:
        current.token = _token(rules.LOGIN, current.ask(rules.LOGIN, body).body)
    except StepFailed:
        if current.steps[-1].get("status") == _UNAUTHORIZED:
            return False
        raise
    return True


def _token(step: Step, body: object) -> str:
    token = _field(body, "token")
    if not isinstance(token, str) or not token:
        raise StepFailed(step, "there is no token in the answer")
    return token


def _list(step: Step, body: object, name: str) -> list[Any]:
    found = _field(body, name)
    if not isinstance(found, list):
        raise StepFailed(step, f"there is no list called {name} in the answer")
    return found


def _field(body: object, name: str) -> Any:
    return body.get(name) if isinstance(body, Mapping) else None


def _hold(step: Step, is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - what is held to be true
    if not is_so:
        raise StepFailed(step, otherwise)
