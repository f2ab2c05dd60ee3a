"""Access to S3: raw responses and files are stored whole, exports are written and read in chunks."""

import base64
import gzip
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from pickvs.core.errors import ObjectMissing, StorageUnavailable
from pickvs.core.logging import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024
"""Size of an upload part, which is buffered in memory. S3 allows 10,000 parts, so an object can have up to 78 GiB."""


_AT_ONCE = 8
"""How many requests `delete` makes at once. boto3's pool has ten connections."""


@cache
def _signer() -> "S3Client":
    """Return a client that signs URLs: with version 4, which covers the length, and without a checksum of the SDK's."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=Config(signature_version="s3v4", request_checksum_calculation="when_required"))


@cache
def _client() -> "S3Client":
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"}),
    )


def keep(bucket: str, key: str, body: bytes, *, content_type: str) -> None:
    """Store `body` under `key`, compressed with gzip. Idempotent: the same bytes produce the same object.

    Raises StorageUnavailable if S3 refuses the request or cannot be reached.
    """
    with _asking(key, "kept"):
        _client().put_object(
            Bucket=bucket,
            Key=key,
            # Level 9, the module's default, is a tenth smaller but takes at least five times as long.
            Body=gzip.compress(body, 6, mtime=0),
            ContentType=content_type,
            ContentEncoding="gzip",
        )


def keep_new(bucket: str, key: str, body: bytes, *, content_type: str) -> bool:
    """Store `body` as `keep` does, unless there is an object with this key. False if there is one, which stays.

    Raises StorageUnavailable if S3 refuses the request or cannot be reached.
    """
    from botocore.exceptions import ClientError

    with _asking(key, "kept"):
        try:
            _client().put_object(
                Bucket=bucket,
                Key=key,
                Body=gzip.compress(body, 6, mtime=0),
                ContentType=content_type,
                ContentEncoding="gzip",
                IfNoneMatch="*",
            )
        except ClientError as error:
            # 409: somebody else is writing it at this moment.
            if error.response.get("Error", {}).get("Code") in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
    return True


class Upload:
    """A multipart upload. The object becomes visible when the upload is complete."""

    def __init__(self, bucket: str, key: str, content_type: str) -> None:
        self._bucket = bucket
        self._key = key
        self._pending = bytearray()
        self._digest = hashlib.sha256()
        self._parts: list[CompletedPartTypeDef] = []
        self.size = 0
        """Number of bytes written so far."""
        with _asking(key, "kept"):
            self._id = _client().create_multipart_upload(
                Bucket=bucket, Key=key, ContentType=content_type, ChecksumAlgorithm="SHA256"
            )["UploadId"]

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Append `data`, and return its length. Raises StorageUnavailable if a part cannot be uploaded."""
        self._digest.update(data)
        self.size += len(data)
        self._pending += data
        while len(self._pending) >= PART_BYTES:
            self._send(bytes(self._pending[:PART_BYTES]))
            del self._pending[:PART_BYTES]
        return len(data)

    def complete(self) -> None:
        """Complete the upload and create the object. Raises StorageUnavailable if S3 fails."""
        if self._pending or not self._parts:
            self._send(bytes(self._pending))
        with _asking(self._key, "kept"):
            _client().complete_multipart_upload(
                Bucket=self._bucket, Key=self._key, UploadId=self._id, MultipartUpload={"Parts": self._parts}
            )

    def abandon(self) -> None:
        """Abort the upload. If that fails, logs it; the bucket's lifecycle rule aborts the upload after a day."""
        try:
            with _asking(self._key, "abandoned"):
                _client().abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)
        except StorageUnavailable as error:
            logger().warning("upload not abandoned", extra={"key": self._key, "error": str(error)})

    def _send(self, part: bytes) -> None:
        # S3 verifies the checksum.
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        number = len(self._parts) + 1
        with _asking(self._key, "kept"):
            answer = _client().upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._id,
                PartNumber=number,
                Body=part,
                ChecksumSHA256=digest,
            )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": digest})


@contextmanager
def uploading(bucket: str, key: str, *, content_type: str) -> Iterator[Upload]:
    """Yield an upload. Completes it at the end of the block, and aborts it on any error.

    Raises StorageUnavailable if S3 refuses a request or cannot be reached.
    """
    upload = Upload(bucket, key, content_type)
    try:
        yield upload
        upload.complete()
    except BaseException:
        upload.abandon()
        raise


def read(bucket: str, key: str, *, chunk_bytes: int) -> Iterator[bytes]:
    """Yield the stored bytes of an object in chunks.

    Raises ObjectMissing if there is no such object, and StorageUnavailable if S3 fails.
    """
    with _asking(key, "read"):
        body = _client().get_object(Bucket=bucket, Key=key)["Body"]
    while True:
        with _asking(key, "read"):
            chunk = body.read(chunk_bytes)
        if not chunk:
            return
        yield chunk


def read_kept(bucket: str, key: str, *, most_bytes: int) -> bytes:
    """Return what `keep` has stored under `key`.

    Raises ObjectMissing if there is no such object, and StorageUnavailable if S3 fails or there are more bytes.
    """
    import io

    packed = io.BytesIO(b"".join(read(bucket, key, chunk_bytes=PART_BYTES)))
    with gzip.GzipFile(fileobj=packed) as stream:
        body = stream.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise StorageUnavailable(f"{key} could not be read: it has more than {most_bytes} bytes")
    return body


def address_to_put(bucket: str, key: str, *, size: int, content_type: str, seconds: int) -> str:
    """Return a presigned URL to which a client may PUT one object of exactly `size` bytes within `seconds`.

    The client must send this Content-Type. Whoever has the URL can use it.
    """
    values = {"Bucket": bucket, "Key": key, "ContentLength": size, "ContentType": content_type}
    return str(_signer().generate_presigned_url("put_object", Params=values, ExpiresIn=seconds))


def delete(bucket: str, keys: Sequence[str]) -> None:
    """Delete objects. One that does not exist counts as deleted.

    Raises StorageUnavailable if S3 refuses a request or cannot be reached; then some may be deleted.
    """
    from concurrent.futures import ThreadPoolExecutor

    def delete_one(key: str) -> None:
        with _asking(key, "deleted"):
            client.delete_object(Bucket=bucket, Key=key)

    client = _client()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(delete_one, keys))


@contextmanager
def _asking(key: str, what: str) -> Iterator[None]:
    """Convert boto3's exceptions to StorageUnavailable and ObjectMissing."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", type(error).__name__)
        kind = ObjectMissing if code == "NoSuchKey" else StorageUnavailable
        raise kind(f"{key} could not be {what}: {code}") from error
    except BotoCoreError as error:
        raise StorageUnavailable(f"{key} could not be {what}: {type(error).__name__}") from error
