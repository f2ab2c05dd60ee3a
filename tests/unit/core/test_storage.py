import gzip

import boto3
import pytest
from moto import mock_aws

from pickvs.core import storage
from pickvs.core.errors import StorageUnavailable

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
