"""EventBridge Scheduler, as far as the platform uses it: schedules that invoke a function once and delete themselves.

A schedule survives the end of the laptop cloud; one whose time has passed meanwhile fires at the next start. It fires
on time, whereas AWS may be a minute late.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.assembly import ACCOUNT, REGION
from local.blueprint import Blueprint
from local.errors import LaptopError
from local.policies import Decision, decide
from local.schedules import MAX_SLEEP_SECONDS
from local.service_answers import error, json_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH = re.compile(r"/schedules/([0-9A-Za-z_.-]{1,64})")
_AT = "at(%Y-%m-%dT%H:%M:%S)"


@dataclass(frozen=True, slots=True)
class OneShot:
    """A schedule that fires once. at: seconds since 1970."""

    group: str
    name: str
    at: float
    function: str
    """ARN of the function."""
    event: str
    """The event as JSON."""

    @property
    def arn(self) -> str:
        """ARN of the schedule."""
        return f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{self.group}/{self.name}"


def schedule_arn(path: str, body: Mapping[str, Any]) -> str | None:
    """Return the ARN of the schedule that a request creates. None for any other request."""
    found = _PATH.fullmatch(path)
    group = body.get("GroupName", "default")
    return None if found is None else f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{found[1]}"


class OneShotSchedules:
    """A WSGI application for the action CreateSchedule, and the clock that fires.

    file: where the schedules are kept between runs; None if they need not be. fire: receives the function's ARN and the
    event. say: receives one line for each schedule that cannot fire.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        file: Path | None,
        fire: Callable[[str, bytes], None],
        say: Callable[[str], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._blueprint = blueprint
        self._functions = {function.arn for function in blueprint.functions}
        self._file = file
        self._fire = fire
        self._say = say
        self._now = now
        self._changed = threading.Condition()
        self._known: dict[tuple[str, str], OneShot] = {
            key_of(each): each for each in (() if file is None else _read(file))
        }
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="one-shot-schedules", daemon=True)

    def start(self) -> None:
        """Start firing."""
        self._thread.start()

    def stop(self) -> None:
        """Stop firing."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Create one schedule."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        found = _PATH.fullmatch(request.path)
        if request.method != "POST" or found is None:
            return error(400, "ValidationException", "The laptop cloud only creates schedules.")
        try:
            body = json.loads(request.get_data())
            wanted = _read_request(found[1], body)
            fault = self._fault(wanted, body["Target"]["RoleArn"])
        except (KeyError, TypeError, ValueError) as problem:
            return error(400, "ValidationException", f"The laptop cloud knows no such schedule: {problem}")
        return fault or self._add(wanted)

    def _fault(self, wanted: OneShot, role_arn: str) -> Response | None:
        """Return the error for a schedule that could never fire. None if it can."""
        if wanted.group not in self._blueprint.schedule_groups:
            return error(404, "ResourceNotFoundException", f"Schedule group {wanted.group} does not exist.")
        if wanted.function not in self._functions:
            return error(400, "ValidationException", f"{wanted.function} does not exist.")
        role = self._blueprint.scheduler_roles.get(role_arn)
        if role is None:
            return error(400, "ValidationException", "The execution role does not let Scheduler assume it.")
        if decide(role, "lambda:InvokeFunction", wanted.function) is not Decision.ALLOWED:
            return error(400, "ValidationException", f"The execution role may not invoke {wanted.function}.")
        return None

    def _add(self, wanted: OneShot) -> Response:
        with self._changed:
            if key_of(wanted) in self._known:
                return error(409, "ConflictException", f"Schedule {wanted.name} already exists.")
            self._known[key_of(wanted)] = wanted
            self._write()
            self._changed.notify()
        return json_answer(200, {"ScheduleArn": wanted.arn})

    def next_due(self) -> datetime | None:
        """Return when a schedule is due next; None if there is none."""
        with self._changed:
            first = min((each.at for each in self._known.values()), default=None)
        return None if first is None else datetime.fromtimestamp(first, UTC)

    def fire_due(self) -> None:
        """Fire each schedule that is due, and delete it."""
        with self._changed:
            due = sorted((each for each in self._known.values() if each.at <= self._now().timestamp()), key=_turn)
            for each in due:
                del self._known[key_of(each)]
            if due:
                self._write()
        for each in due:
            try:
                self._fire(each.function, each.event.encode())
            except LaptopError as problem:  # it was kept from a run with another template
                self._say(f"the schedule {each.name} cannot fire: {problem}")

    def _run(self) -> None:
        while True:
            self.fire_due()
            with self._changed:
                if self._is_stopping:
                    return
                seconds = min((each.at for each in self._known.values()), default=float("inf"))
                seconds -= self._now().timestamp()
                self._changed.wait(min(max(seconds, 0.01), MAX_SLEEP_SECONDS))

    def _write(self) -> None:
        if self._file is None:
            return
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps([asdict(each) for each in self._known.values()]), encoding="utf-8")
        temporary.replace(self._file)


def key_of(schedule: OneShot) -> tuple[str, str]:
    """Return what identifies a schedule: its group and its name."""
    return schedule.group, schedule.name


def _turn(schedule: OneShot) -> tuple[float, str]:
    return schedule.at, schedule.name


def _read_request(name: str, body: Mapping[str, Any]) -> OneShot:
    """Return the schedule that a request describes. Raises ValueError, KeyError or TypeError if it is no such one."""
    for member, only in (
        ("ScheduleExpressionTimezone", "UTC"),
        ("FlexibleTimeWindow", {"Mode": "OFF"}),
        ("ActionAfterCompletion", "DELETE"),
    ):
        if body.get(member) != only:
            raise ValueError(f"{member} is to be {only}")
    at = datetime.strptime(body["ScheduleExpression"], _AT).replace(tzinfo=UTC)
    target = body["Target"]
    event = target.get("Input", "{}")
    json.loads(event)
    return OneShot(str(body.get("GroupName", "default")), name, at.timestamp(), str(target["Arn"]), event)


def _read(file: Path) -> list[OneShot]:
    """Return the schedules of earlier runs. Raises LaptopError if the file is not what the laptop cloud wrote."""
    try:
        return [OneShot(**each) for each in json.loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError):
        raise LaptopError(f"{file} is not what the laptop cloud wrote; move it away (this loses alarms)") from None
