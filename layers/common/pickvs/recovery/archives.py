"""Where an export lies: under a name in the bucket, or in a folder that it was copied to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pickvs.core import storage
from pickvs.core.errors import ObjectMissing, StorageUnavailable
from pickvs.recovery.rules import FOLDER

_CHUNK_BYTES = 64 * 1024


class Archive(Protocol):
    """One export's objects, by name."""

    @property
    def place(self) -> str:
        """Where it is, for a reader."""

    def read(self, name: str) -> Iterator[bytes]:
        """Yield an object piece by piece, as it lies there. Raises ObjectMissing, or StorageUnavailable."""


@dataclass(frozen=True, slots=True)
class BucketArchive:
    """An export in the bucket."""

    bucket: str
    export: str

    @property
    def place(self) -> str:
        """Where it is, for a reader."""
        return f"s3://{self.bucket}/{FOLDER}/{self.export}"

    def key(self, name: str) -> str:
        """Return the key of an object."""
        return f"{FOLDER}/{self.export}/{name}"

    def read(self, name: str) -> Iterator[bytes]:
        """Yield an object piece by piece, as it lies there. Raises ObjectMissing, or StorageUnavailable."""
        return storage.read(self.bucket, self.key(name), chunk_bytes=_CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """An export that was copied into a folder."""

    folder: Path

    @property
    def place(self) -> str:
        """Where it is, for a reader."""
        return str(self.folder)

    def read(self, name: str) -> Iterator[bytes]:
        """Yield an object piece by piece, as it lies there. Raises ObjectMissing, or StorageUnavailable."""
        try:
            with (self.folder / name).open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
        except FileNotFoundError as error:
            raise ObjectMissing(f"{name} is not there") from error
        except OSError as error:
            raise StorageUnavailable(f"{name} could not be read: {error.strerror}") from error
