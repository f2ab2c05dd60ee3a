"""Folders for what tests write."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
_ENOUGH_BYTES = 2 * 1024**3


_KEPT = "PICKVS_TESTS_SERVER"
"""Environment variable with a folder for the database server that stays, for whoever runs tests many times over."""


@contextmanager
def folder_in_memory(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder in memory where there is room for a database server's data, otherwise on disk.

    A migrated database is some 300 files, and each test has one. On some disks' file systems making and removing them
    takes more processor time than the tests.
    """
    if _KEPT in os.environ:
        yield Path(os.environ[_KEPT])
        return
    if not (os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES):
        yield factory.mktemp("postgres")
        return
    with tempfile.TemporaryDirectory(prefix="pickvs-tests-", dir=_MEMORY) as name:
        folder = Path(name)
        # The server runs as another user when the tests run as root.
        folder.chmod(0o755)
        yield folder
