"""Installs pinned Python packages and our own code into a folder that Lambda can load. Needs neither Docker nor AWS.

Builds are reproducible: the same inputs give the same bytes on any machine, in any folder and on every run.
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
"""Python version of every function. Byte code is usable only if the same version compiled it."""

INSTALL_SECONDS = 600

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """Files of the packages that no function can use. They are left out of the asset."""

    folders: tuple[str, ...] = ()
    """Globs of folders, relative to the packages' folder."""
    files: tuple[str, ...] = ()
    """Globs of files, relative to the packages' folder."""
    why: str
    """Why it is safe to leave them out."""
    kept: tuple[str, ...] = ()
    """Names to keep although a glob matches them."""

    def find(self, packages: Path) -> list[Path]:
        """Return the folders and files to leave out of `packages`. None of them contains another.

        Raises DeploymentError for a glob without matches: the packages have changed, and the rule is out of date.
        """
        found: set[Path] = set()
        for patterns, is_meant in ((self.folders, Path.is_dir), (self.files, Path.is_file)):
            for pattern in patterns:
                matches = {path for path in packages.glob(pattern) if is_meant(path) and path.name not in self.kept}
                if not matches:
                    raise DeploymentError(f"the packages have no {pattern} to leave out; see cdk/omissions.py")
                found |= matches
        return sorted(path for path in found if found.isdisjoint(path.parents))


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLibrary:
    """Shared library that one package includes and another links to. It is moved to where the loader looks for it.

    Lambda's LD_LIBRARY_PATH includes `/opt/lib`, which holds the folder `lib` of every layer.
    """

    found_at: str
    """Glob, relative to the packages' folder. It must match exactly one file."""
    name: str
    """Name that the loader looks up. In wheels, the names of libraries contain a hash."""
    why: str
    """Why it is needed."""

    def find(self, packages: Path) -> Path:
        """Return the path of the library in `packages`. Raises DeploymentError unless the glob matches one file."""
        match [path for path in packages.glob(self.found_at) if path.is_file()]:
            case [path]:
                return path
            case found:
                raise DeploymentError(f"the packages have {len(found)} files {self.found_at}, not 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecipe:
    """Contents of an asset."""

    lock: Path
    """Requirements file with pinned versions and hashes."""
    sources: tuple[Path, ...]
    """Our own code: single files, and folders, which are copied with their name."""
    mounted_at: str
    """Path at which Lambda mounts the packages. Byte code contains this path."""
    folder: str = "."
    """Folder of the packages in the asset."""
    wheel_platform: str | None
    """Platform of compiled packages, by uv's name. None: this machine's platform."""
    carried_by: tuple[Path, ...] = field(default=())
    """Locks of packages that another asset provides to the same function. They are not installed again."""
    omissions: tuple[Omission, ...] = ()
    shared_libraries: tuple[SharedLibrary, ...] = ()
    """Libraries to move to the asset's folder `lib`, before the omissions are applied."""

    def digest(self) -> str:
        """Return a hash of all inputs of `build`."""
        total = hashlib.sha256()
        parts = [
            ".".join(map(str, PYTHON)),
            f"compiled: {_compiles()}",
            self.wheel_platform or sysconfig.get_platform(),
            self.mounted_at,
            self.folder,
            *(
                f"omit {' '.join(each.folders)} and {' '.join(each.files)} but {' '.join(each.kept)}"
                for each in self.omissions
            ),
            *(f"share {each.found_at} as {each.name}" for each in self.shared_libraries),
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

        Raises DeploymentError if packages cannot be installed or compiled, or if an omission or a shared library does
        not match the packages.
        """
        target = asset / self.folder
        if asset.exists():
            shutil.rmtree(asset)  # left behind by a failed attempt
        target.mkdir(parents=True)
        self._install(target, uv)
        for library in self.shared_libraries:
            moved = asset / "lib" / library.name
            moved.parent.mkdir(exist_ok=True)
            library.find(target).rename(moved)
        for omission in self.omissions:
            for path in omission.find(target):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        for name, path in self.files():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        if _compiles():
            _compile(target, self.mounted_at)
        make_readable(asset)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield our own files: the name of each in the asset, and its path."""
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
        # Entry points and RECORD files contain this machine's paths, and no function uses them.
        shutil.rmtree(target / "bin", ignore_errors=True)
        (target / ".lock").unlink(missing_ok=True)
        for record in target.glob("*.dist-info/RECORD"):
            record.unlink()

    def _carried(self) -> Iterator[str]:
        """Yield the packages that another asset provides. Raises DeploymentError if this lock pins another version."""
        wanted = _pins([self.lock])
        for name, version in _pins(self.carried_by).items():
            if wanted.get(name, version) != version:
                raise DeploymentError(
                    f"{self.lock} pins {name} {wanted[name]}, and the layer brings {version}; run `make lock`"
                )
            yield name


def find_uv(root: Path) -> Path:
    """Return the path of uv: the project's own, or the one on PATH. Raises DeploymentError if there is none."""
    own = root / ".uv" / "bin" / "uv"
    found = own if own.is_file() else shutil.which("uv")
    if found is None:
        raise DeploymentError("uv is not installed, and it installs the functions' packages; run `make setup`")
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
    """Compile to byte code in place. Lambda's folders are read-only, so every cold start would compile every module."""
    _run(
        sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash",
        "-s", str(target), "-p", mounted_at, str(target),
    )  # fmt: skip


def make_readable(asset: Path) -> None:
    """Set the permissions of an asset's files to 755 or 644, as AWS's guide to .zip archives requires.

    Lambda runs as another user. It cannot load files that only this user may read, for example because of the umask.
    """
    for path in (asset, *asset.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.suffix == ".so" else 0o644)


def _run(*command: str) -> None:
    # Behind a company proxy, only the system's certificate store has the right authority. With a prefix for byte code,
    # an asset's own would be written there, and every cold start would compile.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    environment = {"UV_SYSTEM_CERTS": "true", **inherited, "PYTHONHASHSEED": "0"}
    try:
        subprocess.run(  # noqa: S603 - our own command line
            command, env=environment, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise DeploymentError(f"{Path(command[0]).name} took longer than {INSTALL_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        said = " ".join((error.stderr or error.stdout).split())
        raise DeploymentError(f"{Path(command[0]).name} {command[1]} {command[2]} failed: {said[-600:]}") from None
