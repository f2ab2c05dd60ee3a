"""Helpers for server processes: dropping privileges, free ports, and ending a server of an earlier run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from local.errors import LaptopError

LEFTOVER_SECONDS = 20


class PrivilegesError(Exception):
    """A server that must not run with the privileges of this user cannot start. The message says why, in one line."""


def unprivileged(name: str) -> list[str]:
    """Return the prefix for a command that refuses to run as root or as a user without a name.

    The prefix runs the command in a user namespace, where this user appears as `nobody` and still owns their files. It
    is empty for an ordinary user. `name` is the server's name for messages. Raises PrivilegesError if the prefix is
    needed and the machine does not support it.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return []
    who = "root" if os.geteuid() == 0 else "a user without a name"
    unshare = shutil.which("unshare")
    if unshare is None:
        raise PrivilegesError(f"{name} does not run as {who}, and `unshare` is missing; run as an ordinary user")
    words = [unshare, "--user", "--map-user=65534", "--map-group=65534"]
    if subprocess.run([*words, "true"], check=False, capture_output=True, timeout=10).returncode != 0:
        raise PrivilegesError(
            f"{name} does not run as {who}, and this machine allows no user namespace; run as an ordinary user"
        )
    return words


def environment() -> dict[str, str]:
    """Return the environment variables for a server. They contain none of the user's settings."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def free_port() -> int:
    """Return an unused port on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_line(text: str) -> str:
    """Return the last line of a server's output, which is the reason if the server did not start."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def read_pid(file: Path) -> int | None:
    """Return the pid in the first line of `file`; None if the file is missing or has no pid."""
    try:
        return int(file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def end_leftover(file: Path, *, name: str, how: signal.Signals) -> None:
    """End a server that an earlier run left behind because it was killed while it started.

    `file` is the pid file. The process is signalled only if its working directory is the file's folder, so that a
    reused pid does no harm. `how` is the signal that shuts the server down, `name` its name for messages. Raises
    LaptopError if the process does not end in time.
    """
    pid = read_pid(file)
    if pid is None or not _works_in(file.parent, pid):
        return
    os.kill(pid, how)
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while _works_in(file.parent, pid):
        if time.monotonic() > deadline:
            raise LaptopError(f"a {name} server (process {pid}) is left on {file.parent}; end it")
        time.sleep(0.05)


def _works_in(folder: Path, pid: int) -> bool:
    """Return whether `folder` is the working directory of the process `pid`. Always False without /proc."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
