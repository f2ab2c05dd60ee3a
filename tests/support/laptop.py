"""A whole laptop cloud for tests: the processes of `make run`, on free ports and with a state folder of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from local import errors as control_errors
from local.control import FunctionFailedError, failed_runs, invoke
from local.state import StateFolder

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 30
INVOKE_SECONDS = 300

_SETTINGS = (
    *("PICKVS_PORT", "PICKVS_STATE", "PICKVS_POOLER", "ODDS_API_KEY", "ODDS_API_BASE_URL", "ESPN_BASE_URL"),
    *("JOLPICA_BASE_URL", "F1DB_BASE_URL"),
)


class LaptopError(Exception):
    """The laptop cloud did not start, or a command failed. The message is its output."""


class Laptop:
    """`python -m local run` on an assembly. A context manager: it starts on entry and is stopped on exit.

    `settings` are environment variables as a person would set them, e.g. ODDS_API_BASE_URL; those of this process
    are not passed on. A laptop that was stopped can be started again on the same state.
    """

    def __init__(self, assembly: Path, state: Path, settings: Mapping[str, str] | None = None) -> None:
        self.state = state
        self._assembly = assembly
        inherited = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
        self._environment = {
            **inherited,
            "PYTHONPATH": str(ROOT),
            "PICKVS_PORT": "0",
            "PICKVS_STATE": str(state),
            **(settings or {}),
        }
        self._process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        """The API's base address, e.g. `http://127.0.0.1:40123/api`."""
        return str(self._control()["api_url"])

    @property
    def database_url(self) -> str:
        """The connection string of the laptop's database."""
        folder = self.state / "postgres"
        password = (folder / "password").read_text(encoding="ascii").strip()
        port = (folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[3]
        return f"postgresql://pickvs:{password}@127.0.0.1:{port}/pickvs"

    def login(self, role: str) -> tuple[str, str]:
        """Return user and password of a database role, as its functions know them."""
        kept = json.loads((self.state / "secrets.json").read_text(encoding="utf-8"))
        value = json.loads(kept[f"pickvs/local/database/{role}"])
        return value["username"], value["password"]

    def pooled_url(self, database: str, *, role: str | None = None) -> str:
        """Return the connection string of a database through the pooler, which must run; `pgbouncer` is its console.

        role: None for the owner.
        """
        configuration = ConfigParser()
        configuration.read(self.state / "pooler" / "pgbouncer.ini", encoding="utf-8")
        server = urlsplit(self.database_url)
        port = configuration["pgbouncer"]["listen_port"]
        user, password = (server.username, server.password) if role is None else self.login(role)
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"

    @property
    def pid(self) -> int:
        """The pid of the main process."""
        if self._process is None:
            raise LaptopError("it does not run")
        return self._process.pid

    def start(self) -> Self:
        """Start, and return when the API answers. Raises LaptopError with the output if it does not."""
        self.state.parent.mkdir(parents=True, exist_ok=True)
        with self._output.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local", "run", str(self._assembly)],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while "PickVs answers at" not in self.output:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise LaptopError(f"it did not start: {self.output}")
            time.sleep(0.02)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop with a signal, wait, and return the exit status; a laptop that hangs is killed and -9 is returned."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(how)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def wait(self) -> int:
        """Wait until it ends by itself and return the exit status."""
        return 0 if self._process is None else self._process.wait(START_SECONDS)

    def invoke(self, name: str, event: object = None) -> Any:
        """Return the result of a function, as `make invoke` prints it. Raises LaptopError for which it says so.

        It asks what `make invoke` asks, without a process for each question: see `run_invoke`.
        """
        content = json.dumps({} if event is None else event).encode()
        try:
            result = invoke(StateFolder(self.state).read_control(), name, content)
        except (FunctionFailedError, control_errors.LaptopError) as error:
            raise LaptopError(str(error)) from None
        if failed := failed_runs(result):
            raise LaptopError("; ".join(failed))
        return result

    def run_invoke(self, name: str, event: object = None) -> subprocess.CompletedProcess[str]:
        """Run `python -m local invoke` and return the completed process."""
        arguments: list[str] = []
        if event is not None:
            file = self.state.with_suffix(".event.json")
            file.write_text(json.dumps(event), encoding="utf-8")
            arguments = ["--event", str(file)]
        return self._run("invoke", name, *arguments)

    def rotate(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m local rotate` and return the completed process."""
        return self._run("rotate", name)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", *arguments],
            check=False,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=INVOKE_SECONDS,
        )

    @property
    def output(self) -> str:
        """What `run` wrote to the terminal."""
        return self._output.read_text(encoding="utf-8")

    def logs(self, name: str) -> str:
        """Return the log of a function, or `access` for the API's; empty if there is none yet."""
        file = self.state / "logs" / f"{name}.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _output(self) -> Path:
        return self.state.with_suffix(".output")

    def _control(self) -> dict[str, Any]:
        control: dict[str, Any] = json.loads((self.state / "control.json").read_text(encoding="utf-8"))
        return control


def synthesise(folder: Path) -> Path:
    """Write the assembly of the `local` stage into `folder` and return it. Raises LaptopError if that fails.

    The CDK does not validate it, which would take as long again. tests/infra/test_nag.py has it validate `prod`.
    """
    path = os.pathsep.join([str(ROOT / ".venv/bin"), str(ROOT / "node_modules/.bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["cdk", "synth", "--quiet", "-c", "stage=local", "-o", str(folder)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PATH": path, "CDK_VALIDATION": "false"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode != 0:
        raise LaptopError(f"cdk synth failed: {done.stderr}")
    return folder
