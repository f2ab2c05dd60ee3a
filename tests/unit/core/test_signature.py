"""The signature against AWS's own examples, and against botocore's for arbitrary requests."""

import string
from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore import auth, awsrequest
from botocore import credentials as sdk
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.config import Credentials
from pickvs.core.signature import signed

# AWS Signature Version 4 test suite: its POST requests to `/`, and the signatures it expects.
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwth"
    "Ax7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAki"
    "Y9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UTF8_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf8"}
EXAMPLES = {
    "post-vanilla": ({}, "", None, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-header-key-sort": (
        {"My-Header1": "value1"},
        "",
        None,
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    "post-header-value-case": (
        {"My-Header1": "VALUE1"},
        "",
        None,
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    "post-sts-header-before": ({}, "", TOKEN, "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
    "post-x-www-form-urlencoded": (
        FORM,
        "Param1=value1",
        None,
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
    "post-x-www-form-urlencoded-parameters": (
        UTF8_FORM,
        "Param1=value1",
        None,
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
    ),
}

TEXTS = st.text(string.digits + string.ascii_letters + "/+=", min_size=1, max_size=60)
VALUES = st.text("".join(chr(code) for code in range(0x20, 0x7F)), max_size=60)
OF_SIGNING = {"host", "authorization", "x-amz-date", "x-amz-security-token"}
UNSIGNED_BY_BOTOCORE = {"x-amz-content-sha256", *auth.SIGNED_HEADERS_BLACKLIST}
NAMES = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=20).filter(
    lambda name: name.lower() not in OF_SIGNING | UNSIGNED_BY_BOTOCORE
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_aws_own_examples_are_signed_as_aws_says(example: str) -> None:
    headers, body, token, signature = EXAMPLES[example]
    made = signed(
        {"Host": "example.amazonaws.com", **headers},
        body.encode(),
        Credentials("AKIDEXAMPLE", SECRET, token),
        region="us-east-1",
        service="service",
        at=AT,
    )
    names = sorted(["host", "x-amz-date", *(name.lower() for name in headers)] + ["x-amz-security-token"] * bool(token))
    assert made["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={';'.join(names)}, Signature={signature}"
    )


@given(
    headers=st.dictionaries(NAMES, VALUES, max_size=5).filter(
        lambda headers: len({name.lower() for name in headers}) == len(headers)
    ),
    body=st.binary(max_size=200),
    key=TEXTS,
    secret=TEXTS,
    token=st.none() | TEXTS,
    region=st.sampled_from(["us-east-1", "cn-north-1", "eu-central-1"]),
)
def test_it_is_the_signature_of_botocore(
    headers: dict[str, str], body: bytes, key: str, secret: str, token: str | None, region: str
) -> None:
    theirs = awsrequest.AWSRequest("POST", "https://host.example:8443/", data=body, headers=headers)
    auth.SigV4Auth(sdk.Credentials(key, secret, token), "secretsmanager", region).add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed(
        {"Host": "host.example:8443", **headers},
        body,
        Credentials(key, secret, token),
        region=region,
        service="secretsmanager",
        at=at,
    )
    assert ours["Authorization"] == theirs.headers["Authorization"]
    assert ours.get("X-Amz-Security-Token") == theirs.headers.get("X-Amz-Security-Token") == token


def test_the_moment_is_told_in_utc() -> None:
    def made(at: datetime) -> dict[str, str]:
        return signed({"Host": "a"}, b"", Credentials("k", "s", None), region="r", service="s", at=at)

    assert made(AT.astimezone(timezone(timedelta(hours=9)))) == made(AT)


def test_nothing_secret_is_in_the_text_of_credentials() -> None:
    assert repr(Credentials("AKID", SECRET, TOKEN)) == "Credentials(access_key_id='AKID')"
