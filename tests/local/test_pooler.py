"""`PICKVS_POOLER`: PgBouncer in front of the laptop's database, which starts and stops it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from local.errors import LaptopError
from local.pooler import Pooler, find_program
from local.watchdog import Watchdog
from tests.local.small_platform import write_assembly
from tests.local.test_command_line import command, gone, one_line, processes_of
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("local command line")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pooler")
    return write_assembly(folder / "assembly", folder / "starts")


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    if find_program("pgbouncer") is None:
        pytest.skip("there is no PgBouncer on this machine; install the Debian package pgbouncer")
    return {"PICKVS_POOLER": "pgbouncer"}


@pytest.fixture(scope="module")
def laptop(assembly: Path, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with Laptop(assembly, tmp_path_factory.mktemp("pooled") / "state", settings) as running:
        yield running


def poolers_of(laptop: Laptop) -> list[int]:
    return [pid for pid, command in processes_of(laptop).items() if "pgbouncer.ini" in command]


def test_the_pooled_secret_leads_through_it_and_the_direct_one_past_it(laptop: Laptop) -> None:
    said = laptop.invoke("work")

    assert said["direct"] == laptop.database_url
    assert said["database"] == laptop.pooled_url("pickvs")
    assert f"  pooler  PgBouncer at 127.0.0.1:{urlsplit(said['database']).port}, in transaction mode\n" in laptop.output
    with psycopg.connect(said["database"], prepare_threshold=None) as through, psycopg.connect(said["direct"]) as past:
        through.execute("CREATE TABLE things (id integer)")
        through.commit()
        assert past.execute("SELECT count(*) FROM things").fetchone() == (0,)


def test_only_who_knows_the_password_is_let_in_and_it_stays_where_it_belongs(laptop: Laptop) -> None:
    password = urlsplit(laptop.database_url).password
    assert password is not None
    with pytest.raises(psycopg.OperationalError, match="SASL authentication failed"):
        psycopg.connect(laptop.pooled_url("pickvs").replace(password, "another"))
    folder = laptop.state / "pooler"
    assert (folder / "users.txt").stat().st_mode & 0o077 == 0
    holding = [file.name for file in folder.iterdir() if password in file.read_text(encoding="utf-8")]
    assert holding == ["users.txt"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_laptop_and_comes_back_with_it(
    assembly: Path, settings: dict[str, str], tmp_path: Path, how: signal.Signals
) -> None:
    laptop = Laptop(assembly, tmp_path / "state", settings).start()
    assert len(poolers_of(laptop)) == 1
    laptop.stop(how)
    assert gone(laptop), processes_of(laptop)
    with laptop, psycopg.connect(laptop.invoke("work")["database"]) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("pickvs",)
    assert gone(laptop), processes_of(laptop)


def test_one_that_was_left_over_is_ended_by_the_next_start(
    assembly: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    laptop = Laptop(assembly, tmp_path / "state", settings).start()
    (watchdog,) = [pid for pid, command in processes_of(laptop).items() if "watchdog.py" in command]
    os.kill(watchdog, signal.SIGKILL)
    laptop.stop(signal.SIGKILL)
    (left,) = poolers_of(laptop)
    with laptop:
        (running,) = poolers_of(laptop)
        assert running != left
    assert gone(laptop), processes_of(laptop)


def test_a_program_that_is_none_is_one_line(assembly: Path, tmp_path: Path) -> None:
    state = {"PICKVS_STATE": str(tmp_path / "state"), "PICKVS_PORT": "0"}
    assert one_line(command("run", str(assembly), **state, PICKVS_POOLER="there-is-none")) == (
        "PICKVS_POOLER: there is no program there-is-none; install the Debian package pgbouncer, or unset it"
    )


def test_what_is_no_pooler_or_reaches_no_database_is_refused_by_name(watchdog: Watchdog, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("echo I am another program\n", encoding="utf-8")

    def said_of(program: Path) -> str:
        with pytest.raises(LaptopError) as refused:
            Pooler(str(program), tmp_path / "pooler", "postgresql://pickvs:x@127.0.0.1:9/pickvs", watchdog).start()
        return str(refused.value)

    assert "there is no program" in said_of(other)
    other.chmod(0o755)
    assert said_of(other) == f"PICKVS_POOLER: {other} is not PgBouncer"
    for version, last in (("1.18.0", "log_stats = 0"), ("1.24.1", "max_prepared_statements = 0")):
        script = f'#!/bin/sh\n[ "$1" = --version ] && echo PgBouncer {version} || cat "$1"\n'
        other.write_text(script, encoding="utf-8")
        assert said_of(other) == f"PICKVS_POOLER: {other} does not lead to the database: {last}", "what it was told"
