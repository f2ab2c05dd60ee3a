"""`python -m local run` and `invoke` as whole processes: they start, serve, stop, and report errors in one line."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import errors
from local.settings import read_settings
from tests.local.small_platform import write_assembly
from tests.support.laptop import ROOT, Laptop, LaptopError

pytestmark = pytest.mark.xdist_group("local command line")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    return write_assembly(folder / "assembly", folder / "starts")


@pytest.fixture(scope="module")
def laptop(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with Laptop(assembly, tmp_path_factory.mktemp("shared") / "state") as running:
        yield running


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as response:
        return str(response.read().decode())


def processes_of(laptop: Laptop) -> dict[int, str]:
    """Return the command lines of all processes that belong to the laptop's state folder or its main process."""
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"{laptop.state}/" in command + environment or f"PICKVS_STATE={laptop.state}\0" in environment:
            found[int(folder.name)] = command
    return found


def gone(laptop: Laptop) -> bool:
    deadline = time.monotonic() + 10
    while processes_of(laptop) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes_of(laptop)


def test_it_serves_and_invokes(laptop: Laptop) -> None:
    assert get(f"{laptop.base_url}/hello") == "hello"

    result = laptop.invoke("work", {"fetch": True})

    assert result["event"] == {"fetch": True}
    assert result["url"].startswith("http://127.0.0.1:"), "the stand-in"
    assert result["odds"] == 8
    assert result["database"].startswith("postgresql://")
    assert laptop.invoke("work")["event"] == {}
    printed = laptop.run_invoke("work").stdout
    assert printed.startswith('{\n  "event": {},\n')
    assert '"é": "ü"' in printed
    assert laptop.base_url in laptop.output
    assert "stand-in" in laptop.output


def test_secrets_stay_where_they_belong(laptop: Laptop) -> None:
    result = laptop.invoke("work")

    for name in ("secrets.json", "control.json"):
        assert (laptop.state / name).stat().st_mode & 0o077 == 0
    for secret in (result["signing_key"], result["database"]):
        assert secret not in laptop.output
        assert not [file for file in (laptop.state / "logs").iterdir() if secret in file.read_text()]


def test_a_function_that_fails_is_exit_status_1(laptop: Laptop) -> None:
    done = laptop.run_invoke("work", {"fail": True})

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (f"pickvs: work failed: ValueError: asked to fail (see {laptop.state}/logs/work.log)\n")
    deadline = time.monotonic() + 5
    while "ValueError: asked to" not in laptop.logs("work"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_report_with_failed_runs_is_printed_and_is_exit_status_1(laptop: Laptop) -> None:
    out = {"sport": "nba", "status": "failed", "error_code": "OUT_OF_CREDITS", "error": "401: quota reached"}
    report = {"job": "work", "runs": [out, {"sport": "nhl", "status": "partial", "error_code": None, "error": None}]}

    done = laptop.run_invoke("work", {"report": report})

    assert (done.returncode, json.loads(done.stdout)) == (1, report)
    assert done.stderr == "pickvs: work: 1 of its runs failed: nba: OUT_OF_CREDITS: 401: quota reached\n"
    for fine in ({"runs": report["runs"][1:]}, {"runs": 7}, {"runs": ["failed"]}, [out], None):
        done = laptop.run_invoke("work", {"report": fine})
        assert (done.returncode, done.stderr, json.loads(done.stdout)) == (0, "", fine)


@pytest.mark.parametrize(("status", "expected"), [("failed", 1), ("succeeded", 0)])
def test_a_reader_who_has_read_enough_is_no_error(laptop: Laptop, tmp_path: Path, status: str, expected: int) -> None:
    """Like `make invoke | head`: the reader closes the pipe before all is written."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"report": {"runs": [{"sport": "x" * 200_000, "status": status}]}}), encoding="utf-8")
    invoking = subprocess.Popen(
        [sys.executable, "-m", "local", "invoke", "work", "--event", str(event)],
        cwd=ROOT,
        env={**os.environ, "PICKVS_STATE": str(laptop.state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert invoking.stdout is not None
    assert invoking.stderr is not None
    assert invoking.stdout.readline() == "{\n"
    invoking.stdout.close()
    said = invoking.stderr.read()
    assert invoking.wait(20) == expected
    assert "BrokenPipe" not in said
    assert said.count("\n") == expected


def test_an_unknown_function_lists_the_known_ones(laptop: Laptop) -> None:
    for name in ("nobody", "../work", "", "wörk"):
        done = laptop.run_invoke(name)

        assert done.returncode == 2
        assert done.stderr.endswith("there are: answer, migrate, work\n"), done.stderr


def test_an_event_that_is_none_is_one_line(laptop: Laptop, tmp_path: Path) -> None:
    broken = tmp_path / "event.json"
    broken.write_text("{", encoding="utf-8")

    for file, reason in ((broken, "is not JSON"), (tmp_path / "missing.json", "cannot be read: No such file")):
        done = command("invoke", "work", "--event", str(file), PICKVS_STATE=str(laptop.state))

        assert done.returncode == 2
        assert reason in done.stderr
        assert done.stderr.count("\n") == 1


def test_commands_need_the_token(laptop: Laptop) -> None:
    url = json.loads((laptop.state / "control.json").read_text())["url"]

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(f"{url}/functions/work", data=b"{}"), timeout=5)

    assert caught.value.code == 401


def test_a_second_run_on_the_same_state_says_so(laptop: Laptop, assembly: Path) -> None:
    done = command("run", str(assembly), PICKVS_STATE=str(laptop.state), PICKVS_PORT="0")

    assert done.returncode == 2
    assert f"another laptop cloud (process {laptop.pid}) runs on {laptop.state}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert get(f"{laptop.base_url}/hello") == "hello", "and the first one is not harmed"


def test_two_run_side_by_side(laptop: Laptop, assembly: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as provider:
        base_url = f"http://127.0.0.1:{provider.getsockname()[1]}/"
        settings = {"ODDS_API_BASE_URL": base_url, "ODDS_API_KEY": "mine"}
        with Laptop(assembly, tmp_path / "state", settings) as second:
            mine, theirs = laptop.invoke("work"), second.invoke("work")

            assert get(f"{second.base_url}/hello") == get(f"{laptop.base_url}/hello") == "hello"
            assert theirs["url"] == base_url.rstrip("/")
            assert theirs["database"] != mine["database"]
            assert theirs["signing_key"] != mine["signing_key"]
        assert gone(second)


@pytest.fixture(scope="module")
def stopped(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Laptop, dict[str, Any]]:
    """A laptop that was used and then stopped by Ctrl-C, and its output."""
    laptop = Laptop(assembly, tmp_path_factory.mktemp("stopped") / "state").start()
    said = {**laptop.invoke("work"), "starts": int((assembly.parent / "starts").read_text())}
    assert laptop.stop(signal.SIGINT) == 0
    return laptop, said


def test_a_stop_by_hand_leaves_a_state_and_nothing_else(stopped: tuple[Laptop, dict[str, Any]]) -> None:
    laptop, _ = stopped

    assert gone(laptop)
    assert not (laptop.state / "control.json").exists()
    assert not list((laptop.state / "tmp").iterdir())


def test_a_database_of_another_version_is_one_line(
    stopped: tuple[Laptop, dict[str, Any]], assembly: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    shutil.copytree(stopped[0].state, state)
    (state / "postgres/data/PG_VERSION").write_text("15\n", encoding="utf-8")

    said = one_line(command("run", str(assembly), PICKVS_PORT="0", PICKVS_STATE=str(state)))

    assert "PostgreSQL does not start" in said
    assert "version 15" in said


def test_a_restart_keeps_the_state_and_without_its_database_it_ends_and_says_so(
    stopped: tuple[Laptop, dict[str, Any]], assembly: Path
) -> None:
    laptop, before = stopped
    cluster = (laptop.state / "postgres/data/PG_VERSION").stat().st_mtime_ns
    began = time.monotonic()

    with Laptop(assembly, laptop.state, {"ODDS_API_KEY": "mine"}) as again:
        took = time.monotonic() - began
        result = again.invoke("work")

        assert result["signing_key"] == before["signing_key"]
        assert int((assembly.parent / "starts").read_text()) == before["starts"] + 1
        assert (laptop.state / "postgres/data/PG_VERSION").stat().st_mtime_ns == cluster
        assert result["url"] == "https://the.real.one", "a key without an address means the real provider"
        assert "with your key" in again.output
        assert "mine" not in again.output

        server = int((laptop.state / "postgres/data/postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        os.kill(server, signal.SIGQUIT)
        assert again.wait() == 2
        [said] = [line for line in again.output.splitlines() if "PostgreSQL" in line]
        assert "has ended" in said
        assert str(laptop.state) in said
        assert gone(again), processes_of(again)
    assert took < 15


def test_however_it_ends_nothing_is_left_behind_and_the_state_is_good(assembly: Path, tmp_path: Path) -> None:
    laptop = Laptop(assembly, tmp_path / "state").start()
    stop_at_work(laptop, signal.SIGKILL)

    laptop.start()
    (watchdog,) = [pid for pid, command in processes_of(laptop).items() if "watchdog.py" in command]
    # Simulates that both were killed before the server was registered.
    os.kill(watchdog, signal.SIGKILL)
    laptop.stop(signal.SIGKILL)
    assert any("postgres" in command for command in processes_of(laptop).values())

    laptop.start()  # which shuts down the server that is left over
    stop_at_work(laptop, signal.SIGTERM)


def stop_at_work(laptop: Laptop, how: signal.Signals) -> None:
    """Stop a laptop while two of its functions have processes, of which one is at work. Nothing is left of it."""
    assert get(f"{laptop.base_url}/hello") == "hello"
    sleeping = subprocess.Popen(
        [sys.executable, "-m", "local", "invoke", "work", "--event", "/dev/stdin"],
        cwd=ROOT,
        env={**os.environ, "PICKVS_STATE": str(laptop.state)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert sleeping.stdin is not None
    started = laptop.logs("work").count("START")
    sleeping.stdin.write(b'{"sleep": 25}')
    sleeping.stdin.close()
    while laptop.logs("work").count("START") == started:
        time.sleep(0.02)
    running = processes_of(laptop).values()
    assert sum("awslambdaric" in process for process in running) >= 2
    assert any("postgres" in process for process in running)
    assert any("watchdog" in process for process in running)

    began = time.monotonic()
    status = laptop.stop(how)

    assert status == (-9 if how is signal.SIGKILL else 0)
    sleeping.wait(10)
    assert gone(laptop), processes_of(laptop)
    assert time.monotonic() - began < 15


def test_a_stop_during_the_start_leaves_nothing_behind(assembly: Path, tmp_path: Path) -> None:
    for delay in (0.3, 1.2):
        laptop = Laptop(assembly, tmp_path / f"state-{delay}")
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "run", str(assembly)],
            cwd=ROOT,
            env={**os.environ, "PICKVS_STATE": str(laptop.state), "PICKVS_PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        time.sleep(delay)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)

        assert "Traceback" not in said
        assert gone(laptop)


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        check=False,
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("pickvs: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("pickvs: ").strip()


def test_a_port_in_use_is_one_line(assembly: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        said = one_line(command("run", str(assembly), PICKVS_PORT=port, PICKVS_STATE=str(tmp_path / "state")))

    assert said == f"port {port} is in use by another program; stop it, or set PICKVS_PORT to another port"


def test_a_port_that_is_none_is_one_line(assembly: Path) -> None:
    assert "PICKVS_PORT is not a port number" in one_line(command("run", str(assembly), PICKVS_PORT="http"))
    for port in ("-1", "65536", "８０００"):
        with pytest.raises(errors.LaptopError, match="PICKVS_PORT is not a port number"):
            read_settings({"PICKVS_PORT": port})


def test_a_state_folder_that_cannot_be_used_is_one_line(assembly: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    unknown = tmp_path / "unknown"
    (unknown / "postgres/data").mkdir(parents=True)
    (unknown / "postgres/data/something").write_text("else", encoding="utf-8")
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "secrets.json").write_text("[]", encoding="utf-8")

    def said_of(state: Path) -> str:
        return one_line(command("run", str(assembly), PICKVS_PORT="0", PICKVS_STATE=str(state)))

    assert "a file is in its place" in said_of(file)
    assert "a file is in its place" in said_of(file / "below")
    assert "is not a PostgreSQL data folder" in said_of(unknown)
    assert "secrets.json is not what the laptop cloud wrote" in said_of(odd)
    assert "cannot be used" in said_of(Path("/proc/state"))


def test_a_missing_assembly_is_one_line(tmp_path: Path) -> None:
    said = one_line(command("run", str(tmp_path / "nothing"), PICKVS_STATE=str(tmp_path / "state")))

    assert "manifest.json is missing; write the assembly with `cdk synth" in said


def test_a_trigger_that_fails_is_one_line(tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path / "assembly", tmp_path / "broken")

    with pytest.raises(LaptopError) as caught:
        Laptop(assembly, tmp_path / "state").start()

    assert "migrate function error (RuntimeError): the schema is from the future (see " in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_invoke_says_when_nothing_runs(tmp_path: Path) -> None:
    said = one_line(command("invoke", "work", PICKVS_STATE=str(tmp_path / "state")))
    assert said == f"nothing runs on {tmp_path / 'state'}; start it with `make run`"

    (tmp_path / "state").mkdir()
    stale = {"url": "http://127.0.0.1:9", "token": "x", "api_url": "http://127.0.0.1:9/api"}
    (tmp_path / "state/control.json").write_text(json.dumps(stale), encoding="utf-8")
    assert "does not answer" in one_line(command("invoke", "work", PICKVS_STATE=str(tmp_path / "state")))
