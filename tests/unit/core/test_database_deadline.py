"""One time limit covers everything that begins a transaction. The clock here is simulated."""

from collections.abc import Callable
from itertools import product
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from cdk.routes import ENDPOINTS
from pickvs.core import database
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, LoginRefused, PasswordRefused

ANSWER_SECONDS = 2
"""Seconds that an endpoint may take in addition to a transaction that cannot begin."""
NEVER = 3600.0


class World:
    """A slow Secrets Manager and a slow server. Waiting for either advances `now`.

    Reading a secret takes `reads` seconds, the first time only; connecting to one address takes `connects`; BEGIN takes
    `begins`.
    """

    def __init__(self, *, connects: float, begins: float, refuses: bool = False, reads: float = 0.0) -> None:
        self.now = 0.0
        self.attempts: list[float] = []
        self.has_read = False
        self.rereads = 0
        self.reread_fails = False
        self.reads, self.connects, self.begins, self.refuses = reads, connects, begins, refuses
        self.hosts = "10.0.0.1"

    def monotonic(self) -> float:
        return self.now

    def get_secret(self, _: str) -> dict[str, str]:
        self.now += self.reads if not self.has_read else 0.0
        self.has_read = True
        return {"url": f"postgresql://ada:known@{self.hosts}/pickvs"}

    def get_secret_anew(self, _: str) -> list[dict[str, str]]:
        self.rereads += 1
        self.now += self.reads if self.reread_fails else 2 * self.reads
        if self.reread_fails:
            raise ConfigurationError("the secret cannot be read: ReadTimeoutError")
        return [{"url": f"postgresql://ada:{password}@{self.hosts}/pickvs"} for password in ("in-force", "pending")]

    def connect(self, address: str, **_: object) -> "Connection":
        self.attempts.append(self.now)
        allowed = float(str(conninfo.conninfo_to_dict(address)["connect_timeout"]))
        assert allowed >= 2, "the driver makes it 2"
        self.now += min(self.connects, allowed)
        if self.connects > allowed:
            raise psycopg.errors.ConnectionTimeout("connection timeout expired")
        if self.refuses:
            raise failure('FATAL: password authentication failed for user "ada"')
        return Connection(self)


class Connection:
    closed = broken = is_taken = False
    answers_by: float | None = None

    def __init__(self, world: World) -> None:
        self._world = world

    def execute(self, _: object) -> None:
        """Simulate the single round trip that begins a transaction."""
        self._wait(self._world.begins)

    def commit(self) -> None:
        """Do nothing: there is nothing to commit."""

    def close(self) -> None:
        self.closed = True

    def _wait(self, seconds: float) -> None:
        assert self.answers_by is not None, "without a limit"
        left = max(self.answers_by - self._world.now, 0.0)
        self._world.now += min(seconds, left)
        if seconds > left:
            raise psycopg.OperationalError("wait timeout expired")


def failure(text: str, *, used_password: bool = True) -> psycopg.OperationalError:
    """Return the error that the driver raises when a server refuses a connection."""
    pgconn: Any = SimpleNamespace(used_password=used_password)
    return psycopg.OperationalError(f'connection failed: connection to server at "10.0.0.1": {text}', pgconn=pgconn)


type Begin = Callable[[World], None]


@pytest.fixture(params=["public-roots", "rds-roots"])
def begin(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begin a transaction in a world, in each mode that a stage can use."""
    monkeypatch.setenv("DATABASE_SECRET_ARN", "test/database")
    monkeypatch.setenv("DATABASE_TLS", request.param)
    monkeypatch.setattr(database, "_open", None)
    monkeypatch.setattr(database, "_known", None)
    monkeypatch.setattr(database, "_is_dead", lambda _: False)

    def run(world: World) -> None:
        monkeypatch.setattr(database, "time", world)
        monkeypatch.setattr(database, "get_secret", world.get_secret)
        monkeypatch.setattr(database, "get_secret_anew", world.get_secret_anew)
        monkeypatch.setattr(database._Client, "connect", world.connect)
        with database.transaction():
            pass

    return run


SLOW = (0.0, 1.9, 9.0, 19.0, NEVER)


@pytest.mark.parametrize("open_before", [False, True])
@pytest.mark.parametrize("reads", [0.0, 9.0])
@pytest.mark.parametrize("hosts", ["10.0.0.1", "10.0.0.1,10.0.0.2,10.0.0.3"])
@pytest.mark.parametrize("refuses", [False, True])
def test_whoever_waits_is_answered_in_time(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, open_before: bool, reads: float, hosts: str, refuses: bool
) -> None:
    for connects, begins, fails in product(SLOW, SLOW, (False, True)):
        if connects == begins == 0.0:
            continue
        world = World(connects=connects, begins=begins, refuses=refuses, reads=reads)
        world.hosts, world.reread_fails = hosts, fails
        monkeypatch.setattr(database, "_open", Connection(world) if open_before else None)
        monkeypatch.setattr(database, "_known", None)
        try:
            begin(world)
        except DatabaseUnavailable:
            assert world.attempts or open_before
        assert world.now <= min(endpoint.timeout_seconds for endpoint in ENDPOINTS) - ANSWER_SECONDS - 1


def test_a_server_that_wakes_up_in_its_time_is_waited_for(begin: Begin, request: pytest.FixtureRequest) -> None:
    sleepy = World(connects=19.0 if "rds-roots" in request.node.name else 9.0, begins=0.5)
    begin(sleepy)
    assert len(sleepy.attempts) == 1


def test_a_fresh_connection_that_is_not_served_is_replaced_once(begin: Begin) -> None:
    world = World(connects=0.0, begins=NEVER)
    with pytest.raises(DatabaseUnavailable):
        begin(world)
    assert world.attempts == [0.0, 5.0]
    assert world.now == 10.0


def test_a_refusal_that_comes_late_is_not_looked_into(begin: Begin) -> None:
    late = World(connects=9.0, begins=0.0, refuses=True)
    with pytest.raises(LoginRefused):
        begin(late)
    assert late.rereads == 0
    assert len(late.attempts) == 1
    early = World(connects=1.0, begins=0.0, refuses=True)
    with pytest.raises(LoginRefused):
        begin(early)
    assert early.rereads == 1
    assert len(early.attempts) == 3


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("FATAL:  sorry, too many clients already", "no free connections"),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", "no free"),
        ('FATAL:  too many connections for role "ada"', "no free connections"),
        ('FATAL:  too many connections for database "pickvs"', "no free connections"),
        ("FATAL:  no more connections allowed (max_client_conn)", "no free connections"),
        ('FATAL:  database "pickvs" does not exist', "no database with the name"),
        ("FATAL:  no such database: pickvs", "no database with the name"),
    ],
)
@pytest.mark.parametrize("used_password", [False, True])
def test_what_the_password_has_no_part_in_is_not_blamed_on_it(text: str, meaning: str, used_password: bool) -> None:
    refusal = database._refusal(failure(text, used_password=used_password))
    assert type(refusal) is DatabaseUnavailable
    assert meaning in str(refusal)
    assert "ada" not in str(refusal)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('FATAL:  password authentication failed for user "ada"', PasswordRefused),
        ("FATAL:  SASL authentication failed", PasswordRefused),
        ('FATAL:  role "ada" is not permitted to log in', LoginRefused),
    ],
)
def test_only_what_is_said_of_a_password_makes_it_wrong(text: str, kind: type[LoginRefused]) -> None:
    assert type(database._refusal(failure(text))) is kind
    assert type(database._refusal(failure(text, used_password=False))) is DatabaseUnavailable
