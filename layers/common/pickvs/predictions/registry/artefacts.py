"""Artefacts in S3, named by the SHA-256 of their content. None is ever overwritten, and none is used unchecked."""

import re
import zlib
from dataclasses import dataclass
from hashlib import sha256

from pickvs.core import storage
from pickvs.core.errors import PickvsError
from pickvs.predictions.registry.config import models_bucket

_CHUNK_BYTES = 1024 * 1024
_MOST_BYTES = 256 * 1024 * 1024
"""Largest content that is unpacked. The largest artefact that was measured has 6 MB."""
_DIGEST = re.compile("[0-9a-f]{64}")


class ArtefactRefused(PickvsError):
    """An artefact is not what its name says: it was changed or damaged, or is no gzip. It must not be used."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An artefact that is in the bucket. size: of its content, in bytes."""

    sha256: str
    size: int


def address(model: str, digest: str) -> str:
    """Return the key of an artefact in the bucket. Raises ValueError if `digest` is no SHA-256 in hexadecimal."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no SHA-256")
    return f"{model}/{digest}.json.gz"


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of an artefact's content, in hexadecimal."""
    return sha256(content).hexdigest()


def store(model: str, content: bytes) -> Stored:
    """Store an artefact of a model, unless it is there already.

    Raises ArtefactRefused if the object that is there is another one, and StorageUnavailable.
    """
    digest = digest_of(content)
    if not storage.keep_new(models_bucket(), address(model, digest), content, content_type="application/json"):
        load(model, digest)
    return Stored(digest, len(content))


def load(model: str, digest: str) -> bytes:
    """Return the content of an artefact.

    Raises ArtefactRefused if its SHA-256 is not `digest`, ObjectMissing if there is none, and StorageUnavailable.
    """
    key = address(model, digest)
    packed = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    unpacked = bytearray()
    try:
        for chunk in storage.read(models_bucket(), key, chunk_bytes=_CHUNK_BYTES):
            unpacked += packed.decompress(chunk, _MOST_BYTES - len(unpacked) + 1)
            if len(unpacked) > _MOST_BYTES:
                raise ArtefactRefused(f"{key} is larger than {_MOST_BYTES} bytes")
    except zlib.error as error:
        raise ArtefactRefused(f"{key} is no gzip: {error}") from None
    if not packed.eof or packed.unused_data:
        raise ArtefactRefused(f"{key} is cut off, or has something behind its end")
    content = bytes(unpacked)
    found = digest_of(content)
    if found != digest:
        raise ArtefactRefused(f"{key} has the SHA-256 {found}: it was changed after it was stored")
    return content
