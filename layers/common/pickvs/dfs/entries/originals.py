"""The bytes of users' files, kept by user and content: the same file is stored once."""

import hashlib
import re

from pickvs.core import storage
from pickvs.core.errors import NotFound, ObjectMissing
from pickvs.dfs.entries.config import uploads_bucket

CSV = "text/csv"
MOST_BYTES = 25_000_000
"""Size of the largest file: standings of a large contest."""
SENT_WITHIN_SECONDS = 900
"""How long a signed address can be used."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def keep(user_id: int, content: bytes) -> str:
    """Keep a file of a user, and return its SHA-256. Idempotent. Raises StorageUnavailable."""
    sha256 = digest(content)
    storage.keep(uploads_bucket(), _key("files", user_id, sha256), content, content_type=CSV)
    return sha256


def read(user_id: int, sha256: str) -> bytes:
    """Return a file that was kept. Raises NotFound (FILE_GONE) if it has expired, and StorageUnavailable."""
    try:
        return storage.read_kept(uploads_bucket(), _key("files", user_id, sha256), most_bytes=MOST_BYTES)
    except ObjectMissing:
        raise NotFound("FILE_GONE", "The file itself is not kept any more. Upload it again.") from None


def address_to_send(user_id: int, sha256: str, size: int) -> str:
    """Return a URL to which the user's client may PUT a file of this content and size."""
    return storage.address_to_put(
        uploads_bucket(),
        _key("incoming", user_id, sha256),
        size=size,
        content_type=CSV,
        seconds=SENT_WITHIN_SECONDS,
    )


def read_sent(user_id: int, sha256: str) -> bytes:
    """Return a file that the user's client has sent to such a URL.

    Raises NotFound (FILE_NOT_SENT) if it did not, or sent another one, and StorageUnavailable.
    """
    if not _SHA256.fullmatch(sha256):
        raise _not_sent()
    parts: list[bytes] = []
    size = 0
    try:
        for part in storage.read(uploads_bucket(), _key("incoming", user_id, sha256), chunk_bytes=1_000_000):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise _not_sent()
    except ObjectMissing:
        raise _not_sent() from None
    content = b"".join(parts)
    if digest(content) != sha256:
        raise _not_sent()
    return content


def erase(user_id: int, digests: list[str]) -> None:
    """Delete all files of a user, which have these digests. Raises StorageUnavailable."""
    keys = [_key(folder, user_id, sha256) for sha256 in digests for folder in ("files", "incoming")]
    storage.delete(uploads_bucket(), keys)


def _key(folder: str, user_id: int, sha256: str) -> str:
    return f"{folder}/{user_id}/{sha256}"


def _not_sent() -> NotFound:
    return NotFound(
        "FILE_NOT_SENT",
        "No file with this SHA-256 has arrived. Ask for an address (POST /dfs/uploads/url), and PUT the file there.",
    )
