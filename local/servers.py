"""What the programs that serve beside the functions have in common: few rights, an own port, nothing left over."""

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
    """A server that must not run with the rights of this user cannot be started; the text says why in one line."""


def unprivileged(name: str) -> list[str]:
    """Return the words to put before a command that refuses to run as root, or as a user without a name.

    In a user namespace of its own the user appears as `nobody` and still owns their files, wherever they are. `name` is
    the server's, for a reader. Raises PrivilegesError if this user has to, and cannot, run it so.
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
    """Return the variables that a server sees: none of the user's settings."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_line(text: str) -> str:
    """Return the last thing that a server said, which is its reason when it does not start."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def read_pid(file: Path) -> int | None:
    """Return the process that the first line of `file` names; None if there is no such file, or no number in it."""
    try:
        return int(file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def end_leftover(file: Path, *, name: str, how: signal.Signals) -> None:
    """End a server that a laptop cloud left behind which was killed while it started.

    It is the process that `file` names, as long as it works in the file's folder. `how` is the signal that shuts it
    down, `name` what it is called. Raises LaptopError if it does not go.
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
    """Return whether `folder` is where the process `pid` works, as its server does; False without /proc."""
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
