"""The state folder: data that is kept between runs, and the control file that `invoke` reads during a run."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from local.errors import LaptopError


@dataclass(frozen=True, slots=True)
class Control:
    """The addresses of a running laptop cloud, and the token for its control endpoint."""

    url: str
    token: str
    api_url: str


class StateFolder:
    """The folder `path` and its parts. Nothing is created before `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None

    @property
    def postgres(self) -> Path:
        """The database server's folder."""
        return self.path / "postgres"

    @property
    def pooler(self) -> Path:
        """The pooler's folder, if there is one."""
        return self.path / "pooler"

    @property
    def logs(self) -> Path:
        """The folder of the log files: one for each function, and the API's access log."""
        return self.path / "logs"

    @property
    def alarms(self) -> Path:
        """The file of the one-shot schedules that have not fired."""
        return self.path / "alarms.json"

    @property
    def inbox(self) -> Path:
        """The file of the mails that functions have sent."""
        return self.path / "inbox.json"

    @property
    def scratch(self) -> Path:
        """The functions' /tmp, which is emptied at each start."""
        return self.path / "tmp"

    def open(self) -> None:
        """Create the folder and lock it for this process. Raises LaptopError if it cannot be used."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (self.path / "lock").open("a+", encoding="ascii")
            self._take_lock(self._lock)
            (self.path / "control.json").unlink(missing_ok=True)
            self.logs.mkdir(exist_ok=True)
            if self.scratch.exists():
                shutil.rmtree(self.scratch)
            self.scratch.mkdir()
        except (FileExistsError, NotADirectoryError):
            self.close()
            raise LaptopError(f"the state folder {self.path} cannot be created: a file is in its place") from None
        except OSError as error:
            self.close()
            raise LaptopError(f"the state folder {self.path} cannot be used: {error.strerror}") from None

    def close(self) -> None:
        """Delete the control file and release the lock."""
        if self._lock is not None:
            (self.path / "control.json").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def write_control(self, control: Control) -> None:
        """Write the control file for `invoke`. Only this user can read it."""
        content = {"url": control.url, "token": control.token, "api_url": control.api_url}
        self._write_private("control.json", content)

    def read_control(self) -> Control:
        """Return the contents of the control file. Raises LaptopError if nothing runs on this folder."""
        try:
            content = json.loads((self.path / "control.json").read_text(encoding="utf-8"))
            return Control(url=content["url"], token=content["token"], api_url=content["api_url"])
        except FileNotFoundError:
            raise LaptopError(f"nothing runs on {self.path}; start it with `make run`") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise LaptopError(f"{self.path / 'control.json'} cannot be read; start `make run` again") from None

    def read_secrets(self) -> dict[str, str]:
        """Return the values generated in earlier runs, by secret name. Raises LaptopError if the file is invalid."""
        file = self.path / "secrets.json"
        try:
            content: Any = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise LaptopError(f"{file} cannot be read; move it away (this invalidates all issued tokens)") from None
        if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
            raise LaptopError(
                f"{file} is not what the laptop cloud wrote; move it away (this invalidates all issued tokens)"
            )
        return content

    def write_secrets(self, values: Mapping[str, str]) -> None:
        """Write the generated values, by secret name. Only this user can read the file."""
        self._write_private("secrets.json", values)

    def _take_lock(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            lock.close()
            self._lock = None
            raise LaptopError(
                f"another laptop cloud (process {owner or 'unknown'}) runs on {self.path}; "
                "stop it, or set PICKVS_STATE and PICKVS_PORT to run a second one"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()

    def _write_private(self, name: str, content: Mapping[str, str]) -> None:
        # Renaming is atomic: a reader sees the old file or the new one, never half of one.
        handle, temporary = tempfile.mkstemp(dir=self.path, prefix=f".{name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        Path(temporary).replace(self.path / name)
