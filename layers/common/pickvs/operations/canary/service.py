"""Walks from registration to the leaderboard, and always erases the account it created."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pickvs.core import metrics
from pickvs.core.logging import logger
from pickvs.operations.canary import rules
from pickvs.operations.canary.client import Answer, ApiClient, NoAnswer
from pickvs.operations.canary.config import api_base_url
from pickvs.operations.canary.metrics import CANARY_FAILURES, CANARY_STEPS
from pickvs.operations.canary.rules import Step

WALK_SECONDS = 75
"""Seconds after which no step starts. The account must be erased before the function's timeout of 7 minutes."""
ERASE_ATTEMPTS = 3
ERASE_PAUSE_SECONDS = 2.0

_UNAUTHORIZED = 401


class StepFailed(Exception):
    """A step violated the contract. The message says why and contains no secret."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(why)
        self.step = step


@dataclass(slots=True)
class _Walk:
    """State of one walk: its account, whose password only this object has, and the outcomes of the steps."""

    api: ApiClient
    username: str
    password: str
    ends: float
    token: str | None = None
    registering: bool = False
    """Whether the account may exist."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, step: Step, body: object = None, *, token: str | None = None) -> Any:
        """Run a step and return the answer's body. Raises StepFailed."""
        if time.monotonic() > self.ends:
            raise StepFailed(step, f"not started: the walk took longer than {WALK_SECONDS} s")
        return self.ask(step, body, token=token).body

    def ask(self, step: Step, body: object = None, *, token: str | None = None) -> Answer:
        """Run a step even after the deadline, and return the answer. Raises StepFailed."""
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
    """Walk from registration to the leaderboard with a new account, erase the account, and return a report.

    Emits CanaryFailures and CanarySteps. The report lists the steps in order, each with its duration in seconds and, if
    there was an answer, its status and request id. `failed` is the first step that violated the contract, with the
    reason. `account_left` is the name of an account that could not be erased.
    """
    name = rules.USERNAME_PREFIX + secrets.token_hex(6)
    current = _Walk(
        ApiClient(api_base_url(), correlation_id=name),
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
        # Runs even after a bug here: otherwise an account would remain that nobody can open.
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
    metrics.emit({CANARY_FAILURES: int(failure is not None), CANARY_STEPS: len(passed)})
    (logger().info if failure is None else logger().error)("canary walked", extra={"report": report})
    return report


def _go(current: _Walk) -> None:
    """Run the steps up to the leaderboard. Raises StepFailed."""
    health = current.take(rules.HEALTH)
    _hold(rules.HEALTH, _field(health, "status") == "ok", "the service does not report the status ok")
    account = {"username": current.username, "email": rules.email_of(current.username), "password": current.password}
    current.registering = True
    current.token = _token(rules.REGISTER, current.take(rules.REGISTER, account))
    login = {"email": account["email"], "password": account["password"]}
    current.token = _token(rules.LOGIN, current.take(rules.LOGIN, login))
    me = current.take(rules.ME, token=current.token)
    _hold(rules.ME, _field(me, "username") == current.username, "the profile is of another user")
    picks = _pick(current)
    shown = _list(rules.MY_PICKS, current.take(rules.MY_PICKS, token=current.token), "picks")
    _hold(rules.MY_PICKS, {_field(pick, "id") for pick in shown} == picks, "the picks are not the ones that were made")
    _list(rules.LEADERBOARD, current.take(rules.LEADERBOARD), "leaderboard")


def _pick(current: _Walk) -> set[Any]:
    """Make a pick if a game accepts one, and return the ids of the picks made. Raises StepFailed."""
    games = _list(rules.UPCOMING, current.take(rules.UPCOMING, token=current.token), "games")
    try:
        wanted = rules.wanted_pick(games)
    except (KeyError, TypeError) as error:
        raise StepFailed(rules.UPCOMING, f"a game violates the contract: {type(error).__name__}") from None
    if wanted is None:
        current.notes.append("no game accepts picks, so none was made")
        return set()
    made = current.take(rules.PICK, {"picks": [wanted]}, token=current.token)
    ids = {_field(pick, "id") for pick in _list(rules.PICK, made, "picks")}
    _hold(rules.PICK, len(ids) == 1, "one pick was sent, but a different number was made")
    return ids


def _erase(current: _Walk) -> StepFailed | None:
    """Erase the account; return the failure if that is not possible.

    A failed registration, or one whose answer was lost, may still have created the account. Logging in finds out.
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
            # The answer of a successful attempt may have been lost, or the token may be invalid: log in again.
            current.token = None
        else:
            return None
    return failure


def _log_in_again(current: _Walk) -> bool:
    """Log in to erase, and return whether the account exists. Raises StepFailed if that cannot be determined."""
    body = {"email": rules.email_of(current.username), "password": current.password}
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
