"""S3, behind one function: answers from outside are kept as they came."""

import gzip
from functools import cache
from typing import TYPE_CHECKING

from pickvs.core.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@cache
def _client() -> "S3Client":
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"}),
    )


def keep(bucket: str, key: str, body: bytes, *, content_type: str) -> None:
    """Store `body`, gzip-compressed, under `key`. The same bytes give the same object, so a repeat is harmless.

    Raises StorageUnavailable when S3 refuses or cannot be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client().put_object(
            Bucket=bucket,
            Key=key,
            Body=gzip.compress(body, mtime=0),
            ContentType=content_type,
            ContentEncoding="gzip",
        )
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailable(f"{key} could not be kept: {type(error).__name__}") from error
