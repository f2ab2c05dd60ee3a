from pathlib import Path

import certifi
import pytest
from psycopg import conninfo

from pickvs.core.database_address import RDS_ROOTS, connection_string
from pickvs.core.errors import ConfigurationError

URL = "postgresql://ada:s%40cret@db-pooler.example:6543/pickvs?sslmode=require&channel_binding=require"
FROM_URL = {
    "host": "db-pooler.example",
    "port": "6543",
    "user": "ada",
    "password": "s@cret",
    "dbname": "pickvs",
    "channel_binding": "require",
}
ATTACHED = {
    "engine": "postgres",
    "host": "pickvs.cluster-x.eu-central-1.rds.amazonaws.com",
    "port": "5433",
    "username": "pickvs",
    "password": "it's \\ odd=",
    "dbname": "pick vs",
    "dbClusterIdentifier": "pickvs",
}
FROM_ATTACHED = {
    "host": ATTACHED["host"],
    "port": "5433",
    "user": "pickvs",
    "password": "it's \\ odd=",
    "dbname": "pick vs",
}


@pytest.mark.parametrize(("secret", "expected"), [({"url": URL}, FROM_URL), (ATTACHED, FROM_ATTACHED)])
def test_a_secret_of_either_shape_says_where_the_database_is(secret, expected):
    known = conninfo.conninfo_to_dict(connection_string(secret, "off"))
    known.pop("sslmode", None)
    assert known == expected


@pytest.mark.parametrize(("secret", "expected"), [({"url": URL}, FROM_URL), (ATTACHED, FROM_ATTACHED)])
def test_tls_is_verified_by_the_roots_that_are_asked_for(secret, expected):
    public = {"sslmode": "verify-full", "sslrootcert": certifi.where(), "sslnegotiation": "direct"}
    public["gssencmode"] = "disable"
    rds = {"sslmode": "verify-full", "sslrootcert": str(RDS_ROOTS), "gssencmode": "disable"}
    assert conninfo.conninfo_to_dict(connection_string(secret, "public-roots")) == {**expected, **public}
    assert conninfo.conninfo_to_dict(connection_string(secret, "rds-roots")) == {**expected, **rds}
    assert Path(certifi.where()).is_file()
    assert RDS_ROOTS.is_file()


def test_without_tls_nothing_is_added():
    known = conninfo.conninfo_to_dict(connection_string({"url": "postgresql://ada@127.0.0.1/pickvs"}, "off"))
    assert known == {"user": "ada", "host": "127.0.0.1", "dbname": "pickvs"}


@pytest.mark.parametrize("weaker", ["disable", "allow", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize("roots", ["public-roots", "rds-roots"])
def test_no_weaker_mode_is_taken_over(weaker, roots):
    url = f"postgresql://ada@db/pickvs?sslmode={weaker}&sslrootcert=/tmp/mine.pem&gssencmode=require"
    known = conninfo.conninfo_to_dict(connection_string({"url": url}, roots))
    assert (known["sslmode"], known["gssencmode"]) == ("verify-full", "disable")
    assert known["sslrootcert"] in {certifi.where(), str(RDS_ROOTS)}


def test_a_port_may_be_left_to_the_driver():
    assert "port" not in conninfo.conninfo_to_dict(
        connection_string({name: value for name, value in ATTACHED.items() if name != "port"}, "off")
    )


@pytest.mark.parametrize("missing", ["host", "username", "password", "dbname"])
def test_what_is_missing_is_named(missing):
    for secret in ({**ATTACHED, missing: ""}, {name: value for name, value in ATTACHED.items() if name != missing}):
        with pytest.raises(ConfigurationError, match=f"no field 'url'.* lacks {missing}$") as wrong:
            connection_string(secret, "rds-roots")
        assert ATTACHED["password"] not in str(wrong.value)


@pytest.mark.parametrize("url", ["s3cret", "postgresql://ada:s3cret@[db/pickvs", "postgresql://db/pickvs?s3cret=1"])
def test_what_is_no_connection_string_is_refused_without_it(url):
    with pytest.raises(ConfigurationError, match="'url' is not a connection string") as wrong:
        connection_string({"url": url}, "public-roots")
    assert "s3cret" not in f"{wrong.value!r}"
    assert wrong.value.__suppress_context__
