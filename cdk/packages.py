"""Installs pinned Python packages and our own code into a folder that Lambda can load. No Docker, no AWS.

What is written depends on the inputs alone: the same files from any machine, folder and run give the same bytes.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cdk.errors import DeploymentError

PYTHON = (3, 13)
"""The Python of every function. Byte code is of use only if it was compiled by the same one."""

INSTALL_SECONDS = 600

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """What packages bring and no function can come to use: it is left out of the asset."""

    folders: tuple[str, ...]
    """Globs, from the folder that the packages are in."""
    why: str
    """Why nothing misses them."""
    kept: tuple[str, ...] = ()
    """Names of folders that stay although a glob matches them."""

    def find(self, packages: Path) -> list[Path]:
        """Return the folders to leave out of `packages`.

        Raises DeploymentError for a glob that matches none: the packages have changed, and the rule no longer holds.
        """
        found: list[Path] = []
        for pattern in self.folders:
            matches = [path for path in packages.glob(pattern) if path.is_dir() and path.name not in self.kept]
            if not matches:
                raise DeploymentError(f"the packages have no {pattern} to leave out; see cdk/omissions.py")
            found += matches
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecipe:
    """What goes into an asset."""

    lock: Path
    """The requirements, pinned and with hashes."""
    sources: tuple[Path, ...]
    """Folders of our own code (copied with their name) and single files."""
    mounted_at: str
    """Where Lambda shows the asset's packages: compiled code remembers its path from there."""
    folder: str = "."
    """Where in the asset the packages lie."""
    wheel_platform: str | None
    """The platform (uv's name for it) of compiled packages; None is this machine's."""
    carried_by: tuple[Path, ...] = field(default=())
    """Locks of what another asset brings to the same function; not installed again."""
    omissions: tuple[Omission, ...] = ()

    def digest(self) -> str:
        """Return the hash of everything that decides what `build` writes."""
        total = hashlib.sha256()
        parts = [
            ".".join(map(str, PYTHON)),
            f"compiled: {_compiles()}",
            self.wheel_platform or sysconfig.get_platform(),
            self.mounted_at,
            self.folder,
            *(f"omit {' '.join(each.folders)} but {' '.join(each.kept)}" for each in self.omissions),
        ]
        for name, content in [
            *(("", part.encode()) for part in parts),
            *((f"lock {lock.name}", lock.read_bytes()) for lock in (self.lock, *self.carried_by)),
            *((name, path.read_bytes()) for name, path in self.files()),
            ("recipe", Path(__file__).read_bytes()),
        ]:
            for piece in (name.encode(), content):
                total.update(len(piece).to_bytes(8))
                total.update(piece)
        return total.hexdigest()

    def build(self, asset: Path, uv: Path) -> None:
        """Write the asset into the folder `asset`.

        Raises DeploymentError if packages cannot be had or compiled, or are not what is said to be left out of them.
        """
        target = asset / self.folder
        if asset.exists():
            shutil.rmtree(asset)  # an earlier, broken attempt
        target.mkdir(parents=True)
        self._install(target, uv)
        for omission in self.omissions:
            for folder in omission.find(target):
                shutil.rmtree(folder)
        for name, path in self.files():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        if _compiles():
            _compile(target, self.mounted_at)
        make_readable(asset)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield our own files: what each is called in the asset, and where it is."""
        for source in self.sources:
            if source.is_file():
                yield source.name, source
                continue
            for path in sorted(source.rglob("*")):
                inside = path.relative_to(source.parent)
                if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in inside.parts:
                    yield inside.as_posix(), path

    def _install(self, target: Path, uv: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            excluded = Path(scratch) / "excluded.txt"
            excluded.write_text("\n".join(self._carried()), "utf-8")
            platform = [] if self.wheel_platform is None else ["--python-platform", self.wheel_platform]
            _run(
                str(uv), "pip", "install", "--quiet", "--color", "never", "--python", sys.executable,
                "--python-version", ".".join(map(str, PYTHON)), *platform,
                "--target", str(target), "--link-mode", "copy",
                "--require-hashes", "--only-binary", ":all:", "--no-deps", "--excludes", str(excluded),
                "--requirements", str(self.lock),
            )  # fmt: skip
        # Entry points and the lists that name them carry this machine's paths, and no function runs them.
        shutil.rmtree(target / "bin", ignore_errors=True)
        (target / ".lock").unlink(missing_ok=True)
        for record in target.glob("*.dist-info/RECORD"):
            record.unlink()

    def _carried(self) -> Iterator[str]:
        """Yield the names that another asset brings; it must bring the very version that this lock wants."""
        wanted = _pins([self.lock])
        for name, version in _pins(self.carried_by).items():
            if wanted.get(name, version) != version:
                raise DeploymentError(
                    f"{self.lock} pins {name} {wanted[name]}, and the layer brings {version}; run `make lock`"
                )
            yield name


def find_uv(root: Path) -> Path:
    """Return the installer: the project's own, or one on PATH. Raises DeploymentError if there is none."""
    own = root / ".uv" / "bin" / "uv"
    found = own if own.is_file() else shutil.which("uv")
    if found is None:
        raise DeploymentError("uv is not installed, and the functions' packages come through it; run `make setup`")
    return Path(found)


def _pins(locks: Iterable[Path]) -> dict[str, str]:
    return {
        name.lower().replace("_", "-"): version
        for lock in locks
        for name, version in _REQUIREMENT.findall(lock.read_text("utf-8"))
    }


def _compiles() -> bool:
    return sys.version_info[:2] == PYTHON


def _compile(target: Path, mounted_at: str) -> None:
    """Compile in place: Lambda's folders are read-only, so without this every cold start compiles everything."""
    _run(
        sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash",
        "-s", str(target), "-p", mounted_at, str(target),
    )  # fmt: skip


def make_readable(asset: Path) -> None:
    """Give every file of an asset the rights that AWS's guide to .zip archives asks for: 755 or 644.

    Lambda runs as another user: what only this one may read, because of its umask, could not be loaded there.
    """
    for path in (asset, *asset.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.suffix == ".so" else 0o644)


def _run(*command: str) -> None:
    # Behind a company proxy only the system's certificate store knows the right authority.
    environment = {"UV_SYSTEM_CERTS": "true", **os.environ, "PYTHONHASHSEED": "0"}
    try:
        subprocess.run(  # noqa: S603 - our own command line
            command, env=environment, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise DeploymentError(f"{Path(command[0]).name} took longer than {INSTALL_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        said = " ".join((error.stderr or error.stdout).split())
        raise DeploymentError(f"{Path(command[0]).name} {command[1]} {command[2]} failed: {said[-600:]}") from None
