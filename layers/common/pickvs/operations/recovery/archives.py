"""Locations of an export: under a name in the bucket, or in a folder to which it was copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pickvs.core import storage
from pickvs.core.errors import ObjectMissing, StorageUnavailable
from pickvs.operations.recovery.rules import FOLDER

_CHUNK_BYTES = 64 * 1024


class Archive(Protocol):
    """The objects of one export, by name."""

    @property
    def place(self) -> str:
        """The location, for people."""

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the unmodified object in chunks. Raises ObjectMissing or StorageUnavailable."""


@dataclass(frozen=True, slots=True)
class BucketArchive:
    """An export in the bucket."""

    bucket: str
    export: str

    @property
    def place(self) -> str:
        """The location, for people."""
        return f"s3://{self.bucket}/{FOLDER}/{self.export}"

    def key(self, name: str) -> str:
        """Return the key of an object."""
        return f"{FOLDER}/{self.export}/{name}"

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the unmodified object in chunks. Raises ObjectMissing or StorageUnavailable."""
        return storage.read(self.bucket, self.key(name), chunk_bytes=_CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """An export copied into a folder."""

    folder: Path

    @property
    def place(self) -> str:
        """The location, for people."""
        return str(self.folder)

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the unmodified object in chunks. Raises ObjectMissing or StorageUnavailable."""
        try:
            with (self.folder / name).open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
        except FileNotFoundError as error:
            raise ObjectMissing(f"{name} is not there") from error
        except OSError as error:
            raise StorageUnavailable(f"{name} could not be read: {error.strerror}") from error
