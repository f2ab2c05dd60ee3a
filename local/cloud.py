"""The laptop cloud as a whole: starts its parts in order and stops them in reverse order."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from local import dfs_door
from local.api_blueprint import read_api
from local.assembly import read_assembly
from local.async_invocations import AsyncInvocations
from local.aws import AwsServices
from local.blueprint import Blueprint, FunctionSpec, ScheduleSpec, read_blueprint
from local.clocks import REAL, Clock
from local.control import ControlServer
from local.database import Database
from local.deployment import Deployment
from local.environments import Launcher, Outcome
from local.errors import LaptopError
from local.function_logs import LogFile
from local.functions import Functions
from local.gateway import Gateway, GatewayHandler
from local.http_server import HOST, HttpServer, bind
from local.inbox import PAGE, Inbox
from local.invocations import Invocations
from local.odds_api_door import KEY
from local.one_shot_schedules import OneShotSchedules
from local.pooler import Pooler
from local.rotations import Rotations
from local.schedules import Schedules, scheduled_event
from local.secret_values import secret_values
from local.settings import RUNTIME, RUNTIME_PYTHON, Settings
from local.sources import StandIn, choose_sources
from local.state import StateFolder
from local.watchdog import Watchdog

API_VARIABLE = "API_BASE_URL"
"""Environment variable of the functions with the address of the API itself."""
POOLED_VARIABLE = "DATABASE_POOLED"
"""Environment variable of the functions that says whether a pooler stands before the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What whoever starts a laptop cloud may change of its surroundings."""

    clock: Clock = REAL
    fires_by_itself: bool = True
    """Whether rules and alarms fire as time goes by. If not, whoever holds the clock fires them: see `Timers`."""
    unruled: frozenset[str] = frozenset()
    """Names of the functions whose rules do not fire."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the functions that replace those of the template."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the functions that no template has."""
    durable: bool = True
    """Whether the database and the alarms survive the end of the run, even by a loss of power."""


@dataclass(frozen=True, slots=True)
class Timers:
    """What fires in a running laptop cloud, for whoever holds its clock."""

    rules: Schedules
    alarms: OneShotSchedules
    background: AsyncInvocations


class StoppedError(Exception):
    """The laptop cloud was stopped while it started."""


@dataclass(frozen=True, slots=True)
class Running:
    """Facts about a running laptop cloud, and its parts for whoever started it."""

    url: str
    """The API's base address."""
    provider: str
    """Source of odds and scores, described for the user."""
    inbox: str
    """Address of the page with the mails."""
    pooler: str | None
    """Host and port of the pooler, if there is one."""
    database: str = field(repr=False)
    """Connection string of the database, as its owner."""
    functions: list[str]
    timers: Timers
    invoke: Callable[[str, bytes], Outcome]
    """Runs the function with a name, with an event as JSON. Raises LaptopError if there is no such function."""
    submit: Callable[[str, bytes, Callable[[], None]], None]
    """Runs the function with a name in the background, with Lambda's retries, and calls the last argument if all of
    them fail. Raises LaptopError if there is no such function."""
    crash: Callable[[str], bool]
    """Ends a process of the function with a name, at once, if one is busy. Returns whether one was."""


class LaptopCloud:
    """All parts of one run. `say` receives one line for each event that the user should know about.

    failed: called in another thread if a part that all others need has ended.
    `start` may run in one thread while another calls `stop`: a part that is started after `stop` is stopped at once.
    """

    def __init__(
        self,
        assembly: Path,
        settings: Settings,
        say: Callable[[str], None],
        failed: Callable[[LaptopError], None],
        conditions: Conditions = Conditions(),
    ) -> None:
        self._conditions = conditions
        self._failed = failed
        self._assembly = assembly
        self._settings = settings
        self._say = say
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._is_stopping = False

    def start(self) -> Running:
        """Start all parts and return when the API serves requests.

        Raises LaptopError if a part cannot start, and StoppedError if `stop` was called in the meantime.
        """
        try:
            return self._start()
        except Exception:
            with self._lock:
                if self._is_stopping:
                    # The error is probably a consequence: a part failed because the one it depends on was stopped.
                    raise StoppedError from None
            raise

    def _start(self) -> Running:
        if not RUNTIME_PYTHON.exists() or not list(RUNTIME.glob("lib/python*/site-packages/awslambdaric")):
            raise LaptopError(f"the Lambda runtime in {RUNTIME} is missing; install it with `make setup`")
        deployment = Deployment(read_assembly(self._assembly))
        blueprint, api = read_blueprint(deployment), read_api(deployment)
        state = StateFolder(self._settings.state)
        state.open()
        self._keep(state.close)
        kept = state.read_secrets()
        listening = bind(self._settings.port)
        self._keep(listening.close)
        watchdog = Watchdog()
        self._keep(watchdog.stop)

        # Both are slow to start: the database in its own process, the import of moto in this one.
        database = Database(state.postgres, watchdog, self._failed, durable=self._conditions.durable)
        with ThreadPoolExecutor(1, "database") as executor:
            ready = executor.submit(self._started, database)
            services = self._started(AwsServices(blueprint))
            ready.result()
        sources = choose_sources(self._settings, state.path, self._started)
        known = dict(kept)
        key = self._settings.odds_api_key or KEY
        pooler = self._pooler(state, database, watchdog)
        services.provision(
            secret_values(
                blueprint.secrets,
                pooled_url=database.url if pooler is None else pooler.url,
                direct_url=database.url,
                odds_api_key=key,
                kept=kept,
            )
        )
        if kept != known:
            state.write_secrets(kept)

        url = f"http://{HOST}:{listening.getsockname()[1]}/{api.stage}"
        pooled = {} if pooler is None else {POOLED_VARIABLE: "on"}
        overrides = {API_VARIABLE: url, **sources.variables, **pooled, **self._conditions.overrides}
        functions = Functions(
            self._launcher(spec, services, state, watchdog, overrides) for spec in blueprint.functions
        )
        self._keep(functions.stop)
        self._run_triggers(blueprint, functions, state)
        inbox = Inbox(state.inbox, now=self._conditions.clock.now)
        services.play("ses", inbox)
        timers = self._timers(blueprint, functions, services, state)
        access_log = self._log(state, "access")
        gateway = Gateway(api, functions, access_log=access_log, say=self._say, clock=self._conditions.clock)
        front = dfs_door.beside(inbox.beside(gateway), self._conditions.clock.now)
        self._started(HttpServer(front, bound=listening, handler=GatewayHandler))

        def keep(secret: str, value: str) -> None:
            kept[secret] = value
            state.write_secrets(kept)

        control = self._started(ControlServer(functions, Rotations(blueprint.rotations, functions, keep=keep)))
        state.write_control(control.control(url))
        address = None if pooler is None else pooler.address
        inbox_url = f"http://{HOST}:{listening.getsockname()[1]}{PAGE}"

        return Running(
            url=url,
            provider=sources.description,
            inbox=inbox_url,
            pooler=address,
            database=database.url,
            functions=functions.names,
            timers=timers,
            invoke=lambda name, event: functions.named(name).invoke(event),
            submit=lambda name, event, gave_up: timers.background.submit(functions.named(name), event, gave_up),
            crash=lambda name: functions.named(name).crash(),
        )

    def stop(self) -> None:
        """Stop all parts that were started, in reverse order."""
        with self._lock:
            self._is_stopping = True
        while True:
            with self._lock:
                if not self._stops:
                    return
                stop = self._stops.pop()
            try:
                stop()
            except Exception as error:
                # Go on: the other parts must be stopped too.
                self._say(f"while stopping: {error!r}")

    def _keep(self, stop: Callable[[], None]) -> None:
        """Register a part's `stop`. If the laptop cloud is stopping already, call it and raise StoppedError."""
        with self._lock:
            if not self._is_stopping:
                self._stops.append(stop)
                return
        stop()
        raise StoppedError

    def _started[T: (AwsServices, ControlServer, Database, HttpServer, OneShotSchedules, Pooler, Schedules, StandIn)](
        self, part: T
    ) -> T:
        part.start()
        self._keep(part.stop)
        return part

    def _timers(self, blueprint: Blueprint, functions: Functions, services: AwsServices, state: StateFolder) -> Timers:
        """Start what fires: rules, alarms and events that wait for a retry."""
        clock = self._conditions.clock
        background = AsyncInvocations(services.send_message, self._say, clock=clock)
        self._keep(background.stop)
        services.play("lambda", Invocations(functions, background.submit))

        def wake(function: str, event: bytes) -> None:
            background.submit(functions.by_arn(function), event)

        def fire(rule: ScheduleSpec, due: datetime) -> None:
            wake(rule.function, scheduled_event(rule, due))

        kept = state.alarms if self._conditions.durable else None
        alarms = OneShotSchedules(blueprint, kept, wake, self._say, now=clock.now)
        services.play("scheduler", alarms)
        unruled = self._conditions.unruled
        ruled = [rule for rule in blueprint.schedules if functions.by_arn(rule.function).spec.name not in unruled]
        rules = Schedules(ruled, fire, now=clock.now)
        if self._conditions.fires_by_itself:
            self._started(alarms)
            self._started(rules)
        return Timers(rules, alarms, background)

    def _pooler(self, state: StateFolder, database: Database, watchdog: Watchdog) -> Pooler | None:
        """Start the pooler if the settings name one."""
        program = self._settings.pooler
        return None if program is None else self._started(Pooler(program, state.pooler, database.url, watchdog))

    def _launcher(
        self,
        spec: FunctionSpec,
        services: AwsServices,
        state: StateFolder,
        watchdog: Watchdog,
        overrides: dict[str, str],
    ) -> Launcher:
        return Launcher(
            function=spec,
            credentials=services.credentials(spec).environment(),
            endpoint_url=services.url,
            overrides=overrides,
            scratch=state.scratch,
            log=self._log(state, spec.name),
            watchdog=watchdog,
            extra=self._conditions.extra,
        )

    def _log(self, state: StateFolder, name: str) -> LogFile:
        log = LogFile(state.logs / f"{name}.log")
        self._keep(log.close)
        return log

    def _run_triggers(self, blueprint: Blueprint, functions: Functions, state: StateFolder) -> None:
        """Run the deployment's triggers, such as the database migrations."""
        for trigger in blueprint.triggers:
            function = functions.by_arn(trigger.function)
            outcome = function.invoke(b"{}")
            if outcome.failure is None:
                continue
            with self._lock:
                if self._is_stopping:
                    raise StoppedError
            message = " ".join(str(outcome.error.get("errorMessage", "")).split())
            log = state.logs / f"{function.spec.name}.log"
            raise LaptopError(f"{function.spec.name} {outcome.summary}: {message} (see {log})")
