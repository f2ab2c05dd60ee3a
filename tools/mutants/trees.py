"""Copies of the checkout, in which one file at a time is mutated."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tools.mutants.catalogue import CatalogueError, Mutant

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders with random names are made in it
_LINKED = (".venv", ".uv", ".runtime", "node_modules")
"""What `make setup` and `make run` install. It is shared, not copied."""
_seconds = count(1)


class Tree:
    """A copy of the checkout at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outcomes = root.with_suffix(".outcomes")
        """File for what the tests of this copy say."""
        self._servers = count(1)
        self.new_server()

    def new_server(self) -> None:
        """Use another database server from now on. The former one may still run."""
        self.server = self.root.with_suffix(f".server{next(self._servers)}")
        """Folder of the database server, which keeps a migrated database for the next mutation."""
        self.server.mkdir(mode=0o755)

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Apply a mutation, and take it back afterwards."""
        file = self.root / mutant.file
        before, moment = file.read_bytes(), file.stat().st_mtime
        file.write_bytes(before.replace(mutant.old.encode(), mutant.new.encode()))
        # Byte code is known by time, in whole seconds, and size: no two texts of a file may have the same.
        os.utime(file, (moment, moment + next(_seconds)))
        try:
            yield
        finally:
            file.write_bytes(before)
            os.utime(file, (moment, moment))


@contextmanager
def copies(root: Path, number: int) -> Iterator[list[Tree]]:
    """Yield copies of the checkout, with what is tracked or new in it, and what is installed as links.

    Raises CatalogueError if git does not know the checkout.
    """
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    listed = _files_of(root)
    with tempfile.TemporaryDirectory(prefix="pickvs-mutants-", dir=memory) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server runs as another user when this runs as root
        made = []
        for each in range(number):
            copy = folder / f"copy-{each}"
            for path in listed:
                source = root / path
                if path not in _LINKED and source.is_file():  # listed files may be gone
                    (copy / path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, copy / path, follow_symlinks=False)
            for link in _LINKED:
                if (root / link).exists():
                    (copy / link).symlink_to((root / link).resolve())
            made.append(Tree(copy))
        yield made


def _files_of(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise CatalogueError(f"git does not list the files of {root}; mutations are of a checkout") from None
    return [path for path in done.stdout.split("\0") if path]
