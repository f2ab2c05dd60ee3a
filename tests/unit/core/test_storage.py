import gzip
import hashlib

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from pickvs.core import storage
from pickvs.core.errors import ObjectMissing, StorageUnavailable

BUCKET, KEY, BODY = "raw-answers", "odds/basketball_nba/1.json.gz", b'[{"id": "a"}]' * 1_000


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    storage._client.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
    storage._client.cache_clear()


def test_what_is_kept_comes_back_as_it_was(s3):
    storage.keep(BUCKET, KEY, BODY, content_type="application/json")
    kept = s3.get_object(Bucket=BUCKET, Key=KEY)
    assert (kept["ContentType"], kept["ContentEncoding"]) == ("application/json", "gzip")
    assert kept["ContentLength"] < len(BODY) / 10
    assert gzip.decompress(kept["Body"].read()) == BODY


def test_keeping_it_again_makes_the_same_object(s3):
    storage.keep(BUCKET, KEY, BODY, content_type="application/json")
    first = s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"]
    storage.keep(BUCKET, KEY, BODY, content_type="application/json")
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"] == first


def test_a_bucket_that_is_not_there_is_an_error(s3):
    with pytest.raises(StorageUnavailable, match=f"{KEY} could not be kept: NoSuchBucket"):
        storage.keep("another", KEY, BODY, content_type="application/json")


@pytest.mark.parametrize("size", [0, 1, storage.PART_BYTES, 2 * storage.PART_BYTES + 1])
def test_what_is_written_in_pieces_is_one_object(s3, size):
    whole = (bytes(range(251)) * (size // 251 + 1))[:size]
    with storage.uploading(BUCKET, KEY, content_type="application/gzip") as upload:
        for start in range(0, size, 1_000_003):
            upload.write(whole[start : start + 1_000_003])
        with pytest.raises(ClientError):
            s3.head_object(Bucket=BUCKET, Key=KEY)
    kept = s3.get_object(Bucket=BUCKET, Key=KEY)
    assert kept["ContentType"] == "application/gzip"
    assert kept["Body"].read() == whole
    assert (upload.size, upload.sha256) == (size, hashlib.sha256(whole).hexdigest())
    chunks = list(storage.read(BUCKET, KEY, chunk_bytes=1_000_000))
    assert b"".join(chunks) == whole
    assert max(map(len, chunks), default=0) <= 1_000_000


def test_what_is_written_takes_the_memory_of_one_part(s3):
    with storage.uploading(BUCKET, KEY, content_type="application/gzip") as upload:
        for _ in range(40):
            upload.write(b"x" * (storage.PART_BYTES // 16))
            assert len(upload._pending) < storage.PART_BYTES


class BrokenOff(Exception):
    """An error raised while an object is being written."""


def break_off(meanwhile):
    with storage.uploading(BUCKET, KEY, content_type="application/gzip") as upload:
        upload.write(b"x" * (storage.PART_BYTES + 1))
        meanwhile(upload)
        raise BrokenOff


def test_what_broke_off_leaves_nothing(s3):
    with pytest.raises(BrokenOff):
        break_off(lambda _: None)
    with pytest.raises(ObjectMissing, match=f"^{KEY} could not be read: NoSuchKey$"):
        list(storage.read(BUCKET, KEY, chunk_bytes=9))
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_an_upload_that_cannot_be_given_up_tells_what_went_wrong_first(s3):
    with pytest.raises(BrokenOff):
        break_off(lambda upload: s3.abort_multipart_upload(Bucket=BUCKET, Key=KEY, UploadId=upload._id))


def test_a_bucket_that_is_not_there_takes_and_gives_nothing(s3):
    with (
        pytest.raises(StorageUnavailable, match=f"^{KEY} could not be kept: NoSuchBucket$"),
        storage.uploading("another", KEY, content_type="application/gzip"),
    ):
        pytest.fail("the block must not begin")
    with pytest.raises(StorageUnavailable, match=f"^{KEY} could not be read: NoSuchBucket$"):
        list(storage.read("another", KEY, chunk_bytes=9))


def test_what_was_kept_is_read_whole(s3):
    storage.keep(BUCKET, KEY, BODY, content_type="text/csv")
    assert storage.read_kept(BUCKET, KEY, most_bytes=len(BODY)) == BODY
    with pytest.raises(StorageUnavailable, match="more than"):
        storage.read_kept(BUCKET, KEY, most_bytes=len(BODY) - 1)
    with pytest.raises(ObjectMissing):
        storage.read_kept(BUCKET, "another", most_bytes=1)


def test_deleting_twice_is_no_error(s3):
    keys = [f"files/7/{number}" for number in range(20)]
    for key in keys[1:]:
        storage.keep(BUCKET, key, BODY, content_type="text/csv")
    storage.keep(BUCKET, KEY, BODY, content_type="text/csv")
    storage.delete(BUCKET, keys)
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == [KEY]


def test_a_signed_address_says_how_long_and_how_large(s3):
    storage._signer.cache_clear()
    url = storage.address_to_put(BUCKET, KEY, size=12, content_type="text/csv", seconds=600)
    for part in ("X-Amz-Expires=600", "X-Amz-Algorithm=AWS4-HMAC-SHA256", "content-length%3Bcontent-type%3Bhost"):
        assert part in url
    storage._signer.cache_clear()
