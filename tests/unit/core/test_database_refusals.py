"""An error of the driver names the host and the user. What we say of it does not."""

import psycopg
import pytest

from pickvs.core import database

SAID = 'connection to server at "db.internal" (10.0.0.7), port 5432 failed: '


@pytest.mark.parametrize(
    "reason",
    [
        "Connection refused",
        'FATAL: password authentication failed for user "pickvs-owner"',
        'FATAL: database "pickvs-owner" does not exist',
        "FATAL: sorry, too many clients already for pickvs-owner",
    ],
)
def test_no_error_repeats_what_the_driver_says(reason: str) -> None:
    told = str(database._refusal(psycopg.OperationalError(SAID + reason)))
    assert told.startswith("the ")
    assert not [word for word in ("db.internal", "10.0.0.7", "pickvs-owner") if word in told]
